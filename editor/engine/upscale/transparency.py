"""Colours for what is transparent, so that none that nobody sees runs into what is seen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels


def colours_of(image: Pixels) -> Pixels:
    """The colours of ``image`` (h, w, 4), with those of wholly transparent pixels continued from the others."""
    alpha = image[..., 3]
    seen = alpha > 0
    colours = np.ascontiguousarray(image[..., :3])
    if seen.all() or not seen.any():
        return colours
    share = np.asarray(alpha / np.float32(255), np.float32)
    premultiplied = np.asarray(colours * share[..., None], np.float32)
    continued = _continued(premultiplied, share)
    return np.where(seen[..., None], colours, np.clip(np.rint(continued), 0, 255)).astype(np.uint8)


def _continued(colours: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Premultiplied ``colours`` without their ``share``; where that is 0, from a copy of half the size."""
    height, width = share.shape
    known = share > 0
    plain = colours / np.maximum(share, 1e-6)[..., None]
    if known.all() or max(height, width) == 1:
        return np.asarray(plain, np.float32)
    size = (width + 1) // 2, (height + 1) // 2
    halves = [np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.float32) for one in (colours, share)]
    below = _continued(halves[0], halves[1])
    grown = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.where(known[..., None], plain, grown), np.float32)
