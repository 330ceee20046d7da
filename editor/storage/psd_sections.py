"""Looks through a Photoshop file: its merged picture goes to the decoder, the layers stay out.

Layout: Adobe Photoshop file formats specification, "Photoshop file structure" and "Image resources section".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, BinaryIO

from editor.storage.reading_limits import MAX_BLOCKS, MAX_METADATA, MAX_TEXT
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, NotRead, TooMuch, Vetted

FLATTENED = "The picture’s layers were merged into one; the file keeps them as long as you save under another name."
"""Said where there were layers."""

_HEADER = struct.Struct(">4sH6xHIIHH")
_GREY_OR_COLOUR = (0, 1, 2, 3, 4, 9)
_RESOLUTION, _PROFILE, _VERSION, _EXIF, _XMP = 1005, 1039, 1057, 1058, 1060
_INFO = {_PROFILE: "icc_profile", _EXIF: "exif", _XMP: "xmp"}
_PER_INCH, _TO_INCHES = 65536, 2.54


def vet_psd(source: BinaryIO) -> Vetted:
    """Look through a Photoshop file. Raises NotRead for the kinds that are not read."""
    header = source.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise ValueError("the file ends inside its header")
    _, version, _, height, width, bits, mode = _HEADER.unpack(header)
    if version != 1:
        raise NotRead("is in Photoshop’s format for large documents. Save it there as TIFF or PNG.")
    if bits not in (1, 8):
        raise NotRead(f"has {bits} bits per channel, which is read from TIFF and PNG only. Save it as one of them.")
    if mode not in _GREY_OR_COLOUR:
        raise NotRead("is in a color mode that is not read. Convert it to RGB in the program it comes from.")
    colours = _section(source, _HEADER.size)
    resources = _section(source, colours.start + colours.length)
    layers = _section(source, resources.start + resources.length)
    info, left_out = _resources(source, resources)
    parts: list[bytes | Span] = [
        Span(0, colours.start + colours.length),
        bytes(4),  # no resources
        bytes(4),  # no layers
        Span(layers.start + layers.length, source.seek(0, 2) - layers.start - layers.length),
    ]
    notes = ((FLATTENED,) if _has_layers(source, layers) else ()) + ((LEFT_OUT,) if left_out else ())
    return Vetted(stream=spliced(source, parts), notes=notes, size=(width, height), info=MappingProxyType(info))


def _section(source: BinaryIO, place: int) -> Span:
    """The content of the section that begins with its length at ``place``."""
    end = source.seek(0, 2)
    source.seek(place)
    length = int.from_bytes(source.read(4), "big")
    if place + 4 + length > end:
        raise ValueError("the file ends inside a section")
    return Span(place + 4, length)


def _resources(source: BinaryIO, section: Span) -> tuple[dict[str, Any], bool]:
    """Profile, EXIF, XMP and resolution under Pillow's names, and whether something was too large to be kept."""
    info: dict[str, Any] = {}
    spent, left_out = 0, False
    for number, span in _blocks(source, section):
        if number not in (*_INFO, _RESOLUTION, _VERSION):
            continue
        spent += span.length
        if span.length > MAX_TEXT or spent > MAX_METADATA:
            left_out = True
            continue
        source.seek(span.start)
        data = source.read(span.length)
        if number == _VERSION and len(data) > 4 and data[4] == 0:
            raise NotRead(
                "holds layers but no merged picture. Save it with “Maximize compatibility” in Photoshop, or as PNG."
            )
        if number == _RESOLUTION and len(data) >= 16:
            across, down = struct.unpack_from(">I", data)[0], struct.unpack_from(">I", data, 8)[0]
            info["dpi"] = (across / _PER_INCH, down / _PER_INCH)
        elif number in _INFO:
            info[_INFO[number]] = data
    return info, left_out


def _blocks(source: BinaryIO, section: Span) -> Iterator[tuple[int, Span]]:
    """The number and the data of every resource."""
    place, end = section.start, section.start + section.length
    for _ in range(MAX_BLOCKS):
        source.seek(place)
        head = source.read(7)
        if place + 12 > end or len(head) < 7:
            return
        # The name is filled up to an even number of bytes with its length, and so is the data.
        place += 6 + (head[6] + 2) // 2 * 2
        source.seek(place)
        length = int.from_bytes(source.read(4), "big")
        if place + 4 + length > end:
            return
        yield int.from_bytes(head[4:6], "big"), Span(place + 4, length)
        place += 4 + length + length % 2
    raise TooMuch("more resources than a picture needs")


def _has_layers(source: BinaryIO, section: Span) -> bool:
    if section.length < 6:
        return False
    source.seek(section.start + 4)
    return source.read(2) != bytes(2)
