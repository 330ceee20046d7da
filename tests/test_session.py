"""The session: every operation from document to result, what stands in the receipt, and what a late cancelling does."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import PainterPlatform, Unset, services_of, session_of

from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import Cancelled, InputError, InsufficientCredit
from editor.domain.kinds import CancelEnding, Operation, Way
from editor.domain.options import EditOptions, Expansion
from editor.operations.base import Blended, NewPicture
from editor.session import FinishedEdit, Services, Session, paint_mask
from editor.session.edits import fits, to_the_end


def test_the_last_step_is_finished_though_it_is_cancelled_once() -> None:
    async def scenario() -> str:
        begun, go = asyncio.Event(), asyncio.Event()

        async def work() -> str:
            begun.set()
            await go.wait()
            return "layer"

        task = asyncio.create_task(to_the_end(work()))
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        go.set()
        return await task

    assert asyncio.run(scenario()) == "layer"


def test_a_second_cancelling_goes_through() -> None:
    async def scenario() -> None:
        task = asyncio.create_task(to_the_end(asyncio.Event().wait()))
        for _ in range(2):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())


def test_an_edit_that_is_cancelled_before_anything_is_sent_says_so() -> None:
    document = Document(np.full((16, 16, 4), 255, np.uint8), name="small")
    document.grow = document.feather = 0
    paint_mask(document, np.eye(16, dtype=np.uint8) * 255)
    asked, go_on = threading.Event(), threading.Event()

    def build_services() -> Services:
        asked.set()
        go_on.wait(10)
        raise AssertionError("nobody waits for this any more")

    async def scenario() -> None:
        session = Session(settings=Unset(), build_services=build_services, sample=Path("sample.png"))
        prepared = session.prepare(Operation.ERASE, document)
        task = asyncio.create_task(session.run_edit(prepared, lambda event: None, "job-1"))
        await run_blocking(lambda: asked.wait(10))
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        assert cancelled.value.ending is CancelEnding.STOPPED
        document.pixels.write(document.rect, np.zeros((16, 16, 4), np.uint8))
        assert not prepared.source.pixels.tiles, "the snapshot follows the picture no longer"

    asyncio.run(scenario())
    go_on.set()


OPTIONS = EditOptions(prompt="a van", search="the car", scale=2, expansion=Expansion(right=24))


def picture() -> Document:
    """Waves and noise, 80 × 60, with a mask."""
    rows, columns = np.mgrid[0:60, 0:80]
    waves = 120 + 60 * np.sin((rows + columns) / 9) + np.random.default_rng(2).normal(0, 8, (60, 80))
    pixels = np.repeat(waves.clip(0, 255).astype(np.uint8)[..., None], 4, axis=2)
    pixels[..., 3] = 255
    document = Document(pixels, name="waves", grow=0, feather=0)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 25:55] = 255
    paint_mask(document, mask)
    return document


def served(session: Session, operation: Operation, document: Document, options: EditOptions = OPTIONS) -> FinishedEdit:
    return asyncio.run(session.run_edit(session.prepare(operation, document, options), lambda event: None, "job"))


@pytest.mark.parametrize("operation", Operation)
def test_every_operation_is_served_and_can_be_undone(operation: Operation) -> None:
    clock = FakeClock()
    platform = PainterPlatform("painter", clock)
    platform.notes = ("Seed not used: painter takes none.",)
    session, document = session_of(services_of(platform, clock=clock)), picture()
    before = document.pixels.array.copy()
    finished = served(session, operation, document)
    receipt = finished.receipt
    assert receipt.operation is operation
    assert receipt.way is (Way.CUT_OUT if operation is Operation.REMOVE_BACKGROUND else Way.MASK)
    assert receipt.notes == platform.notes
    (whole,) = finished.pictures()
    assert whole.shape[1::-1] == finished.prepared.result_size
    assert np.array_equal(document.pixels.array, before)
    if operation in (Operation.OUTPAINT, Operation.UPSCALE):
        assert isinstance(finished.results[0], NewPicture)
        assert session.attach(finished).resized
        assert document.mask.array.any()
    else:
        assert isinstance(finished.results[0], Blended)
        assert session.attach(finished).pixels == finished.layer.rect
    assert np.array_equal(document.pixels.array, whole)
    assert document.history.current.label == operation.caption
    document.undo()
    assert np.array_equal(document.pixels.array, before)


def test_a_result_that_does_not_fit_any_more_stays_apart() -> None:
    session, document = session_of(services_of(PainterPlatform("painter", FakeClock()), clock=FakeClock())), picture()
    extended, erased = served(session, Operation.OUTPAINT, document), served(session, Operation.ERASE, document)
    enlarged = served(session, Operation.UPSCALE, document)
    assert all(fits(one) for one in (extended, erased, enlarged))
    session.attach(erased)
    assert not fits(extended), "what was erased meanwhile is not in it"
    with pytest.raises(ValueError, match="changed too much"):
        session.attach(extended)
    late = served(session, Operation.REPLACE_BACKGROUND, document)
    session.attach(served(session, Operation.OUTPAINT, document))
    assert not fits(late), "the picture has another size"
    document.undo()
    assert fits(late)


def test_a_later_platform_is_named_with_the_reason() -> None:
    clock = FakeClock()
    poor = PainterPlatform("poor", clock, InsufficientCredit("Poor is out of credits.", status=402))
    finished = served(
        session_of(services_of(poor, PainterPlatform("painter", clock), clock=clock)), Operation.UPSCALE, picture()
    )
    assert finished.sentence == "Poor is out of credits. Painter finished the edit in 1.0 s for about $0.05."


def test_nothing_is_followed_any_more_once_an_edit_has_failed() -> None:
    clock = FakeClock()
    platform = PainterPlatform("painter", clock)
    platform.alpha = lambda request: None
    session, document = session_of(services_of(platform, clock=clock), cycles=1), picture()
    prepared = session.prepare(Operation.REMOVE_BACKGROUND, document)
    with pytest.raises(Exception, match="not cut out"):
        asyncio.run(session.run_edit(prepared, lambda event: None, "job"))
    document.pixels.write(document.rect, np.zeros((60, 80, 4), np.uint8))
    assert not prepared.source.pixels.tiles


def test_models_and_keys_are_checked_by_what_is_there() -> None:
    clock = FakeClock()
    here = PainterPlatform("local", clock, needs_key=False)
    session = session_of(services_of(PainterPlatform("keyless", clock), here, clock=clock))
    listed = session.models(Operation.ERASE)
    assert [(one.facts.platform, one.facts.name, one.availability) for one in listed] == [
        ("keyless", "Brush", "key needed"),
        ("keyless", "roller", "gone"),
        ("local", "Brush", "ready"),
        ("local", "roller", "gone"),
    ]
    assert len(session.models()) == 4 * len(Operation)
    session.require_models(Operation.ERASE, {"keyless": "PAINTERS/Roller", "local": "brush"})
    with pytest.raises(InputError, match="Known models: Brush, roller"):
        session.require_models(Operation.ERASE, {"local": "nothing"})
    session.keys.require("keyless")
    with pytest.raises(InputError, match="needs no key"):
        session.keys.require("local")
    with pytest.raises(InputError, match="Platforms with a key: keyless"):
        session.keys.require("nobody")


def test_a_platform_without_the_operation_takes_no_model_for_it() -> None:
    clock = FakeClock()
    platform = PainterPlatform("painter", clock)
    platform.models = lambda operation: ()  # type: ignore[method-assign]
    session = session_of(services_of(platform, clock=clock))
    with pytest.raises(InputError, match="Painter does not offer upscale"):
        session.require_models(Operation.UPSCALE, {"painter": "brush"})
