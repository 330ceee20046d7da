"""How much of each pixel along an outline belongs to the subject.

In any small window the share of the subject is a linear function of the colours (Levin, Lischinski, Weiss: A
Closed-Form Solution to Natural Image Matting, 2008). The matrix of that condition takes a vector to the difference
between it and its guided filter (He, Sun, Tang: Fast Matting Using Large Kernel Matting Laplacian Matrices, 2010), so
the equations are solved by conjugate gradients with box filters alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Colours = tuple[Floats, Floats, Floats]

RADIUS = 2
"""Of the windows."""
EPSILON = np.float32(1e-4)
"""Variance of colours, 0–1, below which a window tells of no edge. With less, single precision gives nonsense."""
TRUST = np.float32(1e-3)
"""Weight of the first guess beside the colours."""
ROUNDS = 60
ENOUGH = 1e-3
"""Share of the first residual at which the solution is good enough."""


def matted(
    image: Pixels, guess: Floats, unknown: Flags, *, tell: Callable[[float], None] = lambda share: None
) -> Floats:
    """The share of the subject, (h, w) float32, 0–1: ``guess`` (h, w) outside ``unknown`` (h, w), solved inside.

    ``image`` is (h, w, 3) uint8. Needs about 120 bytes for each pixel. ``tell`` is told the share of the work done.
    """
    if not unknown.any():
        return guess
    windows = Windows.of(image)
    inside = unknown.astype(np.float32)
    solution = guess
    # What is left of the condition in the unknown pixels, with all others held fast.
    residual = -windows.departure(solution) * inside
    direction, square = residual, float(np.vdot(residual, residual))
    first = square
    for number in range(ROUNDS):
        if square <= ENOUGH**2 * first:
            break
        product = (windows.departure(direction) + TRUST * direction) * inside
        step = np.float32(square / max(float(np.vdot(direction, product)), 1e-20))
        solution = solution + step * direction
        residual = residual - step * product
        before, square = square, float(np.vdot(residual, residual))
        direction = residual + np.float32(square / before) * direction
        tell((number + 1) / ROUNDS)
    return np.clip(solution, 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The colours of a picture in the window round each pixel: means, and the inverse of their covariances."""

    colours: Colours
    means: Colours
    inverse: tuple[Colours, Colours, Colours]

    @classmethod
    def of(cls, image: Pixels) -> Windows:
        """Those of ``image``, (h, w, 3) uint8."""
        red, green, blue = (image[..., channel].astype(np.float32) / np.float32(255) for channel in range(3))
        means = _box(red), _box(green), _box(blue)
        a = _box(red * red) - means[0] * means[0] + EPSILON
        b = _box(red * green) - means[0] * means[1]
        c = _box(red * blue) - means[0] * means[2]
        d = _box(green * green) - means[1] * means[1] + EPSILON
        e = _box(green * blue) - means[1] * means[2]
        f = _box(blue * blue) - means[2] * means[2] + EPSILON
        return cls((red, green, blue), means, _inverse(a, b, c, d, e, f))

    def fitted(self, share: Floats) -> tuple[Colours, Floats]:
        """``share`` (h, w) as the best linear function of the colours round each pixel: slopes by channel, offset."""
        mean = _box(share)
        along = [_box(colour * share) - own * mean for colour, own in zip(self.colours, self.means, strict=True)]
        red, green, blue = (_dot(row, along) for row in self.inverse)
        offset = mean - _dot((red, green, blue), self.means)
        return (_box(red), _box(green), _box(blue)), _box(offset)

    def departure(self, share: Floats) -> Floats:
        """``share`` less that function."""
        slopes, offset = self.fitted(share)
        return np.asarray(share - _dot(slopes, self.colours) - offset, np.float32)


def _dot(some: Colours, others: Colours | list[Floats]) -> Floats:
    return np.asarray(some[0] * others[0] + some[1] * others[1] + some[2] * others[2], np.float32)


def _box(values: Floats) -> Floats:
    side = 2 * RADIUS + 1
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)


def _inverse(a: Floats, b: Floats, c: Floats, d: Floats, e: Floats, f: Floats) -> tuple[Colours, Colours, Colours]:
    """The inverse of the symmetric matrix with the rows a b c, b d e and c e f at each pixel, by its adjugate."""
    one, two, three = d * f - e * e, c * e - b * f, b * e - c * d
    scale = 1 / np.maximum(a * one + b * two + c * three, np.float32(1e-20))
    four, five, six = a * f - c * c, b * c - a * e, a * d - b * b
    return (
        (one * scale, two * scale, three * scale),
        (two * scale, four * scale, five * scale),
        (three * scale, five * scale, six * scale),
    )
