"""What the route strip shows, folded from a job's events. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from editor.domain.attempt import (
    AttemptEnded,
    AttemptProgress,
    AttemptStarted,
    CycleFailed,
    JobEvent,
    JobStarted,
    PlatformProgress,
)
from editor.domain.kinds import Outcome, Phase

LOCAL = "local"
"""The platform's id of this computer."""

STAYS_OUT = frozenset(
    {
        Outcome.MISSING_KEY,
        Outcome.REFUSED_KEY,
        Outcome.UNSUPPORTED,
        Outcome.CONTENT_REFUSED,
        Outcome.MAYBE_RUNNING,
    }
)
"""Outcomes after which a link is not tried again within the same request."""


STOPPING = "stopping"
"""Stands in the words of a link that is told to stop."""


class CellState(StrEnum):
    """Where a link stands within the job."""

    WAITING = "waiting"
    RUNNING = "running"
    SERVED = "served"
    FAILED = "failed"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One link: its name and model, its state, what is said about it and how long it took, in seconds."""

    platform: str
    name: str
    model: str
    state: CellState = CellState.WAITING
    words: str = ""
    outcome: Outcome | None = None
    fraction: float | None = None
    seconds: float | None = None

    @property
    def title(self) -> str:
        """``Replicate · flux``; the model only once it is known and tried."""
        return f"{self.name} · {self.model}" if self.model and self.state is not CellState.WAITING else self.name

    @property
    def detail(self) -> str:
        """``processing 62 % · 3.8 s``."""
        percent = "" if self.fraction is None else f" {self.fraction:.0%}".replace("%", " %")
        seconds = "" if self.seconds is None else f" · {self.seconds:.1f} s"
        return f"{self.words}{percent}{seconds}"


class RouteModel:
    """The cells of one job in the order of trying.

    ``doing`` is what the job does, at the start of a sentence: ``Erasing``. ``names`` gives platforms their names,
    which may not be known before the job begins; ``clock`` is seconds from an arbitrary start.
    """

    def __init__(
        self,
        job: str,
        *,
        doing: str,
        names: Callable[[], Mapping[str, str]],
        clock: Callable[[], float],
        side_by_side: bool = False,
    ) -> None:
        self.job = job
        self.side_by_side = side_by_side
        """Whether all links are called at once, instead of one after the other."""
        self._leaving = False
        self._doing = doing
        self._names = names
        self._clock = clock
        self._cells: list[Cell] = []
        self._began: dict[str, float] = {}
        self.round = ""
        """``Round 2 of 5`` once every link has failed, else empty."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All links; the running ones with their seconds so far, the waiting ones with their place in the queue."""
        cells = [self._timed(cell) for cell in self._cells]
        first = max((i for i, cell in enumerate(cells) if cell.state is CellState.RUNNING), default=0)
        waiting = [i for i, cell in enumerate(cells) if cell.state is CellState.WAITING and i >= first]
        over = any(cell.outcome in (Outcome.SERVED, Outcome.CANCELLED) for cell in cells)
        for place, index in enumerate(waiting):
            words = "not tried" if over else _place(place, last=index == len(cells) - 1)
            cells[index] = replace(cells[index], words=words)
        return tuple(cells)

    @property
    def running(self) -> Cell | None:
        """The link that is being called now."""
        return next((cell for cell in self.cells if cell.state is CellState.RUNNING), None)

    @property
    def sentence(self) -> str:
        """What is happening, for the status bar and a screen reader."""
        failed = next((cell for cell in reversed(self._cells) if cell.state is CellState.FAILED), None)
        aside = "" if failed is None else f" – {failed.name}: {failed.words}"
        running = self.running
        if self._leaving and running is not None:
            return f"Stopping {running.name}…"
        if running is not None:
            where = "on this computer" if running.platform == LOCAL else f"with {running.title}"
            return f"{self._doing} {where}{aside}"
        return f"{self.round}{aside}" if self.round else f"{self._doing}…"

    def leave(self) -> None:
        """The user cancelled: what runs is being stopped."""
        self._leaving = True
        for cell in self._cells:
            if cell.state is CellState.RUNNING:
                self._change(cell.platform, words=STOPPING, fraction=None)

    def fold(self, event: JobEvent) -> None:
        """Take one event in."""
        match event:
            case JobStarted(links=links):
                names = self._names()
                self._cells = [
                    Cell(platform=link.platform, name=names.get(link.platform, link.platform), model=link.label)
                    for link in links
                ]
            case AttemptStarted(link=link, model=model):
                self._began[link.platform] = self._clock()
                self._change(
                    link.platform, model=model, state=CellState.RUNNING, words=Phase.PREPARING.value, fraction=None
                )
            case AttemptProgress(platform=platform, progress=progress):
                self._progress(platform, progress)
            case AttemptEnded():
                self._end(event)
            case CycleFailed(cycle=cycle, cycles=cycles):
                self._next_round(cycle, cycles)
            case _:
                return

    def _progress(self, platform: str, progress: PlatformProgress) -> None:
        if self._leaving:
            return
        # A link that waits for another edit reports before it is called.
        self._began.setdefault(platform, self._clock())
        words = progress.words or progress.phase.value
        self._change(platform, state=CellState.RUNNING, words=words, fraction=progress.fraction)

    def _end(self, event: AttemptEnded) -> None:
        attempt = event.attempt
        if attempt.outcome is Outcome.SERVED:
            state = CellState.SERVED
        else:
            state = CellState.LEFT_OUT if attempt.started is None else CellState.FAILED
        self._change(
            attempt.platform,
            model=attempt.model,
            state=state,
            words=attempt.outcome.words,
            outcome=attempt.outcome,
            fraction=None,
            seconds=attempt.seconds if attempt.started is not None else None,
        )

    def _next_round(self, cycle: int, cycles: int) -> None:
        self.round = f"Round {cycle + 1} of {cycles}"
        for cell in self._cells:
            if cell.outcome not in STAYS_OUT:
                self._change(cell.platform, state=CellState.WAITING, seconds=None, fraction=None)

    def _timed(self, cell: Cell) -> Cell:
        if cell.state is not CellState.RUNNING:
            return cell
        return replace(cell, seconds=max(0.0, self._clock() - self._began[cell.platform]))

    def _change(self, platform: str, **changes: object) -> None:
        self._cells = [
            replace(cell, **changes) if cell.platform == platform else cell  # type: ignore[arg-type]
            for cell in self._cells
        ]


def _place(place: int, *, last: bool) -> str:
    if last:
        return "last resort" if place else "next"
    return "waiting" if place else "next"
