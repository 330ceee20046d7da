"""Fill holes in pictures from what surrounds them.

Each hole is filled by pieces of its surroundings: the shifts by which they repeat themselves are found at a small
size, one is decided on for every pixel, the map is carried up to the full size, and the copied pieces are joined
without steps. A hole as thin as a hair is continued (Navier–Stokes, OpenCV) or patched (PatchMatch), whichever shows
less; and where a network that completes pictures is installed, its fill is weighed against the pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from editor.domain.errors import EditorError
from editor.domain.request import Pixels
from editor.engine.fill.completion import native_completion
from editor.engine.fill.estimate import NOTHING_LEFT, bounds_of
from editor.engine.fill.filled import Filled
from editor.engine.fill.region import NAVIER_STOKES, PATCHMATCH, SHIFT_MAP, Native, Region
from editor.engine.fill.regions import regions_of
from editor.engine.weights import Models

__all__ = ["NAVIER_STOKES", "PATCHMATCH", "SHIFT_MAP", "erase"]

DEFAULT_SEED = 0
PREVIEW_PIXELS = 600_000
"""Holes above this are shown at low detail first."""
DECIDING = 0.5
"""Of the progress. At small sizes it is most of the time, at large ones the rest is."""

Progress = Callable[[float], None]
Show = Callable[[Pixels], None]


def erase(
    image: Pixels,
    mask: Pixels,
    *,
    seed: int | None,
    models: Models,
    progress: Progress,
    preview: Show | None = None,
    native: Native = native_completion,
) -> Filled:
    """Fill every pixel of ``image`` (h, w, 3; RGB uint8) where ``mask`` (h, w; uint8) is above 0.

    Returns a new picture of the same size, equal to ``image`` bit for bit where ``mask`` is 0, and the name of the
    method that filled most. Equal arguments give an equal picture. ``progress`` is told the share done (0–1);
    ``preview`` is shown the picture filled at low detail, once, where the hole is large. ``native`` is the native
    library's completion or a stand-in. Raises EditorError where the mask covers everything.
    """
    result = image.copy()
    if bounds_of(mask) is None:
        progress(1.0)
        return Filled(result, NAVIER_STOKES)
    hole = mask > 0
    if hole.all():
        raise EditorError(NOTHING_LEFT)
    regions = [Region(image, hole, window, native=native) for window in regions_of(hole)]
    for number, region in enumerate(regions):
        region.decide(DEFAULT_SEED if seed is None else seed, models)
        progress(DECIDING * (number + 1) / len(regions))
    pixels = sum(region.pixels for region in regions)
    if preview is not None and pixels > PREVIEW_PIXELS:
        for region in regions:
            region.sketch(result)
        preview(result.copy())
    done = 0
    for region in regions:
        begun, share = DECIDING + (1 - DECIDING) * done / pixels, (1 - DECIDING) * region.pixels / pixels
        region.fill(result, partial(_tell, progress, begun, share))
        done += region.pixels
    progress(1.0)
    return Filled(result, max(regions, key=lambda region: region.pixels).method)


def _tell(progress: Progress, begun: float, whole: float, share: float) -> None:
    progress(begun + whole * share)
