"""Brings the Edit panel's form what it asks for besides words: a background from a file, strokes, a picked colour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from editor.domain.errors import EditorError
from editor.domain.samples import Pixels
from editor.tools.colour_picker import words_of
from editor.ui.edit_panel import EditPanel
from editor.ui.mask_commands import clear_mask
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

NO_STROKES = "Nothing is painted. Paint over it with the mask brush first, then press this button."


class FormMaterial(QObject):
    """Reads in the background; each function ``take`` puts what was found into the form."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, workspace: Workspace, *, panel: EditPanel) -> None:
        super().__init__(panel)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._panel = panel
        panel.picture_wanted.connect(self.read_background)
        panel.mask_wanted.connect(self.take_strokes)
        workspace.current_changed.connect(panel.forget_strokes)

    def read_background(self, path: Path, take: Callable[[Pixels, str], None]) -> None:
        """Read a picture that is to be a background, and give it and its name to ``take``."""
        self.told.emit(f"Opening {path.name}…")

        def done(pixels: Pixels) -> None:
            self.told.emit(f"{path.name} is the new background.")
            take(pixels, path.name)

        self._runner.background(lambda: self._read(path), done, self.tell_error)

    def take_strokes(self, take: Callable[[Pixels], None]) -> None:
        """Give what is painted to ``take``, and clear the mask for further strokes."""
        picture = self._workspace.current
        if picture is None or not picture.document.mask.bounds:
            self.noticed.emit(Notice(words=NO_STROKES, passing=True))
            return
        take(picture.document.mask.array.copy())
        self._workspace.touch(picture, clear_mask(picture.document))

    def take_colour(self, colour: tuple[int, int, int]) -> None:
        """A colour, red, green and blue, was picked: copy it, and take it where the chosen edit asks for one."""
        words = words_of(colour)
        QGuiApplication.clipboard().setText(words)
        taken = self._panel.take_colour(colour)
        self.told.emit(f"{words} is the new background. Copied." if taken else f"Copied {words}.")

    def tell_error(self, error: EditorError) -> None:
        """Something could not be done."""
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message, passing=True))

    def _read(self, path: Path) -> Pixels:
        """(height, width, 3) uint8 sRGB, white behind what is transparent; blocks."""
        from editor.imaging.exchange import outgoing

        self._session.chains.require_may_leave(path)
        document = self._session.pictures.open(path).document
        return outgoing(document.pixels.array, document.metadata.icc_profile)
