"""What FAL's endpoints have beyond a model's inputs: the form of their output, what they charge by, how they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from editor.simulator.models import Model, Parameter

STRING = Parameter("string")
YES = Parameter("boolean", default=True)
NO = Parameter("boolean", default=False)
PROMPT = Parameter("string", required=True)
SEED = Parameter("integer", nullable=True)
SEED_OF_31_BITS = Parameter("integer", nullable=True, minimum=0, maximum=2_147_483_647)
SEED_FROM_ZERO = Parameter("integer", nullable=True, minimum=0)
COUNT = Parameter("integer", default=1, minimum=1, maximum=4)
TOLERANCES = ("1", "2", "3", "4", "5", "6")

FLUX_OUTPUT = ("seed", "prompt", "timings", "has_nsfw_concepts")
"""What the output of the FLUX and Qwen families tells beside the pictures."""


class Billing(Enum):
    """What a unit in ``x-fal-billable-units`` is."""

    IMAGE = auto()
    MEGAPIXEL = auto()
    """Of each resulting picture, begun ones counted whole."""
    SECOND = auto()
    """Of computing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Model):
    """An endpoint of FAL, after its OpenAPI document.

    ``place`` is the output's field for the pictures, ``extras`` the fields beside it. ``factor`` names the input that
    tells by how much to enlarge, ``enlarges`` the factor where none does. An endpoint that ``redraws`` answers with
    about a megapixel, whatever was sent, unless its input tells a size. ``takes`` are the formats of pictures it reads.
    """

    image: str = "image_url"
    mask: str = "mask_url"
    strict: bool = False
    place: str = "image"
    extras: tuple[str, ...] = ()
    billing: Billing = Billing.IMAGE
    factor: str = ""
    enlarges: float = 4.0
    redraws: bool = False
    takes: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "GIF")

    def unknown(self, inputs: Mapping[str, Any]) -> tuple[str, ...]:
        """The names that the schema lacks. What becomes of them is not documented; here they are ignored."""
        return tuple(name for name in inputs if name not in self.parameters)


def one_of(*choices: str, default: str) -> Parameter:
    """A text out of a list."""
    return Parameter("string", default=default, choices=choices)


def between(least: float, most: float, *, default: float | None = None) -> Parameter:
    """A number in a range."""
    return Parameter("number", default=default, minimum=least, maximum=most)


def whole(least: int, most: int, *, default: int | None = None) -> Parameter:
    """A whole number in a range."""
    return Parameter("integer", default=default, minimum=least, maximum=most)


def chosen(*choices: str, default: str | None = None) -> Parameter:
    """A text out of a list, or null."""
    return Parameter("string", default=default, choices=choices, nullable=True)


_SIDE = Parameter("integer", default=512, above=0, maximum=14_142)
IMAGE_SIZE = Parameter(
    "any",
    nullable=True,
    any_of=(
        Parameter("object", properties={"width": _SIDE, "height": _SIDE}),
        Parameter(
            "string",
            choices=("square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"),
        ),
    ),
)
"""The size of a result: an object of ``width`` and ``height``, or a name."""
