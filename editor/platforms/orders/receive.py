"""From what one run returned to pictures of the request's size. Blocking."""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.kinds import Operation, Way
from editor.domain.request import EditRequest, Pixels
from editor.domain.vault import Place
from editor.imaging.codec import decode_picture, decode_with_alpha
from editor.imaging.fill_check import shows_something
from editor.imaging.likeness import FOREIGN
from editor.platforms.model import Model
from editor.platforms.orders import geometry
from editor.platforms.orders.build import padded_request
from editor.platforms.orders.order import Order, Size

_CHANGED, _KEPT = 8.0, 2.0
"""Levels of lightness: a change that is seen, and one that encoding makes."""
_MOST_OF = 90
"""Percent of what is marked that is kept where the mask was read the other way round: a small thing that was removed
from a large mask changes less than half of it, and is seen all the same."""
_LOOKED_AT = 768
"""Longer side of the copies in which changes are looked for."""


class MaskReversed(BadResult):
    """Everything changed but what the mask marks: the model reads masks the other way round."""


def take_in(data: bytes, *, model: Model, order: Order, request: EditRequest) -> Pixels:
    """A result as (h, w, 3) RGB of the request's ``result_size``.

    Raises BadResult for what is no picture or has another shape, MaskReversed where the wrong part was changed.
    """
    image = fitted(decode_picture(data), way=model.way, order=order, size=request.result_size)
    if model.way in (Way.ENLARGEMENT, Way.EXTENSION, Way.WHOLE_PICTURE):
        return image
    if model.way is Way.PADDING:
        request = padded_request(request)
    if _is_reversed(request, image):
        raise MaskReversed("The picture that came back is changed outside the mask and not inside it.")
    return image


def fitted(picture: Pixels, *, way: Way, order: Order | Place, size: Size) -> Pixels:
    """What came back for ``order``, (…, …, 3) or (…, …), as the result of ``size`` that was asked for.

    Raises BadResult for a picture of another shape.
    """
    if way is Way.EXTENSION:
        # What was padded was not extended: it is cut off at the far sides.
        extra = order.answer[0] - order.sent[0], order.answer[1] - order.sent[1]
        inner = order.inner[0] + extra[0], order.inner[1] + extra[1]
        return geometry.restored(picture, sent=order.answer, inner=inner, size=size)
    tolerance = geometry.LOOSE_TOLERANCE if way is Way.WHOLE_PICTURE else geometry.SHAPE_TOLERANCE
    return geometry.restored(picture, sent=order.sent, inner=order.inner, size=size, tolerance=tolerance)


def take_matte(data: bytes, *, order: Order, request: EditRequest) -> Pixels:
    """Which pixels belong to the subject, (h, w) uint8 of the request's size: the result's alpha, or the result itself
    where it is a grey picture. Raises BadResult where it is neither."""
    picture, alpha = decode_with_alpha(data)
    if alpha is None:
        spread = int(np.ptp(picture.astype(np.int16), axis=2).max(initial=0))
        if spread > 16:
            raise BadResult("The picture that came back is not cut out.")
        alpha = np.ascontiguousarray(picture[..., 0])
    return geometry.restored(alpha, sent=order.sent, inner=order.inner, size=request.size)


def _is_reversed(request: EditRequest, image: Pixels) -> bool:
    """Whether the mask's inside was kept and the outside was not.

    Looked at in small copies: a result that was worked out at a smaller size has lost detail everywhere. Where nothing
    was to be seen under the mask a good result keeps it, too; then only an outside that is another picture tells.
    """
    if request.operation not in (Operation.ERASE, Operation.INPAINT):
        return False
    before, after, mask = (_small(array) for array in (request.image, image, request.mask))
    inside, outside = mask > 127, mask == 0
    if not inside.any() or not outside.any():
        return False
    # What lies beside the edge takes on something of what is beyond it, whatever was kept.
    core = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (before, after)]
    change = np.asarray(np.abs(cv2.blur(grey[0], (3, 3)) - cv2.blur(grey[1], (3, 3))), np.float32)
    kept = change[core if core.any() else inside]
    if float(np.median(kept)) >= _KEPT or float(np.percentile(kept, _MOST_OF)) >= _CHANGED:
        return False
    least = _CHANGED if shows_something(before, mask) else FOREIGN
    return float(change[outside].mean()) > least


def _small(array: Pixels) -> Pixels:
    height, width = array.shape[:2]
    return geometry.resized(array, geometry.scaled((width, height), min(1.0, _LOOKED_AT / max(width, height))))
