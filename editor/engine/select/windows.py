"""A share as a linear function of the colours, in the window round each pixel.

Where a picture shows a subject before a ground, the subject's share of the pixels of a small window is nearly such a
function (Levin, Lischinski, Weiss: A Closed-Form Solution to Natural Image Matting, 2008). Found by box filters, as in
a guided filter (He, Sun, Tang: Guided Image Filtering, 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

Floats = NDArray[np.float32]
Colours = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The colours of a picture in the window round each pixel: means, and the inverse of their covariances."""

    radius: int
    colours: Colours
    means: Colours
    inverse: tuple[Colours, Colours, Colours]

    @classmethod
    def of(cls, image: Pixels, *, radius: int, epsilon: float) -> Windows:
        """Those of ``image``, (h, w, 3) uint8, of ``radius`` pixels. A window whose colours, 0–1, vary by less than
        ``epsilon`` tells of no edge; below 1e-4 single precision gives nonsense."""
        red, green, blue = (image[..., channel].astype(np.float32) / np.float32(255) for channel in range(3))
        means = _box(red, radius), _box(green, radius), _box(blue, radius)
        least = np.float32(epsilon)
        a = _box(red * red, radius) - means[0] * means[0] + least
        b = _box(red * green, radius) - means[0] * means[1]
        c = _box(red * blue, radius) - means[0] * means[2]
        d = _box(green * green, radius) - means[1] * means[1] + least
        e = _box(green * blue, radius) - means[1] * means[2]
        f = _box(blue * blue, radius) - means[2] * means[2] + least
        return cls(radius, (red, green, blue), means, _inverse(a, b, c, d, e, f))

    def fitted(self, share: Floats) -> tuple[Colours, Floats]:
        """``share`` (h, w) as the best linear function of the colours round each pixel: slopes by channel, offset."""
        mean, radius = _box(share, self.radius), self.radius
        along = [
            _box(colour * share, radius) - own * mean for colour, own in zip(self.colours, self.means, strict=True)
        ]
        red, green, blue = (weighted(row, along) for row in self.inverse)
        offset = mean - weighted((red, green, blue), self.means)
        return (_box(red, radius), _box(green, radius), _box(blue, radius)), _box(offset, radius)

    def departure(self, share: Floats) -> Floats:
        """``share`` less that function."""
        slopes, offset = self.fitted(share)
        return np.asarray(share - weighted(slopes, self.colours) - offset, np.float32)


def weighted(some: Colours, others: Colours | list[Floats]) -> Floats:
    """The sum of three planes, each times another."""
    return np.asarray(some[0] * others[0] + some[1] * others[1] + some[2] * others[2], np.float32)


def _box(values: Floats, radius: int) -> Floats:
    side = 2 * radius + 1
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
