"""Pictures of the simulator as they travel: decoded strictly, described, fitted and encoded."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, UnidentifiedImageError

from editor.simulator.scripts import Script

Array = NDArray[np.uint8]
Floats = NDArray[np.float32]

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "jpg": "image/jpeg", "webp": "image/webp"}
_FORMATS = ("PNG", "JPEG", "WEBP")
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,  # an exception where warnings are errors
    OSError,
    SyntaxError,
    ValueError,
)
"""What decoding raises about bytes that are no complete picture."""


class NotAPictureError(ValueError):
    """The bytes are no complete picture of a format the platform takes."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it travels: bytes, media type, width and height in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def decode(data: bytes, formats: tuple[str, ...] = _FORMATS) -> Image.Image:
    """Decode completely; raises NotAPictureError."""
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
        image.load()
    except UNREADABLE as failure:
        raise NotAPictureError(str(failure)) from failure
    return image


def words(image: Image.Image) -> str:
    """For the record of requests: ``PNG 640×480 RGB``."""
    return f"{image.format} {image.width}×{image.height} {image.mode}"


def colours(image: Image.Image) -> Array:
    """(height, width, 3) RGB; alpha is dropped, as the platforms drop it."""
    return np.asarray(image.convert("RGB"), np.uint8)


def coverage(mask: Image.Image, size: tuple[int, int]) -> Array:
    """(height, width), 255 = change: a black-and-white picture brought to ``size`` (width, height)."""
    grey = mask.convert("RGB").convert("L")
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(grey, np.uint8)


def transparency(image: Image.Image) -> Array | None:
    """(height, width), 255 where ``image`` is fully transparent; None where it has no alpha channel."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return None
    return 255 - np.asarray(image.convert("RGBA").getchannel("A"), np.uint8)


def grow(mask: Array, pixels: int) -> Array:
    """Spread the bright parts of ``mask`` by ``pixels`` to every side (a square maximum)."""
    for axis in (0, 1):
        reach = 0
        while reach < pixels:
            step = min(2 * reach + 1, pixels - reach)
            mask = _maximum_beside(mask, axis, step)
            reach += step
    return mask


def blurred(image: Array) -> Array:
    """The picture as a filter returns it: nothing in it can be made out."""
    radius = max(image.shape[:2]) / 16
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius)), np.uint8)


def fit_pixels(image: Array, limit: int) -> Array:
    """Shrink so that width × height does not exceed ``limit``; smaller pictures stay as they are."""
    height, width = image.shape[:2]
    if height * width <= limit:
        return image
    scale = (limit / (height * width)) ** 0.5
    return resized(image, int(width * scale), int(height * scale))


def resized(image: Array, width: int, height: int) -> Array:
    """The picture at another size, by area and cubic."""
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS), np.uint8)


def encode(image: Array, kind: str, *, script: Script = Script.OK) -> Encoded:
    """Encode RGB, RGBA or grey as ``png``, ``jpeg``/``jpg`` or ``webp``; JPEG drops alpha.

    ``broken-picture`` loses the second half of its bytes.
    """
    stream = io.BytesIO()
    picture = Image.fromarray(image)
    if kind == "png":
        picture.save(stream, "PNG", compress_level=1)
    elif kind == "webp":
        picture.save(stream, "WEBP", quality=95, method=0, exact=True)
    else:
        opaque = picture.convert("RGB") if picture.mode == "RGBA" else picture
        opaque.save(stream, "JPEG", quality=95)
    data = stream.getvalue()
    if script is Script.BROKEN_PICTURE:
        data = data[: len(data) // 2]
    return Encoded(data, MEDIA_TYPES[kind], image.shape[1], image.shape[0])


def _maximum_beside(mask: Array, axis: int, step: int) -> Array:
    result = mask.copy()
    ahead = [slice(None), slice(None)]
    behind = [slice(None), slice(None)]
    ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
    to, from_ = tuple(ahead), tuple(behind)
    np.maximum(result[to], mask[from_], out=result[to])
    np.maximum(result[from_], mask[to], out=result[from_])
    return result
