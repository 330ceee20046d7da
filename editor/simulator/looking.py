"""What a simulated model sees in a picture: colours by their names, and the thing before its background."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from editor.simulator.pictures import Array, Floats, grow

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shade:
    """What a colour word means: the colour it is painted in, and the pixels that count as it.

    ``hues`` in degrees, from the first clockwise to the second; ``saturations`` and ``values`` from 0 to 1 (HSV).
    """

    rgb: RGB
    hues: tuple[float, float]
    saturations: tuple[float, float]
    values: tuple[float, float]


_PURPLE = Shade((130, 60, 170), (255, 300), (0.25, 1), (0.12, 1))
_GREY = Shade((128, 128, 128), (0, 360), (0, 0.15), (0.2, 0.88))

SHADES: Mapping[str, Shade] = MappingProxyType(
    {
        "red": Shade((205, 40, 40), (345, 15), (0.35, 1), (0.2, 1)),
        "orange": Shade((235, 130, 30), (15, 45), (0.45, 1), (0.35, 1)),
        "brown": Shade((115, 70, 35), (8, 45), (0.25, 1), (0.12, 0.65)),
        "yellow": Shade((235, 215, 50), (45, 70), (0.35, 1), (0.2, 1)),
        "gold": Shade((215, 175, 55), (38, 58), (0.4, 1), (0.25, 1)),
        "green": Shade((50, 160, 60), (70, 165), (0.25, 1), (0.12, 1)),
        "teal": Shade((20, 128, 128), (165, 195), (0.3, 1), (0.12, 0.8)),
        "cyan": Shade((50, 205, 225), (165, 200), (0.3, 1), (0.2, 1)),
        "blue": Shade((45, 85, 205), (195, 255), (0.3, 1), (0.15, 1)),
        "purple": _PURPLE,
        "violet": _PURPLE,
        "magenta": Shade((210, 45, 185), (290, 330), (0.4, 1), (0.2, 1)),
        "pink": Shade((240, 150, 185), (300, 15), (0.12, 0.7), (0.6, 1)),
        "beige": Shade((225, 205, 170), (20, 60), (0.08, 0.45), (0.55, 1)),
        "black": Shade((25, 25, 28), (0, 360), (0, 1), (0, 0.22)),
        "white": Shade((240, 240, 240), (0, 360), (0, 0.12), (0.85, 1)),
        "grey": _GREY,
        "gray": _GREY,
    }
)
"""The colour words that are understood."""

_WORD = re.compile(rf"\b({'|'.join(SHADES)})\b")
_SPECK = 100
"""Of 255, the share of a pixel's 3 × 3 neighbourhood below which it counts as a speck; corners have 113."""


def colour_of(words: str) -> RGB | None:
    """The colour that the first colour word names; None where there is none."""
    shade = _shade_of(words)
    return None if shade is None else shade.rgb


def colour_for(words: str) -> RGB:
    """``colour_of(words)``, else a colour that depends on the words alone."""
    digest = hashlib.sha256(words.encode()).digest()
    return colour_of(words) or (40 + digest[0] * 170 // 255, 40 + digest[1] * 170 // 255, 40 + digest[2] * 170 // 255)


def find(image: Array, words: str) -> Array:
    """(height, width), 255 where ``image`` has the colour that ``words`` name, lit or shaded, without specks.

    Without a colour word it is the ``subject``. Zero all over where nothing is found.
    """
    shade = _shade_of(words)
    if shade is None:
        return np.where(subject(image) > 127, 255, 0).astype(np.uint8)
    hue, saturation, value = (band.astype(np.uint8) for band in np.moveaxis(_hsv(image), -1, 0))
    first, last = (round(degrees * 255 / 360) for degrees in shade.hues)
    inside = (hue >= first) & (hue <= last) if first <= last else (hue >= first) | (hue <= last)
    inside &= _between(saturation, shade.saturations) & _between(value, shade.values)
    dense = Image.fromarray(np.where(inside, np.uint8(255), np.uint8(0))).filter(ImageFilter.BoxBlur(1))
    return np.where(np.asarray(dense) > _SPECK, 255, 0).astype(np.uint8)


def subject(image: Array) -> Array:
    """(height, width), a matte of what differs from the border: 255 foreground, 0 background, soft between.

    The background is the border's median colour; how much the border itself varies sets the threshold.
    """
    difference = image.astype(np.float32) - np.median(_border(image), axis=0).astype(np.float32)
    distance: Floats = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    usual = float(np.percentile(_border(distance[..., None]), 90))
    threshold = min(usual * 1.1 + 14, 150)
    matte: Array = ((distance - threshold) * (255 / 24)).clip(0, 255).astype(np.uint8)
    reach = max(1, min(4, min(matte.shape) // 100))
    return 255 - grow(255 - grow(matte, reach), reach)


def _shade_of(words: str) -> Shade | None:
    found = _WORD.search(words.lower())
    return None if found is None else SHADES[found[1]]


def _hsv(image: Array) -> Array:
    return np.asarray(Image.fromarray(image).convert("HSV"), np.uint8)


def _between(band: Array, limits: tuple[float, float]) -> NDArray[np.bool_]:
    return (band >= round(limits[0] * 255)) & (band <= round(limits[1] * 255))


def _border(values: Array | Floats) -> Array | Floats:
    """(n, channels): the outermost pixels, a fiftieth of the shorter side."""
    width = max(1, min(values.shape[:2]) // 50)
    edges = (values[:width], values[-width:], values[:, :width], values[:, -width:])
    return np.concatenate([edge.reshape(-1, values.shape[2]) for edge in edges])
