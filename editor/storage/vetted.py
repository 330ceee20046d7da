"""What looking through a file's own structure found, before any decoder is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

LEFT_OUT = "Some of the picture’s metadata was damaged or too large and was left out."
"""Said where a profile, a text, EXIF or XMP is not kept."""


@dataclass(frozen=True, kw_only=True)
class Vetted:
    """``stream`` is what the decoder is given: the file without what is damaged, beyond the limits or of no use.

    ``notes`` are sentences for the user about what was left out; ``more`` tells that the file holds further pictures,
    ``credentials`` that it holds Content Credentials; ``icc_profile`` is the profile where the decoder is not given it.
    """

    stream: BinaryIO
    notes: tuple[str, ...] = ()
    more: bool = False
    credentials: bool = False
    icc_profile: bytes | None = None
