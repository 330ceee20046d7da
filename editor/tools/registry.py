"""All tools, in the groups and the order of the tool bar."""

from __future__ import annotations

from editor.tools.base import Tool
from editor.tools.colour_picker import ColourPicker
from editor.tools.colour_select import ColourSelect
from editor.tools.crop import Crop
from editor.tools.ellipse import Ellipse
from editor.tools.lasso import Lasso
from editor.tools.magic_wand import MagicWand
from editor.tools.marquee import Marquee
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.move_mask import MoveMask
from editor.tools.object_select import ObjectSelect
from editor.tools.pan import Pan
from editor.tools.polygon import Polygon
from editor.tools.zoom import Zoom

BUTTONS: tuple[tuple[tuple[type[Tool], ...], ...], ...] = (
    ((Pan,), (Zoom,)),
    (
        (MaskBrush,),
        (MaskEraser,),
        (Lasso, Polygon),
        (Marquee, Ellipse),
        (MagicWand, ColourSelect),
        (ObjectSelect,),
        (MoveMask,),
    ),
    ((Crop,), (ColourPicker,)),
)
"""Groups of buttons; tools that share a button are alike, and the first stands for them until another is taken."""

TOOLS: tuple[type[Tool], ...] = tuple(tool for group in BUTTONS for shared in group for tool in shared)
