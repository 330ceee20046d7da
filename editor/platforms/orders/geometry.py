"""Fits a picture to a model's limits, and what came back to the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.request import Pixels
from editor.imaging.codec import WEBP_LONGEST_SIDE, encode_png, encode_webp
from editor.platforms.model import Limits
from editor.platforms.orders.order import Size

SHAPE_TOLERANCE = 0.03
"""How far the proportions of a result may be off, as a share."""
LOOSE_TOLERANCE = 0.12
"""The same for models that choose the nearest of their own sizes."""

_MOST_STEPS = 4
"""After so many what is left over the limit comes from the least size, which no shrinking mends."""


def inner_size(size: Size, limits: Limits, most_pixels: int | None = None) -> Size:
    """``size`` shrunk to what ``limits`` allow at most, with the padding that they ask for; never enlarged.

    Rounded down, so that limits are kept.
    """
    width, height = size
    scale = 1.0
    if limits.most_side is not None:
        scale = min(scale, limits.most_side / max(width, height))
    pixels = min((most for most in (limits.most_pixels, most_pixels) if most is not None), default=None)
    if pixels is None:
        return scaled(size, scale)
    inner = scaled(size, min(scale, math.sqrt(pixels / (width * height))))
    for _ in range(_MOST_STEPS):
        # A long, narrow picture is padded to the aspect that is taken, and is then larger than it was.
        sent = sent_size(inner, limits)
        if sent[0] * sent[1] <= pixels:
            break
        inner = scaled(inner, math.sqrt(pixels / (sent[0] * sent[1])))
    return inner


def scaled(size: Size, scale: float) -> Size:
    """``size`` times ``scale``, rounded down, at least one pixel."""
    return max(1, math.floor(size[0] * scale)), max(1, math.floor(size[1] * scale))


def sent_size(inner: Size, limits: Limits) -> Size:
    """``inner`` with the padding that least side, least area, aspect and multiple ask for."""
    width, height = (max(side, limits.least_side) for side in inner)
    if limits.most_aspect is not None:
        width = max(width, math.ceil(height / limits.most_aspect))
        height = max(height, math.ceil(width / limits.most_aspect))
    if width * height < limits.least_pixels:
        height = -(-limits.least_pixels // width)
    multiple = limits.multiple
    return -(-width // multiple) * multiple, -(-height // multiple) * multiple


def fits(size: Size, limits: Limits) -> bool:
    """Whether a picture of ``size`` may be sent as it is."""
    return inner_size(size, limits) == size and sent_size(size, limits) == size


def resized(array: Pixels, size: Size) -> Pixels:
    """``array`` at ``size``: averaged when made smaller, smooth when made larger."""
    height, width = array.shape[:2]
    if (width, height) == size:
        return np.ascontiguousarray(array)
    method = cv2.INTER_AREA if size[0] * size[1] < width * height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(array, size, interpolation=method), np.uint8)


def cropped_to(array: Pixels, shape: Size) -> Pixels:
    """The largest part from the middle of ``array`` that has the proportions of ``shape``."""
    height, width = array.shape[:2]
    scale = min(width / shape[0], height / shape[1])
    part = (
        min(width, max(1, round(shape[0] * scale))),
        min(height, max(1, round(shape[1] * scale))),
    )
    left, top = (width - part[0]) // 2, (height - part[1]) // 2
    return array[top : top + part[1], left : left + part[0]]


def hard_mask(mask: Pixels, size: Size) -> Pixels:
    """``mask`` at ``size`` with 255 wherever anything is marked: what is to change at all is changed wholly, and the
    result is blended through the soft mask afterwards."""
    whole = np.where(mask > 0, np.uint8(255), np.uint8(0))
    if (mask.shape[1], mask.shape[0]) == size:
        return whole
    # In floating point, where the average of a large area with a single marked pixel in it is still not nothing.
    shares = cv2.resize(whole.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.where(shares > 0, np.uint8(255), np.uint8(0))


def padded(array: Pixels, size: Size) -> Pixels:
    """``array`` in the top left corner of ``size``: a picture continued by its edge, a mask by nothing."""
    right, below = size[0] - array.shape[1], size[1] - array.shape[0]
    if not right and not below:
        return array
    if array.ndim == 2:
        return np.pad(array, ((0, below), (0, right)))
    return np.pad(array, ((0, below), (0, right), (0, 0)), mode="edge")


def encoded(image: Pixels, formats: tuple[str, ...], room: int | None) -> tuple[bytes, str]:
    """``image`` as PNG where that has at most ``room`` bytes or no other format is taken, else as WebP; its suffix."""
    data = encode_png(image)
    if room is not None and len(data) > room and "webp" in formats and max(image.shape[:2]) <= WEBP_LONGEST_SIDE:
        return encode_webp(image), "webp"
    return data, "png"


def restored(picture: Pixels, *, sent: Size, inner: Size, size: Size, tolerance: float = SHAPE_TOLERANCE) -> Pixels:
    """What came back for ``sent``, cut to the place of ``inner`` in it and brought to ``size``.

    Platforms may answer in another size than was sent, in the same shape. Raises BadResult for another shape.
    """
    height, width = picture.shape[:2]
    across, down = width / sent[0], height / sent[1]
    # One pixel of rounding is forgiven on small pictures.
    slack = tolerance + 1.5 / min(width, height)
    if abs(across / down - 1) > slack:
        raise BadResult("The picture that came back has another shape.", detail=f"{width} × {height}")
    cut = picture[: max(1, round(inner[1] * down)), : max(1, round(inner[0] * across))]
    return resized(cut, size)
