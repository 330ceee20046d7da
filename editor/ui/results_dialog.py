"""Everything that is kept of results that were paid for: open, save, discard, ask the platforms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QMessageBox,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from editor.domain.errors import EditorError
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import button, label, row, set_role
from editor.ui.result_words import EMPTY, PURPOSE, cells, deleted_words, question_words, sum_words

if TYPE_CHECKING:
    from editor.session import KeptResult, Session
    from editor.session.vault_bounds import Excess
    from editor.ui.job_runner import JobRunner

_COLUMNS = ("Picture", "Edit", "Platform", "When", "State", "Size")
_SIZE_COLUMN = 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_RESULT = Qt.ItemDataRole.UserRole
LOOKS = 3
"""How often runs that go on are looked at, ten seconds apart, before the user is told."""


class ResultsDialog(FactsDialog):
    """A row a result, the newest first; not modal."""

    open_wanted = Signal(object)
    """A :class:`KeptResult` that is to be brought back."""
    _found = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget) -> None:
        super().__init__("Results kept", parent)
        # It may be closed while platforms are being asked, and is filled anew whenever it is opened.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._session = session
        self._runner = runner
        self._collecting = False
        self.body.addWidget(label(PURPOSE, "muted", wrap=True))
        self.list = self._made_list()
        self.empty = label(EMPTY, "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.list)
        self._middle.addWidget(self.empty)
        self.body.addWidget(self._middle, 1)
        self.sum = label("", "muted")
        self.answer = label("", "muted")
        self.body.addLayout(row(self.sum, 1, self.answer))
        self.open_button = button("Open")
        self.save_button = button("Save as…")
        self.discard_button = button("Discard…")
        self.collect_button = button("Collect now")
        self.open_button.clicked.connect(self._open)
        self.save_button.clicked.connect(self._ask_file)
        self.discard_button.clicked.connect(self._ask_discard)
        self.collect_button.clicked.connect(self._collect)
        close = button("Close")
        close.clicked.connect(self.close)
        self.body.addLayout(row(self.open_button, self.save_button, self.discard_button, 1, self.collect_button, close))
        self._found.connect(self.refresh, Qt.ConnectionType.QueuedConnection)
        self.setMinimumSize(840, 420)

    def _made_list(self) -> QTreeWidget:
        result = QTreeWidget()
        result.setAccessibleName("Results kept")
        result.setRootIsDecorated(False)
        result.setUniformRowHeights(True)
        result.setHeaderLabels(list(_COLUMNS))
        result.headerItem().setTextAlignment(_SIZE_COLUMN, _RIGHT)
        result.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        header = result.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        result.itemSelectionChanged.connect(self._offer)
        result.itemActivated.connect(lambda item, column: self._open())
        return result

    @property
    def chosen(self) -> tuple[KeptResult, ...]:
        """The results whose rows are selected."""
        return tuple(item.data(0, _RESULT) for item in self.list.selectedItems())

    def refresh(self) -> None:
        """Read anew what there is."""

        async def read() -> tuple[Sequence[KeptResult], Excess]:
            return await self._session.results.kept(), await self._session.results.excess()

        self._runner.coroutine(read, self._show, self._failed)

    def _show(self, read: tuple[Sequence[KeptResult], Excess]) -> None:
        kept, excess = read
        shown = [result for result in reversed(kept) if result.pictures or result.is_open]
        before = {result.key for result in self.chosen}
        self.list.clear()
        for result in shown:
            item = QTreeWidgetItem(list(cells(result)))
            item.setData(0, _RESULT, result)
            item.setTextAlignment(_SIZE_COLUMN, _RIGHT)
            item.setToolTip(4, result.reason)
            self.list.addTopLevelItem(item)
            item.setSelected(result.key in before)
        first = self.list.topLevelItem(0)
        if first is not None and not self.list.selectedItems():
            self.list.setCurrentItem(first)
        self._middle.setCurrentWidget(self.list if shown else self.empty)
        self.sum.setText(sum_words(shown, excess) if shown else "")
        self._offer()

    def _offer(self) -> None:
        """Switch on what makes sense for the rows that are selected."""
        chosen = self.chosen
        single = len(chosen) == 1 and bool(chosen[0].pictures)
        self.open_button.setEnabled(single)
        self.save_button.setEnabled(single)
        self.discard_button.setEnabled(bool(chosen))
        local_only = self._session.local_only
        self.collect_button.setEnabled(not local_only and not self._collecting)
        self.collect_button.setToolTip(
            "“Local only” is on; collecting asks the platforms." if local_only else "Ask the platforms what they owe"
        )

    # What the buttons do

    def _open(self) -> None:
        if self.open_button.isEnabled():
            self.open_wanted.emit(self.chosen[0])

    def _ask_file(self) -> None:
        (result,) = self.chosen
        self._runner.coroutine(
            partial(self._session.results.suffix, result), partial(self._ask_path, result), self._failed
        )

    def _ask_path(self, result: KeptResult, suffix: str) -> None:
        stem = f"{Path(result.document).stem or 'picture'}-{result.operation}"
        start = Path(self._session.settings.get("last_folder", str(Path.home()))) / f"{stem}{suffix}"
        dialog = QFileDialog(self, "Save as it came", str(start), f"{suffix[1:].upper()} (*{suffix});;All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix[1:])
        dialog.fileSelected.connect(lambda name: self.save(result, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, result: KeptResult, path: Path) -> None:
        """Write a result's pictures as they came."""
        self._tell("Saving…")
        self._runner.coroutine(partial(self._session.results.save, result, path), self._saved, self._failed)

    def _saved(self, paths: Sequence[Path]) -> None:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        self._tell(f"Saved {paths[0].name}{more}.")
        self.refresh()

    def _ask_discard(self) -> None:
        chosen = self.chosen
        question, meaning = question_words(chosen)
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Discard")
        box.setText(question)
        box.setInformativeText(meaning)
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))

        def answered() -> None:
            if box.clickedButton() is discard:
                self.discard(chosen)
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    def discard(self, results: Sequence[KeptResult]) -> None:
        """Delete results; the user was asked."""
        self._runner.coroutine(
            partial(self._session.results.discard, results), partial(self._discarded, len(results)), self._failed
        )

    def _discarded(self, wanted: int, gone: Sequence[KeptResult]) -> None:
        words = deleted_words(gone) if gone else ""
        if len(gone) < wanted:
            words = f"{words} What is being worked on stays.".strip()
        self._tell(words)
        self.refresh()

    def _collect(self) -> None:
        self._collecting = True
        self._tell("Asking the platforms…")
        self._offer()
        collect = partial(self._session.results.collect, lambda found: self._found.emit(), looks=LOOKS)
        self._runner.coroutine(collect, self._collected, self._failed)

    def _collected(self, found: int) -> None:
        self._collecting = False
        words = f"{found} {'result' if found == 1 else 'results'} came." if found else "Nothing new has come."
        self._tell(words)
        self.refresh()

    def _failed(self, error: EditorError) -> None:
        self._collecting = False
        self._tell(error.message, "bad")
        self._offer()

    def _tell(self, words: str, role: str = "muted") -> None:
        self.answer.setText(words)
        self.answer.setAccessibleName(words)
        set_role(self.answer, role)
