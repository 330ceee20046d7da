"""The open pictures and which of them is on the canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor.domain.history import Dirty
from editor.imaging.picture import Picture

THUMBNAIL = 96
"""Longer side of a history entry's picture, in pixels."""


class Workspace(QObject):
    """A list of pictures; one is current unless the list is empty.

    ``changed`` tells that the current picture's pixels, mask or history changed, and carries what to repaint.
    """

    added = Signal(int)
    removed = Signal(int)
    closed = Signal(object)
    """The :class:`Picture` that was closed."""
    current_changed = Signal(object)
    changed = Signal(object)
    titled = Signal()
    recoloured = Signal()
    """The pictures are shown in other colours; their documents are as before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[Picture] = []
        self._current: Picture | None = None
        self._screen: bytes | None = None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All open pictures in the order of their tabs."""
        return tuple(self._pictures)

    @property
    def current(self) -> Picture | None:
        """The picture on the canvas."""
        return self._current

    @property
    def index(self) -> int:
        """The place of the current picture, or -1."""
        return -1 if self._current is None else self._pictures.index(self._current)

    def add(self, picture: Picture, *, front: bool = True) -> None:
        """Open a picture, and bring it to the front or leave it behind the current one."""
        picture.show_on(self._screen)
        self._remember_look(picture)
        self._pictures.append(picture)
        self.added.emit(len(self._pictures) - 1)
        if front or self._current is None:
            self.select(len(self._pictures) - 1)

    def show_on(self, screen: bytes | None) -> None:
        """Show all pictures on a screen with this colour profile; None is sRGB."""
        self._screen = screen
        for picture in self._pictures:
            picture.show_on(screen)
        self.recoloured.emit()

    def select(self, index: int) -> None:
        """Bring the picture at ``index`` to the front."""
        picture = self._pictures[index] if 0 <= index < len(self._pictures) else None
        if picture is not self._current:
            self._current = picture
            self.current_changed.emit(picture)

    def select_next(self) -> None:
        """Bring the next picture to the front, after the last the first."""
        if self._pictures:
            self.select((self.index + 1) % len(self._pictures))

    def select_previous(self) -> None:
        """Bring the picture before to the front, before the first the last."""
        if self._pictures:
            self.select((self.index - 1) % len(self._pictures))

    def remove(self, picture: Picture) -> None:
        """Close a picture; its neighbour comes to the front."""
        index = self._pictures.index(picture)
        self._pictures.remove(picture)
        if picture is self._current:
            self._current = None
        self.removed.emit(index)
        self.closed.emit(picture)
        if self._current is None:
            self._current = self._pictures[min(index, len(self._pictures) - 1)] if self._pictures else None
            self.current_changed.emit(self._current)

    def touch(self, picture: Picture, dirty: Dirty) -> None:
        """A document was changed from outside the canvas; show it and renew what depends on it."""
        if picture is self._current:
            self.changed.emit(dirty)
        else:
            picture.refresh(dirty)
        self.note(picture)

    def note(self, picture: Picture) -> None:
        """A document got a step whose pixels are on the screen already: keep its small picture, renew its title."""
        self._remember_look(picture)
        self.titled.emit()

    def with_path(self, path: Path) -> Picture | None:
        """The open picture of a file."""
        return next((picture for picture in self._pictures if picture.document.path == path), None)

    def _remember_look(self, picture: Picture) -> None:
        entry = picture.document.history.current
        if entry.thumbnail is None:
            entry.thumbnail = picture.thumbnail(THUMBNAIL)
            if picture.opaque:
                entry.thumbnail[..., 3] = 255
