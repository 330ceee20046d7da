"""A result laid over the picture."""

from __future__ import annotations

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kept import Kept
from editor.domain.samples import Pixels, Samples


class Layer:
    """An AI result at its place: only its rectangle, never the whole picture. It does not change.

    ``pixels`` is (height, width, 3), blue green red, in the document's depth; ``coverage`` is (height, width) uint8,
    255 = the layer hides what is below, 0 = it leaves it as it is. ``alpha``, (height, width) in the document's depth,
    is the picture's transparency under the layer where the edit changes that (a cut-out), and None where it stays.
    Reading them may raise KeptUnavailable: layers lie on the disk like everything that is kept for undo.
    """

    __slots__ = ("_alpha", "_coverage", "_pixels", "name", "rect")

    def __init__(
        self,
        name: str,
        rect: Rect,
        pixels: Samples | Kept,
        coverage: Pixels | Kept,
        alpha: Samples | Kept | None = None,
    ) -> None:
        self.name = name
        self.rect = rect
        self._pixels = _kept(pixels)
        self._coverage = _kept(coverage)
        self._alpha = None if alpha is None else _kept(alpha)

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

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(kept.nbytes for kept in self.kept())


def _kept(samples: Samples | Kept) -> Kept:
    return samples if isinstance(samples, Kept) else Kept(samples)
