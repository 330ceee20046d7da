"""What JPEG holds besides its pixels: segments of at most 65 533 bytes, over which longer data is spread.

Sources: JFIF 1.02; Exif 2.32, section 4.7; XMP Specification, part 3, section 1.1.3 (JPEG, extended XMP); ICC.1:2022,
annex B.4.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator

from editor.domain.metadata import Metadata
from editor.storage.exif import EXIF_PREFIX
from editor.storage.iptc import JPEG_HEADER, image_resources
from editor.storage.xmp import Property, UnreadableXmp, XmpPacket

LONGEST = 65_533
"""Bytes that one segment holds."""

COMMENT = "Comment"
"""The text of a picture that JPEG has a segment for, by the keyword that PNG has for it."""

_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0"
_ICC_HEADER = b"ICC_PROFILE\0"
_EXTENSION: Property = ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")
_MOST_PROFILE_PARTS = 255
_IDENTIFIER = 32
_MOST_EXTENDED = 64 << 20
# The mark of the extension and the packet's own frame come on top of the properties.
_FRAME = 1_000


def segments(metadata: Metadata) -> bytes:
    """All of ``metadata`` that JPEG can hold, see :func:`fits`, as segments to stand behind the first."""
    parts: list[tuple[int, bytes]] = []
    if metadata.exif:
        parts.append((0xE1, EXIF_PREFIX + metadata.exif))
    if metadata.xmp:
        main, extended = divided_xmp(metadata.xmp)
        parts.append((0xE1, _XMP_HEADER + main))
        parts += ((0xE1, part) for part in _extension(extended))
    if metadata.icc_profile:
        parts += ((0xE2, part) for part in _profile(metadata.icc_profile))
    if metadata.iptc:
        resources = image_resources(metadata.iptc)
        parts += ((0xED, JPEG_HEADER + part) for part in _cut(resources, LONGEST - len(JPEG_HEADER)))
    if comment := metadata.text.get(COMMENT):
        parts.append((0xFE, comment.encode("utf-8", "replace")))
    return b"".join(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in parts)


def exif_fits(exif: bytes) -> bool:
    """Whether EXIF data, which cannot be spread, is short enough."""
    return len(EXIF_PREFIX) + len(exif) <= LONGEST


def comment_fits(text: str) -> bool:
    """Whether a comment, which cannot be spread, is short enough."""
    return len(text.encode("utf-8", "replace")) <= LONGEST


def xmp_fits(xmp: bytes) -> bool:
    """Whether XMP is short enough or can be divided."""
    try:
        main, _ = divided_xmp(xmp)
    except UnreadableXmp:
        return False
    return len(_XMP_HEADER) + len(main) <= LONGEST


def profile_fits(profile: bytes) -> bool:
    """Whether a colour profile is short enough: 16.7 MB."""
    return len(profile) <= _MOST_PROFILE_PARTS * (LONGEST - len(_ICC_HEADER) - 2)


def divided_xmp(xmp: bytes) -> tuple[bytes, bytes]:
    """``xmp`` as the packet that any program finds and the extension with what had no room in it, the largest
    properties; b"" for none. Raises :class:`UnreadableXmp` for what is too long and no XMP."""
    limit = LONGEST - len(_XMP_HEADER)
    if len(xmp) <= limit:
        return xmp, b""
    main, extension = XmpPacket(xmp), XmpPacket(xmp)
    sizes = main.sizes()
    moved: set[Property] = set()
    room = sum(sizes.values())
    for key in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if room + _FRAME <= limit:
            break
        moved.add(key)
        room -= sizes[key]
    main.remove(lambda key: key in moved)
    extension.remove(lambda key: key not in moved)
    extended = extension.as_bytes(wrapped=False)
    main.set_value(_EXTENSION, _digest(extended), prefix="xmpNote")
    return main.as_bytes(), extended


def whole_xmp(main: bytes, segments: Iterable[tuple[str, bytes]]) -> bytes:
    """``main`` with what its extension among ``segments`` (name and content of each) holds; ``main`` itself where
    there is none that belongs to it or can be read."""
    if b"HasExtendedXMP" not in main:
        return main
    try:
        packet = XmpPacket(main)
        extended = _collected(packet.value(_EXTENSION) or "", segments)
        if extended is None:
            return main
        packet.absorb(XmpPacket(extended))
    except UnreadableXmp:
        return main
    packet.remove(lambda key: key == _EXTENSION)
    return packet.as_bytes()


def _collected(identifier: str, segments: Iterable[tuple[str, bytes]]) -> bytes | None:
    head = _EXTENSION_HEADER + identifier.encode("ascii", "replace")
    parts = [data[len(head) :] for name, data in segments if name == "APP1" and data.startswith(head)]
    if len(identifier) != _IDENTIFIER or not parts:
        return None
    length = int.from_bytes(parts[0][:4], "big")
    if length > _MOST_EXTENDED or length > sum(len(part) for part in parts):
        return None
    whole = bytearray(length)
    for part in parts:
        place = int.from_bytes(part[4:8], "big")
        whole[place : place + len(part) - 8] = part[8:]
    return bytes(whole) if _digest(bytes(whole)) == identifier.upper() else None


def _digest(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()


def _extension(extended: bytes) -> Iterator[bytes]:
    head = _EXTENSION_HEADER + _digest(extended).encode()
    room, place = LONGEST - len(head) - 8, 0
    for part in _cut(extended, room):
        yield head + struct.pack(">II", len(extended), place) + part
        place += len(part)


def _profile(profile: bytes) -> Iterator[bytes]:
    parts = tuple(_cut(profile, LONGEST - len(_ICC_HEADER) - 2))
    for number, part in enumerate(parts, 1):
        yield _ICC_HEADER + bytes((number, len(parts))) + part


def _cut(data: bytes, length: int) -> Iterator[bytes]:
    return (data[start : start + length] for start in range(0, len(data), length))
