"""A comparison: one edit on several platforms at once, over real sockets and with platforms of the test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import PainterPlatform, services_of, session_of

from editor.app.composition import make_session
from editor.domain.attempt import AttemptEnded, AttemptStarted, JobEvent, JobStarted
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError, InsufficientCredit, Unavailable
from editor.domain.kinds import CancelEnding, CostSource, Operation, Outcome
from editor.domain.options import EditOptions
from editor.domain.vault import RecordState
from editor.session import FinishedFaceOff, Session, paint_mask
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms


def picture() -> Document:
    """A red square on a textured slope, and a mask over it."""
    slope = np.linspace(90, 170, 160)[:, None, None] + np.random.default_rng(4).normal(0, 9, (160, 200, 4))
    noise = slope.clip(0, 255).astype(np.uint8)
    noise[60:100, 80:120, :3] = (30, 30, 220)
    noise[..., 3] = 255
    document = Document(noise, name="square.png", grow=0, feather=0)
    mask = np.zeros((160, 200), np.uint8)
    mask[55:105, 75:125] = 255
    paint_mask(document, mask)
    return document


async def compared(session: Session, *names: str, document: Document | None = None) -> FinishedFaceOff:
    prepared = session.prepare(Operation.ERASE, document or picture())
    try:
        return await session.face_off(prepared, names, lambda event: None, "job")
    finally:
        await session.close()


@pytest.fixture
def simulated() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms(polls=1) as platforms:
        yield platforms


@pytest.fixture
def session(simulated: SimulatedPlatforms, tmp_path: Path) -> Session:
    environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(tmp_path / "home")}
    return make_session(environment=environment, with_window=False, use_keyring=False)


async def states(session: Session) -> list[tuple[str, RecordState]]:
    vault = session.services.vault
    assert vault is not None
    return [(record.intent.platform, record.state) for record in await vault.records()]


def test_every_platform_that_serves_gives_a_candidate_with_a_receipt_of_its_own(session: Session) -> None:
    async def scenario() -> FinishedFaceOff:
        prepared = session.prepare(Operation.ERASE, picture())
        finished = await session.face_off(prepared, ["replicate", "stability", "local"], lambda event: None, "job")
        assert {state for _, state in await states(session)} == {RecordState.FETCHED}, "nothing is saved yet"
        for candidate in finished.candidates:
            await session.results.landed(candidate)
        assert sorted(await states(session)) == [
            ("replicate", RecordState.DELIVERED),
            ("stability", RecordState.DELIVERED),
        ]
        entries = await session.money.entries()
        assert sorted(entry.platform for entry in entries) == ["local", "replicate", "stability"]
        await session.close()
        return finished

    finished = asyncio.run(scenario())
    served = [candidate.receipt.served_by for candidate in finished.candidates]
    assert [by.platform for by in served if by is not None] == ["replicate", "stability", "local"]
    assert all(len(candidate.receipt.attempts) == 1 for candidate in finished.candidates)
    assert finished.candidates[2].receipt.cost.source is CostSource.FREE
    wholes = [next(candidate.pictures()) for candidate in finished.candidates]
    assert not np.array_equal(wholes[0], wholes[2])
    assert finished.failed == ()
    assert finished.sentence.startswith("3 platforms finished the edit, about $")
    assert finished.candidates[0].sentence.startswith("Replicate finished the edit")


def test_one_that_fails_does_not_end_the_other(session: Session, simulated: SimulatedPlatforms) -> None:
    simulated.script("stability", Script.OUT_OF_CREDIT)
    finished = asyncio.run(compared(session, "stability", "replicate"))
    (candidate,) = finished.candidates
    assert candidate.receipt.served_by is not None
    assert candidate.receipt.served_by.platform == "replicate"
    (failed,) = finished.failed
    assert [(attempt.platform, attempt.outcome) for attempt in failed.attempts] == [
        ("stability", Outcome.OUT_OF_CREDIT)
    ]


def test_all_failing_tells_every_attempt_in_the_order_of_the_names(
    session: Session, simulated: SimulatedPlatforms
) -> None:
    for platform in ("stability", "replicate", "fal"):
        simulated.script(platform, Script.OUT_OF_CREDIT)
    document = picture()
    with pytest.raises(AllPlatformsFailed) as failed:
        asyncio.run(compared(session, "fal", "stability", "replicate", document=document))
    assert [attempt.platform for attempt in failed.value.attempts] == ["fal", "stability", "replicate"]


def test_a_cancel_stops_every_platform_and_leaves_what_had_come_in_the_vault(
    session: Session, simulated: SimulatedPlatforms
) -> None:
    simulated.script("replicate", Script.HANG)
    document = picture()

    async def scenario() -> tuple[Cancelled, list[tuple[str, RecordState]]]:
        events: list[JobEvent] = []
        came = asyncio.Event()

        def follow(event: JobEvent) -> None:
            events.append(event)
            if isinstance(event, AttemptEnded):
                came.set()

        prepared = session.prepare(Operation.ERASE, document)
        task = asyncio.create_task(session.face_off(prepared, ["replicate", "stability"], follow, "job"))
        await came.wait()
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        left = await states(session)
        await session.close()
        assert sum(isinstance(event, JobStarted) for event in events) == 1
        return cancelled.value, left

    cancelled, left = asyncio.run(scenario())
    assert cancelled.ending is CancelEnding.ALREADY_DONE
    assert [attempt.platform for attempt in cancelled.attempts] == ["replicate", "stability"]
    assert ("stability", RecordState.FETCHED) in left
    document.pixels.write(document.rect, np.zeros((160, 200, 4), np.uint8))


def test_a_cancel_before_anything_came_takes_the_worst_ending() -> None:
    clock = FakeClock()
    both = asyncio.Barrier(3)

    class Hanging(PainterPlatform):
        ending = CancelEnding.STOPPED

        async def run(self, request, call):  # type: ignore[no-untyped-def]
            await both.wait()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise Cancelled(self.ending) from None

    calm, late = Hanging("calm", clock), Hanging("late", clock)
    late.ending = CancelEnding.STOPPED_LATE
    session = session_of(services_of(calm, late, clock=clock))

    async def scenario() -> Cancelled:
        prepared = session.prepare(Operation.ERASE, picture())
        task = asyncio.create_task(session.face_off(prepared, ["calm", "late"], lambda event: None, "job"))
        await both.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        return cancelled.value

    cancelled = asyncio.run(scenario())
    assert cancelled.ending is CancelEnding.STOPPED_LATE
    assert [(attempt.platform, attempt.outcome) for attempt in cancelled.attempts] == [
        ("calm", Outcome.CANCELLED),
        ("late", Outcome.CANCELLED),
    ]


def test_both_are_at_work_at_the_same_time_and_the_chain_is_told_once() -> None:
    clock = FakeClock()
    both = asyncio.Barrier(2)

    class Meeting(PainterPlatform):
        async def run(self, request, call):  # type: ignore[no-untyped-def]
            await both.wait()
            return await super().run(request, call)

    session = session_of(services_of(Meeting("one", clock), Meeting("two", clock), clock=clock))
    events: list[JobEvent] = []

    async def scenario() -> FinishedFaceOff:
        prepared = session.prepare(Operation.ERASE, picture())
        return await asyncio.wait_for(session.face_off(prepared, ["one", "two"], events.append, "job"), 10)

    assert len(asyncio.run(scenario()).candidates) == 2
    (started,) = [event for event in events if isinstance(event, JobStarted)]
    assert [link.platform for link in started.links] == ["one", "two"]
    assert sum(isinstance(event, AttemptStarted) for event in events) == 2


def test_a_platform_that_fails_is_called_once() -> None:
    clock = FakeClock()
    down = PainterPlatform("down", clock, Unavailable("Down."))
    session = session_of(services_of(down, PainterPlatform("painter", clock), clock=clock))
    finished = asyncio.run(compared(session, "down", "painter"))
    assert len(finished.candidates) == 1
    assert len(down.requests) == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["painter"], "two platforms or more"),
        (["painter", "nobody"], "no platform called “nobody”"),
        (["painter", "painter"], "named twice"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_sent(names: list[str], words: str) -> None:
    clock = FakeClock()
    painter = PainterPlatform("painter", clock)
    session = session_of(services_of(painter, PainterPlatform("other", clock), clock=clock))
    document = picture()
    with pytest.raises(InputError, match=words):
        asyncio.run(compared(session, *names, document=document))
    assert painter.requests == []


def test_offers_tell_prices_and_what_keeps_a_platform_out() -> None:
    clock = FakeClock()
    poor = PainterPlatform("poor", clock, InsufficientCredit("Poor is out of credits.", status=402))
    here = PainterPlatform("here", clock, needs_key=False)
    session = session_of(services_of(poor, PainterPlatform("keyless", clock), here, clock=clock))
    asyncio.run(compared(session, "poor", "here"))
    offers = {offer.platform: offer for offer in session.face_off_offers(Operation.INPAINT, EditOptions(prompt="x"))}
    assert offers["here"].obstacle == "Here cannot follow words."
    assert offers["here"].usd == 0.0
    assert "KEY" in offers["keyless"].obstacle
