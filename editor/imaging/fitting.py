"""What a platform returned, brought to where it belongs and to the colours of the picture, and what that came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np

from editor.domain.geometry import Rect
from editor.domain.options import Expansion
from editor.domain.request import no_metrics
from editor.domain.samples import Pixels, Samples, narrowed, widened
from editor.imaging.continuity import steps_of, without_steps
from editor.imaging.registration import Placement, moved_into_place, placement_of
from editor.imaging.seam import mended

_UNSEEN = 0.5
"""ΔE00 of a seam below which a context tells of no tone."""
_BESIDE = 32
"""Pixels beside a hole in which both sides of its edge are compared."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """``image`` is (h, w, 3) sRGB of 8 bits, or of 16 where it was corrected for a document that has them; ``metrics``
    are figures for the receipt."""

    image: Samples
    metrics: Mapping[str, object] = field(default_factory=no_metrics)


def fitted_patch(before: Pixels, after: Pixels, mask: Pixels, *, depth: int = 8, continues: bool = False) -> Fitted:
    """``after``, which is to be laid over ``before`` through ``mask``: moved to its place where it lies beside it, and
    with the platform's own tone taken out. All are of one size, RGB and (h, w).

    ``continues`` tells that the fill goes on with its surroundings: then a tone shows, too, where a platform has laid
    its fill over the picture that it was sent.
    """
    placement = placement_of(before, after, mask == 0)
    if placement is not None:
        after = np.asarray(moved_into_place(after, placement), np.uint8)
    repair = mended(before, after, mask, depth=depth)
    image, metrics = repair.image, repair.metrics
    if continues and repair.before is not None and repair.before.colour < _UNSEEN:
        image, metrics = _continued(image, mask, metrics, depth)
    return Fitted(image=image, metrics={**placement_metrics(placement), **metrics})


def fitted_extension(before: Pixels, after: Pixels, expansion: Expansion, *, ramp: int, depth: int = 8) -> Fitted:
    """``after``, a larger picture around ``before``, moved to where the old one lies in it and with the platform's own
    tone taken out of what is new and of the ``ramp``, in pixels, that leads over to it; RGB."""
    up, down, left, right = expansion.up, expansion.down, expansion.left, expansion.right
    height, width = before.shape[:2]
    room = cv2.copyMakeBorder(before, up, down, left, right, cv2.BORDER_REPLICATE)
    mask = np.full(room.shape[:2], 255, np.uint8)
    top, start = up + ramp * bool(up), left + ramp * bool(left)
    mask[top : up + height - ramp * bool(down), start : left + width - ramp * bool(right)] = 0
    return fitted_patch(np.asarray(room, np.uint8), after, mask, depth=depth)


def _continued(
    image: Samples, mask: Pixels, metrics: Mapping[str, object], depth: int
) -> tuple[Samples, Mapping[str, object]]:
    """``image`` without the steps at the edge of what was filled, and the figures with them in."""
    hole = Rect(*cv2.boundingRect(mask)).expanded(_BESIDE).intersected(Rect(0, 0, mask.shape[1], mask.shape[0]))
    part = narrowed(image[hole.slices])
    steps = steps_of(part, mask[hole.slices])
    if not steps:
        return image, metrics
    result = (widened(image) if depth == 16 else image).copy()
    result[hole.slices] = without_steps(result[hole.slices], mask[hole.slices], steps)
    length = sum(step.length for step in steps)
    figures = {
        f"seam_{name}": round(sum(getattr(step, name) * step.length for step in steps) / length, 2)
        for name in ("before", "after")
    }
    return result, {**figures, "seam_repair": "offset"}


def placement_metrics(placement: Placement | None) -> Mapping[str, object]:
    """How a picture was moved; nothing where it was not."""
    if placement is None:
        return {}
    return {
        "registration": {
            "scale": [round(value, 5) for value in placement.scale],
            "shift": [round(value, 2) for value in placement.shift],
        }
    }
