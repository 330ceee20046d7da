"""What the catalogue knows of one model: how it is addressed, what it takes, what it returns, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import Cost, rounded
from editor.domain.kinds import CostSource, UpscaleMode, Way


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class Polarity(StrEnum):
    """Which colour of the mask a model changes."""

    WHITE_CHANGES = "white_changes"
    BLACK_CHANGES = "black_changes"

    @property
    def opposite(self) -> Polarity:
        """The other one."""
        return Polarity.BLACK_CHANGES if self is Polarity.WHITE_CHANGES else Polarity.WHITE_CHANGES


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedField:
    """The name of a model's seed field and its range."""

    field: str
    least: int
    most: int

    def value(self, seed: int) -> int:
        """``seed`` brought into the range, always to the same number."""
        if self.least <= seed <= self.most:
            return seed
        return self.least + seed % (self.most - self.least + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountField:
    """The field for the number of results in one run, and how many it takes."""

    field: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A field for words.

    ``template`` holds ``{prompt}``, ``{negative_prompt}`` and ``{search}`` for the user's own. Where one of those is
    empty the field holds ``otherwise``, and is left out where that is empty too; a ``needed`` field then rules the
    model out. ``most`` is the longest text in characters.
    """

    field: str
    template: str
    otherwise: str = ""
    needed: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorField:
    """By how much a model enlarges.

    ``fixed`` where it cannot be chosen; else ``field`` takes a number from ``least`` to ``most``, or one of
    ``choices``, spelt with ``suffix`` (``4x``). ``pixels`` where every answer has about so many, whatever was sent.
    """

    field: str = ""
    fixed: float | None = None
    pixels: int | None = None
    least: float = 1.0
    most: float = 4.0
    choices: tuple[float, ...] = ()
    suffix: str | None = None
    whole: bool = False
    """Whether the field takes whole numbers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFields:
    """The fields for how far to extend on each side, in pixels of what is sent."""

    left: str
    right: str
    up: str
    down: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasFields:
    """The fields for the size of the extended picture, that of the old one and its place, each a list of two."""

    canvas: str
    size: str
    place: str
    most_side: int
    most_pixels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFields:
    """The fields for the size of the result: two numbers, or one object of ``width`` and ``height``."""

    width: str = ""
    height: str = ""
    object: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Which of several pictures is the result: the one whose file is called ``name``, else the one at ``index``."""

    name: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A field that is sent only where an answer asks for it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a picture may measure; None where nothing is known.

    ``most_aspect`` is the longer side over the shorter; both sides must be multiples of ``multiple``. ``most_bytes``
    is for the encoded picture.
    """

    least_side: int = 1
    most_side: int | None = None
    least_pixels: int = 1
    most_pixels: int | None = None
    most_aspect: float | None = None
    multiple: int = 1
    most_bytes: int | None = None


class PriceUnit(StrEnum):
    """What a price is for."""

    IMAGE = "image"
    MEGAPIXEL = "megapixel"
    """Of the result, begun ones counted whole."""
    RUN = "run"
    """An average run of a model that is billed by seconds."""
    SECOND = "second"
    """Of computing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars and the platform's credits for one ``unit``, as known on ``date`` (ISO).

    ``first_usd`` is for the first unit where that costs more than the others. ``stated`` is False where the platform's
    own page was not the source.
    """

    usd: float | None = None
    first_usd: float | None = None
    credits: float | None = None
    unit: PriceUnit = PriceUnit.IMAGE
    date: str = ""
    stated: bool = True

    def of(self, units: float = 1.0) -> Cost:
        """What ``units`` come to; an estimate, since prices move."""
        if self.usd is None and self.credits is None:
            return Cost(None, None, CostSource.UNKNOWN)
        dollars = None
        if self.usd is not None:
            extra = 0.0 if self.first_usd is None or units <= 0 else self.first_usd - self.usd
            dollars = rounded(self.usd * units + extra)
        credits = None if self.credits is None else rounded(self.credits * units)
        return Cost(dollars, credits, CostSource.ESTIMATED)

    @property
    def words(self) -> str:
        """``about $0.05 per image``, ``5 credits (about $0.05) per image`` or ``price unknown``."""
        unit = "run, by seconds" if self.unit is PriceUnit.RUN else str(self.unit)
        if self.usd is None:
            return "price unknown" if self.credits is None else f"{self.credits:g} credits per {unit}"
        if self.first_usd is not None:
            return f"about {_dollars(self.first_usd)} for the first {unit}, {_dollars(self.usd)} for each further one"
        money = f"about {_dollars(self.usd)}"
        return f"{money} per {unit}" if self.credits is None else f"{self.credits:g} credits ({money}) per {unit}"


def _dollars(amount: float) -> str:
    """Whole cents with two digits, what is finer with as many as it has."""
    return f"${amount:.2f}" if round(amount, 2) == round(amount, 6) else f"${amount:.6f}".rstrip("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of a platform for one operation.

    ``required`` fields must be accepted for the result to be right; ``fields`` may be dropped where they are not.
    ``official`` (Replicate) tells by which address the model is run. ``formats`` are what a picture may be sent as,
    best first. ``mask_source`` is ``stated`` where the platform itself tells the polarity, else ``assumed``.
    ``image_list`` where the picture's field takes a list. ``finder`` is the model that turns words into a mask.
    ``modes`` are an enlargement's; ``tiles`` is the most pieces that a large picture may be cut into.
    ``output`` names the part of the answer that holds the result where there are others (FAL), ``pick`` the picture.
    ``background_field`` takes a picture to put behind the subject. ``asynchronous`` (Stability) where the answer names
    a run instead of holding the picture. ``matte`` where a cut-out comes as a grey picture. ``deadline`` is in seconds.
    """

    name: str
    endpoint: str
    way: Way
    image_field: str
    image_list: bool = False
    mask_field: str = ""
    mask: Polarity = Polarity.WHITE_CHANGES
    mask_source: str = ""
    official: bool = True
    version: str = ""
    """Of a community model on Replicate: the last one known, used where none can be looked up."""
    required: Mapping[str, Any] = field(default_factory=_nothing)
    fields: Mapping[str, Any] = field(default_factory=_nothing)
    texts: tuple[TextField, ...] = ()
    prompt_on_demand: Demand | None = None
    seed: SeedField | None = None
    count: CountField | None = None
    factor: FactorField | None = None
    sides: SideFields | None = None
    canvas: CanvasFields | None = None
    size: SizeFields | None = None
    background_field: str = ""
    finder: Model | None = None
    output: str = ""
    pick: Pick | None = None
    modes: tuple[UpscaleMode, ...] = ()
    tiles: int = 1
    matte: bool = False
    asynchronous: bool = False
    deadline: float | None = None
    limits: Limits = Limits()
    formats: tuple[str, ...] = ("png",)
    price: Price = Price()

    def called(self, name: str) -> bool:
        """Whether ``name`` is this model's name or endpoint, in whatever case."""
        return name.casefold() in (self.name.casefold(), self.endpoint.casefold())

    @property
    def price_words(self) -> str:
        """The price, and that of the search that comes before it."""
        return (
            self.price.words if self.finder is None else f"{self.price.words}, and {self.finder.price.words} to search"
        )
