"""What a platform returned, brought to where it belongs and to the colours of the picture, and what that came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from editor.domain.request import no_metrics
from editor.domain.samples import Pixels, Samples
from editor.imaging.registration import Placement, moved_into_place, placement_of
from editor.imaging.seam import mended


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """``image`` is (h, w, 3) sRGB of 8 bits, or of 16 where it was corrected for a document that has them; ``metrics``
    are figures for the receipt."""

    image: Samples
    metrics: Mapping[str, object] = field(default_factory=no_metrics)


def fitted_patch(before: Pixels, after: Pixels, mask: Pixels, *, depth: int = 8) -> Fitted:
    """``after``, which is to be laid over ``before`` through ``mask``: moved to its place where it lies beside it, and
    with the platform's own tone taken out. All are of one size, RGB and (h, w)."""
    placement = placement_of(before, after, mask == 0)
    if placement is not None:
        after = np.asarray(moved_into_place(after, placement), np.uint8)
    repair = mended(before, after, mask, depth=depth)
    return Fitted(image=repair.image, metrics={**placement_metrics(placement), **repair.metrics})


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
