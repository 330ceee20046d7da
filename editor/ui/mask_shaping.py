"""Select › Grow, Shrink, Feather, Smooth, Border, Fill holes: asks by how much, and makes the mask anew in a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QSpinBox, QVBoxLayout, QWidget

from editor.domain.errors import EditorError
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.ui.canvas import Canvas
from editor.ui.labels import label, row
from editor.ui.mask_commands import NOTHING_PAINTED, set_mask
from editor.ui.mask_preview import MaskPreview
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

MOST = 1000
"""Pixels that can be asked for."""
MARGIN = 16
"""Between the question and the canvas's edges."""
MEANWHILE = "The mask was changed meanwhile, so it was left as it is. Choose the command again."
FAINT = 26
"""A tenth of full coverage; what nowhere reaches it cannot be seen."""
TOO_FAINT = "Of the mask hardly a trace would be left, so it was not changed. Give fewer pixels."
NOTHING_LEFT = "Nothing of the mask would be left, so it was not changed. Give fewer pixels."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A change of the mask by a number of pixels; ``ask`` is the question, empty where there is none. ``change`` is
    the name of a function of :mod:`editor.imaging.mask_shapes`."""

    label: str
    change: str
    ask: str = ""
    usual: int = 0


SHAPES = {
    "grow_mask": Shape(label="Grow mask", change="grown", ask="Larger on every side by", usual=8),
    "shrink_mask": Shape(label="Shrink mask", change="shrunk", ask="Smaller on every side by", usual=8),
    "feather_mask": Shape(label="Feather mask", change="feathered", ask="Edge softened over", usual=12),
    "smooth_mask": Shape(label="Smooth mask", change="smoothed", ask="Without what is finer than", usual=8),
    "border_mask": Shape(label="Border of the mask", change="border", ask="Width of the band along the edge", usual=16),
    "fill_holes": Shape(label="Fill holes", change="filled"),
}
"""By the ids of their commands."""


class PixelsDialog(QDialog):
    """Asks for a number of pixels. ``wanted`` carries it, ``tried`` one that is to be looked at, 0 for none."""

    wanted = Signal(int)
    tried = Signal(int)

    def __init__(self, shape: Shape, value: int, parent: QWidget, *, previewed: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(shape.label)
        self.number = QSpinBox()
        self.number.setRange(1, MOST)
        self.number.setValue(value)
        self.number.setSuffix(" px")
        self.number.setAccessibleName(f"{shape.ask}, in pixels")
        self.number.setMinimumWidth(110)
        self.number.selectAll()
        self.preview = QCheckBox("Preview")
        self.preview.setToolTip("Show on the canvas what becomes of the mask")
        self.preview.setChecked(previewed)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(shape.label)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(row(label(shape.ask), self.number))
        layout.addWidget(self.preview)
        layout.addWidget(self.buttons)
        self.number.valueChanged.connect(self.show_again)
        self.preview.toggled.connect(self.show_again)
        self.accepted.connect(lambda: self.wanted.emit(self.number.value()))

    def show_again(self) -> None:
        """What is there now may look otherwise."""
        self.tried.emit(self.number.value() if self.preview.isChecked() else 0)


class MaskShaping(QObject):
    """Each change is one step. What was asked for last is remembered."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(
        self, window: QWidget, session: Session, runner: JobRunner, workspace: Workspace, *, canvas: Canvas
    ) -> None:
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._settings = session.settings
        self._runner = runner
        self._workspace = workspace
        self._preview = MaskPreview(self, runner, canvas.look)
        self._asking: PixelsDialog | None = None
        self._picture: Picture | None = None
        """Of the question that was asked last."""
        workspace.closed.connect(self._closed)
        workspace.titled.connect(self._follow_step)

    def begin(self, id: str, picture: Picture) -> None:
        """Ask how much, where the shape asks, and change the mask of ``picture``."""
        shape = SHAPES[id]
        if not picture.document.mask.bounds:
            self.noticed.emit(Notice(words=NOTHING_PAINTED, passing=True))
        elif not shape.ask:
            self._run(picture, shape, self._function(shape))
        else:
            kept = self._settings.get(id, shape.usual)
            value = kept if isinstance(kept, int) and 1 <= kept <= MOST else shape.usual
            self._ask(id, picture, value)

    def _ask(self, id: str, picture: Picture, value: int) -> None:
        self.leave()
        previewed = self._settings.get("preview_masks", True) is not False
        dialog = self._asking = PixelsDialog(SHAPES[id], value, self._window, previewed=previewed)
        self._picture = picture
        dialog.wanted.connect(partial(self._take, id, picture))
        dialog.tried.connect(partial(self._try, id, picture))
        dialog.preview.toggled.connect(partial(self._settings.set, "preview_masks"))
        dialog.rejected.connect(self._preview.stop)
        dialog.finished.connect(self._answered)
        dialog.show()
        # In a corner, as most of what is masked lies elsewhere.
        inside = self._canvas.rect().adjusted(0, 0, -dialog.width() - MARGIN, -dialog.height() - MARGIN)
        dialog.move(self._canvas.mapToGlobal(inside.bottomRight()))
        dialog.show_again()

    def _follow_step(self) -> None:
        """The mask may have got another step: the preview is of what is painted now."""
        if self._asking is not None:
            self._asking.show_again()

    def leave(self) -> None:
        """Close the question, if there is one, and change nothing."""
        if self._asking is not None:
            self._asking.reject()

    def _try(self, id: str, picture: Picture, pixels: int) -> None:
        function = self._function(SHAPES[id])
        if pixels:
            self._preview.ask(picture, lambda mask: function(mask, pixels))
        else:
            self._preview.stop()

    def _answered(self) -> None:
        if self._asking is not None:
            self._asking.deleteLater()
        self._asking = None

    def _closed(self, picture: Picture) -> None:
        if picture is self._picture:
            self.leave()

    def _take(self, id: str, picture: Picture, pixels: int) -> None:
        shape = SHAPES[id]
        self._settings.set(id, pixels)
        function = self._function(shape)
        self._run(picture, shape, lambda mask: function(mask, pixels))

    @staticmethod
    def _function(shape: Shape) -> Callable[..., Pixels]:
        from editor.imaging import mask_shapes

        function: Callable[..., Pixels] = getattr(mask_shapes, shape.change)
        return function

    def _run(self, picture: Picture, shape: Shape, change: Callable[[Pixels], Pixels]) -> None:
        document = picture.document
        before = document.mask.snapshot()
        self.told.emit(f"{shape.label}…")

        def done(mask: Pixels | None) -> None:
            # A stroke that is not finished yet counts too.
            changed = not before.of(document.mask) or bool(before.tiles)
            before.close()
            self._preview.stop()
            if picture not in self._workspace.pictures:
                self.told.emit("")
            elif changed:
                self._tell(EditorError(MEANWHILE))
            elif mask is None:
                self.told.emit(f"{shape.label}: that changes nothing here.")
            else:
                self._workspace.touch(picture, set_mask(document, mask, shape.label))
                self.told.emit(f"{shape.label}: done.")

        def failed(error: EditorError) -> None:
            before.close()
            self._preview.stop()
            self._tell(error)

        self._runner.background(lambda: _changed(before.read(before.rect), change), done, failed)

    def _tell(self, error: EditorError) -> None:
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message, passing=True))


def _changed(painted: Pixels, change: Callable[[Pixels], Pixels]) -> Pixels | None:
    """The other mask; None where it is the same. Raises EditorError where there is nothing to see of it."""
    mask = change(painted)
    most = int(mask.max())
    if not most:
        raise EditorError(NOTHING_LEFT)
    if most < FAINT <= int(painted.max()):
        raise EditorError(TOO_FAINT)
    return None if np.array_equal(mask, painted) else mask
