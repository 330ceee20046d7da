"""What looking through a file's own structure found, before any decoder is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, BinaryIO

LEFT_OUT = "Some of the picture’s metadata was damaged or too large and was left out."
"""Said where a profile, a text, EXIF or XMP is not kept."""


class TooMuch(ValueError):
    """A file asks for more than any picture needs (:mod:`editor.storage.reading_limits`)."""


class NotRead(ValueError):
    """A kind of picture inside a known format that is not read; the message continues a sentence that begins with the
    file's name: "has 16 bits per channel. Save it as TIFF …"."""


@dataclass(frozen=True, kw_only=True)
class Vetted:
    """``stream`` is what the decoder is given: the file without what is damaged, beyond the limits or of no use.

    ``notes`` are sentences for the user about what was left out; ``more`` tells that the file holds further pictures,
    ``credentials`` that it holds Content Credentials; ``size`` is width and height where they are known already, and
    ``info`` what the decoder does not read by itself, under Pillow's names.
    """

    stream: BinaryIO
    notes: tuple[str, ...] = ()
    more: bool = False
    credentials: bool = False
    size: tuple[int, int] | None = None
    bits: int = 8
    info: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
