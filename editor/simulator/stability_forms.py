"""The forms of Stability AI's image operations: fields, ranges and picture rules by its OpenAPI document (v2beta).

What the document leaves open is read strictly: an unknown field, an empty number or a mask with an alpha channel is a
fault, so that a client which relies on leniency is found out.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from PIL import Image

from editor.simulator import pictures
from editor.simulator.connection import Request
from editor.simulator.multipart import MalformedFormError, Part, parse_form

LARGEST_SEED = 4_294_967_294
LONGEST_TEXT = 10_000
STYLES = (
    "enhance",
    "anime",
    "photographic",
    "digital-art",
    "comic-book",
    "fantasy-art",
    "line-art",
    "analog-film",
    "neon-punk",
    "isometric",
    "low-poly",
    "origami",
    "modeling-compound",
    "cinematic",
    "3d-model",
    "pixel-art",
    "tile-texture",
)
_CLIENT_HEADERS = ("stability-client-id", "stability-client-user-id", "stability-client-version")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FILE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "application/octet-stream"})


class InvalidRequestError(Exception):
    """The request breaks the contract; ``errors`` are the platform's sentences."""

    def __init__(self, *errors: str) -> None:
        super().__init__(*errors)
        self.errors = list(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """One field of a form."""

    name: str
    required: bool = False
    is_file = False

    @abstractmethod
    def read(self, part: Part) -> Any:
        """The value in ``part``; raises InvalidRequestError."""

    @property
    def absent(self) -> Any:
        """The value where the field is not sent."""
        return None

    def breach(self, words: str) -> InvalidRequestError:
        """The fault that this field ``words``."""
        return InvalidRequestError(f"{self.name}: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """A number from ``least`` to ``most``."""

    least: float = 0
    most: float = LARGEST_SEED
    default: float = 0
    whole: bool = False

    def read(self, part: Part) -> float:
        """The number; raises InvalidRequestError."""
        if _NUMBER.fullmatch(part.text) is None:
            raise self.breach("must be a number")
        value = float(part.text)
        if self.whole and not value.is_integer():
            raise self.breach("must be an integer")
        if not self.least <= value <= self.most:
            raise self.breach(f"must be between {self.least:.10g} and {self.most:.10g}")
        return value

    @property
    def absent(self) -> float:
        """The default."""
        return self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of several words."""

    choices: tuple[str, ...]
    default: str | None = None

    def read(self, part: Part) -> str:
        """The word; raises InvalidRequestError."""
        if part.text not in self.choices:
            raise self.breach(f"must be one of {', '.join(self.choices)}")
        return part.text

    @property
    def absent(self) -> str | None:
        """The default."""
        return self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Words, of ``least`` to 10,000 characters."""

    least: int = 0

    def read(self, part: Part) -> str:
        """The words; raises InvalidRequestError."""
        try:
            text = part.data.decode("utf-8")
        except UnicodeDecodeError as broken:
            raise self.breach("must be text") from broken
        if not self.least <= len(text) <= LONGEST_TEXT:
            raise self.breach(f"must be between {self.least} and {LONGEST_TEXT} characters long")
        return text

    @property
    def absent(self) -> str:
        """No words."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Field):
    """A picture as JPEG, PNG or WebP. ``most_aspect`` is the longer side over the shorter."""

    least_side: int = 64
    most_side: int | None = None
    least_pixels: int = 4_096
    most_pixels: int | None = 9_437_184
    most_aspect: float | None = None
    is_file = True

    def read(self, part: Part) -> Image.Image:
        """The decoded picture; raises InvalidRequestError."""
        if part.media_type is not None and part.media_type not in _FILE_TYPES:
            raise self.breach("invalid image, must be a jpeg, png or webp")
        try:
            picture = pictures.decode(part.data)
        except pictures.NotAPictureError as broken:
            raise self.breach("invalid image, must be a jpeg, png or webp") from broken
        self._check(*picture.size)
        return picture

    def _check(self, width: int, height: int) -> None:
        if min(width, height) < self.least_side:
            raise self.breach(f"every side must be at least {self.least_side} pixels")
        if self.most_side is not None and max(width, height) > self.most_side:
            raise self.breach(f"every side must be at most {self.most_side} pixels")
        if width * height < self.least_pixels:
            raise self.breach(f"total pixels must be at least {self.least_pixels}")
        if self.most_pixels is not None and width * height > self.most_pixels:
            raise self.breach(f"total pixels must be at most {self.most_pixels}")
        if self.most_aspect is not None and max(width, height) > self.most_aspect * min(width, height):
            raise self.breach(f"aspect ratio must be between 1:{self.most_aspect:g} and {self.most_aspect:g}:1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask(Picture):
    """A black-and-white picture of any size, which is brought to the image's; its own alpha would be ambiguous."""

    least_side: int = 1
    least_pixels: int = 1
    most_pixels: int | None = None

    def read(self, part: Part) -> Image.Image:
        """The decoded mask; raises InvalidRequestError."""
        # The zero-argument form does not find its class in a dataclass with slots.
        picture = Picture.read(self, part)
        if pictures.transparency(picture) is not None:
            raise self.breach("must have no alpha channel")
        return picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that keeps its rules: the value of every field, also of those that were not sent; ``given`` were."""

    values: Mapping[str, Any]
    given: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def number(self, name: str) -> float:
        """The value of a number field."""
        return float(self.values[name])

    def words(self, name: str) -> str:
        """The value of a text or choice field, "" where there is none."""
        return str(self.values.get(name) or "")

    def picture(self, name: str) -> Image.Image | None:
        """The picture in a file field, or None."""
        found = self.values.get(name)
        return found if isinstance(found, Image.Image) else None

    @property
    def pictures(self) -> Iterator[Image.Image]:
        """All pictures."""
        return (value for value in self.values.values() if isinstance(value, Image.Image))


def check_headers(request: Request, *, accepts: tuple[str, ...]) -> None:
    """Raise InvalidRequestError about the headers that every call may carry."""
    for name in _CLIENT_HEADERS:
        if len(request.headers.get(name, "")) > 256:
            raise InvalidRequestError(f"{name}: must be at most 256 characters")
    if accepts and request.headers.get("accept", "*/*") not in {"*/*", *accepts}:
        raise InvalidRequestError(f"accept: must be one of {', '.join(accepts)}")


def read_form(request: Request, fields: tuple[Field, ...]) -> Form:
    """The request's body as a form of ``fields``; raises InvalidRequestError with everything that is wrong."""
    known = {one.name: one for one in fields}
    parts, errors = _parts(request, known)
    values: dict[str, Any] = {}
    for name, one in known.items():
        try:
            if name in parts:
                values[name] = one.read(parts[name])
            elif one.required:
                raise one.breach("required")
            else:
                values[name] = one.absent
        except InvalidRequestError as invalid:
            errors += invalid.errors
    if errors:
        raise InvalidRequestError(*errors)
    notes = {name: _note(values[name], part) for name, part in parts.items()}
    return Form(values=MappingProxyType(values), given=tuple(parts), notes=MappingProxyType(notes))


def _parts(request: Request, known: Mapping[str, Field]) -> tuple[dict[str, Part], list[str]]:
    """The parts by name, and what is wrong with the form as such."""
    content_type = request.headers.get("content-type")
    if content_type is None:
        raise InvalidRequestError("content-type: required")
    try:
        sent = parse_form(content_type, request.body)
    except MalformedFormError as malformed:
        raise InvalidRequestError(str(malformed)) from malformed
    parts: dict[str, Part] = {}
    errors: list[str] = []
    for part in sent:
        one = known.get(part.name)
        if one is None:
            errors.append(f"{part.name}: not allowed")
        elif part.name in parts:
            errors.append(f"{part.name}: given twice")
        elif one.is_file != (part.filename is not None):
            errors.append(f"{part.name}: must be {'a file' if one.is_file else 'text'}")
        else:
            parts[part.name] = part
    return parts, errors


def _note(value: Any, part: Part) -> str:
    return pictures.words(value) if isinstance(value, Image.Image) else part.text
