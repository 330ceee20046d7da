"""Pictures of the simulator: decoded strictly, and results computed from the picture and mask that were sent."""

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
_UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,  # an exception where warnings are errors
    OSError,
    SyntaxError,
    ValueError,
)


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
    except _UNREADABLE as failure:
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


def erase(image: Array, mask: Array) -> Array:
    """Fill what ``mask`` marks smoothly from its surroundings; greys blend, unmarked pixels stay exact."""
    if not mask.any():
        return image.copy()
    area = _neighbourhood(mask)
    part, strength = image[area].astype(np.float32), (mask[area].astype(np.float32) / 255)[..., None]
    filled = _fill(part, (strength == 0).astype(np.float32))
    blended = np.rint(part * (1 - strength) + filled * strength).clip(0, 255)
    result = image.copy()
    result[area] = blended.astype(np.uint8)
    return result


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


def staged(script: Script, image: Array, mask: Array) -> Array:
    """The picture that ``script`` asks for; the good result under every script that does not spoil it."""
    if script is Script.UNCHANGED_PICTURE:
        return image
    if script is Script.BLANK_PICTURE:
        return np.full_like(image, 128)
    result = erase(image, mask)
    if script is Script.HALF_SIZE:
        return resized(result, max(1, image.shape[1] // 2), max(1, image.shape[0] // 2))
    return result


def encode(image: Array, kind: str, *, script: Script = Script.OK) -> Encoded:
    """Encode as ``png``, ``jpeg``/``jpg`` or ``webp``; ``broken-picture`` loses the second half of its bytes."""
    stream = io.BytesIO()
    picture = Image.fromarray(image)
    if kind == "png":
        picture.save(stream, "PNG", compress_level=1)
    elif kind == "webp":
        picture.save(stream, "WEBP", quality=95, method=0)
    else:
        picture.save(stream, "JPEG", quality=95)
    data = stream.getvalue()
    if script is Script.BROKEN_PICTURE:
        data = data[: len(data) // 2]
    return Encoded(data, MEDIA_TYPES[kind], image.shape[1], image.shape[0])


def _neighbourhood(mask: Array) -> tuple[slice, slice]:
    """What is marked, and as much again around it."""
    slices = []
    for axis in (1, 0):
        marked = np.flatnonzero(mask.any(axis))
        first, last = int(marked[0]), int(marked[-1]) + 1
        margin = max(32, last - first)
        slices.append(slice(max(0, first - margin), last + margin))
    return slices[0], slices[1]


def _maximum_beside(mask: Array, axis: int, step: int) -> Array:
    result = mask.copy()
    ahead = [slice(None), slice(None)]
    behind = [slice(None), slice(None)]
    ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
    to, from_ = tuple(ahead), tuple(behind)
    np.maximum(result[to], mask[from_], out=result[to])
    np.maximum(result[from_], mask[to], out=result[from_])
    return result


def _fill(image: Floats, known: Floats) -> Floats:
    """Replace unknown pixels by an average of known ones, coarse to fine, so that a hole of any size closes."""
    height, width = known.shape[:2]
    if known.all() or not known.any() or min(height, width) <= 1:
        total = known.sum()
        average = (image * known).sum((0, 1)) / total if total else image.mean((0, 1))
        return np.where(known > 0, image, average).astype(np.float32)
    weights = _quarters(known)
    averages: Floats = (_quarters(image * known) / np.maximum(weights, 1)).astype(np.float32)
    coarse = _fill(averages, (weights > 0).astype(np.float32))
    fine = _smooth(coarse.repeat(2, 0).repeat(2, 1)[:height, :width])
    return np.where(known > 0, image, fine).astype(np.float32)


def _quarters(values: Floats) -> Floats:
    """Sums over blocks of 2 × 2 pixels; an odd edge counts as followed by zeros."""
    padded = np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)))
    sums: Floats = padded[0::2, 0::2] + padded[1::2, 0::2] + padded[0::2, 1::2] + padded[1::2, 1::2]
    return sums


def _smooth(values: Floats) -> Floats:
    padded = np.pad(values, ((1, 1), (0, 0), (0, 0)), mode="edge")
    upright = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    padded = np.pad(upright, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return ((padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4).astype(np.float32)
