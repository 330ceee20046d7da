"""Is what came back a good picture? A blank, unchanged or wrongly made one is a failure, whatever the status said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from editor.domain.errors import BadResult
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import Pixels
from editor.imaging.extension_check import check_enlargement, check_extension
from editor.imaging.fill_check import check_fill
from editor.imaging.picture_check import check_matte, check_whole
from editor.imaging.registration import moved_into_place, placement_of

_FOUND = 0.5
"""Share of the difference that is left at most where a picture was plainly found to lie beside its place."""
_WRONG_SIZE = "The picture that came back has the wrong size."


def check_result(request: EditRequest, result: EditResult) -> None:
    """Accept ``result``, or raise BadResult with what is wrong.

    A good picture has the request's ``result_size``. Of several variations one must be good: the others are paid for
    with it, and :func:`good_pictures` leaves out what is of no use.
    """
    if request.operation is Operation.REMOVE_BACKGROUND:
        _require_shape(result.image, (*request.result_size[::-1], 3))
        if result.alpha is None:
            raise BadResult("The picture that came back is not cut out.")
        _require_shape(result.alpha, request.result_size[::-1])
        check_matte(result.alpha)
        return
    faults = [_fault(request, image) for image in (result.image, *result.others)]
    if faults[0] is not None and all(faults):
        raise faults[0]


def good_pictures(request: EditRequest, result: EditResult) -> tuple[Pixels, ...]:
    """The pictures of a result that :func:`check_result` has accepted, without those variations that are bad."""
    if not result.others:
        return (result.image,)
    return tuple(image for image in (result.image, *result.others) if _fault(request, image) is None)


def _require_shape(array: Pixels, shape: tuple[int, ...]) -> None:
    if array.shape != shape or array.dtype != np.uint8:
        raise BadResult(_WRONG_SIZE, detail=f"{array.shape} instead of {shape}")


def _fault(request: EditRequest, image: Pixels) -> BadResult | None:
    """What is wrong with one picture, be it that it only lies beside its place."""
    try:
        _require_shape(image, (*request.result_size[::-1], 3))
        _CHECKS[request.operation](request, image)
    except BadResult as error:
        return None if request.operation in _LAID_BACK and _is_good_in_place(request, image) else error
    return None


def _is_good_in_place(request: EditRequest, image: Pixels) -> bool:
    """Whether ``image`` is a good picture as soon as it is moved to where it belongs, which laying it back does."""
    if image.shape != request.image.shape:
        return False
    placement = placement_of(request.image, image, request.mask == 0 if request.operation.masked else None)
    if placement is None or placement.error_after > _FOUND * placement.error_before:
        return False
    try:
        _CHECKS[request.operation](request, moved_into_place(image, placement))
    except BadResult:
        return False
    return True


_LAID_BACK = (
    Operation.ERASE,
    Operation.INPAINT,
    Operation.SEARCH_AND_REPLACE,
    Operation.SEARCH_AND_RECOLOR,
)
"""What keeps enough of a picture to be found in its place by."""
_CHECKS: Mapping[Operation, Callable[[EditRequest, Pixels], None]] = MappingProxyType(
    {
        Operation.ERASE: check_fill,
        Operation.INPAINT: check_fill,
        Operation.SEARCH_AND_REPLACE: check_whole,
        Operation.SEARCH_AND_RECOLOR: check_whole,
        Operation.REPLACE_BACKGROUND: check_whole,
        Operation.OUTPAINT: check_extension,
        Operation.UPSCALE: check_enlargement,
    }
)
