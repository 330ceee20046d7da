"""Resampling by matrices: one for the rows, one for the columns, of any part of a picture to any size.

A part is resampled exactly as it would be within the whole: the weights come from the places of its pixels in the
whole picture, and what a kernel needs beyond a part is for the caller to bring along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]
"""Planes, (channels, height, width), 0–255."""

LANCZOS_LOBES = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Places ``start`` to ``stop`` along an axis that is ``length`` long; they may lie beyond its ends."""

    start: int
    stop: int
    length: int

    def __len__(self) -> int:
        return self.stop - self.start

    def grown(self, by: int) -> Span:
        """With ``by`` more places at both ends."""
        return Span(self.start - by, self.stop + by, self.length)

    def scaled(self, by: int) -> Span:
        """The same part of an axis with ``by`` places for every one."""
        return Span(self.start * by, self.stop * by, self.length * by)


def lanczos(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The windowed sinc of three lobes (Duchon 1979): sharp, with a slight ringing."""
    inside = np.abs(distance) < LANCZOS_LOBES
    return np.where(inside, np.sinc(distance) * np.sinc(distance / LANCZOS_LOBES), 0.0)


def triangle(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear interpolation; an average weighted towards the middle where a picture becomes smaller."""
    return np.maximum(0.0, 1.0 - np.abs(distance))


def cubic(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cubic convolution with a = −0.5 (Keys 1981)."""
    x = np.abs(distance)
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


def weights(kernel: Callable[[NDArray[np.float64]], NDArray[np.float64]], source: Span, target: Span) -> Levels:
    """(places of ``target``, places of ``source``): how much of each goes into each; every row adds up to 1.

    Where the axis becomes shorter the kernel is stretched, so that nothing is skipped.
    """
    step = source.length / target.length
    stretch = max(1.0, step)
    centres = (np.arange(target.start, target.stop) + 0.5) * step - 0.5
    places = np.arange(source.start, source.stop)
    table = kernel((places[None, :] - centres[:, None]) / stretch)
    total = table.sum(axis=1, keepdims=True)
    return np.asarray(table / np.where(total == 0.0, 1.0, total), np.float32)


def resampled(planes: Levels, rows: Levels, columns: Levels) -> Levels:
    """``planes`` with ``rows`` applied along the height and ``columns`` along the width."""
    # The product that leaves the fewer numbers comes first.
    if rows.shape[0] * planes.shape[2] <= planes.shape[1] * columns.shape[0]:
        return np.asarray((rows @ planes) @ columns.T, np.float32)
    return np.asarray(rows @ (planes @ columns.T), np.float32)
