"""Continue a picture beyond its frame.

The whole is continued at a working size by patches of the picture (PatchMatch, Barnes et al. 2009), then the finest
detail is copied from the picture at its full size (see :mod:`editor.engine.extend.detail`). A position map tells the
search where in the picture each new pixel has its mirror image: a little pull to there keeps sky with sky and shore
with shore. The map of an erasing fill, by where a pixel is itself, copies a row's last pixels on and on: stripes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.extend.detail import with_detail
from editor.engine.extend.limits import WORKING_PIXELS, estimate_extend, is_wide
from editor.engine.extend.step import faded_in, without_step
from editor.engine.fill.erase import PATCHMATCH, erase
from editor.engine.fill.filled import Filled
from editor.engine.weights import Models

__all__ = ["Extended", "estimate_extend", "extend"]

PATCH_RADIUS = 7
GUIDE_WEIGHT = 0.02
"""Of the position map. From 0.08 on the mirror image itself shows; without it gravel grows in a corner of the sky."""
ROW_REACH, COLUMN_REACH = 0.49, 0.3
"""Greatest coordinates of the position map; the library's metric wraps at 1."""
WIDE_NOTE = (
    "More than a quarter of the picture was added on one side. This computer can only repeat what is in the picture; "
    "such wide borders often look repetitive. Extend by less, or use a platform that paints new content."
)
MIRRORED = "mirror image"
DEFAULT_SEED = 0
COMPLETION_SHARE = 0.6
"""Of the time, where detail is to follow."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Extended(Filled):
    """A picture with more around it, and sentences about what the user should know of it."""

    notes: tuple[str, ...] = ()


def extend(
    image: Pixels,
    *,
    left: int,
    right: int,
    up: int,
    down: int,
    seed: int | None,
    models: Models,
    progress: Progress,
) -> Extended:
    """``image`` (h, w, 3; RGB uint8) grown by so many pixels on its four sides.

    The old pixels stay bit for bit. Equal arguments give an equal picture. Beyond a quarter of the picture on a side
    the answer carries a note. Takes about 60 bytes of memory for each pixel of the result. Raises ValueError for a
    negative side.
    """
    if min(left, right, up, down) < 0:
        raise ValueError("a picture is extended by no less than 0 pixels")
    height, width = image.shape[:2]
    sides = (up, down), (left, right)
    place = slice(up, up + height), slice(left, left + width)
    hole = np.ones((height + up + down, width + left + right), np.bool_)
    hole[place] = False
    notes = (WIDE_NOTE,) if is_wide((width, height), left=left, right=right, up=up, down=down) else ()
    result, method = np.pad(image, (*sides, (0, 0)), mode="symmetric"), MIRRORED
    if hole.any() and min(height, width) > 2 * PATCH_RADIUS:
        canvas = _Canvas(result, hole, _positions((height, width), sides))
        filled, method = _continued(canvas, DEFAULT_SEED if seed is None else seed, models, progress)
        result = faded_in(filled, result, hole)
        result[place] = image
    progress(1.0)
    return Extended(result, method, notes)


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """The grown picture, which of it is new (``hole``), and the position map."""

    image: Pixels
    hole: NDArray[np.bool_]
    positions: NDArray[np.float32]

    def reduced(self, pixels: int) -> _Canvas:
        """The same with so many pixels. What is new in a part is new."""
        scale = (pixels / self.hole.size) ** 0.5
        size = max(1, round(self.hole.shape[1] * scale)), max(1, round(self.hole.shape[0] * scale))
        share = np.asarray(cv2.resize(self.hole.view(np.uint8) * np.uint8(255), size, interpolation=cv2.INTER_AREA))
        return _Canvas(
            np.asarray(cv2.resize(self.image, size, interpolation=cv2.INTER_AREA), np.uint8),
            share > 0,
            np.asarray(cv2.resize(self.positions, size, interpolation=cv2.INTER_LINEAR), np.float32),
        )


def _positions(size: tuple[int, int], sides: tuple[tuple[int, int], tuple[int, int]]) -> NDArray[np.float32]:
    """Where in the picture of ``size`` (height, width) each pixel of the canvas is mirrored from: rows and columns as
    shares of its longer side, and nothing."""
    height, width = size
    rows = np.pad(np.arange(height, dtype=np.float32) * (ROW_REACH / max(size)), sides[0], mode="symmetric")
    columns = np.pad(np.arange(width, dtype=np.float32) * (COLUMN_REACH / max(size)), sides[1], mode="symmetric")
    return np.dstack((*np.meshgrid(rows, columns, indexing="ij"), np.zeros((len(rows), len(columns)), np.float32)))


def _continued(canvas: _Canvas, seed: int, models: Models, progress: Progress) -> tuple[Pixels, str]:
    """``canvas`` with its hole filled, and by which method."""
    if canvas.hole.size <= WORKING_PIXELS:
        filled, method = _completed(canvas, seed, models, progress)
        return without_step(filled, canvas.hole), method
    small = canvas.reduced(WORKING_PIXELS)
    filled, method = _completed(small, seed, models, lambda share: progress(COMPLETION_SHARE * share))
    progress(COMPLETION_SHARE)
    filled = without_step(filled, small.hole)

    def tell(share: float) -> None:
        progress(COMPLETION_SHARE + (1.0 - COMPLETION_SHARE) * share)

    return with_detail(canvas.image, canvas.hole, filled, small.hole, seed=seed, progress=tell), method


def _completed(canvas: _Canvas, seed: int, models: Models, progress: Progress) -> tuple[Pixels, str]:
    """The completion by the native library; by an erasing fill where that does not load on this computer."""
    marked = canvas.hole.astype(np.uint8)
    native = _native()
    if native is None or min(marked.shape) <= 2 * PATCH_RADIUS:
        other = erase(canvas.image, marked, seed=seed, models=models, progress=progress)
        return other.image, other.method
    native.set_random_seed(seed % 2**32)
    filled = native.inpaint_regularity(
        canvas.image, marked, canvas.positions, patch_size=PATCH_RADIUS, guide_weight=GUIDE_WEIGHT
    )
    return np.asarray(filled, np.uint8), PATCHMATCH


def _native() -> Any | None:
    """The native library, or None where it does not load on this computer."""
    try:
        import patchmatch
    except ImportError:
        return None
    return patchmatch if patchmatch.patchmatch_available else None
