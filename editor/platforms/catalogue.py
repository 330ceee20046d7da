"""Reads ``catalogue.toml``: which models serve an operation, with their fields, limits and prices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from editor.domain.kinds import Operation


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class Polarity(StrEnum):
    """Which colour of the mask a model changes."""

    WHITE_CHANGES = "white_changes"
    BLACK_CHANGES = "black_changes"


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
class Demand:
    """A field that is sent only where an answer asks for it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a picture may measure; None where nothing is known."""

    least_side: int = 1
    most_side: int | None = None
    least_pixels: int = 1
    most_pixels: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars and the platform's credits for one ``unit``, as known on ``date`` (ISO)."""

    usd: float | None = None
    credits: float | None = None
    unit: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Seconds between two looks at a run: the first pause, the longest, and how pauses grow."""

    first: float
    longest: float
    growth: float

    def after(self, pause: float) -> float:
        """The pause after ``pause``."""
        return min(pause * self.growth, self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of a platform for one operation.

    ``required`` fields must be accepted for the result to be right; ``fields`` may be dropped where they are not.
    ``official`` (Replicate) tells by which address the model is run. ``formats`` are what a picture may be sent as,
    best first.
    """

    name: str
    endpoint: str
    image_field: str
    mask_field: str
    mask: Polarity
    mask_source: str
    official: bool = True
    required: Mapping[str, Any] = field(default_factory=_nothing)
    fields: Mapping[str, Any] = field(default_factory=_nothing)
    prompt_on_demand: Demand | None = None
    seed: SeedField | None = None
    limits: Limits = Limits()
    formats: tuple[str, ...] = ("png",)
    price: Price = Price()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEntry:
    """A platform's times and sizes (seconds and bytes), and its models by operation.

    ``deadline`` is for a whole run, ``call_deadline`` for one small call,
    ``transfer_deadline`` for one picture on its way up or down. Up to ``inline_bytes`` of pictures travel
    inside the request, above that through the platform's file service; ``inline_most`` where that service fails.
    """

    deadline: float
    call_deadline: float
    models: Mapping[Operation, tuple[Model, ...]]
    request_bytes: int | None = None
    rate_limit_pause: float | None = None
    inline_bytes: int = 0
    inline_most: int = 0
    poll: Poll = Poll(first=1.0, longest=3.0, growth=1.3)
    transfer_deadline: float = 120.0
    cancel_seconds: float = 4.0
    version_seconds: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All platforms by id."""

    platforms: Mapping[str, PlatformEntry]

    @classmethod
    def load(cls) -> Catalogue:
        """The catalogue that comes with the program."""
        return cls.parse(files("editor.platforms").joinpath("catalogue.toml").read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Catalogue:
        """The catalogue written as TOML in ``text``; raises TypeError or ValueError for a wrong entry."""
        document = tomllib.loads(text)
        return cls(MappingProxyType({name: _platform(table) for name, table in document.items()}))

    def platform(self, name: str) -> PlatformEntry:
        """The entry of the platform with the id ``name``."""
        return self.platforms[name]

    def models(self, platform: str, operation: Operation) -> tuple[Model, ...]:
        """The models of a platform for an operation, best first; empty where it is not offered."""
        return self.platforms[platform].models.get(operation, ())

    def changed(self, platform: str, **changes: Any) -> Catalogue:
        """A catalogue in which fields of one platform's entry are replaced."""
        entry = replace(self.platforms[platform], **changes)
        return Catalogue(MappingProxyType({**self.platforms, platform: entry}))


def _platform(table: dict[str, Any]) -> PlatformEntry:
    models: dict[Operation, tuple[Model, ...]] = {}
    plain: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, list):
            models[Operation(name)] = tuple(_model(entry) for entry in value)
        else:
            plain[name] = Poll(**value) if name == "poll" else value
    return PlatformEntry(models=MappingProxyType(models), **plain)


_NESTED: Mapping[str, Any] = MappingProxyType(
    {
        "mask": Polarity,
        "required": MappingProxyType,
        "fields": MappingProxyType,
        "formats": tuple,
        "prompt_on_demand": lambda table: Demand(**table),
        "seed": lambda table: SeedField(**table),
        "limits": lambda table: Limits(**table),
        "price": lambda table: Price(**table),
    }
)


def _model(table: dict[str, Any]) -> Model:
    return Model(**{name: _NESTED[name](value) if name in _NESTED else value for name, value in table.items()})
