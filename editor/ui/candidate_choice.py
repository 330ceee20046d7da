"""Keeps the choice among an edit's candidates: shows it over its picture, and puts another candidate in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from editor.domain.errors import EditorError
from editor.domain.history import HistoryEntry
from editor.imaging.picture import Picture
from editor.ui.candidate_bar import CandidateBar
from editor.ui.remedies import Notice
from editor.ui.workspace import THUMBNAIL, Workspace


class CandidateChoice(QObject):
    """The choice of a picture is open from its edit's end, or from the history panel, until it is kept.

    ``names`` gives platforms their names; ``before_change`` ends a stroke under way.
    """

    noticed = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        bar: CandidateBar,
        *,
        names: Callable[[], Mapping[str, str]],
        before_change: Callable[[], object],
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._bar = bar
        self._names = names
        self._before_change = before_change
        self._open: dict[Picture, HistoryEntry] = {}
        bar.chosen.connect(self.choose)
        bar.kept.connect(self.keep)
        workspace.current_changed.connect(self.refresh)
        workspace.titled.connect(self.refresh)

    def offer(self, picture: Picture, entry: HistoryEntry) -> None:
        """Open the choice of a picture's step."""
        self._open[picture] = entry
        self.refresh()

    def offer_again(self, entry: HistoryEntry) -> None:
        """Open the choice of a step of the current picture once more."""
        if self._workspace.current is not None and entry.candidates:
            self.offer(self._workspace.current, entry)

    def refresh(self) -> None:
        """Show the choice of the current picture, where one is open and its step is not undone."""
        self._open = {picture: step for picture, step in self._open.items() if picture in self._workspace.pictures}
        picture = self._workspace.current
        entry = None if picture is None else self._open.get(picture)
        # A step that became final for want of memory has no choice any more.
        gone = entry is None or not entry.candidates
        if picture is None or entry is None or gone or entry.layer not in picture.document.layers:
            self._bar.dismiss()
            return
        self._bar.show_candidates(
            entry.candidates, entry.chosen, self._names(), may_choose=picture.document.may_choose(entry)
        )

    def choose(self, place: int) -> None:
        """Put a candidate into the current picture, as the same step."""
        from editor.session.candidates import choose_candidate

        self._before_change()
        picture = self._workspace.current
        entry = None if picture is None else self._open.get(picture)
        if picture is None or entry is None or place == entry.chosen or not picture.document.may_choose(entry):
            self.refresh()
            return
        try:
            dirty = choose_candidate(picture.document, entry, place)
        except EditorError as error:
            self.noticed.emit(Notice(words=error.message))
            self.refresh()
            return
        self._workspace.touch(picture, dirty)
        if entry.thumbnail is None:
            # The step lies below others: its small picture is not made by itself.
            entry.thumbnail = picture.thumbnail(THUMBNAIL)

    def keep(self) -> None:
        """The choice is made; the history leads back to it."""
        if self._workspace.current is not None:
            self._open.pop(self._workspace.current, None)
        self._bar.dismiss()
