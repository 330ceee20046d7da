"""Reads ``catalogue.toml``, and the user's own beside it: which models serve an operation, with all that is known."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.platforms.model import Model
from editor.platforms.soundness import check_model
from editor.platforms.tables import built


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
        return cls.parse(own_text())

    @classmethod
    def parse(cls, *texts: str) -> Catalogue:
        """The catalogue written as TOML in ``texts``, of which later ones add to the earlier and correct them.

        A model of an operation that has a name already known replaces the fields it gives; a new one is put behind
        the others, or before them with ``first = true``. Raises InputError that names the place of a wrong entry.
        """
        return cls.of(*map(tables_in, texts))

    @classmethod
    def of(cls, *documents: Mapping[str, dict[str, Any]]) -> Catalogue:
        """The catalogue of ``documents``, tables by platform, merged as :meth:`parse` does. Raises InputError too."""
        tables: dict[str, dict[str, Any]] = {}
        for document in documents:
            for name, table in document.items():
                tables[name] = _merged(tables.get(name, {}), table)
        return cls(MappingProxyType({name: _platform(name, table) for name, table in tables.items()}))

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


def own_text() -> str:
    """The catalogue that comes with the program, as TOML."""
    return files("editor.platforms").joinpath("catalogue.toml").read_text(encoding="utf-8")


def tables_in(text: str) -> dict[str, dict[str, Any]]:
    """The tables of a catalogue by platform. Raises InputError for what is no TOML or holds anything but tables."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The catalogue of models cannot be read: {error}.") from error
    for name, table in document.items():
        if not isinstance(table, dict):
            raise InputError(f"The catalogue of models has no table [{name}].")
        for operation, value in table.items():
            if isinstance(value, list) and not all(isinstance(entry, dict) for entry in value):
                raise InputError(f"The catalogue of models has something in [{name}], {operation}, that is no table.")
    return document


def _merged(known: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    merged = dict(known)
    for name, value in added.items():
        if isinstance(value, list) and isinstance(known.get(name, []), list):
            merged[name] = _merged_models(known.get(name, []), value)
        elif name == "poll" and isinstance(value, dict):
            merged[name] = {**known.get(name, {}), **value}
        else:
            merged[name] = value
    return merged


def _merged_models(known: Sequence[dict[str, Any]], added: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    models = list(known)
    for table in added:
        entry = {name: value for name, value in table.items() if name != "first"}
        at = next((place for place, model in enumerate(models) if model.get("name") == entry.get("name")), None)
        if at is not None:
            entry = {**models.pop(at), **entry}
        models.insert(0 if table.get("first") else len(models) if at is None else at, entry)
    return models


def _platform(name: str, table: dict[str, Any]) -> PlatformEntry:
    models: dict[Operation, tuple[Model, ...]] = {}
    plain: dict[str, Any] = {}
    try:
        for key, value in table.items():
            if isinstance(value, list):
                operation = _operation(key)
                models[operation] = tuple(_model(name, operation, entry) for entry in value)
            else:
                plain[key] = value
        entry = built(PlatformEntry, plain, models=MappingProxyType(models))
        _check_times(entry)
    except ValueError as error:
        raise InputError(f"The catalogue of models has a wrong entry in [{name}]: {error}.") from error
    return entry


def _check_times(entry: PlatformEntry) -> None:
    for name in ("deadline", "call_deadline", "transfer_deadline", "cancel_seconds"):
        if getattr(entry, name) <= 0:
            raise ValueError(f"“{name}” must be above 0")


def _operation(name: str) -> Operation:
    try:
        return Operation(name)
    except ValueError:
        raise ValueError(f"there is no operation “{name}”") from None


def _model(platform: str, operation: Operation, table: dict[str, Any]) -> Model:
    try:
        model = built(Model, table)
        check_model(model, operation)
    except ValueError as error:
        name = table.get("name", "without a name")
        raise InputError(
            f"The catalogue of models has a wrong entry in [[{platform}.{operation}]], {name}: {error}."
        ) from error
    return model
