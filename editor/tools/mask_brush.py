"""Paints the mask: marks what an edit shall change."""

from __future__ import annotations

import numpy as np

from editor.domain.samples import Pixels
from editor.tools.stroke import StrokeTool


class MaskBrush(StrokeTool):
    """Adds to the mask. At full flow the stronger of two dabs counts, so that a soft stroke never builds up seams."""

    id = "mask_brush"
    caption = "Mask brush"
    key = "B"
    icon = "brush"
    hint = "Paint over what the edit shall change. Shift and a click draw a straight line; Ctrl and a drag resize."

    def _blend(self, region: Pixels, coverage: Pixels, flow: float) -> None:
        if flow >= 1:
            np.maximum(region, coverage, out=region)
            return
        import cv2

        added = cv2.multiply(cv2.bitwise_not(region), coverage, scale=flow / 255)
        cv2.add(region, added, dst=region)
