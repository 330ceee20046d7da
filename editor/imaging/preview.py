"""A picture as it looks, before it can be edited."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.samples import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """``pixels``, (height, width, 4) uint8 blue green red alpha, show a picture of ``size`` (width, height) smaller."""

    pixels: Pixels
    size: tuple[int, int]
