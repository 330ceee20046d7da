"""Is a picture of another size still the same picture?"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.kinds import UpscaleMode
from editor.domain.request import EditRequest
from editor.domain.samples import Pixels
from editor.imaging.blank_check import asks_for_plain, check_complete, fits_in, is_placeholder, plain_colour
from editor.imaging.kept_check import ANOTHER, TEXTURED, check_kept
from editor.imaging.likeness import is_blank, mean_difference, pair_of, spread

EDGE = 8
"""Pixels along an old edge that say whether what lies beyond may be of one colour."""
UNLIKE = 16.0
"""Mean difference from which an enlargement that should be faithful shows something else."""
UNLIKE_CREATIVE = 36.0
"""The same where detail may be invented, in a picture of much contrast."""
CONTRAST_SHARE = 0.9
"""In a picture of less contrast: so much of its standard deviation. Two pictures without relation differ by more."""
INVENTED = 14.0
"""Standard deviation of a window, in levels, up to which an enlargement may invent what is in it."""


def check_extension(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's ``result_size``, as the picture extended, or raise BadResult.

    A border of one colour is a good one where it continues the picture, or where the words ask for it, in English. A
    border that was wished for without words cannot be told from one that was left empty: it is taken for that.
    """
    expansion, (width, height) = request.options.expansion, request.size
    if is_blank(request.image, image):
        raise BadResult("The picture that came back is blank.")
    middle = image[expansion.up : expansion.up + height, expansion.left : expansion.left + width]
    check_kept(pair_of(request.image, middle), in_place=True)
    check_complete(middle, before=request.image)
    for border, edge in _sides(request, image):
        colour = plain_colour(border.reshape(-1, 3))
        if colour is None or (is_placeholder(colour) and asks_for_plain(request.options.prompt)):
            continue
        if not fits_in(colour, edge, beside=np.ones(edge.shape[:2], np.bool_)):
            raise BadResult("The picture that came back is blank where it was to be extended.")


def check_enlargement(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's ``result_size``, as the picture enlarged, or raise BadResult."""
    image = np.asarray(cv2.resize(image, request.size, interpolation=cv2.INTER_AREA), np.uint8)
    if is_blank(request.image, image):
        raise BadResult("The picture that came back is blank.")
    creative = request.options.mode is UpscaleMode.CREATIVE
    most = min(UNLIKE_CREATIVE, max(UNLIKE, CONTRAST_SHARE * spread(request.image))) if creative else UNLIKE
    check_complete(image, before=request.image)
    check_kept(pair_of(request.image, image), textured=INVENTED if creative else TEXTURED)
    if mean_difference(request.image, image) > most:
        raise BadResult(ANOTHER)


def _sides(request: EditRequest, image: Pixels) -> Iterator[tuple[Pixels, Pixels]]:
    """For every side that is extended, what is new there, and the edge of the old part."""
    expansion, (width, height) = request.options.expansion, request.size
    rows, columns = slice(expansion.up, expansion.up + height), slice(expansion.left, expansion.left + width)
    old = image[rows, columns]
    if expansion.left:
        yield image[rows, : expansion.left], old[:, :EDGE]
    if expansion.right:
        yield image[rows, expansion.left + width :], old[:, -EDGE:]
    if expansion.up:
        yield image[: expansion.up, columns], old[:EDGE]
    if expansion.down:
        yield image[expansion.up + height :, columns], old[-EDGE:]
