"""A mask that was found by words: read, widened, and the fill of it laid back. Blocking."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest, Pixels
from editor.imaging.codec import decode_with_alpha
from editor.imaging.compose import blend
from editor.imaging.crop import context_region
from editor.imaging.effective_mask import bounds, effective_of
from editor.platforms.orders import geometry
from editor.platforms.orders.order import Order

MARGIN = 0.008
"""How far the mask is widened and softened, as a share of the picture's longer side."""
_LEAST, _MOST = 0.001, 0.95
"""Shares of the picture beyond which a search has failed."""


def found_mask(mattes: Sequence[bytes], *, order: Order, request: EditRequest) -> Pixels:
    """Everything that a search by words found, (h, w) of 0 and 255. Raises BadResult for nothing, or for all."""
    found = np.zeros((request.size[1], request.size[0]), np.uint8)
    for data in mattes:
        picture, alpha = decode_with_alpha(data)
        # A transparent background marks as well as a black one does.
        matte = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        if alpha is not None:
            matte = np.minimum(matte, alpha)
        matte = geometry.restored(
            matte, sent=order.sent, inner=order.inner, size=request.size, tolerance=geometry.LOOSE_TOLERANCE
        )
        found |= np.where(matte > 127, np.uint8(255), np.uint8(0))
    share = float((found > 0).mean())
    if share < _LEAST:
        raise BadResult("Nothing that fits the search words was found in the picture.")
    if share > _MOST:
        raise BadResult("The search by words marked the whole picture.")
    return found


def crop_around(request: EditRequest, found: Pixels) -> EditRequest:
    """The part of ``request`` around what was found, as a fill of it with a soft edge."""
    margin = max(2, math.ceil(MARGIN * max(request.size)))
    mask = effective_of(found, margin, margin)
    region = context_region(bounds(mask), Rect(0, 0, *request.size))
    return EditRequest(
        operation=Operation.INPAINT,
        image=np.ascontiguousarray(request.image[region.slices]),
        mask=np.ascontiguousarray(mask[region.slices]),
        region=region,
        options=request.options,
    )


def pasted(request: EditRequest, crop: EditRequest, picture: Pixels) -> Pixels:
    """``picture`` laid over the request's picture through the crop's mask; untouched elsewhere, to the bit."""
    result = request.image.copy()
    result[crop.region.slices] = blend(crop.image, picture, crop.mask)
    return result
