"""Noise too weak to be seen that keeps a picture of 8 bits from showing steps in one of 16."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import STEP

_ACROSS, _DOWN = 3242174889, 2447445414
"""Parts of 2³² that the pattern goes on by from pixel to pixel: 1/ρ and 1/ρ² with ρ³ = ρ + 1, the generalised golden
ratio of two dimensions (M. Roberts, The unreasonable effectiveness of quasirandom sequences, 2018). Neighbours are far
apart in value, as in blue noise, any area has the mean of all, and whole numbers give the same bytes anywhere."""
_BETWEEN = 1431655765
"""A third of 2³²: by so much the channels' patterns are apart."""
_FULL = 65535


def noise(size: tuple[int, int], *, origin: tuple[int, int] = (0, 0), channel: int = 0) -> NDArray[np.int32]:
    """(height, width) of whole numbers from -128 to 128, as common each, for the pixels from ``origin`` (across, down)
    on; ``size`` is width and height."""
    width, height = size
    # What lies left of the document or above it has places below 0.
    across = np.arange(origin[0], origin[0] + width).astype(np.uint32) * np.uint32(_ACROSS)
    down = np.arange(origin[1], origin[1] + height).astype(np.uint32) * np.uint32(_DOWN)
    place = across[None, :] + (down + np.uint32(channel * _BETWEEN))[:, None]
    return ((place >> np.uint32(16)).astype(np.int32) * STEP >> 16) - STEP // 2


def dithered(samples: NDArray[np.uint16], *, origin: tuple[int, int] = (0, 0)) -> NDArray[np.uint16]:
    """(height, width, channels) in 16 bits, each value spread over the 8-bit step that it stands for.

    ``origin`` is the place in the document of the first pixel: the same picture at the same place gives the same
    bytes. In 8 bits again every value is what it was; means are kept, and so are black and white.
    """
    height, width = samples.shape[:2]
    result = np.empty_like(samples)
    for channel in range(samples.shape[2]):
        plain = samples[..., channel].astype(np.int32)
        spread = plain + noise((width, height), origin=origin, channel=channel)
        ends = (plain == 0) | (plain == _FULL)
        result[..., channel] = np.where(ends, plain, np.clip(spread, 0, _FULL))
    return result
