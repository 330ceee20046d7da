"""What the user chose for an edit besides the picture and the mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from editor.domain.kinds import Context, UpscaleMode

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""Red, green and blue, 0–255, in sRGB."""


def _no_models() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """By how many pixels a picture grows on each side."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0

    def __bool__(self) -> bool:
        return any((self.left, self.right, self.up, self.down))

    def grown(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of a picture of ``size`` once it is extended."""
        return size[0] + self.left + self.right, size[1] + self.up + self.down


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditOptions:
    """The values of an operation's parameters; those that an operation does not declare are left as they are.

    ``search`` names what is looked for, in words. ``seed`` is None where the platform may choose. ``variations`` is
    how many results are asked for. ``scale`` is how many times an enlargement is to be wider and higher.
    ``background`` is a colour, a picture of (height, width, 3) uint8 sRGB, or None where ``prompt`` describes it.
    ``context`` is how much around a mask is sent along.
    ``models`` names one model by platform id, which then is the only one tried there.
    """

    prompt: str = ""
    negative_prompt: str = ""
    search: str = ""
    seed: int | None = None
    variations: int = 1
    expansion: Expansion = Expansion()
    scale: float = 4.0
    mode: UpscaleMode = UpscaleMode.FAST
    context: Context = Context.AUTO
    background: Colour | Pixels | None = None
    models: Mapping[str, str] = field(default_factory=_no_models)

    @property
    def texts(self) -> tuple[str, ...]:
        """The user's own words, which no log and no message may repeat."""
        return tuple(text for text in (self.prompt, self.negative_prompt, self.search) if text)
