"""Keeps open pictures where a crash cannot reach them, and brings back those that one left behind."""

from __future__ import annotations

import tempfile
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.left_open import LeftOpen
from editor.domain.moment import Moment
from editor.domain.raster import Watch
from editor.imaging.picture import Picture

if TYPE_CHECKING:
    from editor.storage.recovery import Recovery
    from editor.storage.shelf import Shelf

REFUSED = (
    "What you do now is not being kept safe: the disk refuses it. Free some space, and save your pictures until then."
)


class KeptOpen:
    """The recovery of a session, made when it is first needed. ``folder`` is None where nothing is to outlive it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._recovery: Recovery | None = None
        self._making = threading.Lock()
        self.closed = False
        """Whether the session has ended, and with it everything that it kept."""

    def get(self) -> Recovery:
        """The recovery; may be called in any thread."""
        from editor.storage.recovery import Recovery

        with self._making:
            if self._recovery is None:
                folder = self._folder
                if folder is None:
                    self._temporary = tempfile.TemporaryDirectory(prefix="image-editor-", ignore_cleanup_errors=True)
                    folder = Path(self._temporary.name)
                self._recovery = Recovery(folder)
            return self._recovery

    def close(self) -> None:
        """The session ends well: nothing of it is to be brought back. Blocks."""
        self.closed = True
        with self._making:
            if self._recovery is not None:
                self._recovery.close()
            if self._temporary is not None:
                self._temporary.cleanup()


class _Followed:
    """A document, and what of it was kept."""

    def __init__(self, document: Document, shelf: Shelf) -> None:
        self.shelf = shelf
        self.kept: object = None if document.modified else _look(document)
        """How the document looked when it was last kept; at first as it was opened, if that is in a file."""
        self._watches: tuple[Watch, Watch] | None = None

    def watches(self, document: Document) -> tuple[Watch, Watch]:
        """Those of the present pixels and mask; new ones, which count everything as written, after another size."""
        watches = self._watches
        if watches is None or watches[0].raster is not document.pixels:
            watches = self._watches = Watch(document.pixels), Watch(document.mask)
        return watches


class Autosave:
    """The recovery of open documents behind a window. Everything but what says so is for the UI thread."""

    def __init__(self, kept: KeptOpen) -> None:
        self._kept = kept
        self._recovery = kept.get
        self._followed: weakref.WeakKeyDictionary[Document, _Followed] = weakref.WeakKeyDictionary()

    def follow(self, document: Document) -> None:
        """From now on ``document`` is kept; one that follows already goes on."""
        if document not in self._followed:
            shelf = self._recovery().shelf_of(document)
            self._followed[document] = _Followed(document, shelf)

    def forget(self, document: Document) -> None:
        """``document`` was closed: it is not to be brought back."""
        followed = self._followed.pop(document, None)
        if followed is not None:
            followed.shelf.forget()

    def needed(self, document: Document) -> bool:
        """Whether something happened to ``document`` since it was last kept."""
        followed = self._followed.get(document)
        return followed is not None and not self._kept.closed and followed.kept != _look(document)

    def save(self, document: Document) -> Callable[[], None]:
        """Begin to keep ``document`` as it is now, which takes next to no time; returns what waits for the end.

        That may be called in any thread, once, and raises InputError where the disk refuses.
        """
        followed = self._followed[document]
        pixels, mask = followed.watches(document)
        places = pixels.taken(), mask.taken()
        followed.kept = _look(document)
        future = followed.shelf.save(Moment.of(document), pixels=places[0], mask=places[1])

        def wait() -> None:
            try:
                future.result()
            except OSError as error:
                raise InputError(REFUSED, detail=str(error)) from error

        future.add_done_callback(lambda done: self._again(followed, (pixels, mask), places, done))
        return wait

    def _again(
        self, followed: _Followed, watches: tuple[Watch, Watch], places: tuple[Any, Any], done: Future[None]
    ) -> None:
        """What could not be kept is tried again with the next autosave."""
        if not done.cancelled() and done.exception() is not None:
            followed.kept = None
            for watch, written in zip(watches, places, strict=True):
                watch.again(written)

    # What an earlier run has left behind: these block, for a worker.

    def left_open(self) -> tuple[LeftOpen, ...]:
        """Pictures that were open when a run ended without a word, the newest first."""
        return self._recovery().left_open()

    def reopen(self, left: LeftOpen) -> Picture:
        """Bring one back, modified, with its layers, its mask and its history. Raises InputError."""
        document = self._recovery().reopen(left)
        return Picture.of(document)

    def delete(self, left: LeftOpen) -> None:
        """Delete one for good."""
        self._recovery().delete(left)


def _look(document: Document) -> tuple[object, ...]:
    """What differs as soon as anything happened to ``document`` that is worth keeping."""
    history = document.history
    current = history.current
    edge = document.grow, document.feather, document.stays_here
    file = document.path, document.modified, document.remembered
    return current, history.position, len(history.entries), current.chosen, current.changes, edge, file
