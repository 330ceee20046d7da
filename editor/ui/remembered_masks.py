"""Masks that a picture keeps under names: asks for a name, and fills the menu that brings them back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from editor.domain.document import Document
from editor.domain.errors import EditorError
from editor.domain.history import Dirty
from editor.domain.remembered import RememberedMask
from editor.imaging.picture import Picture
from editor.ui.mask_commands import NOTHING_PAINTED, forget_mask, remember_mask, use_remembered
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace


class RememberedMasks(QObject):
    """They go with the picture into autosave and project files."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(self, window: QWidget, workspace: Workspace, *, menu: QMenu) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._menu = menu
        menu.setTitle("Remembered masks")
        menu.aboutToShow.connect(self.fill)
        workspace.current_changed.connect(self._follow)
        self._follow(workspace.current)

    def ask(self, picture: Picture) -> None:
        """Ask for a name for what is painted."""
        if not picture.document.mask.bounds:
            self.noticed.emit(Notice(words=NOTHING_PAINTED, passing=True))
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Remember this mask")
        dialog.setLabelText("Name of the mask")
        dialog.setTextValue(f"Mask {len(picture.document.remembered) + 1}")
        dialog.setOkButtonText("Remember")
        dialog.textValueSelected.connect(partial(self.remember, picture))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def remember(self, picture: Picture, name: str) -> None:
        """Keep what is painted under ``name``."""
        name = name.strip() or f"Mask {len(picture.document.remembered) + 1}"
        try:
            remember_mask(picture.document, name)
        except EditorError as error:
            self.noticed.emit(Notice(words=error.message, passing=True))
            return
        self.told.emit(f"Remembered as “{name}”. It is saved with the project.")
        self._follow(self._workspace.current)

    def fill(self) -> None:
        """Show the masks of the current picture, each with what can be done with it."""
        self._menu.clear()
        picture = self._workspace.current
        for one in () if picture is None else picture.document.remembered:
            menu = self._menu.addMenu(one.name.replace("&", "&&"))
            use = partial(use_remembered, remembered=one, label=f"Mask “{one.name}”")
            menu.addAction("Use", partial(self._change, use))
            menu.addAction("Add to the mask", partial(self._change, partial(use, add=True)))
            menu.addSeparator()
            menu.addAction("Forget", partial(self._forget, one))

    def _change(self, do: Callable[[Document], Dirty]) -> None:
        picture = self._workspace.current
        if picture is None:
            return
        try:
            self._workspace.touch(picture, do(picture.document))
        except EditorError as error:
            self.noticed.emit(Notice(words=error.message, passing=True))

    def _forget(self, one: RememberedMask) -> None:
        picture = self._workspace.current
        if picture is not None:
            forget_mask(picture.document, one.name)
            self.told.emit(f"“{one.name}” is forgotten.")
            self._follow(picture)

    def _follow(self, picture: Picture | None) -> None:
        self._menu.setEnabled(picture is not None and bool(picture.document.remembered))
