"""JPEG straight into blue, green, red and alpha, whole or shrunk while decoding.

Two decoders with the same result, both of them libjpeg-turbo: *simplejpeg*, where it is installed, writes into the
array that will be the picture; Pillow's goes through a copy in its own layout.
"""

from __future__ import annotations

import importlib
import io
from typing import Any, Protocol, cast

import cv2
import numpy as np
from PIL import Image

from editor.domain.samples import Pixels

PLAIN_MODES = ("RGB", "L")
"""Pillow's names of what these decoders take."""
_FACTORS = (8, 4, 2, 1)


class JpegDecoder(Protocol):
    """Decodes a JPEG of one of :data:`PLAIN_MODES`, as it lies in the file."""

    def __call__(self, data: bytes, *, at_least: tuple[int, int] | None = None) -> Pixels:
        """(height, width, 4) uint8, blue green red and 255.

        With ``at_least``, a width and height, half, a quarter or an eighth of the size, rounded up, where that is no
        smaller. Raises ValueError or OSError for what is damaged or incomplete.
        """
        ...


class SimpleJpegDecoder:
    """By the package *simplejpeg*; ImportError where that is missing."""

    def __init__(self) -> None:
        self._library: Any = importlib.import_module("simplejpeg")

    def __call__(self, data: bytes, *, at_least: tuple[int, int] | None = None) -> Pixels:
        """See :class:`JpegDecoder`."""
        least: dict[str, int] = {}
        if at_least is not None:
            least = {"min_width": at_least[0], "min_height": at_least[1]}
        return cast(Pixels, self._library.decode_jpeg(data, colorspace="BGRA", strict=True, **least))


class PillowJpegDecoder:
    """By Pillow, which is always there."""

    def __call__(self, data: bytes, *, at_least: tuple[int, int] | None = None) -> Pixels:
        """See :class:`JpegDecoder`."""
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            if at_least is not None:
                # Pillow asks how often a side goes into the picture's, and takes no remainder for a whole.
                factor = shrinking(picture.size, at_least)
                picture.draft(None, (picture.width // factor, picture.height // factor))
            array = np.asarray(picture)
        code = cv2.COLOR_GRAY2BGRA if array.ndim == 2 else cv2.COLOR_RGB2BGRA
        return cast(Pixels, cv2.cvtColor(array, code))


def jpeg_decoder() -> JpegDecoder:
    """The quickest there is on this computer."""
    try:
        return SimpleJpegDecoder()
    except ImportError:
        return PillowJpegDecoder()


def shrinking(size: tuple[int, int], at_least: tuple[int, int]) -> int:
    """How much a picture of ``size`` may be shrunk to be no smaller than ``at_least``: 8, 4, 2 or 1."""
    return next(
        (factor for factor in _FACTORS if all(-(-size[side] // factor) >= at_least[side] for side in (0, 1))), 1
    )
