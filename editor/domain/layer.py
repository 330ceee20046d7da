"""A result laid over the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kept import Kept
from editor.domain.samples import Pixels, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """All that a platform returned, where a layer shows only the changed part of it: more or less of it can be shown
    at any time.

    ``image`` is (height, width, 3) sRGB of the picture's size, in its place; ``coverage``, (height, width) uint8, is
    what was found to be changed. ``exact`` tells that the platform laid its change over the picture itself, ``opaque``
    that what it covers has no transparency afterwards.
    """

    image: Kept
    coverage: Kept
    exact: bool
    opaque: bool


class Layer:
    """An AI result at its place: only its rectangle, never the whole picture. It does not change.

    ``pixels`` is (height, width, 3), blue green red, in the document's depth; ``coverage`` is (height, width) uint8,
    255 = the layer hides what is below, 0 = it leaves it as it is. ``alpha``, (height, width) in the document's depth,
    is the picture's transparency under the layer where the edit changes that (a cut-out), and None where it stays.
    ``whole`` is what the layer was taken from, where that is more. Reading may raise KeptUnavailable: layers lie on the
    disk like everything that is kept for undo.
    """

    __slots__ = ("_alpha", "_coverage", "_pixels", "name", "rect", "whole")

    def __init__(
        self,
        name: str,
        rect: Rect,
        pixels: Samples | Kept,
        coverage: Pixels | Kept,
        alpha: Samples | Kept | None = None,
        *,
        whole: Whole | None = None,
    ) -> None:
        self.name = name
        self.rect = rect
        self._pixels = _kept(pixels)
        self._coverage = _kept(coverage)
        self._alpha = None if alpha is None else _kept(alpha)
        self.whole = whole

    @property
    def pixels(self) -> Samples:
        """The layer's colours."""
        return self._pixels.array

    @property
    def coverage(self) -> Pixels:
        """The layer's own mask."""
        return np.asarray(self._coverage.array, np.uint8)

    @property
    def alpha(self) -> Samples | None:
        """The picture's transparency under the layer, or None where it stays."""
        return None if self._alpha is None else self._alpha.array

    def kept(self) -> tuple[Kept, ...]:
        """Pixels, coverage, and alpha where the layer brings one."""
        return (self._pixels, self._coverage) if self._alpha is None else (self._pixels, self._coverage, self._alpha)

    def held(self) -> tuple[Kept, ...]:
        """The same, and what the layer was taken from."""
        return self.kept() if self.whole is None else (*self.kept(), self.whole.image, self.whole.coverage)

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(kept.nbytes for kept in self.held())


def _kept(samples: Samples | Kept) -> Kept:
    return samples if isinstance(samples, Kept) else Kept(samples)
