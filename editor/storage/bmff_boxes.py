"""Looks through the boxes of AVIF and HEIC, which are both ISO base media files.

Layout: ISO/IEC 14496-12, sections 4.2 and 8.11; ISO/IEC 23008-12, section 6.5.6 (bits of a picture).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from editor.storage.content_credentials import BMFF_UUID
from editor.storage.reading_limits import MAX_BLOCKS, MAX_METADATA, MAX_NESTING
from editor.storage.spliced_stream import Span
from editor.storage.vetted import TooMuch, Vetted

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")
AVIF_BRANDS = (b"avif", b"avis")
NEUTRAL_BRANDS = (b"mif1", b"msf1", b"mif2", b"miaf")

_UUID, _TYPES, _BITS, _ITEM = b"uuid", b"ftyp", b"pixi", b"infe"
# Boxes that hold boxes, and how many bytes of their own stand before those.
_FOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}
_ITEMS = b"iinf"
_ITEM_TYPES = {2: 8, 3: 10}
"""By the version of an item's entry: where its type stands, of four letters, before its name and media type."""
_LONGEST_ENTRY = 4096


def vet_bmff(source: BinaryIO) -> Vetted:
    """Look through the boxes. Raises ValueError where an item is of no type that is text, TooMuch where the boxes are
    beyond any picture."""
    credentials, bits = False, 8
    for name, span in _boxes(source, Span(0, source.seek(0, 2)), depth=0):
        if name == _UUID:
            credentials |= _read(source, span, 16) == BMFF_UUID
        elif name == _BITS:
            # A version, flags, the number of channels, and the bits of each.
            bits = max(bits, *_read(source, span, 5 + 4)[5:], 0)
        elif name == _ITEM:
            _check_item(_read(source, span, _LONGEST_ENTRY))
        elif name in _FOLDERS and span.length > MAX_METADATA:
            raise TooMuch("a list of properties larger than any picture’s")
    source.seek(0)
    return Vetted(stream=source, credentials=credentials, bits=bits)


def brands(source: BinaryIO) -> tuple[bytes, ...]:
    """What a file says it can be read as, the main one first; none for another kind of file."""
    for name, span in _boxes(source, Span(0, source.seek(0, 2)), depth=0):
        data = _read(source, span, 4096)
        found = (data[:4], *(data[place : place + 4] for place in range(8, len(data) - 3, 4)))
        return found if name == _TYPES else ()
    return ()


def _boxes(source: BinaryIO, within: Span, *, depth: int) -> Iterator[tuple[bytes, Span]]:
    """Name and content of every box, those inside others too."""
    if depth > MAX_NESTING:
        raise TooMuch("boxes inside boxes without end")
    place, end = within.start, within.start + within.length
    for _ in range(MAX_BLOCKS):
        head = _read(source, Span(place, end - place), 16)
        if len(head) < 8:
            return
        length, begin = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - place
        if length < begin:
            return
        content = Span(place + begin, min(length, end - place) - begin)
        yield head[4:8], content
        skipped = _FOLDERS.get(head[4:8])
        if head[4:8] == _ITEMS:
            # A version and flags, and the number of items: in two bytes, in four from version 1 on.
            skipped = 6 if _read(source, content, 1) == b"\0" else 8
        if skipped is not None and content.length > skipped:
            yield from _boxes(source, Span(content.start + skipped, content.length - skipped), depth=depth + 1)
        place += length
    raise TooMuch("more boxes than a picture needs")


def _check_item(entry: bytes) -> None:
    """pi-heif up to 1.4 ends the whole process over a type that is not text."""
    place = _ITEM_TYPES.get(entry[0]) if entry else None
    if place is None:
        return
    if not entry[place : place + 4].isascii():
        raise ValueError("an item of no known type")
    entry[place:].decode("utf-8")


def _read(source: BinaryIO, span: Span, most: int) -> bytes:
    source.seek(span.start)
    return source.read(max(0, min(span.length, most)))
