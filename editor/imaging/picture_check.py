"""Has a whole picture been edited, and has anything been cut out?"""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest
from editor.domain.samples import Pixels
from editor.imaging.blank_check import check_complete
from editor.imaging.kept_check import check_rest_kept, check_subject_kept
from editor.imaging.likeness import coherence, is_blank, pair_of, strongest

STRIKING, STRIKING_SIDE = 24.0, 5
"""Change of a channel's mean over 5 × 5 pixels, in levels, that a lossy file does not bring about in many places."""
FAINT, FAINT_SIDE = 6.0, 17
"""The same over 17 × 17 pixels, which a lossy file leaves nearly what they were."""
MOST_TONE = 10
"""Levels by which a model that makes the whole picture anew shifts all of it: that is no edit."""
LEAST_CHANGED = 12
"""Pixels that at least must have changed so much; all, where a picture has fewer."""
LOOKED_AT = 640
"""Longer side of the copies in which changes are looked for."""
SOMETHING = 24
"""Of 255: less than that of a pixel is nothing, and all but that is all of it."""
LEAST_PIXELS = 6
"""A subject, and a background, has more pixels than that; half of them, where a matte has few."""
ONE_LEVEL = 32
"""A matte that goes no further from its lowest to its highest level has not told one thing from another."""


def check_whole(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's size, as an edited picture, or raise BadResult."""
    if is_blank(request.image, image):
        raise BadResult("The picture that came back is blank.")
    if not _is_changed(request.image, image):
        raise BadResult("The picture that came back is unchanged.")
    pair = pair_of(request.image, image)
    if request.operation is Operation.REPLACE_BACKGROUND:
        check_complete(image)
        check_subject_kept(pair)
    else:
        check_complete(image, before=request.image)
        check_rest_kept(pair)


def check_matte(alpha: Pixels) -> None:
    """Accept ``alpha``, (height, width) uint8, as a cut-out, or raise BadResult.

    Whether it is the right thing that was cut out cannot be told from a matte.
    """
    least = min(LEAST_PIXELS, alpha.size // 2)
    if int((alpha > SOMETHING).sum()) <= least:
        raise BadResult("The picture that came back is empty: no subject was found.")
    if int((alpha < 255 - SOMETHING).sum()) <= least or int(np.ptp(alpha)) < ONE_LEVEL:
        raise BadResult("The picture that came back is not cut out.")
    if coherence(alpha) < 0.5:
        raise BadResult("The picture that came back is cut out at random.")


def _is_changed(before: Pixels, after: Pixels) -> bool:
    scale = min(1.0, LOOKED_AT / max(before.shape[:2]))
    if scale < 1.0:
        size = tuple(max(1, round(side * scale)) for side in before.shape[1::-1])
        before, after = (
            np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8) for picture in (before, after)
        )
    change = cv2.subtract(after, before, dtype=cv2.CV_16S)
    tone = np.median(change[::4, ::4].reshape(-1, 3), axis=0)
    change -= np.clip(tone, -MOST_TONE, MOST_TONE).astype(np.int16)
    least = min(LEAST_CHANGED, change.shape[0] * change.shape[1])
    for most, side in ((STRIKING, STRIKING_SIDE), (FAINT, FAINT_SIDE)):
        if int((strongest(cv2.blur(change, (side, side))) > most).sum()) >= least:
            return True
    return False
