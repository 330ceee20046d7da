"""Takes away from the mask."""

from __future__ import annotations

import numpy as np

from editor.domain.samples import Pixels
from editor.tools.stroke import StrokeTool


class MaskEraser(StrokeTool):
    """Lets no more of the mask stand than its dabs leave uncovered."""

    id = "mask-eraser"
    caption = "Mask eraser"
    key = "E"

    def _blend(self, region: Pixels, coverage: Pixels) -> None:
        np.minimum(region, np.invert(coverage), out=region)
