"""Price and time before an edit: the likely ones, and the worst down the chain."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from editor.app.composition import make_session
from editor.domain.attempt import FREE, UNKNOWN_COST, Cost
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed
from editor.domain.kinds import CostSource, Operation
from editor.domain.options import EditOptions, Expansion
from editor.fallback.budget import Worst, worst_case
from editor.imaging.picture import Picture
from editor.operations.registry import operation_of
from editor.session import FinishedEdit, Session, paint_mask
from editor.session.estimate import sketch, worst_words
from editor.simulator.simulated import SimulatedPlatforms


def dollars(amount: float) -> Cost:
    return Cost(amount, None, CostSource.ESTIMATED)


@pytest.mark.parametrize(
    "quotes, cap, worst",
    [
        ([], None, Worst(usd=0.0)),
        ([[dollars(0.05)]], None, Worst(usd=0.05)),
        ([[dollars(0.05)], [dollars(0.04), dollars(0.05)], [FREE]], None, Worst(usd=0.1)),
        ([[dollars(0.05)], [dollars(0.1), UNKNOWN_COST]], None, Worst(usd=0.15, is_open=True)),
        ([[UNKNOWN_COST], []], None, Worst(usd=0.0, is_open=True)),
        ([[dollars(0.05)], [dollars(0.05)]], 0.08, Worst(usd=0.08)),
        ([[dollars(0.05)]], 1.0, Worst(usd=0.05)),
    ],
)
def test_the_worst_is_every_link_paid_for_its_dearest_model(
    quotes: list[list[Cost]], cap: float | None, worst: Worst
) -> None:
    assert worst_case(quotes, cap=cap) == worst


def test_the_worst_in_words() -> None:
    assert worst_words(Worst(usd=0.14)) == "about $0.14"
    assert worst_words(Worst(usd=0.14, is_open=True)) == "about $0.14 or more"


def picture(width: int = 400, height: int = 300) -> Picture:
    """A red square on a textured slope, and a mask over it."""
    slope = np.linspace(90, 170, height)[:, None, None] + np.random.default_rng(4).normal(0, 9, (height, width, 4))
    pixels = slope.clip(0, 255).astype(np.uint8)
    pixels[100:140, 100:140, :3] = (30, 30, 220)
    pixels[..., 3] = 255
    document = Document(pixels, name="square.png", grow=0, feather=0)
    mask = np.zeros((height, width), np.uint8)
    mask[95:145, 95:145] = 255
    paint_mask(document, mask)
    return Picture.of(document)


@pytest.mark.parametrize(
    "operation, options",
    [
        (Operation.ERASE, EditOptions()),
        (Operation.REMOVE_BACKGROUND, EditOptions()),
        (Operation.OUTPAINT, EditOptions(expansion=Expansion(right=100))),
        (Operation.UPSCALE, EditOptions(scale=2.0)),
    ],
)
def test_a_sketch_has_the_sizes_of_the_request(operation: Operation, options: EditOptions) -> None:
    one = picture(1600, 1200)
    built = operation_of(operation).build_request(operation_of(operation).begin(one.document, options))
    drawn = sketch(operation, options, one)
    assert (drawn.size, drawn.result_size, drawn.region) == (built.size, built.result_size, built.region)


@pytest.fixture
def simulated() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms() as platforms:
        yield platforms


def session_of(simulated: SimulatedPlatforms, folder: Path, *chain: str) -> Session:
    environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(folder / "home")}
    return make_session(environment=environment, chain=chain or None, with_window=False, use_keyring=False)


def told(session: Session, operation: Operation = Operation.ERASE, **options: object) -> str:
    async def scenario() -> str:
        await session.warm_up()
        words = session.estimate(operation, EditOptions(**options), picture())  # type: ignore[arg-type]
        await session.close()
        return words

    return asyncio.run(scenario())


def test_likely_price_and_worst_are_told(simulated: SimulatedPlatforms, tmp_path: Path) -> None:
    words = "About $0.05 · at worst about $0.23"
    assert told(session_of(simulated, tmp_path)) == words, "0.05 on Stability, 0.05 on Replicate, 0.13 on FAL"
    assert told(session_of(simulated, tmp_path, "stability")) == "About $0.05"
    assert told(session_of(simulated, tmp_path, "fal", "local")) == "About $0.02 · at worst about $0.13"
    assert told(session_of(simulated, tmp_path, "local")).startswith("Free · about ")
    words = told(session_of(simulated, tmp_path, "stability"), variations=3)
    assert words == "About $0.15"


def test_a_price_that_cannot_be_foreseen_is_told_as_the_catalogue_has_it(
    simulated: SimulatedPlatforms, tmp_path: Path
) -> None:
    assert told(session_of(simulated, tmp_path, "fal"), Operation.UPSCALE) == "About $0.00111 per second"
    words = told(session_of(simulated, tmp_path, "stability", "replicate"), Operation.INPAINT, prompt="a cat")
    assert words == "About $0.05 · at worst about $0.10 or more"


def test_the_users_cap_bounds_the_worst(simulated: SimulatedPlatforms, tmp_path: Path) -> None:
    session = session_of(simulated, tmp_path)
    session.settings.set("caps", {"edit": 0.08})
    assert told(session) == "About $0.05 · at worst about $0.08"


@pytest.mark.parametrize("cap, model", [(0.03, None), (0.04, "bria/eraser")])
def test_a_dearer_stand_in_stays_below_the_cap(
    simulated: SimulatedPlatforms, tmp_path: Path, cap: float, model: str | None
) -> None:
    session = session_of(simulated, tmp_path, "fal")
    session.settings.set("caps", {"edit": cap})
    simulated.server("fal").withdraw("fal-ai/object-removal/mask")

    async def scenario() -> tuple[FinishedEdit | AllPlatformsFailed, float]:
        prepared = session.prepare(Operation.ERASE, picture().document)
        ended: FinishedEdit | AllPlatformsFailed
        try:
            ended = await session.run_edit(prepared, lambda event: None, "job")
        except AllPlatformsFailed as failure:
            ended = failure
        sums = await session.money.by_platform()
        await session.close()
        return ended, sums["fal"].usd

    ended, spent = asyncio.run(scenario())
    assert spent <= cap
    if isinstance(ended, AllPlatformsFailed):
        assert model is None
        assert "Your cap of $0.03 an edit" in ended.attempts[0].message
    else:
        assert ended.receipt.served_by is not None
        assert (ended.receipt.served_by.model, spent) == (model, 0.04)
