"""Fits a request's picture and mask to a model's limits, and undoes it on the result."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import BadResult, Unsupported
from editor.domain.request import EditRequest
from editor.imaging.codec import WEBP_LONGEST_SIDE, decode_picture, encode_png, encode_webp
from editor.platforms.catalogue import Limits, Model, Polarity

Pixels = NDArray[np.uint8]

_SHAPE_TOLERANCE = 0.03
_MOST_SHRINKS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """What is sent: an encoded picture and mask of one size.

    ``inner`` is the width and height that the crop takes in the top left corner of what is sent; the rest of
    ``sent`` is padding up to a model's least side. ``suffix`` is the file suffix and the end of the media type.
    """

    image: bytes
    mask: bytes
    suffix: str
    sent: tuple[int, int]
    inner: tuple[int, int]

    @property
    def media_type(self) -> str:
        """The media type of ``image``."""
        return f"image/{self.suffix}"

    @property
    def total_bytes(self) -> int:
        """The encoded bytes of both."""
        return len(self.image) + len(self.mask)


def fit(request: EditRequest, model: Model, *, most_bytes: int | None = None, most_pixels: int | None = None) -> Fitted:
    """Shrink to the limits, pad to the least side, and encode; below ``most_bytes`` for picture and mask together.

    The mask is sent hard: every pixel that is to change at all is changed wholly, and the result is blended through
    the soft mask afterwards. PNG where it fits, else the model's next format, else smaller. Blocking.
    """
    scale = _scale(request.size, model.limits, most_pixels)
    for _ in range(_MOST_SHRINKS):
        fitted = _fitted(request, model, scale, most_bytes)
        if most_bytes is None or fitted.total_bytes <= most_bytes:
            return fitted
        scale *= max(0.5, 0.95 * math.sqrt(most_bytes / fitted.total_bytes))
    raise Unsupported("The picture cannot be made small enough for this platform.")


def unfit(data: bytes, fitted: Fitted, request: EditRequest) -> Pixels:
    """The result in ``data`` at the request's size, (h, w, 3) RGB uint8. Blocking.

    Platforms may answer in another size than was sent, in the same shape. Raises BadResult for what is no picture
    or has another shape.
    """
    picture = decode_picture(data)
    height, width = picture.shape[:2]
    across, down = width / fitted.sent[0], height / fitted.sent[1]
    # One pixel of rounding is forgiven on small pictures.
    slack = _SHAPE_TOLERANCE + 1.5 / min(width, height)
    if abs(across / down - 1) > slack:
        raise BadResult("The picture that came back has another shape.", detail=f"{width} × {height}")
    inner = picture[: max(1, round(fitted.inner[1] * down)), : max(1, round(fitted.inner[0] * across))]
    return resized(inner, request.size)


def resized(array: Pixels, size: tuple[int, int]) -> Pixels:
    """``array`` at ``size`` (width, height): averaged when made smaller, smooth when made larger."""
    height, width = array.shape[:2]
    if (width, height) == size:
        return np.ascontiguousarray(array)
    method = cv2.INTER_AREA if size[0] * size[1] < width * height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(array, size, interpolation=method), np.uint8)


def _scale(size: tuple[int, int], limits: Limits, most_pixels: int | None) -> float:
    width, height = size
    scale = 1.0
    if limits.most_side is not None:
        scale = min(scale, limits.most_side / max(width, height))
    for pixels in (limits.most_pixels, most_pixels):
        if pixels is not None:
            scale = min(scale, math.sqrt(pixels / (width * height)))
    return scale


def _fitted(request: EditRequest, model: Model, scale: float, most_bytes: int | None) -> Fitted:
    # Rounding down keeps the product below a limit on pixels.
    inner = max(1, math.floor(request.size[0] * scale)), max(1, math.floor(request.size[1] * scale))
    sent = _padded_size(inner, model.limits)
    image = _padded(resized(request.image, inner), sent)
    mask = _padded(_hard(request.mask, inner), sent)
    if model.mask is Polarity.BLACK_CHANGES:
        mask = np.asarray(255 - mask, np.uint8)
    encoded_mask = encode_png(mask)
    encoded, suffix = encode_png(image), "png"
    over = most_bytes is not None and len(encoded) + len(encoded_mask) > most_bytes
    if over and "webp" in model.formats and max(sent) <= WEBP_LONGEST_SIDE:
        encoded, suffix = encode_webp(image), "webp"
    return Fitted(image=encoded, mask=encoded_mask, suffix=suffix, sent=sent, inner=inner)


def _hard(mask: Pixels, size: tuple[int, int]) -> Pixels:
    whole = np.where(mask > 0, np.uint8(255), np.uint8(0))
    if (mask.shape[1], mask.shape[0]) == size:
        return whole
    # In floating point, where the average of a large area with a single marked pixel in it is still not nothing.
    shares = cv2.resize(whole.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.where(shares > 0, np.uint8(255), np.uint8(0))


def _padded_size(size: tuple[int, int], limits: Limits) -> tuple[int, int]:
    width, height = (max(side, limits.least_side) for side in size)
    if width * height < limits.least_pixels:
        height = -(-limits.least_pixels // width)
    return width, height


def _padded(array: Pixels, size: tuple[int, int]) -> Pixels:
    right, below = size[0] - array.shape[1], size[1] - array.shape[0]
    if not right and not below:
        return array
    if array.ndim == 2:
        return np.pad(array, ((0, below), (0, right)))
    return np.pad(array, ((0, below), (0, right), (0, 0)), mode="edge")
