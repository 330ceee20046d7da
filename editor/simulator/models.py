"""Models described by the input schema of their platform, and one strict check of an input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "string": (str,),
        "uri": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "number": (int, float),
        "array": (list,),
        "object": (dict,),
    }
)


class Kind(StrEnum):
    """What a model does with its picture."""

    MASKED = "masked"
    """Changes what a mask marks: erases it, or paints a prompt there where it takes one."""
    BY_WORDS_MASK = "by-words-mask"
    """Answers with a mask of what words name."""
    BY_WORDS = "by-words"
    """Replaces or recolours what words name, with fields for both."""
    INSTRUCTION = "instruction"
    """Makes the whole picture anew after a sentence."""
    CUT_OUT = "cut-out"
    """Makes everything but the subject transparent."""
    BACKGROUND = "background"
    """Puts the subject before another background."""
    OUTPAINT = "outpaint"
    """Extends the picture by so many pixels on each side."""
    CANVAS = "canvas"
    """Extends the picture to a canvas of a given size with the picture at a given place."""
    UPSCALE = "upscale"
    """Enlarges the picture."""


class Breach(StrEnum):
    """How an input breaks its schema."""

    REQUIRED = "required"
    ONE_OF_REQUIRED = "one_of_required"
    UNKNOWN = "unknown"
    TYPE = "type"
    FORMAT = "format"
    CHOICE = "choice"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NOT_ABOVE = "not_above"
    NOT_MULTIPLE = "not_multiple"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; ``bound`` is the limit, the type or the choices in question.

    ``field`` names a place inside an array or an object with dots: ``image_urls.0``, ``image_size.width``.
    """

    field: str
    breach: Breach
    bound: Any = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input. ``kind`` is a JSON type, ``uri`` for a string that names a file, or ``any`` with ``any_of``.

    ``minimum``, ``maximum``, ``above`` (an exclusive minimum) and ``multiple_of`` are for numbers; the lengths are
    characters of a string; ``items`` describes every element of an array and ``properties`` the keys of an object,
    whose further keys are ignored. A value must fit one alternative of ``any_of``.
    """

    kind: str
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str | int, ...] = ()
    nullable: bool = False
    above: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    items: Parameter | None = None
    min_items: int | None = None
    max_items: int | None = None
    properties: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    any_of: tuple[Parameter, ...] = ()

    def schema(self) -> dict[str, Any]:
        """As JSON schema."""
        schema: dict[str, Any] = {"type": "string", "format": "uri"} if self.kind == "uri" else {"type": self.kind}
        if self.any_of:
            schema = {"anyOf": [alternative.schema() for alternative in self.any_of]}
        optional = {
            "default": self.default,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "exclusiveMinimum": self.above,
            "multipleOf": self.multiple_of,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "minItems": self.min_items,
            "maxItems": self.max_items,
            "items": None if self.items is None else self.items.schema(),
        }
        schema.update({name: value for name, value in optional.items() if value is not None})
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.properties:
            schema["properties"] = {name: parameter.schema() for name, parameter in self.properties.items()}
            schema["required"] = [name for name, parameter in self.properties.items() if parameter.required]
        if self.nullable:
            schema["nullable"] = True
        return schema

    def violations(self, name: str, value: Any) -> list[Violation]:
        """Every rule that ``value`` breaks; of a value of the wrong type only that."""
        if value is None and self.nullable:
            return []
        if self.any_of:
            return self._violations_of_all(name, value)
        if not _is_a(value, self.kind):
            return [Violation(name, Breach.TYPE, "string" if self.kind == "uri" else self.kind)]
        if self.kind == "uri" and not value.startswith(("https:", "http:", "data:")):
            return [Violation(name, Breach.FORMAT, "uri")]
        found = [Violation(name, breach, bound) for breach, bound in self._breaches(value)]
        if isinstance(value, list) and self.items is not None:
            for index, item in enumerate(value):
                found += self.items.violations(f"{name}.{index}", item)
        if isinstance(value, dict):
            found += _violations_of_keys(self.properties, value, f"{name}.")
        return found

    def addresses(self, value: Any) -> tuple[str, ...]:
        """The addresses of pictures in a valid ``value``: itself, or the elements of an array."""
        if value is None:
            return ()
        if self.items is not None:
            return tuple(address for item in value for address in self.items.addresses(item))
        return (value,) if self.kind == "uri" else ()

    def _violations_of_all(self, name: str, value: Any) -> list[Violation]:
        """None where one alternative fits; else those of the alternative of the value's type."""
        attempts = [alternative.violations(name, value) for alternative in self.any_of]
        if not all(attempts):
            return []
        near = [found for found in attempts if found[0] != Violation(name, Breach.TYPE, found[0].bound)]
        kinds = " or ".join("string" if one.kind == "uri" else one.kind for one in self.any_of)
        return near[0] if near else [Violation(name, Breach.TYPE, kinds)]

    def _breaches(self, value: Any) -> Iterator[tuple[Breach, Any]]:
        if self.choices and value not in self.choices:
            yield Breach.CHOICE, self.choices
        if self.minimum is not None and value < self.minimum:
            yield Breach.TOO_SMALL, self.minimum
        if self.above is not None and value <= self.above:
            yield Breach.NOT_ABOVE, self.above
        if self.maximum is not None and value > self.maximum:
            yield Breach.TOO_LARGE, self.maximum
        if self.multiple_of is not None and abs(value / self.multiple_of - round(value / self.multiple_of)) > 1e-6:
            yield Breach.NOT_MULTIPLE, self.multiple_of
        if self.min_length is not None and len(value) < self.min_length:
            yield Breach.TOO_SHORT, self.min_length
        if self.max_length is not None and len(value) > self.max_length:
            yield Breach.TOO_LONG, self.max_length
        if self.min_items is not None and len(value) < self.min_items:
            yield Breach.TOO_FEW, self.min_items
        if self.max_items is not None and len(value) > self.max_items:
            yield Breach.TOO_MANY, self.max_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of a platform: its inputs, and what it makes of them.

    ``image`` and ``mask`` name the inputs with the pictures. ``listed`` tells whether the output is a list and
    ``format`` its kind of file where no input says so. ``strict`` models refuse keys that their schema lacks, others
    ignore them. Of each group in ``one_of`` at least one input must be given. ``official`` and ``version`` matter to
    Replicate, ``sized`` (the output object has width and height) and ``flux`` (its output has seed and the mark of a
    filter) to FAL. ``grow`` names the input that spreads the mask.
    """

    name: str
    parameters: Mapping[str, Parameter]
    kind: Kind = Kind.MASKED
    image: str = "image"
    mask: str = "mask"
    listed: bool = False
    official: bool = False
    version: str = ""
    format: str = "png"
    sized: bool = True
    flux: bool = False
    grow: str = ""
    strict: bool = True
    one_of: tuple[tuple[str, ...], ...] = ()

    def violations(self, inputs: Mapping[str, Any]) -> list[Violation]:
        """Every rule that ``inputs`` breaks; a name the schema lacks counts where the model is strict."""
        unknown = [name for name in inputs if name not in self.parameters] if self.strict else []
        found = [Violation(name, Breach.UNKNOWN) for name in unknown]
        found += _violations_of_keys(self.parameters, inputs)
        for group in self.one_of:
            if all(inputs.get(name) is None for name in group):
                found.append(Violation(group[0], Breach.ONE_OF_REQUIRED, group))
        return found

    def value(self, inputs: Mapping[str, Any], name: str) -> Any:
        """What ``inputs`` say, else the schema's default; None for an input the schema lacks."""
        return inputs.get(name, self.parameters[name].default) if name in self.parameters else None

    def addresses(self, inputs: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The addresses of pictures in valid ``inputs``, by the name of the input; only of those that have any."""
        found = {
            name: parameter.addresses(inputs[name]) for name, parameter in self.parameters.items() if name in inputs
        }
        return {name: addresses for name, addresses in found.items() if addresses}

    def optional(self, inputs: Mapping[str, Any]) -> str | None:
        """The first of ``inputs`` that the schema does not require, pictures aside; None where there is none."""
        named = (name for name in inputs if name in self.parameters)
        return next((name for name in named if not self._matters(name, inputs[name])), None)

    def _matters(self, name: str, value: Any) -> bool:
        parameter = self.parameters[name]
        grouped = any(name in group for group in self.one_of)
        return parameter.required or grouped or bool(parameter.addresses(value))


def picture(*, required: bool = True, nullable: bool = False) -> Parameter:
    """An input that names a picture by its address."""
    return Parameter("uri", required=required, nullable=nullable)


def pictures(*, required: bool = True, most: int | None = None) -> Parameter:
    """An input that names one or more pictures by their addresses."""
    return Parameter("array", required=required, items=picture(), min_items=1, max_items=most)


def _violations_of_keys(
    parameters: Mapping[str, Parameter], values: Mapping[str, Any], at: str = ""
) -> list[Violation]:
    found = []
    for name, parameter in parameters.items():
        if name in values:
            found += parameter.violations(at + name, values[name])
        elif parameter.required:
            found.append(Violation(at + name, Breach.REQUIRED))
    return found


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])
