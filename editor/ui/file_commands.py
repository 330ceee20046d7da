"""Open, paste and close: everything that brings pictures into the workspace and out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColorSpace, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from editor.domain.errors import EditorError
from editor.domain.file_formats import READABLE, patterns
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.imaging.preview import Preview
from editor.ui.carried import Carried, carried
from editor.ui.file_exporting import FileExporting
from editor.ui.file_saving import FileSaving
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

OPEN_FILTER = f"Pictures and projects ({patterns(READABLE)} *.ora *.kra);;All files (*)"
RECENT = 10
"""How many files are remembered."""
ONLY_ADDRESS = (
    "an address, not a picture, and the program downloads nothing by itself. Copy the picture itself in the browser, "
    "or save it there and open the file."
)
MOST_REFUSED = 5
"""Of so many files that could not be opened together the message says why."""

_Then = Callable[[], None]


def pixels_of(image: QImage) -> Pixels:
    """A copy of ``image`` as (height, width, 4) uint8, blue green red alpha in sRGB, alpha not multiplied in."""
    space = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if image.colorSpace().isValid() and image.colorSpace() != space:
        image = image.convertedToColorSpace(space)
    converted = image.convertToFormat(QImage.Format.Format_ARGB32)
    rows = np.frombuffer(converted.constBits(), np.uint8).reshape(converted.height(), converted.bytesPerLine())
    return rows[:, : converted.width() * 4].copy().reshape(converted.height(), converted.width(), 4)


class FileCommands(QObject):
    """Reads in the background; the window goes on working meanwhile. ``saving`` and ``exporting`` write."""

    told = Signal(str)
    noticed = Signal(object)
    recent_changed = Signal()
    saved = Signal()
    previewed = Signal(object)
    """A :class:`editor.imaging.preview.Preview` of the picture that is being read, or None when that has ended."""

    def __init__(self, window: QWidget, session: Session, runner: JobRunner, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self.saving = FileSaving(window, session, runner, folder=self._folder)
        self.exporting = FileExporting(window, session, runner, workspace, folder=self._folder)
        for part in (self.saving, self.exporting):
            part.told.connect(self.told)
            part.noticed.connect(self.noticed)
        self.saving.saved.connect(self._saved)
        self._waiting: list[Path] = []
        self._refused: list[str] = []

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files that were opened or saved, newest first."""
        return tuple(Path(name) for name in self._session.settings.get("recent_files", []))

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._keep_recent([])

    def ask_open(self) -> None:
        """Let the user choose files."""
        dialog = QFileDialog(self._window, "Open pictures", self._folder(), OPEN_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.open_paths([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files one after the other, in order; one that is open already comes to the front."""
        idle = not self._waiting
        # A path from the command line counts from a folder that the next start may not be in.
        self._waiting.extend(path.absolute() for path in paths)
        if idle:
            self._open_next()

    def _open_next(self) -> None:
        while self._waiting:
            path = self._waiting[0]
            found = self._workspace.with_path(path)
            if found is None:
                self.told.emit(f"Opening {path.name}…")
                self._preview(path)
                self._runner.background(partial(self._session.pictures.open, path), self._opened, self._not_opened_file)
                return
            del self._waiting[0]
            self._workspace.select(self._workspace.pictures.index(found))
        self._tell_refused()

    def _preview(self, path: Path) -> None:
        """Where no picture is in the way, show the one that is coming as soon as it can be recognised."""
        if self._workspace.pictures:
            return
        ratio = self._window.devicePixelRatioF()
        room = round(self._window.width() * ratio), round(self._window.height() * ratio)

        def show(preview: Preview | None) -> None:
            if self._waiting[:1] == [path] and not self._workspace.pictures:
                self.previewed.emit(preview)

        work = partial(self._session.pictures.preview, path, room)
        self._runner.background(work, show, lambda error: self.previewed.emit(None))

    def open_sample(self) -> None:
        """Open the sample photo with its mask."""
        self._runner.background(self._session.pictures.sample, self._show, self._not_opened)

    def paste(self) -> None:
        """Open what the clipboard holds: a picture, or files."""
        found = carried(QGuiApplication.clipboard().mimeData())
        if found:
            self._open_carried(found, "Pasted picture", "The clipboard holds")
        else:
            self.told.emit("The clipboard holds no picture.")

    def open_dropped(self, found: Carried) -> None:
        """Open what was dropped on the canvas: files, or a picture out of another program."""
        self._open_carried(found, "Dropped picture", "What was dropped is")

    def _open_carried(self, found: Carried, name: str, what: str) -> None:
        pictures, image = self._session.pictures, found.image
        if found.paths:
            self.open_paths(found.paths)
        elif found.data:
            self._runner.background(partial(pictures.from_bytes, found.data, name), self._pasted, self._not_opened)
        elif image is not None:
            self._runner.background(
                lambda: pictures.from_pixels(pixels_of(image), name), self._pasted, self._not_opened
            )
        else:
            self.noticed.emit(Notice(words=f"{what} {ONLY_ADDRESS}", bad=False))

    def save(self, picture: Picture, then: _Then | None = None) -> None:
        """Save to the picture's own file, or ask for one."""
        self.saving.save(picture, then)

    def ask_save(self, picture: Picture, then: _Then | None = None) -> None:
        """Let the user choose a file and save there."""
        self.saving.ask(picture, then)

    def close(self, picture: Picture, then: _Then | None = None) -> None:
        """Close a picture; ask first where something is not saved."""
        if picture.document.unsaved:
            self._ask_about(picture, then)
        else:
            self._close_now(picture, then)

    def close_all(self, then: _Then) -> None:
        """Close every picture that is not saved, asking for each, and go on only if none was kept open."""
        unsaved = next((picture for picture in self._workspace.pictures if picture.document.unsaved), None)
        if unsaved is None:
            then()
            return
        self._workspace.select(self._workspace.pictures.index(unsaved))
        self.close(unsaved, lambda: self.close_all(then))

    def _close_now(self, picture: Picture, then: _Then | None) -> None:
        if picture in self._workspace.pictures:
            self._workspace.remove(picture)
        if then is not None:
            then()

    def _ask_about(self, picture: Picture, then: _Then | None) -> None:
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Unsaved changes")
        document = picture.document
        if document.modified:
            box.setText(f"Save the changes to {document.name}?")
            box.setInformativeText("Changes that are not saved are lost.")
        else:
            box.setText(f"Save the mask of {document.name} in a project?")
            box.setInformativeText("The picture itself is saved. A mask that is in no project is lost.")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)

        def close() -> None:
            self._close_now(picture, then)

        def answered(result: int) -> None:
            if result == buttons.Save and document.modified:
                self.save(picture, close)
            elif result == buttons.Save:
                self.saving.save_project(picture, close)
            elif result == buttons.Discard:
                close()
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    def _opened(self, picture: Picture) -> None:
        self.previewed.emit(None)
        self._remember(self._waiting.pop(0))
        self._show(picture)
        self._open_next()

    def _not_opened_file(self, error: EditorError) -> None:
        self.previewed.emit(None)
        path = self._waiting.pop(0)
        if path in self.recent and not path.exists():
            self._keep_recent([kept for kept in self.recent if kept != path])
        self.told.emit("")
        self._refused.append(error.message)
        self._open_next()

    def _tell_refused(self) -> None:
        """Say of all files of one opening at once which could not be read, so that no sentence covers another."""
        told, rest = self._refused[:MOST_REFUSED], len(self._refused) - MOST_REFUSED
        self._refused = []
        if told:
            more = [f"{rest} more could not be opened."] if rest > 0 else []
            self.noticed.emit(Notice(words="\n".join([*told, *more])))

    def _pasted(self, picture: Picture) -> None:
        # It is in no file yet: closing it unasked would lose it.
        picture.document.modified = True
        self._show(picture)

    def _show(self, picture: Picture) -> None:
        self._workspace.add(picture)
        self.told.emit(f"Opened {picture.document.name}.")
        notes = picture.document.metadata.notes
        if notes:
            self.noticed.emit(Notice(words=" ".join(notes), bad=False))

    def _not_opened(self, error: EditorError) -> None:
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message))

    def _saved(self, picture: Picture, path: Path) -> None:
        self._session.chains.saved(picture.document)
        self._remember(path)
        self._workspace.titled.emit()
        self.saved.emit()

    def _remember(self, path: Path) -> None:
        self._session.settings.set("last_folder", str(path.parent))
        self._keep_recent([path, *(kept for kept in self.recent if kept != path)])

    def _keep_recent(self, paths: Sequence[Path]) -> None:
        self._session.settings.set("recent_files", [str(path) for path in paths[:RECENT]])
        self.recent_changed.emit()

    def _folder(self) -> str:
        return str(self._session.settings.get("last_folder", str(Path.home())))
