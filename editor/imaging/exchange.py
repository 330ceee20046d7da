"""Between a document's pixels and the pictures that are sent to platforms and come back from them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.metadata import Metadata
from editor.domain.samples import Pixels, Samples, full, narrowed, widened
from editor.imaging.colour import from_srgb, to_srgb
from editor.imaging.dither import dithered


def outgoing(pixels: Samples, profile: bytes | None) -> Pixels:
    """(height, width, 4) BGRA of a document with ``profile`` as (height, width, 3) uint8 sRGB; white shines through
    what is transparent. 16 bits are rounded once, after all else."""
    colours = _turned(pixels, cv2.COLOR_BGRA2RGB)
    alpha = pixels[..., 3]
    if int(alpha.min()) < full(alpha):
        colours = _on_white(colours, alpha)
    return narrowed(to_srgb(colours, profile))


def incoming(image: Samples, metadata: Metadata, *, depth: int = 8, origin: tuple[int, int] = (0, 0)) -> Samples:
    """(height, width, 3) sRGB as (height, width, 3) BGR in the colours and the ``depth`` of a document with
    ``metadata``; without colour where the document has none.

    ``image`` has 8 bits, or 16 where it was worked on after it came. In 16 bits it is spread over the steps between
    the values of 8 (see :mod:`editor.imaging.dither`); ``origin`` is its place in the document.
    """
    if metadata.greyscale:
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
        image = np.repeat(grey[..., np.newaxis], 3, axis=2)
    image = dithered(widened(image), origin=origin) if depth == 16 else narrowed(image)
    if metadata.greyscale:
        image = np.repeat(image[..., :1], 3, axis=2)
    colours = from_srgb(image, metadata.icc_profile)
    if metadata.greyscale:
        # Through a profile of colours equal channels come back as nearly equal ones.
        return np.repeat(colours[..., 1:2], 3, axis=2)
    return _turned(colours, cv2.COLOR_RGB2BGR)


def _turned(pixels: Samples, code: int) -> Samples:
    return np.asarray(cv2.cvtColor(pixels, code), pixels.dtype)


def _on_white(colours: Samples, alpha: Samples) -> Samples:
    # The largest product, of white by opaque, and its rounding just fit into twice the bits.
    wide: type[np.unsignedinteger[Any]] = np.uint16 if colours.dtype == np.uint8 else np.uint32
    most = wide(full(colours))
    share: NDArray[Any] = alpha[..., None].astype(wide)
    return np.asarray((colours * share + most * (most - share) + most // wide(2)) // most, colours.dtype)
