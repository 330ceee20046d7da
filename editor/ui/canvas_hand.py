"""The tool in the user's hand: a stroke from press to release, and what a tool keeps open between strokes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from editor.domain.errors import EditorError
from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.imaging import effective_mask
from editor.imaging.picture import Picture
from editor.tools.base import Outcome, Picked, PointerEvent, Search, Step, Tool, View
from editor.tools.extend_frame import ExtendFrame
from editor.tools.sketch import NOTHING, Sketch

if TYPE_CHECKING:
    from editor.ui.canvas import Canvas


class Hand:
    """Runs one tool on the canvas's picture.

    Events change the painted mask at once; what follows from it (effective mask, smaller levels) is computed once a
    frame, by :meth:`flush`.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture: Picture | None = None
        self._used: Tool | None = None
        """The tool of the stroke under way."""
        self._pending: list[Rect] = []
        self.tool: Tool | None = None
        self.eraser: Tool | None = None
        """What the other end of a pen does."""
        self.frame: ExtendFrame | None = None
        """Stands beside the tool and takes the presses on its handles."""

    @property
    def stroking(self) -> bool:
        """Whether a button is down."""
        return self._used is not None

    @property
    def open(self) -> bool:
        """Whether the tool waits for more, for Enter or for Esc."""
        return self._picture is not None and self.tool is not None and self.tool.open

    @property
    def sketch(self) -> Sketch:
        """What is shown over the picture."""
        if self._picture is None:
            return NOTHING
        sketch = NOTHING if self.tool is None else self.tool.sketch
        return sketch.over(self.frame.sketch) if self.frame is not None and self._has_room else sketch

    @property
    def _has_room(self) -> bool:
        """Whether the frame can stand beside the tool: handles of both would lie upon one another."""
        return self.tool is None or not self.tool.framed

    def show_picture(self, picture: Picture | None) -> None:
        """Work on another picture; what was open on the old one is left."""
        self._leave()
        self._picture = picture
        self.enter()

    def take(self, tool: Tool | None) -> None:
        """Use another tool; what was open is left."""
        self._leave()
        self.tool = tool
        self.enter()

    def enter(self) -> None:
        """The picture is another, or has another size."""
        for tool in (self.tool, self.frame):
            if self._picture is not None and tool is not None:
                tool.enter(self._picture.document)

    def show_frame(self, frame: ExtendFrame | None) -> None:
        """Let ``frame`` stand beside the tool, or none."""
        self.frame = frame
        if frame is not None and self._picture is not None:
            frame.enter(self._picture.document)

    def grabs(self, event: PointerEvent) -> bool:
        """Whether a press here is meant for the frame rather than for the tool."""
        return self.frame is not None and self._has_room and self.frame.grabs(event)

    def hover(self, event: PointerEvent) -> None:
        """The pointer moved without a button."""
        if self._picture is not None and self.tool is not None:
            self.tool.hover(self._picture.document, event)

    def press(self, event: PointerEvent, *, eraser: bool = False) -> None:
        """The button went down."""
        tool = self.eraser if eraser and self.eraser is not None else self.tool
        if self.grabs(event):
            tool = self.frame
        if self._picture is None or tool is None or self.stroking:
            return
        self._used = tool
        self._changed(tool.press(self._picture.document, event))

    def move(self, event: PointerEvent) -> None:
        """The pointer moved while the button is down."""
        if self._used is not None and self._picture is not None:
            self._changed(self._used.move(self._picture.document, event))

    def release(self) -> None:
        """The button went up; nothing where it was not down."""
        tool, self._used = self._used, None
        if tool is not None and self._picture is not None:
            self._follow(tool.release(self._picture.document))

    def confirm(self) -> None:
        """Finish what is open."""
        if self._picture is None or self.tool is None:
            return
        self._try(partial(self.tool.confirm, self._picture.document))

    def nudge(self, across: int, down: int) -> bool:
        """An arrow key moves what the tool moves; False where it moves nothing."""
        if self._picture is None or self.tool is None or not self.tool.nudged:
            return False
        if not self.stroking:
            self._try(partial(self.tool.nudge, self._picture.document, across, down))
        return True

    def cancel(self) -> None:
        """Take the stroke under way back, or what is open."""
        tool, self._used = self._used or self.tool, None
        if tool is None or self._picture is None:
            return
        changed = tool.cancel(self._picture.document)
        if changed:
            self._changed(changed)
            self.flush(self._canvas.level)
            self._canvas.tell_mask()

    def step_back(self) -> bool:
        """Take back the last of several presses; False where there is none."""
        return not self.stroking and self.tool is not None and self.tool.step_back()

    def flush(self, down_to: int | None) -> None:
        """Bring effective mask and levels up to date with what was painted."""
        if not self._pending or self._picture is None:
            return
        around = Rect(0, 0, 0, 0)
        for rect in self._pending:
            around = around.united(rect)
        # Many overlapping dabs cost less as one rectangle; a long diagonal less as its parts.
        parts = self._pending if sum(rect.area for rect in self._pending) < around.area else [around]
        self._pending = []
        for rect in parts:
            self._picture.refresh(Dirty(mask=rect), down_to)

    def _leave(self) -> None:
        self.release()
        if self._picture is not None and self.tool is not None:
            self._follow(self.tool.leave(self._picture.document))

    def _try(self, act: Callable[[], Outcome | None]) -> None:
        try:
            outcome = act()
        except EditorError as error:
            self._canvas.failed.emit(error)
        else:
            self._follow(outcome)

    def _changed(self, rect: Rect) -> None:
        """``rect`` of the painted mask changed: note it, and have what shows it repainted."""
        if not rect or self._picture is None:
            return
        self._pending.append(rect)
        document = self._picture.document
        self._canvas.repaint_picture(rect.expanded(effective_mask.reach(document.grow, document.feather)))

    def _follow(self, outcome: Outcome | None) -> None:
        self.flush(self._canvas.level)
        match outcome:
            case Step():
                self._canvas.follow_step(outcome)
            case Search():
                self._canvas.search_wanted.emit(outcome)
            case Picked():
                self._canvas.picked.emit(outcome.colour)
            case View(rect=Rect() as rect):
                self._canvas.show_part(rect)
            case View():
                self._canvas.zoom_at(outcome.place, outcome.factor)
