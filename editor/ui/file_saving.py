"""Saves pictures and projects: in the background, never over what somebody else has written meanwhile unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.domain.document import Document
from editor.domain.errors import ChangedOnDisk, EditorError
from editor.imaging.picture import Picture
from editor.ui.remedies import Notice, Remedy, RemedyKind

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

PROJECT = ".ora"
FILTERS = (
    "OpenRaster project (*.ora)",
    "PNG (*.png)",
    "JPEG (*.jpg *.jpeg)",
    "WebP (*.webp)",
    "TIFF (*.tif *.tiff)",
    "AVIF (*.avif)",
)
EXTENSIONS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif", "AVIF": ".avif"}
"""The usual extension by the format that a picture came in."""
_WRITTEN = (PROJECT, ".jpeg", ".tiff", *EXTENSIONS.values())

_SAVE_AS = Remedy(RemedyKind.SAVE_AS, "Save as…")
_SAVE_OVER = Remedy(RemedyKind.SAVE_OVER, "Save over it")
_Then = Callable[[], None]


class FileSaving(QObject):
    """Writes files for the window. ``saved`` carries the :class:`Picture` and its path."""

    told = Signal(str)
    noticed = Signal(object)
    saved = Signal(object, object)

    def __init__(self, window: QWidget, session: Session, runner: JobRunner, *, folder: Callable[[], str]) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._folder = folder
        self._busy: dict[Document, list[Callable[[], None]]] = {}
        """Pictures that are being written, each with what is to be written of it next."""
        self._refused: Callable[[], None] | None = None
        """Saves over the file that somebody else has changed."""

    def save(self, picture: Picture, then: _Then | None = None) -> None:
        """Save to the picture's own file, or ask for one where it has none, cannot be written, or would lose something:
        what was cut out, or the pictures besides the one that was opened."""
        path = picture.document.path
        if (
            path is None
            or path == self._session.pictures.sample_path
            or path.suffix.lower() not in _WRITTEN
            or str(path) == picture.document.metadata.save_options.get("holds_more")
            or (_flat(path.suffix) and not picture.opaque)
        ):
            self.ask(picture, then)
        else:
            self._write(picture, path, then)

    def save_over(self) -> None:
        """Save once more what was kept back because somebody else has changed the file."""
        refused, self._refused = self._refused, None
        if refused is not None:
            refused()

    def save_project(self, picture: Picture, then: _Then | None = None) -> None:
        """Save to the picture's own project, or let the user choose one."""
        if _suffix(picture.document) == PROJECT:
            self.save(picture, then)
        else:
            self._ask(picture, PROJECT, then)

    def ask(self, picture: Picture, then: _Then | None = None) -> None:
        """Let the user choose a file and save there."""
        document = picture.document
        extension = PROJECT if _suffix(document) == PROJECT else EXTENSIONS.get(document.metadata.format, ".png")
        if _flat(extension) and not picture.opaque:
            extension = ".png"
        self._ask(picture, extension, then)

    def _ask(self, picture: Picture, extension: str, then: _Then | None) -> None:
        document = picture.document
        # A picture that is in no file has no extension to take away, though its name may hold a dot.
        stem = document.name if document.path is None else document.path.stem
        start = Path(self._folder()) / f"{stem}{extension}"
        dialog = QFileDialog(self._window, "Save as", str(start), ";;".join(FILTERS))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(extension.removeprefix("."))
        dialog.selectNameFilter(next(words for words in FILTERS if f"*{extension}" in words))
        # "PNG (*.png)" → "png": a name typed without an extension gets that of the chosen format.
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix(words.split("*.")[1].split()[0].strip(")")))
        dialog.fileSelected.connect(lambda name: self._write(picture, Path(name), then))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write(self, picture: Picture, path: Path, then: _Then | None, *, over: bool = False) -> None:
        """Write a picture; after what is being written of it already, or an older state might be the last."""
        document = picture.document
        if document in self._busy:
            self._busy[document].append(partial(self._write, picture, path, then, over=over))
            return
        self._busy[document] = []
        state, masks = document.pixel_state, document.mask_state
        self.told.emit(f"Saving {path.name}…")
        saving = self._session.pictures.saving(picture.document, path, over=over)

        def failed(error: EditorError) -> None:
            remedies: tuple[Remedy, ...] = (_SAVE_AS,)
            if isinstance(error, ChangedOnDisk):
                self._refused = partial(self._write, picture, path, then, over=True)
                remedies = (_SAVE_OVER, _SAVE_AS)
            self.told.emit(f"{path.name} was not saved.")
            self.noticed.emit(Notice(words=error.message, remedies=remedies))
            self._write_next(document)

        def written(notes: Sequence[str]) -> None:
            document.saved_at(state)
            if path.suffix.lower() == PROJECT:
                document.masks_saved_at(masks)
            self._written(picture, path, notes, then)
            self._write_next(document)

        self._runner.background(saving.run, written, failed)

    def _write_next(self, document: Document) -> None:
        # The first begins at once; it lets the others wait for it in turn.
        for write in self._busy.pop(document, []):
            write()

    def _written(self, picture: Picture, path: Path, notes: Sequence[str], then: _Then | None) -> None:
        document = picture.document
        document.path, document.name = path, path.name
        self._session.pictures.saved(document, path)
        self.saved.emit(picture, path)
        self.told.emit(f"Saved {path.name}.")
        if notes:
            self.noticed.emit(Notice(words=" ".join(notes), bad=False))
        if then is not None:
            then()


def _suffix(document: Document) -> str:
    """The extension of the document's file, in lower case; "" where it has none."""
    return "" if document.path is None else document.path.suffix.lower()


def _flat(extension: str) -> bool:
    """Whether files of this kind hold no transparency."""
    return extension.lower() in (".jpg", ".jpeg", ".bmp")
