"""A picture in words: its size, colour profile and megapixels. Knows no widget."""

from __future__ import annotations

import struct

from editor.domain.document import Document
from editor.imaging.picture import Picture

_HEADER = 128


def facts(document: Document) -> str:
    """``4000 × 2667 · sRGB · 10.7 MP``, and ``16 bit`` where the picture has more than the usual 8."""
    width, height = document.size
    megapixels = width * height / 1e6
    size = f"{megapixels:.1f}" if megapixels >= 0.1 else f"{megapixels:.2f}" if megapixels >= 0.01 else "< 0.01"
    depth = " · 16 bit" if document.depth == 16 else ""
    return f"{width} × {height}{depth} · {profile_name(document.metadata.icc_profile)} · {size} MP"


def title(document: Document) -> str:
    """The name, with a dot where the picture differs from its file."""
    return f"{document.name} ●" if document.modified else document.name


def description(picture: Picture | None, zoom: float) -> str:
    """What there is to see, for assistive technology; ``zoom`` is device pixels a picture pixel."""
    if picture is None:
        return "No picture is open."
    width, height = picture.document.size
    return f"{picture.document.name}, {width} × {height} pixels, zoom {zoom:.0%}, mask {picture.coverage:.1%}"


def profile_name(profile: bytes | None) -> str:
    """A colour profile's own description; ``sRGB`` where a file has none, as the web reads such files.

    Reads the tag ``desc`` of ICC.1 in both its forms, the old ``desc`` and the new ``mluc``.
    """
    if profile is None:
        return "sRGB"
    try:
        name = _description(profile)
    except (struct.error, UnicodeDecodeError):
        name = ""
    if name.lower().startswith("srgb"):
        return "sRGB"
    return name[:32] or "Own profile"


def _description(profile: bytes) -> str:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    for place in range(min(count, 100)):
        signature, offset, _size = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * place)
        if signature == b"desc":
            return _text(profile, offset)
    return ""


def _text(profile: bytes, offset: int) -> str:
    kind = profile[offset : offset + 4]
    if kind == b"mluc":
        length, start = struct.unpack_from(">II", profile, offset + 20)
        return profile[offset + start : offset + start + length].decode("utf-16-be").strip("\0 ")
    (length,) = struct.unpack_from(">I", profile, offset + 8)
    return profile[offset + 12 : offset + 12 + length].decode("ascii").strip("\0 ")
