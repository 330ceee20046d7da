from __future__ import annotations

from datetime import UTC, datetime

from support.fake_window import LINKS, NAMES

from editor.domain.attempt import (
    Attempt,
    AttemptEnded,
    AttemptProgress,
    AttemptStarted,
    CycleFailed,
    JobStarted,
    Link,
    PlatformProgress,
)
from editor.domain.kinds import OperationType, Outcome, Phase
from editor.ui.route_model import CellState, RouteModel

JOB = "job-1"


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def begun(links: tuple[Link, ...] = LINKS) -> tuple[RouteModel, Clock]:
    clock = Clock()
    model = RouteModel(JOB, doing="Erasing", names=lambda: NAMES, clock=clock)
    model.fold(JobStarted(job=JOB, operation_type=OperationType.IMAGE_EDITING, links=links))
    return model, clock


def ended(link: Link, outcome: Outcome, *, called: bool = True, cycle: int = 1, seconds: float = 0.4) -> AttemptEnded:
    attempt = Attempt(
        cycle=cycle,
        platform=link.platform,
        label=link.label,
        model="m",
        outcome=outcome,
        message="",
        started=datetime(2026, 1, 1, tzinfo=UTC) if called else None,
        seconds=seconds,
    )
    return AttemptEnded(job=JOB, attempt=attempt)


def test_a_new_job_waits_in_the_order_of_trying() -> None:
    model, _ = begun()
    assert [cell.name for cell in model.cells] == ["Stability AI", "Replicate", "FAL", "On this computer"]
    assert {cell.state for cell in model.cells} == {CellState.WAITING}


def test_the_running_link_shows_phase_percent_and_seconds() -> None:
    model, clock = begun()
    model.fold(ended(LINKS[0], Outcome.OUT_OF_CREDIT))
    model.fold(AttemptStarted(job=JOB, cycle=1, link=LINKS[1], model="flux-fill"))
    model.fold(
        AttemptProgress(job=JOB, platform="replicate", progress=PlatformProgress(Phase.PROCESSING, fraction=0.62))
    )
    clock.seconds += 3.8
    cells = model.cells
    assert cells[0].state is CellState.FAILED
    assert cells[0].detail == "out of credits · 0.4 s"
    assert cells[1].title == "Replicate · flux-fill"
    assert cells[1].detail == "processing 62 % · 3.8 s"
    assert [cell.detail for cell in cells[2:]] == ["next", "last resort"]
    assert model.sentence == "Erasing with Replicate · flux-fill – Stability AI: out of credits"


def test_a_link_that_was_never_called_is_left_out() -> None:
    model, _ = begun()
    model.fold(ended(LINKS[0], Outcome.MISSING_KEY, called=False))
    assert model.cells[0].state is CellState.LEFT_OUT
    assert model.cells[0].detail == "no key"


def test_the_next_round_leaves_out_what_can_not_be_mended() -> None:
    model, _ = begun()
    model.fold(ended(LINKS[0], Outcome.MISSING_KEY, called=False))
    for link in LINKS[1:]:
        model.fold(AttemptStarted(job=JOB, cycle=1, link=link, model="m"))
        model.fold(ended(link, Outcome.UNAVAILABLE))
    model.fold(CycleFailed(job=JOB, cycle=1, cycles=5, pause=0.5))
    assert model.round == "Round 2 of 5"
    assert [cell.state for cell in model.cells] == [CellState.LEFT_OUT] + [CellState.WAITING] * 3
    model.fold(AttemptStarted(job=JOB, cycle=2, link=LINKS[1], model="m"))
    model.fold(ended(LINKS[1], Outcome.SERVED, cycle=2, seconds=6.2))
    assert model.cells[1].state is CellState.SERVED
    assert model.cells[1].detail == "done · 6.2 s"
    assert model.cells[3].detail == "not tried"
    model.fold(CycleFailed(job=JOB, cycle=2, cycles=5, pause=1.0))
    assert model.round == "Round 3 of 5"


def test_the_only_link_is_next_and_not_a_last_resort() -> None:
    model, _ = begun((LINKS[3],))
    assert model.cells[0].detail == "next"
