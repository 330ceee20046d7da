"""How different two colours look: CIEDE2000.

After G. Sharma, W. Wu, E. N. Dalal, The CIEDE2000 color-difference formula: implementation notes, supplementary test
data, and mathematical observations, Color Research and Application 30 (1), 2005. The tests hold it against the pairs
published there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to CIE XYZ under D65 (IEC 61966-2-1)."""
_FAR = 25.0**7


def lab(colours: NDArray[Any]) -> Values:
    """(…, 3) sRGB from 0 to 255 as CIE L*a*b* under D65."""
    values = np.clip(np.asarray(colours, np.float64) / 255.0, 0.0, 1.0)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(one: Values, other: Values) -> Values:
    """The difference of colours in L*a*b*, (…, 3) each: 1 is just about seen, side by side."""
    mean_chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + _FAR)))
    chromas, hues = zip(*(_polar(colour, stretch) for colour in (one, other)), strict=True)
    grey = chromas[0] * chromas[1] == 0
    turn = np.where(grey, 0.0, (hues[1] - hues[0] + 180) % 360 - 180)
    # Exactly opposite hues are 180 apart, not -180.
    turn = np.where(turn == -180, np.where(hues[1] > hues[0], 180.0, -180.0), turn)
    d_light, d_chroma = other[..., 0] - one[..., 0], chromas[1] - chromas[0]
    d_hue = 2 * np.sqrt(chromas[0] * chromas[1]) * np.sin(np.radians(turn / 2))
    light, chroma = (one[..., 0] + other[..., 0]) / 2, (chromas[0] + chromas[1]) / 2
    hue = _mean_hue(hues[0], hues[1], grey)
    tint = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    away = (light - 50) ** 2
    by_light = d_light / (1 + 0.015 * away / np.sqrt(20 + away))
    by_chroma = d_chroma / (1 + 0.045 * chroma)
    by_hue = d_hue / (1 + 0.015 * chroma * tint)
    blue = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    turned = -np.sin(blue) * 2 * np.sqrt(chroma**7 / (chroma**7 + _FAR))
    return np.asarray(np.sqrt(np.maximum(0.0, by_light**2 + by_chroma**2 + by_hue**2 + turned * by_chroma * by_hue)))


def _polar(colour: Values, stretch: Values) -> tuple[Values, Values]:
    """Chroma, and hue in degrees from 0 to 360."""
    a = colour[..., 1] * stretch
    hue = np.degrees(np.arctan2(colour[..., 2], a)) % 360
    return np.hypot(a, colour[..., 2]), hue


def _mean_hue(one: Values, other: Values, grey: NDArray[np.bool_]) -> Values:
    total = one + other
    far = np.abs(one - other) > 180
    mean = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return np.asarray(np.where(grey, total, mean))
