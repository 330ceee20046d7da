"""Offers results that were paid for and are in no picture, and brings back what the user takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from editor.domain.errors import EditorError
from editor.domain.vault import VaultUnavailable
from editor.imaging.picture import Picture
from editor.operations.base import Blended
from editor.ui.mask_commands import use_up_mask
from editor.ui.message_bar import MessageBar
from editor.ui.remedies import Notice, Remedy, RemedyKind
from editor.ui.result_pictures import result_pictures
from editor.ui.result_words import (
    WITHOUT_VAULT,
    delete_words,
    deleted_words,
    excess_sentence,
    found_sentence,
)
from editor.ui.results_dialog import ResultsDialog
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import FinishedEdit, KeptResult, Session
    from editor.session.laying_back import Opened
    from editor.session.vault_bounds import Excess
    from editor.ui.job_runner import JobRunner

SOON_MS = 3000
"""After an edit, when what it left open may be asked for."""
LANDING_MS = 30
"""How often a result that waits for the end of a stroke looks again."""

_LATER = Remedy(RemedyKind.LATER, "Later")
_OPEN = Remedy(RemedyKind.OPEN_RESULT, "Open")
_REVIEW = Remedy(RemedyKind.REVIEW_RESULTS, "Review…")


@dataclass(frozen=True, slots=True, eq=False)
class _Offer:
    """A notice that waits for its turn in the message bar, and what it is about."""

    notice: Notice
    results: tuple[KeptResult, ...] = ()


class FoundResults(QObject):
    """What the vault has for the user. Nothing here ever waits, and nothing is deleted that he did not say."""

    told = Signal(str)
    landed = Signal(object, object)
    """A picture, and the step of it that a result with several candidates has become."""
    changed = Signal()
    """What is kept, or how it stands, may be another."""
    _arrived = Signal(object)

    def __init__(
        self, window: QWidget, session: Session, runner: JobRunner, workspace: Workspace, *, messages: MessageBar
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._messages = messages
        self._started = datetime.now(UTC)
        self._offered: set[tuple[str, str]] = set()
        self._queue: list[_Offer] = []
        self._answered: _Offer | None = None
        self._excess: Excess | None = None
        self._dialog: ResultsDialog | None = None
        self._faults: set[str] = set()
        self.may_land: Callable[[], bool] = lambda: True
        """Whether a result may change the document now; a result waits while it may not."""
        messages.dismissed.connect(self._dismissed)
        messages.remedy_chosen.connect(self._follow)
        runner.failed.connect(self._look_after)
        runner.finished.connect(self._look_later)
        # Collecting goes on on the worker's loop: the signal brings its news into this thread.
        self._arrived.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """The window is on the screen and the heavy parts are there: offer what is here, and ask for what is owed."""
        self._look()
        self._collect()
        self._runner.coroutine(self._session.results.excess, self._tell_excess, self._fault)

    def follow_local_only(self) -> None:
        """Pictures stay on this computer, or may leave it: what is owed is asked for as soon as it may be."""
        self._collect()
        if self._dialog is not None:
            self._dialog.refresh()

    def show_kept(self) -> None:
        """Open the list of everything that is kept."""
        if self._dialog is None:
            self._dialog = ResultsDialog(self._session, self._runner, self._window)
            self._dialog.open_wanted.connect(self.open)
            self.changed.connect(self._dialog.refresh)
        self._dialog.refresh()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def open(self, result: KeptResult) -> None:
        """Bring a result back: over its picture where that is open in its size, else as a picture of its own."""
        current = self._workspace.current
        pictures = sorted(self._workspace.pictures, key=lambda picture: picture is not current)
        landing = self._session.results.prepare(result, [picture.document for picture in pictures])
        self._runner.coroutine(
            partial(self._session.results.open, landing), partial(self._opened, result), self._not_opened
        )

    # Asking

    def _collect(self) -> None:
        if not self._session.local_only:
            self._runner.coroutine(
                partial(self._session.results.collect, self._arrived.emit), self._collected, self._fault
            )

    def _collected(self, found: int) -> None:
        if found:
            self.changed.emit()

    def _look(self) -> None:
        self._runner.coroutine(self._session.results.waiting, self._offer, self._fault)

    def _look_after(self) -> None:
        """An edit has ended without a result here: what had come all the same is offered, what is owed is asked for."""
        self._look()
        self._collect()

    def _look_later(self) -> None:
        """An edit was served; a platform that was given up on the way may still owe something. First it lands."""
        QTimer.singleShot(SOON_MS, self, self._collect)

    def _fault(self, error: EditorError) -> None:
        """Say once a start that nothing can be kept; everything else goes on."""
        if isinstance(error, VaultUnavailable) and error.message not in self._faults:
            self._faults.add(error.message)
            self._put(_Offer(Notice(words=f"{error.message} {WITHOUT_VAULT}")))

    # Offering

    def _offer(self, results: Sequence[KeptResult]) -> None:
        new = tuple(result for result in results if result.key not in self._offered)
        if not new:
            return
        self._offered |= {result.key for result in new}
        remedies = (_OPEN if len(new) == 1 else _REVIEW, _LATER)
        self._put(_Offer(Notice(words=found_sentence(new, self._started), remedies=remedies, bad=False), new))
        self.changed.emit()

    def _tell_excess(self, excess: Excess) -> None:
        if not excess:
            return
        self._excess = excess
        delete = (Remedy(RemedyKind.DELETE_DELIVERED, delete_words(excess)),) if excess.deletable else ()
        self._put(_Offer(Notice(words=excess_sentence(excess), remedies=(_REVIEW, *delete), bad=False)))

    def _put(self, offer: _Offer) -> None:
        self._queue.append(offer)
        self._show_next()

    def _show_next(self) -> None:
        """Show the first offer as soon as nothing else is said; one that was covered comes back."""
        if self._queue and self._messages.notice is None:
            self._messages.tell(self._queue[0].notice)

    def _dismissed(self, notice: Notice) -> None:
        if self._queue and notice is self._queue[0].notice:
            self._answered = self._queue.pop(0)
        # Not before the button's own work has begun, which may say something more urgent.
        QTimer.singleShot(0, self, self._show_next)

    def _follow(self, kind: RemedyKind) -> None:
        if kind is RemedyKind.OPEN_RESULT and self._answered is not None:
            for result in self._answered.results:
                self.open(result)
        elif kind is RemedyKind.REVIEW_RESULTS:
            self.show_kept()
        elif kind is RemedyKind.DELETE_DELIVERED and self._excess is not None:
            deletable = self._excess.deletable
            self._runner.coroutine(partial(self._session.results.discard, deletable), self._discarded, self._not_opened)

    def _discarded(self, gone: Sequence[KeptResult]) -> None:
        self.told.emit(deleted_words(gone) if gone else "Nothing was deleted.")
        self.changed.emit()

    # Bringing back

    def _opened(self, result: KeptResult, opened: Opened) -> None:
        if not self.may_land():
            # A stroke under way remembers the mask as it was at its press: another change would be lost to undo.
            QTimer.singleShot(LANDING_MS, self, partial(self._opened, result, opened))
            return
        if opened.finished is not None:
            picture = self._showing(opened.finished)
            if picture is None:
                # Closed in the meantime: the result becomes a picture of its own.
                opened.finished.prepared.source.close()
                self.open(result)
                return
            self._land(opened.finished, picture)
        for place, made in enumerate(opened.pictures):
            self._workspace.add(made, front=place == 0 and opened.finished is None)
        self.told.emit(opened.sentence)
        if opened.finished is None:
            self._put(_Offer(Notice(words=opened.sentence, bad=False)))
        self._runner.coroutine(partial(self._session.results.delivered, result), self._delivered, self._fault)

    def _delivered(self, _: None) -> None:
        self.changed.emit()

    def _showing(self, finished: FinishedEdit) -> Picture | None:
        return next((one for one in self._workspace.pictures if one.document is finished.document), None)

    def _land(self, finished: FinishedEdit, picture: Picture) -> None:
        """Lay a result over its picture as one step, as every edit; one of another size opens beside it."""
        from editor.session.candidates import candidates_of
        from editor.session.edits import fits

        document = picture.document
        if not fits(finished):
            self._runner.background(partial(result_pictures, [finished], {}), self._add, self._not_opened)
            return
        candidates = candidates_of([finished], document)
        dirty = self._session.attach(finished)
        entry = document.history.current
        document.offer(entry, candidates)
        if finished.prepared.operation.masked and isinstance(finished.results[0], Blended):
            dirty = dirty.united(use_up_mask(document, finished.layer, whole=False))
        self._workspace.touch(picture, dirty)
        self._workspace.select(self._workspace.pictures.index(picture))
        if candidates:
            self.landed.emit(picture, entry)

    def _add(self, pictures: list[Picture]) -> None:
        for place, picture in enumerate(pictures):
            self._workspace.add(picture, front=place == 0)

    def _not_opened(self, error: EditorError) -> None:
        self._put(_Offer(Notice(words=error.message)))
