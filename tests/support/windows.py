"""What tests ask of a whole window."""

from __future__ import annotations

from editor.domain.document import Document
from editor.ui.main_window import MainWindow


def document_of(window: MainWindow) -> Document:
    """The document of the picture in front."""
    assert window.workspace.current is not None
    return window.workspace.current.document


def forget_changes(window: MainWindow) -> None:
    """Let the window close without a question."""
    for picture in window.workspace.pictures:
        picture.document.modified = False
