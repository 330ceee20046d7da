"""What a fill gives back."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.request import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A filled picture, (h, w, 3) RGB uint8, and the name of the method that filled it."""

    image: Pixels
    method: str
