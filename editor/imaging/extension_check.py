"""Is a picture of another size still the same picture?"""

from __future__ import annotations

from collections.abc import Iterator

from editor.domain.errors import BadResult
from editor.domain.kinds import UpscaleMode
from editor.domain.raster import Pixels
from editor.domain.request import EditRequest
from editor.imaging.likeness import FLAT, FOREIGN, LIVELY, is_blank, mean_difference, spread

EDGE = 16
"""Pixels along an old edge that say whether what lies beyond may be of one colour."""
UNLIKE = 16.0
"""Mean difference from which an enlargement that should be faithful shows something else."""
UNLIKE_CREATIVE = 36.0
"""The same where detail may be invented, in a picture of much contrast."""
CONTRAST_SHARE = 0.9
"""In a picture of less contrast: so much of its standard deviation. Two pictures without relation differ by more."""

_ANOTHER = "The picture that came back is another picture."


def check_extension(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's ``result_size``, as the picture extended, or raise BadResult."""
    expansion, (width, height) = request.options.expansion, request.size
    middle = image[expansion.up : expansion.up + height, expansion.left : expansion.left + width]
    if mean_difference(request.image, middle) > FOREIGN:
        raise BadResult(_ANOTHER)
    for border, edge in _sides(request, image):
        if spread(border) < FLAT and spread(edge) > LIVELY:
            raise BadResult("The picture that came back is blank where it was to be extended.")


def check_enlargement(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's ``result_size``, as the picture enlarged, or raise BadResult."""
    if is_blank(request.image, image):
        raise BadResult("The picture that came back is blank.")
    most = UNLIKE
    if request.options.mode is UpscaleMode.CREATIVE:
        most = min(UNLIKE_CREATIVE, max(UNLIKE, CONTRAST_SHARE * spread(request.image)))
    if mean_difference(request.image, image) > most:
        raise BadResult(_ANOTHER)


def _sides(request: EditRequest, image: Pixels) -> Iterator[tuple[Pixels, Pixels]]:
    """For every side that is extended, what is new there, and the old picture's edge."""
    expansion, (width, height) = request.options.expansion, request.size
    rows, columns = slice(expansion.up, expansion.up + height), slice(expansion.left, expansion.left + width)
    if expansion.left:
        yield image[rows, : expansion.left], request.image[:, :EDGE]
    if expansion.right:
        yield image[rows, expansion.left + width :], request.image[:, -EDGE:]
    if expansion.up:
        yield image[: expansion.up, columns], request.image[:EDGE]
    if expansion.down:
        yield image[expansion.up + height :, columns], request.image[-EDGE:]
