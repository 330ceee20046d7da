"""What may be set about brush and eraser; both share the values."""

from __future__ import annotations

from editor.tools.options import Flag, Number

SIZE = Number(
    id="brush_size",
    text="Size",
    unit="px",
    least=1,
    most=2000,
    default=64,
    curve=2.6,
    hint="Diameter in pixels of the picture. [ and ] change it, or drag with Ctrl held",
)
HARDNESS = Number(
    id="brush_hardness",
    text="Hardness",
    unit="%",
    least=0,
    most=100,
    default=80,
    hint="100 % is a sharp edge. { and } change it, or drag up and down with Ctrl held",
)
FLOW = Number(
    id="brush_flow",
    text="Flow",
    unit="%",
    least=1,
    most=100,
    default=100,
    more=True,
    hint="How much every dab adds; below 100 % a stroke builds up",
)
SPACING = Number(
    id="brush_spacing",
    text="Spacing",
    unit="%",
    least=1,
    most=100,
    default=5,
    curve=1.6,
    more=True,
    hint="From dab to dab, as a share of the size",
)
SMOOTHING = Number(
    id="brush_smoothing",
    text="Smoothing",
    unit="%",
    least=0,
    most=100,
    default=10,
    more=True,
    hint="Evens out a shaky hand: the brush follows as if pulled by a string",
)
PEN_SIZE = Flag(id="pen_size", text="Pen pressure sets the size", default=True, more=True, hint="Of a pen on a tablet")
PEN_FLOW = Flag(id="pen_flow", text="Pen pressure sets the flow", default=False, more=True, hint="Of a pen on a tablet")

BRUSH_OPTIONS = (SIZE, HARDNESS, FLOW, SPACING, SMOOTHING, PEN_SIZE, PEN_FLOW)
