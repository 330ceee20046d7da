"""The preview that a camera puts into its raw file, for the raw formats that are built as TIFF.

Raw data is not developed: that is a program of its own. Layout: TIFF 6.0, section 2; TIFF/EP (ISO 12234-2); DNG 1.7.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import BinaryIO

from editor.storage.jpeg_markers import vet_jpeg
from editor.storage.orientation import bare_exif
from editor.storage.reading_limits import MAX_NESTING
from editor.storage.spliced_stream import Span, spliced
from editor.storage.tiff_directory import Entry, Kind, numbers, read_entries, read_header
from editor.storage.vetted import NotRead, TooMuch, Vetted

PREVIEW = "The camera’s preview was opened, not the raw data."
"""Said of every raw file."""

_COMPRESSION, _PHOTOMETRIC, _STRIPS, _ORIENTATION, _LENGTHS = 259, 262, 273, 274, 279
_INSIDE, _JPEG, _JPEG_LENGTH, _DNG = 330, 513, 514, 50706
_COLOUR_FILTERS, _LINEAR = 32803, 34892
_JPEG_COMPRESSIONS = (6, 7)
_RAW_COMPRESSIONS = (32767, 32770, 34713, 65000, 65535)
"""Of Sony, Samsung, Nikon, Kodak and Pentax."""
_CANON = b"CR\x02"
_CANON_MARK = 8
_SMALLEST = 512
"""The longer side of a preview that is worth opening; thumbnails are smaller."""

_Directory = dict[int, tuple[int, ...]]


def camera_preview(source: BinaryIO) -> Vetted | None:
    """The largest preview of a camera's raw file; None for an ordinary TIFF.

    Raises NotRead where a raw file has none, TooMuch where its directories have no end.
    """
    kind, first = read_header(source)
    source.seek(_CANON_MARK)
    canon = source.read(len(_CANON)) == _CANON
    directories = tuple(_directories(source, kind, first))
    if not (canon or any(_is_raw(directory) for directory in directories)):
        source.seek(0)
        return None
    previews = [vetted for span in _jpegs(directories) if (vetted := _preview(source, span)) is not None]
    largest = max(previews, key=_pixels, default=None)
    if largest is None:
        raise NotRead("is a camera’s raw file without a preview. Develop it to TIFF in a raw converter first.")
    turned = directories[0].get(_ORIENTATION, (1,))[:1] or (1,)
    info = MappingProxyType({"exif": bare_exif(turned[0])} if turned[0] in range(2, 9) else {})
    return replace(largest, notes=(PREVIEW, *largest.notes), more=False, info=info)


def _directories(source: BinaryIO, kind: Kind, first: int) -> Iterator[_Directory]:
    """The numbers in the first directory, in those inside it and in those behind it, each once."""
    end = source.seek(0, io.SEEK_END)
    waiting, seen = [first], set[int]()
    while waiting:
        place = waiting.pop(0)
        if place in seen or not 0 < place < end:
            continue
        seen.add(place)
        if len(seen) > MAX_NESTING * 4:
            raise TooMuch("more directories than a picture needs")
        entries = tuple(read_entries(source, kind, place))
        yield (directory := {entry.tag: numbers(source, kind, entry) for entry in entries if _small(entry)})
        waiting += [*directory.get(_INSIDE, ()), *_following(source, kind, entries)]


def _small(entry: Entry) -> bool:
    return entry.count <= MAX_NESTING * 4 or entry.tag == _DNG


def _following(source: BinaryIO, kind: Kind, entries: tuple[Entry, ...]) -> tuple[int, ...]:
    if not entries:
        return ()
    source.seek(entries[-1].place + kind.entry_size)
    data = source.read(kind.place_size)
    return (kind.number(kind.place, data),) if len(data) == kind.place_size else ()


def _is_raw(directory: _Directory) -> bool:
    return (
        _DNG in directory
        or directory.get(_PHOTOMETRIC) in ((_COLOUR_FILTERS,), (_LINEAR,))
        or (directory.get(_COMPRESSION) or (0,))[0] in _RAW_COMPRESSIONS
    )


def _jpegs(directories: tuple[_Directory, ...]) -> Iterator[Span]:
    """Where directories say that a whole JPEG stands."""
    for directory in directories:
        for place, length in ((_JPEG, _JPEG_LENGTH), (_STRIPS, _LENGTHS)):
            places, lengths = directory.get(place, ()), directory.get(length, ())
            compression = directory.get(_COMPRESSION) or (_JPEG_COMPRESSIONS[0],)
            raw = directory.get(_PHOTOMETRIC) in ((_COLOUR_FILTERS,), (_LINEAR,))
            if len(places) == len(lengths) == 1 and compression[0] in _JPEG_COMPRESSIONS and not raw:
                yield Span(places[0], lengths[0])


def _preview(source: BinaryIO, span: Span) -> Vetted | None:
    """A JPEG that a decoder takes and that is large enough; raw data may be a lossless JPEG, which none takes."""
    stream = spliced(source, [span])
    if stream.read(3) != b"\xff\xd8\xff":
        return None
    vetted = vet_jpeg(stream)
    return None if vetted.lossless or vetted.size is None or max(vetted.size) < _SMALLEST else vetted


def _pixels(vetted: Vetted) -> int:
    return 0 if vetted.size is None else vetted.size[0] * vetted.size[1]
