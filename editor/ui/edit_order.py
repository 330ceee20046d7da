"""What the user asks for, and an edit on its way: waiting for its turn or running. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.history import HistoryEntry
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.imaging.picture import Picture
from editor.operations.base import EditInput
from editor.ui.edit_words import doing_words
from editor.ui.route_model import CellState, RouteModel

if TYPE_CHECKING:
    from editor.session import PreparedEdit

WAITING = "waiting for its turn"
BEGINS = "begins"


@dataclass(frozen=True, slots=True, eq=False)
class EditOrder:
    """What the user asks for: an edit of a picture with the values of its fields, on each of ``compared`` at once or,
    where that is empty, on the first platform that serves it and is not one of ``without``. ``again`` is the step of
    the picture's history that is run once more, with what it began with; ``area`` the one of several masked areas that
    is meant, None for the whole mask."""

    picture: Picture
    operation: Operation
    options: EditOptions
    compared: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    again: HistoryEntry | None = None
    area: EditInput | None = None

    def same_as(self, other: EditOrder) -> bool:
        """Whether the same edit of the same picture is asked for; one of the whole mask is that of its areas, too."""
        same = self.picture is other.picture and self.operation is other.operation and self.compared == other.compared
        return (
            same
            and self.again is other.again
            and (self.area is other.area or self.area is None or other.area is None)
            and self.without == other.without
            and all(
                _same(getattr(self.options, field.name), getattr(other.options, field.name))
                for field in fields(EditOptions)
            )
        )


@dataclass(slots=True, eq=False, kw_only=True)
class EditJob:
    """An edit on its way: its order, the step that was the newest when it was asked for, *grow* and *feather*, since
    when it waits or runs, and, once it runs, its name and what the strip shows of it.

    ``number`` counts all edits of the window, ``press`` tells which were asked for together, ``part`` which of how many
    of them it is.
    """

    number: int
    press: int
    part: tuple[int, int] = (1, 1)
    order: EditOrder
    prepared: PreparedEdit
    step: HistoryEntry
    edges: tuple[int, int]
    since: float
    name: str = ""
    route: RouteModel | None = None
    leaving: bool = False
    """Whether the user has cancelled it; its platform may still have to be told."""

    @property
    def waits(self) -> bool:
        """Whether its turn has not come."""
        return self.route is None

    @property
    def title(self) -> str:
        """``Erasing in photo.png``, ``Erasing area 2 of 3 in photo.png``."""
        area = f" area {self.part[0]} of {self.part[1]}" if self.part[1] > 1 else ""
        return f"{doing_words(self.order.operation)}{area} in {self.order.picture.document.name}"

    @property
    def phase(self) -> str:
        """Where it stands: ``Replicate: processing 62 %``."""
        if self.route is None:
            return WAITING
        running = [cell for cell in self.route.cells if cell.state is CellState.RUNNING]
        if not running:
            return self.route.round or BEGINS
        if len(running) > 1:
            return f"{len(running)} platforms at work"
        share = "" if running[0].fraction is None else f" {running[0].fraction:.0%}".replace("%", " %")
        return f"{running[0].name}: {running[0].words}{share}"

    def is_for(self, order: EditOrder) -> bool:
        """Whether ``order`` would do the same once more: nothing was painted or changed since."""
        document = order.picture.document
        if self.leaving:
            return False
        same = document.history.current is self.step and self.edges == (document.grow, document.feather)
        return same and self.order.same_as(order)


def jobs_words(running: int, waiting: int) -> str:
    """``3 edits: 2 running, 1 waiting``; "" where there is none."""
    count = running + waiting
    if count == 0:
        return ""
    edits = "1 edit" if count == 1 else f"{count} edits"
    return f"{edits} running" if not waiting else f"{edits}: {running} running, {waiting} waiting"


def _same(one: object, other: object) -> bool:
    """Whether two values of a field are the same; pictures are not looked into."""
    return one is other or (not (isinstance(one, np.ndarray) or isinstance(other, np.ndarray)) and one == other)
