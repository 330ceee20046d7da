"""Keeps the open pictures safe by itself: soon after the first change, then every two minutes, and what was paid at
once."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from editor.domain.document import Document
from editor.domain.errors import EditorError
from editor.domain.kinds import CostSource
from editor.imaging.picture import Picture
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

TICK_MS = 5000
"""How often is looked whether something is to be kept."""
SECONDS = 120
"""How long a change may wait for the next time, unless the user's settings say otherwise."""
SETTING = "autosave_seconds"


class Autosaver(QObject):
    """Lets the session keep what was changed. Nothing of it ever waits for the disk."""

    noticed = Signal(object)

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        workspace: Workspace,
        *,
        may_save: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._may_save = may_save
        self._now = now
        self._kept: weakref.WeakKeyDictionary[Document, float] = weakref.WeakKeyDictionary()
        self._pending: weakref.WeakSet[Document] = weakref.WeakSet()
        self._failing = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        workspace.added.connect(self._follow)
        workspace.closed.connect(self._forget)
        workspace.titled.connect(self._keep_what_was_paid)

    def stop(self) -> None:
        """The window is closed."""
        self._timer.stop()

    def look(self) -> None:
        """Keep every picture whose time has come."""
        wait = float(self._session.settings.get(SETTING, SECONDS))
        for picture in self._workspace.pictures:
            last = self._kept.get(picture.document)
            if last is None or self._now() - last >= wait:
                self._keep(picture.document)

    def _keep_what_was_paid(self) -> None:
        for picture in self._workspace.pictures:
            receipt = picture.document.history.current.receipt
            if receipt is not None and receipt.total_cost.source is not CostSource.FREE:
                self._keep(picture.document)

    def _keep(self, document: Document) -> None:
        # In the middle of a stroke the mask holds what no step of the history knows of yet.
        if document in self._pending or not self._may_save() or not self._session.autosave.needed(document):
            return
        self._pending.add(document)
        self._kept[document] = self._now()
        wait = self._session.autosave.save(document)
        self._runner.background(wait, lambda _: self._done(document), lambda error: self._failed(document, error))

    def _done(self, document: Document) -> None:
        self._pending.discard(document)
        self._failing = False

    def _failed(self, document: Document, error: EditorError) -> None:
        """Say it once, until it works again: every two minutes would be noise."""
        self._pending.discard(document)
        if not self._failing:
            self._failing = True
            self.noticed.emit(Notice(words=error.message))

    def _follow(self, index: int) -> None:
        self._session.autosave.follow(self._workspace.pictures[index].document)

    def _forget(self, picture: Picture) -> None:
        self._session.autosave.forget(picture.document)
