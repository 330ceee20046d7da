"""Says when the oldest steps of a picture can no longer be undone: nothing is dropped without a word."""

from __future__ import annotations

import weakref

from PySide6.QtCore import QObject, Signal

from editor.domain.document import Document
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace


class UndoBounds(QObject):
    """Watches the open pictures' histories, and tells once of each."""

    noticed = Signal(object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._floors: weakref.WeakKeyDictionary[Document, int] = weakref.WeakKeyDictionary()
        workspace.added.connect(self._begin)
        workspace.titled.connect(self._look)

    def _begin(self, index: int) -> None:
        document = self._workspace.pictures[index].document
        self._floors[document] = document.history.floor

    def _look(self) -> None:
        for picture in self._workspace.pictures:
            document = picture.document
            if document.history.floor > self._floors.get(document, 0):
                # Every further step may make another one final; that is not told again.
                self._floors[document] = len(document.history.entries) + (1 << 40)
                self.noticed.emit(Notice(words=bound_words(document), bad=False))


def bound_words(document: Document) -> str:
    """The sentence for a picture whose oldest steps have become final."""
    keeper, history = document.history.keeper, document.history
    if keeper is not None and keeper.relieves:
        why = f"together the steps take more than {history.disk / 1e9:.0f} GB on the disk"
    else:
        why = "the disk takes no more, and the memory for them is full"
    return f"The oldest steps of {document.name} can no longer be undone: {why}."
