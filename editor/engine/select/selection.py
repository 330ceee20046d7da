"""What a search for something in a picture gives."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.errors import EditorError
from editor.domain.request import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """``mask`` is (h, w) uint8: 255 = selected, between at the edge; ``method`` names how it was found; ``notes`` are
    sentences for the user."""

    mask: Pixels
    method: str
    notes: tuple[str, ...] = ()


class NothingFound(EditorError):
    """There is nothing that stands out where the user looks for something."""
