"""Completion by the native library: PatchMatch (Barnes et al. 2009).

It agrees on the structure of a small hole in a blink. Of a large one its texture is smeared and its seams show, which
does not matter where it only proposes shifts; where a hole is thin neither has room to.
"""

from __future__ import annotations

import numpy as np

from editor.domain.request import Pixels
from editor.engine.fill.levels import Flags
from editor.engine.fill.shifts import whole_patches

RADIUS = 5
THIN_RADIUS = 3
"""Of the compared patch."""


def native_completion(picture: Pixels, hole: Flags, seed: int, *, radius: int = RADIUS) -> Pixels | None:
    """``picture`` (h, w, 3) with ``hole`` (h, w) filled by the native library; None where it does not load, and where
    no whole patch is known."""
    try:
        import patchmatch
    except ImportError:
        return None
    if not patchmatch.patchmatch_available or not whole_patches(hole, 2 * radius + 1).any():
        return None
    patchmatch.set_random_seed(seed % 2**32)
    return np.asarray(patchmatch.inpaint(picture, hole.astype(np.uint8), patch_size=radius), np.uint8)
