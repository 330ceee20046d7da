"""This computer as a platform."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np
import pytest

from editor.domain.attempt import FREE
from editor.domain.errors import Cancelled, EditorError, MissingKey, Unavailable, Unsupported
from editor.domain.kinds import CancelEnding, Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.local import LocalPlatform


@dataclass
class Answer:
    image: np.ndarray
    method: str


class Engine:
    """Paints the hole in the mean colour; ``trouble`` is raised instead, ``forever`` never ends."""

    def __init__(self, *, trouble=None, forever=False):
        self.trouble, self.forever, self.stopped = trouble, forever, False
        self.seeds = []

    async def erase(self, image, mask, *, seed, progress):
        self.seeds.append(seed)
        progress(0.5)
        if self.trouble is not None:
            raise self.trouble
        if self.forever:
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        filled = image.copy()
        filled[mask > 0] = image[mask == 0].mean(axis=0)
        return Answer(filled, "PatchMatch")

    def estimate_erase(self, mask):
        return 3.4


def platform(**options):
    engine = Engine(**options)
    return LocalPlatform(engine=engine, catalogue=Catalogue.load()), engine


def test_it_serves_for_nothing_and_without_a_key(edit_of):
    local, _ = platform()
    said = []
    result = asyncio.run(local.run(edit_of(seed=7), Call(key=None, report=said.append)))
    assert (result.model, result.seed, result.cost) == ("PatchMatch", 7, FREE)
    assert local.model(Operation.ERASE) == "PatchMatch"
    assert not local.needs_key
    assert said[0].words == "about 3 s"
    assert said[-1].fraction == 0.5
    assert local.changed_address is None


def test_a_failure_of_the_engine_is_one_failed_attempt(edit):
    local, _ = platform(trouble=EditorError("The engine ended unexpectedly.", detail="signal 9"))
    with pytest.raises(Unavailable, match="ended unexpectedly") as caught:
        asyncio.run(local.run(edit, Call(key=None, report=lambda progress: None)))
    assert caught.value.detail == "signal 9"


def test_cancelling_stops_the_engine_at_once(edit):
    local, engine = platform(forever=True)

    async def scenario():
        under_way = asyncio.Event()

        def report(progress):
            if progress.fraction is not None:
                under_way.set()

        task = asyncio.ensure_future(local.run(edit, Call(key=None, report=report)))
        await asyncio.wait_for(under_way.wait(), 5)
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value.ending

    assert asyncio.run(scenario()) is CancelEnding.STOPPED
    assert engine.stopped


def test_nothing_marked_is_not_supported(edit):
    local, _ = platform()
    empty = EditRequest(operation=Operation.ERASE, image=edit.image, mask=np.zeros_like(edit.mask), region=edit.region)
    with pytest.raises(Unsupported):
        asyncio.run(local.run(empty, Call(key=None, report=lambda progress: None)))


def test_there_is_no_key_to_check():
    with pytest.raises(MissingKey):
        asyncio.run(platform()[0].check_key("x"))


def request_like(edit, operation, **options):
    return EditRequest(
        operation=operation, image=edit.image, mask=edit.mask, region=edit.region, options=EditOptions(**options)
    )


def test_an_inpaint_goes_on_with_the_surroundings_but_follows_no_words(edit):
    local, _ = platform()
    assert local.why_not(request_like(edit, Operation.INPAINT)) is None
    assert "cannot follow a prompt" in local.why_not(request_like(edit, Operation.INPAINT, prompt="a cat"))


@pytest.mark.parametrize("operation", [operation for operation in Operation if not operation.masked])
def test_what_is_not_offered_says_why(edit, operation):
    local, _ = platform()
    assert local.models(operation) == ()
    reason = local.why_not(request_like(edit, operation))
    assert reason.startswith("This computer ")
    assert reason.endswith(".")


def test_variations_have_seeds_of_their_own(edit):
    local, engine = platform()
    request = request_like(edit, Operation.ERASE, seed=7, variations=3)
    result = asyncio.run(local.run(request, Call(key=None, report=lambda progress: None)))
    assert len(result.others) == 2
    assert engine.seeds == [7, 8, 9]
