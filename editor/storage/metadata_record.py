"""A document's metadata as plain JSON values, and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from editor.domain.errors import InputError
from editor.domain.metadata import Metadata

_BYTES = "base64"
DAMAGED = "The picture’s metadata was damaged in the file."


def metadata_record(metadata: Metadata) -> dict[str, Any]:
    """Every field by its name; bytes as base64."""
    return {field.name: _plain(getattr(metadata, field.name)) for field in fields(metadata)}


def metadata_of(record: Mapping[str, Any]) -> Metadata:
    """The metadata of a record; what this version does not know is left out. Raises InputError for nonsense."""
    kinds = {field.name: type(getattr(Metadata(), field.name)) for field in fields(Metadata)}
    values = {name: _rich(record[name]) for name in kinds if name in record}
    for name, value in values.items():
        default = getattr(Metadata(), name)
        fits = value is None or isinstance(value, (bytes, tuple)) if default is None else isinstance(value, kinds[name])
        if not fits:
            raise InputError(DAMAGED, detail=name)
    return Metadata(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {_BYTES}:
        try:
            return base64.b64decode(value[_BYTES], validate=True)
        except (TypeError, binascii.Error, ValueError) as error:
            raise InputError(DAMAGED, detail=str(error)) from error
    if isinstance(value, dict):
        return MappingProxyType({name: _rich(one) for name, one in value.items()})
    if isinstance(value, list):
        return tuple(_rich(one) for one in value)
    return value
