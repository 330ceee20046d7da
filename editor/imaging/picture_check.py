"""Has a whole picture been edited, and has anything been cut out?"""

from __future__ import annotations

import cv2

from editor.domain.errors import BadResult
from editor.domain.raster import Pixels
from editor.domain.request import EditRequest
from editor.imaging.likeness import is_blank

SEEN = 24
"""Change of a channel's mean over 5 × 5 pixels, in levels, that a lossy file does not bring about."""
LEAST_CHANGED = 12
"""Pixels that at least must have changed so much; all, where a picture has fewer."""
NOTHING, ALL = 8, 247
"""Below the one nothing of a pixel is kept, above the other all of it."""


def check_whole(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's size, as an edited picture, or raise BadResult."""
    if is_blank(request.image, image):
        raise BadResult("The picture that came back is blank.")
    change = cv2.absdiff(cv2.blur(request.image, (5, 5)), cv2.blur(image, (5, 5)))
    if int((change > SEEN).any(axis=2).sum()) < min(LEAST_CHANGED, image.shape[0] * image.shape[1]):
        raise BadResult("The picture that came back is unchanged.")


def check_matte(alpha: Pixels) -> None:
    """Accept ``alpha``, (height, width) uint8, as a cut-out, or raise BadResult."""
    if int(alpha.max()) < NOTHING:
        raise BadResult("The picture that came back is empty: no subject was found.")
    if int(alpha.min()) > ALL:
        raise BadResult("The picture that came back is not cut out.")
