"""Exports pictures: a dialog with the size told while the user chooses, and the file written in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.domain.document import Document
from editor.domain.errors import EditorError
from editor.domain.export_options import ExportOptions, SizeEstimate
from editor.imaging.picture import Picture
from editor.ui.export_choices import ALL_ENDINGS, ENDINGS, FORMAT_WORDS, ExportMemory
from editor.ui.export_dialog import ExportDialog
from editor.ui.remedies import Notice, Remedy, RemedyKind
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

DELAY_MS = 150
"""How long the choices must rest before the size is measured."""

FOLDER_SETTING = "export_folder"
_EXPORT_AGAIN = Remedy(RemedyKind.EXPORT_AGAIN, "Export again…")


class SizeMeter(QObject):
    """Measures in the background, one wish at a time; an answer that a newer wish has overtaken is not told.

    ``measured`` carries a :class:`SizeEstimate`, or the :class:`EditorError` that says why there can be no such file.
    """

    measured = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._wish: tuple[Document, ExportOptions] | None = None
        self._busy = False
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._begin)

    def ask(self, document: Document, options: ExportOptions) -> None:
        """Measure soon."""
        self._wish = document, options
        self._delay.start()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._wish = None
        self._delay.stop()

    def _begin(self) -> None:
        if self._busy or self._wish is None:
            return
        wish = self._wish
        self._busy = True
        ended = partial(self._ended, wish)
        self._runner.background(self._session.exports.sizing(*wish), ended, ended)

    def _ended(self, wish: tuple[Document, ExportOptions], answer: SizeEstimate | EditorError) -> None:
        self._busy = False
        if self._wish is wish:
            self._wish = None
            self.measured.emit(answer)
        elif not self._delay.isActive():
            self._begin()


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """What is to be exported, and how."""

    picture: Picture
    options: ExportOptions


class FileExporting(QObject):
    """Writes copies for others: the picture stays modified where it was, with the file it had."""

    told = Signal(str)
    noticed = Signal(object)
    exported = Signal()

    def __init__(
        self, window: QWidget, session: Session, runner: JobRunner, workspace: Workspace, *, folder: Callable[[], str]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._folder = folder
        self._memory = ExportMemory(session.settings)
        self._meter = SizeMeter(session, runner, self)
        self._meter.measured.connect(self._tell_size)
        self._refused: _Order | None = None
        self._picture: Picture | None = None
        self._step: object = None
        self._format = ""
        self.dialog: ExportDialog | None = None
        """The dialog, while it is open."""
        workspace.titled.connect(self._follow)
        workspace.closed.connect(self._picture_closed)

    def ask(self, picture: Picture, options: ExportOptions | None = None) -> None:
        """Open the dialog for a picture, or bring it to the front; with ``options`` if given."""
        if self.dialog is None or self._picture is not picture:
            self._open(picture)
        dialog = self.dialog
        assert dialog is not None
        if options is not None:
            dialog.take(options)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def ask_again(self) -> None:
        """Open the dialog for what could not be written, as it was."""
        refused, self._refused = self._refused, None
        if refused is not None and refused.picture in self._workspace.pictures:
            self.ask(refused.picture, refused.options)

    def _open(self, picture: Picture) -> None:
        if self.dialog is not None:
            self.dialog.close()
        document = picture.document
        self._picture, self._format = picture, ""
        dialog = self.dialog = ExportDialog(
            document.name,
            self._memory,
            self._window,
            deep=document.depth > 8,
            receipts=self._session.exports.has_receipts(document),
        )
        dialog.changed.connect(self._measure)
        dialog.wanted.connect(self._ask_path)
        dialog.finished.connect(lambda: self._dialog_closed(dialog))
        self._measure()

    def _dialog_closed(self, dialog: ExportDialog) -> None:
        if dialog is self.dialog:
            self.dialog = self._picture = self._step = None
            self._meter.stop()

    def _picture_closed(self, picture: Picture) -> None:
        if self.dialog is not None and picture is self._picture:
            self.dialog.close()

    def _follow(self) -> None:
        """The picture got another step: what is told of the file is of the one before."""
        if self._picture is not None and _look(self._picture.document) != self._step:
            self._format = ""
            self._measure()

    def _measure(self) -> None:
        if self.dialog is None or self._picture is None:
            return
        options, self._step = self.dialog.options, _look(self._picture.document)
        if options.format != self._format:
            # The size of another format says nothing; that of another quality is close until the new one is known.
            self._format = options.format
            self.dialog.show_measuring()
        self._meter.ask(self._picture.document, options)

    def _tell_size(self, answer: SizeEstimate | EditorError) -> None:
        if self.dialog is None:
            return
        if isinstance(answer, EditorError):
            self.dialog.show_refusal(answer.message)
        else:
            self.dialog.show_size(answer)

    def _ask_path(self) -> None:
        """Let the user choose a file; the dialog stays until there is one."""
        if self.dialog is None or self._picture is None:
            return
        order = _Order(self._picture, self.dialog.options)
        name = order.options.format
        words = f"{FORMAT_WORDS[name]} (*{ALL_ENDINGS[name]})"
        dialog = QFileDialog(self.dialog, "Export", str(self._proposed(order)), words)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDINGS[name].removeprefix("."))
        dialog.fileSelected.connect(lambda chosen: self._chosen(order, Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _proposed(self, order: _Order) -> Path:
        """A name after the picture's, but that of no picture that is open."""
        document = order.picture.document
        stem = document.name if document.path is None else document.path.stem
        folder = Path(self._session.settings.get(FOLDER_SETTING, self._folder()))
        ending = ENDINGS[order.options.format]
        path = folder / f"{stem}{ending}"
        return path if self._workspace.with_path(path) is None else folder / f"{stem}-export{ending}"

    def _chosen(self, order: _Order, path: Path) -> None:
        if self._workspace.with_path(path) is not None:
            self._refuse(order, f"{path.name} is open here, and an export would replace it. Choose another name.")
            return
        self._memory.keep(order.options)
        self._session.settings.set(FOLDER_SETTING, str(path.parent))
        if self.dialog is not None:
            self.dialog.close()
        self.told.emit(f"Exporting {path.name}…")
        self._runner.background(
            self._session.exports.exporting(order.picture.document, path, order.options),
            lambda notes: self._written(path, notes),
            lambda error: self._not_written(order, path, error),
        )

    def _written(self, path: Path, notes: Sequence[str]) -> None:
        self.exported.emit()
        self.told.emit(f"Exported {path.name}.")
        if notes:
            self.noticed.emit(Notice(words=" ".join(notes), bad=False))

    def _not_written(self, order: _Order, path: Path, error: EditorError) -> None:
        self.told.emit(f"{path.name} was not exported.")
        self._refuse(order, error.message)

    def _refuse(self, order: _Order, words: str) -> None:
        self._refused = order
        self.noticed.emit(Notice(words=words, remedies=(_EXPORT_AGAIN,)))


def _look(document: Document) -> tuple[object, ...]:
    """What differs as soon as the picture's pixels or receipts may be others."""
    current = document.history.current
    return current, current.chosen
