"""Between a document's pixels and the pictures that are sent to platforms and come back from them."""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.document import Metadata
from editor.domain.samples import Pixels
from editor.imaging.colour import from_srgb, to_srgb

OPAQUE = 255


def outgoing(pixels: Pixels, profile: bytes | None) -> Pixels:
    """(height, width, 4) uint8 BGRA of a document with ``profile`` as (height, width, 3) sRGB; white shines through
    what is transparent."""
    colours = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), np.uint8)
    alpha = pixels[..., 3]
    if int(alpha.min()) < OPAQUE:
        colours = _on_white(colours, alpha)
    return to_srgb(colours, profile)


def incoming(image: Pixels, metadata: Metadata) -> Pixels:
    """(height, width, 3) uint8 sRGB as (height, width, 3) BGR in the colours of a document with ``metadata``; without
    colour where the document has none."""
    colours = from_srgb(image, metadata.icc_profile)
    if metadata.greyscale:
        return np.repeat(np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)[..., np.newaxis], 3, axis=2)
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2BGR), np.uint8)


def _on_white(colours: Pixels, alpha: Pixels) -> Pixels:
    share = alpha[..., None].astype(np.uint16)
    return np.asarray((colours * share + OPAQUE * (OPAQUE - share) + 127) // OPAQUE, np.uint8)
