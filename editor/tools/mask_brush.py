"""Paints the mask: marks what an edit shall change."""

from __future__ import annotations

import numpy as np

from editor.domain.samples import Pixels
from editor.tools.stroke import StrokeTool


class MaskBrush(StrokeTool):
    """Adds to the mask. Where dabs meet the stronger one counts, so that a soft stroke never builds up seams."""

    id = "mask-brush"
    caption = "Mask brush"
    key = "B"

    def _blend(self, region: Pixels, coverage: Pixels) -> None:
        np.maximum(region, coverage, out=region)
