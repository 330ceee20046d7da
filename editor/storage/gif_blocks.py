"""Looks through a GIF: its first picture goes to the decoder, whatever else there is stays out.

Layout: Graphics Interchange Format 89a, sections 17 to 27.
"""

from __future__ import annotations

from typing import BinaryIO

from editor.storage.content_credentials import GIF_APPLICATION
from editor.storage.reading_limits import MAX_BLOCKS
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import TooMuch, Vetted

_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_SCREEN, _DESCRIPTOR = 13, 10


def vet_gif(source: BinaryIO) -> Vetted:
    """Look through a GIF. Raises ValueError where it has no picture, TooMuch where there is no end to its blocks."""
    head = source.read(_SCREEN)
    if len(head) < _SCREEN:
        raise ValueError("a GIF without its screen")
    walk = _Walk(source, _SCREEN + _table(head[10]))
    parts: list[bytes | Span] = [Span(0, walk.place)]
    control: list[Span] = []
    credentials = False
    while (kind := walk.byte()) != _PICTURE:
        if kind != _EXTENSION:
            raise ValueError("a GIF without a picture")
        start, label = walk.place - 1, walk.byte()
        if label == _APPLICATION:
            # The first block is the application's name, eight letters and a code of three.
            source.seek(walk.place + 1)
            credentials |= source.read(len(GIF_APPLICATION)) == GIF_APPLICATION
        walk.skip_blocks()
        if label == _GRAPHIC_CONTROL:
            control = [Span(start, walk.place - start)]
    start = walk.place - 1
    source.seek(walk.place)
    descriptor = source.read(_DESCRIPTOR - 1)
    # After the descriptor and its colours comes the size of the codes, then the compressed pixels in blocks.
    walk.place += len(descriptor) + (_table(descriptor[-1]) if descriptor else 0) + 1
    walk.skip_blocks()
    parts += [*control, Span(start, walk.place - start), bytes((_TRAILER,))]
    width, height = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return Vetted(stream=spliced(source, parts), more=_another(walk), credentials=credentials, size=(width, height))


class _Walk:
    """A place in the file, and the number of blocks passed so far."""

    def __init__(self, source: BinaryIO, place: int) -> None:
        self._source = source
        self._blocks = 0
        self.place = place

    def byte(self) -> int:
        """The next byte, or that of the trailer where the file has ended."""
        self._source.seek(self.place)
        self.place += 1
        data = self._source.read(1)
        return data[0] if data else _TRAILER

    def skip_blocks(self) -> None:
        """Pass blocks, each with its length before it, up to the empty one or the end of the file."""
        self._source.seek(self.place)
        while length := self._source.read(1):
            self._blocks += 1
            if self._blocks > MAX_BLOCKS:
                raise TooMuch("more blocks than a picture needs")
            self.place += 1 + length[0]
            if length[0] == 0:
                return
            self._source.seek(length[0], 1)


def _another(walk: _Walk) -> bool:
    """Whether a second picture follows; many programs write extensions between."""
    while (kind := walk.byte()) == _EXTENSION:
        walk.byte()
        walk.skip_blocks()
    return kind == _PICTURE


def _table(flags: int) -> int:
    """Bytes of the table of colours that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
