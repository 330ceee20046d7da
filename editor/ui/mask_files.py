"""Select › Mask from file, and Save mask as file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.domain.errors import EditorError
from editor.domain.file_formats import READABLE, patterns
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.ui.mask_commands import NOTHING_PAINTED, set_mask
from editor.ui.message_bar import MessageBar
from editor.ui.remedies import Notice, Remedy, RemedyKind
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.ui.job_runner import JobRunner

OPEN_FILTER = f"Pictures ({patterns(READABLE)});;All files (*)"
LABEL = "Mask from file"
SCALE = Remedy(RemedyKind.SCALE_MASK, "Scale it to fit")
CANCEL = Remedy(RemedyKind.LATER, "Leave it")


class MaskFiles(QObject):
    """Reads and writes in the background. White is masked; a file holds what was painted, before grow and feather."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(self, window: QWidget, runner: JobRunner, workspace: Workspace, *, messages: MessageBar) -> None:
        super().__init__(window)
        self._messages = messages
        self._waiting: tuple[Picture, Path, Pixels] | None = None
        messages.remedy_chosen.connect(self._follow)
        self._window = window
        self._runner = runner
        self._workspace = workspace

    def ask_open(self, picture: Picture) -> None:
        """Ask for a file whose light parts are to be the mask."""
        dialog = QFileDialog(self._window, "Mask from file", _folder(picture), OPEN_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(picture, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, picture: Picture, path: Path) -> None:
        """Let the picture in a file be the mask of ``picture``, as one step."""
        from editor.session.mask_files import read_any_mask

        self.told.emit(f"Reading {path.name}…")
        self._waiting = None
        self._runner.background(partial(read_any_mask, path), partial(self._opened, picture, path), self._failed)

    def ask_save(self, picture: Picture) -> None:
        """Ask for a file that the mask is to be written to."""
        if not picture.document.mask.bounds:
            self.noticed.emit(Notice(words=NOTHING_PAINTED, passing=True))
            return
        name = f"{Path(picture.document.name).stem}-mask.png"
        start = str(Path(_folder(picture)) / name)
        dialog = QFileDialog(self._window, "Save mask as file", start, "PNG (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda chosen: self.save(picture, Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, picture: Picture, path: Path) -> None:
        """Write what is painted now to a grey PNG."""
        from editor.session.mask_files import save_mask

        mask = picture.document.mask.array.copy()
        self._runner.background(
            partial(save_mask, mask, path),
            lambda _nothing: self.told.emit(f"The mask was saved as {path.name}."),
            self._failed,
        )

    def _opened(self, picture: Picture, path: Path, mask: Pixels) -> None:
        document = picture.document
        height, width = mask.shape
        if picture not in self._workspace.pictures:
            self.told.emit("")
        elif not mask.any():
            self._failed(EditorError(f"{path.name} is all black, so nothing would be masked. White is masked."))
        elif document.size != (width, height):
            self.told.emit("")
            self._waiting = picture, path, mask
            own = f"{document.name} {document.size[0]} × {document.size[1]}"
            words = f"{path.name} has {width} × {height} pixels, {own}. The mask can be scaled to fit."
            self._messages.tell(Notice(words=words, remedies=(SCALE, CANCEL)))
        else:
            self._workspace.touch(picture, set_mask(document, mask, LABEL))
            self.told.emit(f"{path.name} is the mask now.")

    def _follow(self, kind: RemedyKind) -> None:
        waiting, self._waiting = self._waiting, None
        if kind is RemedyKind.SCALE_MASK and waiting is not None:
            from editor.session.mask_files import scaled_mask

            picture, path, mask = waiting
            if picture in self._workspace.pictures:
                self._workspace.select(self._workspace.pictures.index(picture))
            self._runner.background(
                partial(scaled_mask, mask, picture.document.size), partial(self._opened, picture, path), self._failed
            )

    def _failed(self, error: EditorError) -> None:
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message, passing=True))


def _folder(picture: Picture) -> str:
    path = picture.document.path
    return "" if path is None else str(path.parent)
