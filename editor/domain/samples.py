"""Arrays of samples in 8 or 16 bits, and what is white and opaque in each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Samples of 8 bits, 0 to 255."""
Samples = NDArray[np.unsignedinteger[Any]]
"""Samples of 8 bits (uint8, 0 to 255) or of 16 (uint16, 0 to 65535)."""

STEP = 257
"""A 16-bit value over the 8-bit value it was widened from: 65535 / 255."""


def full(samples: Samples) -> int:
    """The largest value a sample can have: white, or opaque."""
    return 65535 if samples.dtype == np.uint16 else 255


def bits(samples: Samples) -> int:
    """Bits a sample: 8 or 16."""
    return 16 if samples.dtype == np.uint16 else 8


def narrowed(samples: Samples) -> Pixels:
    """``samples`` in 8 bits, each the nearest value; the same array where they have 8 already."""
    if samples.dtype == np.uint8:
        return np.asarray(samples, np.uint8)
    # Equals (v + 128) // 257 for every value of 16 bits, without a division.
    wide = samples.astype(np.uint32)
    return np.asarray((wide * 255 + 32895) >> 16, np.uint8)


def widened(samples: Samples) -> NDArray[np.uint16]:
    """``samples`` in 16 bits; 8-bit values come back exactly from :func:`narrowed`."""
    if samples.dtype == np.uint16:
        return np.asarray(samples, np.uint16)
    return samples.astype(np.uint16) * np.uint16(STEP)


def as_deep(samples: Samples, like: Samples) -> Samples:
    """``samples`` with as many bits as ``like``."""
    return widened(samples) if like.dtype == np.uint16 else narrowed(samples)
