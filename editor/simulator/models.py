"""Models that erase, described by the input schema of their platform, and one strict check of an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Breach(StrEnum):
    """How an input breaks its schema."""

    REQUIRED = "required"
    UNKNOWN = "unknown"
    TYPE = "type"
    FORMAT = "format"
    CHOICE = "choice"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; ``bound`` is the limit, the type or the choices in question."""

    field: str
    breach: Breach
    bound: Any = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input. ``kind`` is a JSON type, or ``uri`` for a string that names a file."""

    kind: str
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False

    def schema(self) -> dict[str, Any]:
        """As JSON schema."""
        schema: dict[str, Any] = {"type": "string", "format": "uri"} if self.kind == "uri" else {"type": self.kind}
        optional = {"default": self.default, "minimum": self.minimum, "maximum": self.maximum}
        schema.update({name: value for name, value in optional.items() if value is not None})
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.nullable:
            schema["nullable"] = True
        return schema

    def violation(self, name: str, value: Any) -> Violation | None:
        """The first rule that ``value`` breaks."""
        if value is None and self.nullable:
            return None
        if not _is_a(value, self.kind):
            return Violation(name, Breach.TYPE, "string" if self.kind == "uri" else self.kind)
        if self.kind == "uri" and not value.startswith(("https:", "http:", "data:")):
            return Violation(name, Breach.FORMAT, "uri")
        if self.choices and value not in self.choices:
            return Violation(name, Breach.CHOICE, self.choices)
        if self.minimum is not None and value < self.minimum:
            return Violation(name, Breach.TOO_SMALL, self.minimum)
        if self.maximum is not None and value > self.maximum:
            return Violation(name, Breach.TOO_LARGE, self.maximum)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that erases by a mask.

    ``listed`` tells whether the output is a list. ``official`` and ``version`` matter to Replicate, ``sized`` (the
    output object has width and height) and ``flux`` (its output has seed and the mark of a filter) to FAL.
    """

    name: str
    parameters: Mapping[str, Parameter]
    image: str = "image"
    mask: str = "mask"
    listed: bool = False
    official: bool = False
    version: str = ""
    format: str = "png"
    sized: bool = True
    flux: bool = False
    grow: str = ""

    def violations(self, inputs: Mapping[str, Any]) -> list[Violation]:
        """Every rule that ``inputs`` breaks; a name the schema lacks counts."""
        found = [Violation(name, Breach.UNKNOWN) for name in inputs if name not in self.parameters]
        for name, parameter in self.parameters.items():
            if name not in inputs:
                if parameter.required:
                    found.append(Violation(name, Breach.REQUIRED))
                continue
            violation = parameter.violation(name, inputs[name])
            if violation is not None:
                found.append(violation)
        return found

    def value(self, inputs: Mapping[str, Any], name: str) -> Any:
        """What ``inputs`` say, else the schema's default."""
        return inputs.get(name, self.parameters[name].default)


def _is_a(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def picture(*, required: bool = True, nullable: bool = False) -> Parameter:
    """An input that names a picture by its address."""
    return Parameter("uri", required=required, nullable=nullable)
