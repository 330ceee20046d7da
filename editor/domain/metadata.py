"""What a picture's file says besides its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says besides its pixels, kept for saving.

    ``format`` is the file format's name in upper case (``JPEG``) or "" for a pasted picture; ``icc_profile``,
    ``exif`` (a TIFF structure), ``xmp`` (a packet) and ``iptc`` (IIM data sets) are raw bytes or None; ``dpi`` is dots
    per inch across and down; ``text`` holds text chunks. ``greyscale`` and ``alpha`` tell which channels the file had;
    ``notes`` are sentences for the user about what opening changed (16 bits reduced to 8, only the first frame taken).
    """

    format: str = ""
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    text: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    greyscale: bool = False
    alpha: bool = False
    save_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
