"""A result laid over the picture."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """An AI result at its place: only its rectangle, never the whole picture.

    ``pixels`` is (height, width, 3), blue green red, in the document's depth; ``coverage`` is (height, width) uint8,
    255 = the layer hides what is below, 0 = it leaves it as it is. ``alpha``, (height, width) in the document's depth,
    is the picture's transparency under the layer where the edit changes that (a cut-out), and None where it stays.
    """

    name: str
    rect: Rect
    pixels: Samples
    coverage: Pixels
    alpha: Samples | None = None

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return self.pixels.nbytes + self.coverage.nbytes + (0 if self.alpha is None else self.alpha.nbytes)
