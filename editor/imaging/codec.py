"""Pictures to bytes and back, for sending to platforms and for reading what they return.

What comes back is judged by its bytes, never by a header or a file name. These functions block: call them on a
thread of their own (:func:`editor.domain.blocking.run_blocking`).
"""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from editor.domain.errors import BadResult
from editor.imaging.deflate import Deflate, fast_deflate
from editor.imaging.png import png_of

Pixels = NDArray[np.uint8]

MOST_PIXELS = 64_000_000
WEBP_LONGEST_SIDE = 16_383
_WEBP_QUALITY = 95
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError, MemoryError)


def encode_png(array: Pixels, *, deflate: Deflate = fast_deflate) -> bytes:
    """(h, w) grey or (h, w, 3) RGB, uint8, as PNG without metadata; raises ValueError for any other shape."""
    if not array.size or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ValueError(f"an array of shape {array.shape} cannot be written as PNG")
    return png_of(array, deflate=deflate)


def encode_webp(array: Pixels) -> bytes:
    """(h, w, 3) RGB uint8 as lossy WebP of high quality; no side over :data:`WEBP_LONGEST_SIDE`."""
    swapped = cv2.cvtColor(array, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".webp", swapped, [cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY])
    if not done:
        raise ValueError(f"an array of shape {array.shape} cannot be written as WebP")
    return data.tobytes()


def picture_format(data: bytes) -> str | None:
    """``PNG``, ``JPEG``, ``WEBP`` or ``GIF`` by the first bytes of ``data``; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    return None


def decode_picture(data: bytes, *, most_pixels: int = MOST_PIXELS) -> Pixels:
    """The picture in ``data`` as (h, w, 3) RGB uint8; transparency is dropped, 16 bits become 8.

    Raises BadResult for what is no picture, is truncated, shows nothing because all of it is transparent, or has more
    than ``most_pixels`` pixels.
    """
    picture, alpha = decode_with_alpha(data, most_pixels=most_pixels)
    if alpha is not None and not alpha.any():
        raise BadResult("The picture that came back is blank.", detail="all of it is transparent")
    return picture


def decode_with_alpha(data: bytes, *, most_pixels: int = MOST_PIXELS) -> tuple[Pixels, Pixels | None]:
    """The picture in ``data`` as (h, w, 3) RGB, and its transparency as (h, w), 0 = transparent, None where it has
    none; both uint8. Raises BadResult as :func:`decode_picture` does."""
    if picture_format(data) is None:
        raise BadResult("What came back is not a picture.", detail=f"{len(data)} bytes of an unknown kind")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > most_pixels:
                raise BadResult("The picture that came back is absurdly large.", detail=f"{width} × {height}")
            picture.load()
            return _rgb(picture), _alpha(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadResult("The picture that came back is absurdly large.") from error
    except _BROKEN as error:
        raise BadResult("The picture that came back is broken.", detail=type(error).__name__) from error


def _alpha(picture: Image.Image) -> Pixels | None:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return None
    return np.array(picture.convert("RGBA").getchannel("A"), np.uint8)


def _rgb(picture: Image.Image) -> Pixels:
    if picture.mode.startswith("I"):
        grey = np.clip(np.asarray(picture).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], 3, axis=2)
    return np.array(picture.convert("RGB"), np.uint8)
