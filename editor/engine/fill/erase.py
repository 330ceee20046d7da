"""Fill a hole in a picture from what surrounds it.

Three methods, chosen by the hole and the computer: patches of the picture itself (PatchMatch, Barnes et al. 2009, by
the native library), told by a position map to keep sky with sky and ground with ground; Navier–Stokes continuation
(OpenCV) where the hole is as thin as a hair; and multi-scale patches in NumPy where the native library does not load.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import EditorError
from editor.domain.request import Pixels
from editor.engine.fill.estimate import NOTHING_LEFT, bounds_of, is_thin
from editor.engine.fill.filled import Filled
from editor.engine.fill.patches import fill_by_patches
from editor.engine.weights import Models

PATCHMATCH = "PatchMatch"
NAVIER_STOKES = "Navier–Stokes"
PATCHES = "multi-scale patches"

PATCH_RADIUS = 5
GUIDE_WEIGHT = 0.15
ROW_REACH = 0.49
"""Greatest row coordinate of the position map; the library's metric wraps at 1."""
COLUMN_REACH = 0.3
MARGIN = 0.75
"""Surroundings searched on every side of the hole, as a share of the hole's longer side."""
LEAST_MARGIN = 48
CONTINUATION_RADIUS = 3.0
DEFAULT_SEED = 0

Progress = Callable[[float], None]


def erase(
    image: Pixels,
    mask: Pixels,
    *,
    seed: int | None,
    models: Models,
    progress: Progress,
    preview: Callable[[Pixels], None] | None = None,
) -> Filled:
    """Fill every pixel of ``image`` (h, w, 3; RGB uint8) where ``mask`` (h, w; uint8) is above 0.

    Returns a new picture of the same size, equal to ``image`` bit for bit where ``mask`` is 0, and the name of the
    method. Equal arguments give an equal picture. ``progress`` is told the share done (0–1); the native method cannot
    tell any before its end. Raises EditorError where the mask covers everything.
    """
    bounds = bounds_of(mask)
    result = image.copy()
    if bounds is None:
        progress(1.0)
        return Filled(result, NAVIER_STOKES)
    hole = mask > 0
    if hole.all():
        raise EditorError(NOTHING_LEFT)
    window = _surroundings(bounds, hole.shape)
    part, part_hole = np.ascontiguousarray(image[window]), np.ascontiguousarray(hole[window])
    filled, method = _fill(part, part_hole, DEFAULT_SEED if seed is None else seed, progress)
    target = result[window]
    target[part_hole] = filled[part_hole]
    progress(1.0)
    return Filled(result, method)


def _surroundings(bounds: tuple[slice, slice], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The hole and its margin, inside the picture."""
    margin = max(LEAST_MARGIN, round(MARGIN * max(part.stop - part.start for part in bounds)))
    rows, columns = (
        slice(max(0, part.start - margin), min(length, part.stop + margin))
        for part, length in zip(bounds, shape, strict=True)
    )
    return rows, columns


def _fill(image: Pixels, hole: NDArray[np.bool_], seed: int, progress: Progress) -> tuple[Pixels, str]:
    marked = hole.astype(np.uint8)
    if is_thin(marked) or not _has_whole_patches(marked):
        filled = cv2.inpaint(image, marked, CONTINUATION_RADIUS, cv2.INPAINT_NS)
        return np.asarray(filled, np.uint8), NAVIER_STOKES
    native = _native(image, marked, seed)
    if native is not None:
        return native, PATCHMATCH
    return fill_by_patches(image, hole, seed=seed, progress=progress), PATCHES


def _has_whole_patches(marked: Pixels) -> bool:
    """Whether anything is left to copy: a patch that lies wholly in the picture and outside the hole."""
    side = 2 * PATCH_RADIUS + 1
    if min(marked.shape) < side:
        return False
    known = np.ones((side, side), np.uint8)
    near_hole = cv2.dilate(marked, known, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return not near_hole.all()


def _native(image: Pixels, marked: Pixels, seed: int) -> Pixels | None:
    """The fill by the native library, or None where it does not load on this computer."""
    try:
        import patchmatch
    except ImportError:
        return None
    if not patchmatch.patchmatch_available:
        return None
    patchmatch.set_random_seed(seed % 2**32)
    filled = patchmatch.inpaint_regularity(
        image, marked, _position_map(marked.shape), patch_size=PATCH_RADIUS, guide_weight=GUIDE_WEIGHT
    )
    return np.asarray(filled, np.uint8)


def _position_map(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Where each pixel is: (h, w, 3) with rows, columns and nothing, as shares of the longer side."""
    height, width = shape
    longer = max(height, width)
    positions = np.zeros((height, width, 3), np.float32)
    positions[..., 0] = (np.arange(height, dtype=np.float32) * (ROW_REACH / longer))[:, None]
    positions[..., 1] = (np.arange(width, dtype=np.float32) * (COLUMN_REACH / longer))[None, :]
    return positions
