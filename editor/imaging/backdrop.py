"""A subject laid before something else: a colour, or a picture that fills the frame."""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.options import Colour
from editor.domain.samples import Pixels
from editor.imaging.foreground import foreground_colours


def before_backdrop(image: Pixels, alpha: Pixels, background: Colour | Pixels) -> Pixels:
    """The subject of ``image`` (h, w, 3; RGB) before ``background``, a colour or a picture of any size.

    ``alpha`` (h, w) is the subject's share of each pixel, 255 = all of it: there ``image`` stays bit for bit. In
    between the subject's own colours are estimated first, so that nothing of the old background shines through.
    """
    behind = _filling(background, (image.shape[1], image.shape[0]))
    subject = foreground_colours(image, alpha)
    share = alpha[..., None].astype(np.uint16)
    mixed = (subject * share + behind * (255 - share) + 127) // 255
    return np.asarray(mixed, np.uint8)


def _filling(background: Colour | Pixels, size: tuple[int, int]) -> Pixels:
    """``background`` at ``size`` (width, height): a picture is cut at two sides where its shape is another."""
    width, height = size
    if isinstance(background, tuple):
        return np.broadcast_to(np.array(background, np.uint8), (height, width, 3))
    scale = max(width / background.shape[1], height / background.shape[0])
    wide, high = min(background.shape[1], round(width / scale)), min(background.shape[0], round(height / scale))
    left, top = (background.shape[1] - wide) // 2, (background.shape[0] - high) // 2
    part = background[top : top + max(1, high), left : left + max(1, wide)]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size, interpolation=way), np.uint8)
