"""Takes away from the mask."""

from __future__ import annotations

import numpy as np

from editor.domain.samples import Pixels
from editor.tools.stroke import StrokeTool


class MaskEraser(StrokeTool):
    """Lets no more of the mask stand than its dabs leave uncovered."""

    id = "mask_eraser"
    caption = "Mask eraser"
    key = "E"
    icon = "eraser"
    hint = "Paint over what the edit shall leave alone. The other end of a pen does this with every tool."

    def _blend(self, region: Pixels, coverage: Pixels, flow: float) -> None:
        if flow >= 1:
            np.minimum(region, np.invert(coverage), out=region)
            return
        import cv2

        taken = cv2.multiply(region, coverage, scale=flow / 255)
        cv2.subtract(region, taken, dst=region)
