"""Frozen dataclasses from TOML tables, with every value held to the type that the dataclass declares."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_WORDS = MappingProxyType({str: "a text", bool: "true or false", int: "a whole number", float: "a number"})


def built(kind: type[T], table: Mapping[str, Any], /, **given: Any) -> T:
    """The dataclass ``kind`` made of ``table``; what is ``given`` is taken as it is.

    Lists become tuples, tables become read-only mappings or the dataclasses declared for them, words become members of
    enumerations. Raises ValueError, which names the field, for an unknown or missing one and for a value of another
    type.
    """
    hints, fields = _hints(kind), {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in fields or name in given:
            raise ValueError(f"there is no field “{name}”")
        try:
            values[name] = _converted(hints[name], value)
        except ValueError as error:
            raise ValueError(f"“{name}”: {error}") from None
    missing = [
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    for name in missing:
        if name not in values and name not in given:
            raise ValueError(f"“{name}” is missing")
    return kind(**values, **given)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _converted(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        # TOML knows no null: the type besides None it is.
        return _converted(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        return tuple(_converted(inner[0], one) for one in value)
    if origin is not None and issubclass(origin, Mapping):
        return MappingProxyType(dict(_table(value)))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return built(hint, _table(value))
    if issubclass(hint, Enum):
        return _member(hint, value)
    return _plain(hint, value)


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _member(kind: type[Enum], value: Any) -> Enum:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise ValueError(f"must be one of {known}") from None


def _plain(kind: type, value: Any) -> Any:
    # Exact, since True is an int to isinstance; a whole number serves where any number does.
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return value
    if type(value) is kind and kind is not float:
        return value
    raise ValueError(f"must be {_WORDS.get(kind, kind.__name__)}")
