"""The heavy parts as the composition root wires them."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest

from editor.app.composition import make_session
from editor.domain.document import Document
from editor.domain.kinds import Operation
from editor.session import paint_mask
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.storage.paths import Paths

PLATFORM = "stability"


@pytest.fixture
def environment(tmp_path):
    with SimulatedPlatforms() as simulated:
        yield simulated, {**simulated.environment(), "IMAGE_EDITOR_HOME": str(tmp_path)}


def erase(environment):
    """One edit in a session of its own; returns the receipt."""
    session = make_session(environment=environment, chain=[PLATFORM], cycles=1, use_keyring=False)
    rows, columns = np.mgrid[0:90, 0:120]
    pixels = np.stack([columns * 2, rows * 2, rows + columns, np.full_like(rows, 255)], axis=2).astype(np.uint8)
    pixels[30:50, 40:60] = (20, 20, 230, 255)
    mask = np.zeros((90, 120), np.uint8)
    mask[26:54, 36:64] = 255
    document = Document(pixels, name="box")
    paint_mask(document, mask)

    async def run():
        try:
            return await session.run_edit(session.prepare(Operation.ERASE, document), lambda event: None, "job-1")
        finally:
            await session.close()

    return asyncio.run(run()).receipt


def test_a_mask_that_was_read_the_other_way_round_is_remembered_at_the_next_start(environment):
    simulated, variables = environment
    server = simulated.server(PLATFORM)
    server.always(Script.WRONG_POLARITY)
    assert any("other way round" in note for note in erase(variables).notes)
    assert server.runs == 2
    learned = Paths.of_system(variables).learned
    (endpoint,) = json.loads(learned.read_text("utf-8"))["mask_polarity"]
    assert endpoint.endswith("erase")
    assert not any("other way round" in note for note in erase(variables).notes)
    assert server.runs == 3, "the second edit sent its mask the right way at once"


def test_what_is_wrong_with_the_users_models_is_told(environment):
    _, variables = environment
    path = Paths.of_system(variables).models
    path.parent.mkdir(parents=True)
    path.write_text("[fal", "utf-8")
    session = make_session(environment=variables, use_keyring=False)
    assert len(session.services.notices) == 1
    assert path.name in session.services.notices[0]
    asyncio.run(session.close())
