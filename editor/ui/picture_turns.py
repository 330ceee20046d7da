"""The commands that turn a picture by quarters or mirror it."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.history import Dirty, EntryKind
from editor.imaging.turns import Turn, turned_document

TURNS = {
    "rotate_right": (Turn.RIGHT, "Rotate right"),
    "rotate_left": (Turn.LEFT, "Rotate left"),
    "rotate_half": (Turn.HALF, "Rotate by 180°"),
    "mirror": (Turn.MIRRORED, "Flip horizontally"),
    "overturn": (Turn.OVERTURNED, "Flip vertically"),
}
"""Command to how it turns, and what its step is called."""


def turn_picture(document: Document, *, command: str) -> Dirty:
    """Turn the document with its mask and all layers, as one step. Raises KeptUnavailable."""
    turn, label = TURNS[command]
    return document.resize(turned_document(document, turn), label=label, kind=EntryKind.TURN)
