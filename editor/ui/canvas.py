"""The canvas: a picture with its mask under the tool in the user's hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QHideEvent, QPainter
from PySide6.QtWidgets import QWidget

from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent, Step, Tool
from editor.tools.sketch import NOTHING
from editor.ui.canvas_accessible import CanvasInterface, interface_of
from editor.ui.canvas_hand import Hand
from editor.ui.canvas_input import CanvasInput
from editor.ui.canvas_sketch import SketchPainter
from editor.ui.cursor_ring import CursorRing
from editor.ui.picture_view import PictureView
from editor.ui.picture_words import description


class Canvas(PictureView):
    """Turns pointer, wheel, pen and keys into strokes, zoom and pan, and shows what the tool does.

    Whoever undoes or runs something on the document calls :meth:`finish_stroke` first.
    """

    stroke_finished = Signal(object)
    """A :class:`editor.domain.history.HistoryEntry`: a stroke was put into the history."""
    search_wanted = Signal(object)
    """A :class:`editor.tools.base.Search`: a thing is to be found and masked."""
    picked = Signal(tuple)
    """Red, green and blue, 0 to 255: a colour was picked."""
    failed = Signal(object)
    """An :class:`editor.domain.errors.EditorError`: what is open could not be finished."""
    told = Signal(str)
    """A sentence about what the keyboard's pointer does."""
    tool_moved = Signal()
    """What the tool keeps open, or an option that it changes itself, may be another."""
    brush_dragged = Signal(float, float)
    """Since the drag began: how much larger the brush is to be in picture pixels, and how much harder in per cent."""
    brush_let_go = Signal()
    """The brush is to be as it was before the drag."""
    menu_wanted = Signal(object)
    """A menu is asked for at a place on the desktop, a QPoint."""
    mask_wanted = Signal()
    """A mask is being made while none is shown."""
    mask_changed = Signal()
    """The effective mask is another: after a stroke, its cancelling, and :meth:`refresh`."""
    dropped = Signal(object)
    """A :class:`editor.ui.carried.Carried`: what was dropped, files or a picture."""
    pointer_moved = Signal(object)
    """A :class:`editor.ui.viewport.Point` in picture pixels, or None when the pointer left."""
    _built = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        QAccessible.installFactory(interface_of)
        self._input = CanvasInput(self)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName("Canvas")
        self.hand = Hand(self)
        self.interface: CanvasInterface | None = None
        """What assistive technology was given, once it has asked."""
        self._last_event = ""
        self._ring: CursorRing | None = None
        self._sketch = NOTHING
        self._sketches = SketchPainter(self._viewport, self.font())
        self._built = True
        self._describe()

    # What is shown

    def show_picture(self, picture: Picture | None) -> None:
        """Show another picture, all of it in sight; None shows how to open one."""
        self.hand.show_picture(None)
        self._take_picture(picture)
        self.hand.show_picture(picture)
        self._ring = None
        self._input.update_cursor()
        self._zoomed()
        self.follow_tool()
        self.mask_changed.emit()

    def refresh(self, dirty: Dirty) -> None:
        """The document changed by undo, an edit, or another *grow* or *feather*: follow and repaint only that."""
        if self._picture is None:
            return
        shown = self._picture.refresh(dirty, self.level)
        if shown.resized:
            self._take_picture(self._picture)
            self.hand.enter()
            self._zoomed()
            self.follow_tool()
        self.repaint_picture(shown.pixels)
        self.repaint_picture(shown.mask)
        if shown.mask:
            self.tell_mask()

    # Tools and strokes

    @property
    def tool(self) -> Tool | None:
        """The tool that the left button uses, or None."""
        return self.hand.tool

    def set_tool(self, tool: Tool | None) -> None:
        """Use another tool; a running stroke is finished first."""
        self.hand.take(tool)
        self._input.update_cursor()
        self.follow_tool()

    @property
    def stroking(self) -> bool:
        """Whether a stroke is under way."""
        return self.hand.stroking

    def begin_stroke(self, event: PointerEvent, *, eraser: bool = False) -> None:
        """The tool is pressed at a place in the picture, or a pen's other end is."""
        if self.tool is not None and self.tool.masks and not self.look.mask_shown:
            self.mask_wanted.emit()
        self.hand.press(event, eraser=eraser)
        self.follow_tool()

    def continue_stroke(self, event: PointerEvent) -> None:
        """The pressed tool moved."""
        self.hand.move(event)
        self.follow_tool()

    def finish_stroke(self) -> None:
        """The tool is released where it is; nothing where no stroke runs."""
        if self.stroking:
            self.hand.release()
            self.follow_tool()

    def cancel_stroke(self) -> None:
        """Take the running stroke back, or what the tool keeps open."""
        self.hand.cancel()
        self.follow_tool()

    def confirm(self) -> None:
        """Finish what the tool keeps open."""
        self.hand.confirm()
        self.follow_tool()

    def nudge(self, across: int, down: int) -> bool:
        """Move what the tool moves by picture pixels; False where it moves nothing."""
        done = self.hand.nudge(across, down)
        self.follow_tool()
        return done

    def step_back(self) -> bool:
        """Take back the last corner of what the tool keeps open; False where there is none."""
        done = self.hand.step_back()
        self.follow_tool()
        return done

    def follow_step(self, step: Step) -> None:
        """A tool has put a step into the history."""
        self._last_event = f"{step.entry.label}."
        self.refresh(step.dirty)
        if not step.dirty.mask:
            self.tell_mask()
        self.stroke_finished.emit(step.entry)

    def follow_tool(self) -> None:
        """Show the tool as it is now: its ring, its sketch, and what it has to say."""
        self.update_ring()
        sketch = self.hand.sketch
        if sketch != self._sketch:
            self.show_mask_moved(*sketch.mask_moved)
            self._sketches.ratio = self.devicePixelRatioF()
            if self.angle:
                self.update()
            else:
                self.update(self._screen.logical_region(self._sketches.changed(self._sketch, sketch)))
            self._sketch = sketch
        self.tool_moved.emit()

    # The pointer

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is in the widget, or None when it is elsewhere."""
        return self._input.pointer

    def place_pointer(self, place: QPointF) -> None:
        """Put the pointer that the keyboard moves to a place in the widget."""
        self._input.pointer = place
        self.pointer_moved.emit(self.to_picture(place))
        self.follow_tool()

    def follow_keys(self) -> None:
        """A key that changes what the pointer does is held, or not any more."""
        self._input.update_cursor()
        self.update_ring()

    def tell(self, words: str) -> None:
        """Say something about the pointer, for those who do not see it."""
        self._last_event = words
        self._describe()
        self.told.emit(words)

    def update_ring(self) -> None:
        """Draw the ring where the pointer is now, or none; also after the brush got another size."""
        ratio = self.devicePixelRatioF()
        place = self._input.pointer
        diameter = None if self.tool is None else self.tool.diameter
        ring = None
        if place is not None and diameter is not None and self._picture is not None and not self._input.panning:
            device = self._screen.device(place)
            ring = CursorRing(device.x, device.y, diameter / 2 * self.zoom, ratio)
        if ring == self._ring:
            return
        for shown in (self._ring, ring):
            if shown is not None:
                self.update(self._screen.logical_region(shown.region))
        self._ring = ring

    # What the view asks for

    def _before_paint(self) -> None:
        self.hand.flush(self.level)
        self.look.drop_old_preview()

    def _paint_over(self, painter: QPainter) -> None:
        if self._sketch:
            painter.save()
            self._sketches.upright = painter.transform()
            self._sketches.ratio = self.devicePixelRatioF()
            painter.setTransform(self._screen.turn, True)
            self._sketches.paint(painter, self._sketch)
            painter.restore()
        if self._ring is not None:
            self._ring.paint(painter, self._screen.turn)

    def _scrolled(self, across: int, down: int) -> None:
        # The ring is fixed to the screen: repaint it where it was moved to and where it belongs.
        if self._ring is not None:
            ring = self._screen.logical_region(self._ring.region)
            self.update(ring.united(ring.translated(across, down)))
        if self._sketch.label is not None:
            self.update()  # words keep clear of the canvas's edge, wherever their place goes

    def _zoomed(self) -> None:
        super()._zoomed()
        self.update_ring()
        self._describe()

    # Qt's calls

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is left running."""
        self.finish_stroke()
        super().hideEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another window has the keys: keep what was painted so far."""
        self.finish_stroke()
        self._input.forget_keys()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Pointer, wheel, pen, keys and drops go to :class:`CanvasInput` first."""
        # Qt tells of the view's own parts before the canvas is built.
        return (self._built and self._input.handle(event)) or super().event(event)

    def tell_mask(self) -> None:
        """The effective mask is another."""
        self._describe()
        self.mask_changed.emit()

    def _describe(self) -> None:
        """Tell assistive technology what there is to see."""
        self.setAccessibleDescription(description(self._picture, self.zoom))
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.ValueChanged))

    @property
    def value(self) -> str:
        """In words: the tool, the zoom, how much is masked, what happened last."""
        if self._picture is None:
            return ""
        tool = "No tool" if self.tool is None else self.tool.caption
        masked = f"{100 * self._picture.coverage:.1f} % masked"
        parts = (tool, f"zoom {100 * self.zoom:.3g} %", masked, self._last_event.rstrip("."))
        return ", ".join(part for part in parts if part)
