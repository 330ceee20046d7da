"""Small files that ask for a great deal: what each is, how it is built, and what should come of it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from support.small_pictures import HEIC, chunk, png

HUGE = 100_000
MEGABYTE = 1 << 20
TOO_LARGE = r"100000 × 100000 pixels, more than the 400 megapixels"
TOO_MUCH = "more work than any picture needs"
NO_MEMORY = "of memory to open"
DAMAGED = "damaged or incomplete"
LEFT_OUT = "metadata was damaged or too large"


@dataclass(frozen=True)
class Bomb:
    """``refusal`` is what the refusal says, None where the file opens, then with ``note`` among the notes."""

    build: Callable[[], bytes]
    refusal: str | None
    note: str = ""


def _zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, compressed a thousand times."""
    deflate = zlib.compressobj(9)
    return b"".join(deflate.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + deflate.flush()


def _with_chunks(*chunks: bytes) -> bytes:
    return png(2, 1, data=zlib.compress(bytes(7)), extra=b"".join(chunks))


def _saved(name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(stream, name, **options)
    return stream.getvalue()


def _jpeg_of(width: int, height: int) -> bytes:
    content = bytearray(_saved("JPEG"))
    place = content.index(b"\xff\xc0")
    content[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def _jpeg_of_many_scans() -> bytes:
    content = _saved("JPEG", progressive=True)
    begin = content.index(b"\xff\xda")
    return content[:begin] + content[begin:-2] * 60 + content[-2:]


def _jpeg_of_much_metadata() -> bytes:
    content = _saved("JPEG")
    segment = b"\xff\xe1\xff\xff" + bytes(65_533)
    return content[:2] + segment * 1100 + content[2:]


def _bmp_of(width: int, height: int, compression: int = 0) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8 if compression else 24, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head + bytes(100)


def _gif(screen: int, *, before: bytes = b"", pictures: int = 1) -> bytes:
    picture = b"\x2c" + bytes(4) + struct.pack("<HHB", 1, 1, 0) + b"\x02\x02\x4c\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", screen, screen, 0x80, 0, 0) + bytes((255, 0, 0, 0, 0, 0))
    return head + before + picture * pictures + b";"


def _tiff(entries: dict[int, tuple[int, int, int]], *, following: int = 0, tail: bytes = b"") -> bytes:
    """A TIFF of one directory at 8: type, count and value or place by tag."""
    fields = b"".join(struct.pack("<HHII", tag, *entry) for tag, entry in sorted(entries.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + fields + struct.pack("<I", following) + tail


_ONE = {256: (3, 1, 1), 257: (3, 1, 1), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1), 273: (4, 1, 8), 279: (4, 1, 1)}
_DEEP = {**_ONE, 258: (3, 1, 16), 279: (4, 1, 2)}


def _tiff_of_a_strip(strip: bytes) -> bytes:
    head = {**_DEEP, 259: (3, 1, 8)}
    place = 8 + 2 + 12 * len(head) + 4
    return _tiff({**head, 273: (4, 1, place), 279: (4, 1, len(strip))}, tail=strip)


def _webp_of(width: int, height: int) -> bytes:
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4)
    extended += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + extended + _saved("WEBP", lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _avif_of(width: int, height: int) -> bytes:
    content = bytearray(_saved("AVIF"))
    place = content.index(b"ispe") + 8
    content[place : place + 8] = struct.pack(">II", width, height)
    return bytes(content)


def _heic_of(width: int, height: int) -> bytes:
    place = HEIC.index(b"ispe") + 8
    return HEIC[:place] + struct.pack(">II", width, height) + HEIC[place + 8 :]


def _nested_boxes() -> bytes:
    boxes = b""
    for _ in range(40):
        boxes = struct.pack(">I4s", len(boxes) + 12, b"meta") + bytes(4) + boxes
    return struct.pack(">I4s4sI", 16, b"ftyp", b"avif", 0) + boxes


def _psd(width: int, height: int, *, resources: bytes = b"", channels: int = 3) -> bytes:
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, height, width, 8, 3)
    return header + bytes(4) + struct.pack(">I", len(resources)) + resources + bytes(4) + bytes(2)


def _psd_resource(number: int, length: int) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, length) + bytes(length)


def _aliased_exif() -> bytes:
    """EXIF whose every entry is the same 8 megabytes."""
    entry = b"".join(struct.pack("<HHII", 0x9000 + index % 4096, 7, 8 * MEGABYTE, 26) for index in range(60_000))
    return b"II*\0" + struct.pack("<IH", 8, 60_000) + entry + bytes(8 * MEGABYTE)


def _empty_chunks(count: int) -> bytes:
    return png(2, 1, data=zlib.compress(bytes(7)), extra=chunk(b"zzZz", b"") * count)


BOMBS = {
    "png of a huge size": Bomb(lambda: png(HUGE, HUGE), TOO_LARGE),
    "16-bit png of a huge size": Bomb(lambda: png(HUGE, HUGE, depth=16), TOO_LARGE),
    "jpeg of a huge size": Bomb(lambda: _jpeg_of(65_500, 65_500), "65500 × 65500"),
    "bmp of a huge size": Bomb(lambda: _bmp_of(HUGE, HUGE), TOO_LARGE),
    "gif of a huge size": Bomb(lambda: _gif(65_535), "65535 × 65535"),
    "tiff of a huge size": Bomb(lambda: _tiff({**_ONE, 256: (4, 1, HUGE), 257: (4, 1, HUGE)}), TOO_LARGE),
    "psd of a huge size": Bomb(lambda: _psd(HUGE, HUGE), TOO_LARGE),
    "avif of a huge size": Bomb(lambda: _avif_of(HUGE, HUGE), f"{DAMAGED}|{TOO_LARGE}"),
    "heic of a huge size": Bomb(lambda: _heic_of(HUGE, HUGE), f"{DAMAGED}|{TOO_LARGE}"),
    "webp of a huge size": Bomb(lambda: _webp_of(HUGE, HUGE), TOO_LARGE),
    "png of a long row": Bomb(lambda: png(350_000_000, 1, colour=0), "350000000 × 1"),
    "png that fills the memory": Bomb(lambda: png(19_000, 19_000, data=_zeros(4)), NO_MEMORY),
    "16-bit png that fills the memory": Bomb(lambda: png(19_000, 19_000, depth=16, data=_zeros(4)), NO_MEMORY),
    "jpeg that fills the memory": Bomb(lambda: _jpeg_of(19_000, 19_000), NO_MEMORY),
    "webp that fills the memory": Bomb(lambda: _webp_of(16_383, 16_383), NO_MEMORY),
    "bmp that fills the memory": Bomb(lambda: _bmp_of(19_000, -19_000), NO_MEMORY),
    "bmp of runs that says more than it has": Bomb(lambda: _bmp_of(8_000, 8_000, compression=1), DAMAGED),
    "png that has far more data than pixels": Bomb(lambda: png(2, 1, data=_zeros(300)), None),
    "16-bit png that has far more data than pixels": Bomb(lambda: png(2, 1, depth=16, data=_zeros(300)), None),
    "png with far less data than pixels": Bomb(lambda: png(7_000, 7_000, data=zlib.compress(b"")), DAMAGED),
    "16-bit png with far less data": Bomb(lambda: png(7_000, 7_000, depth=16, data=zlib.compress(b"")), DAMAGED),
    "profile bomb": Bomb(lambda: _with_chunks(chunk(b"iCCP", b"bomb\0\0" + _zeros(300))), None, LEFT_OUT),
    "text bomb": Bomb(lambda: _with_chunks(chunk(b"zTXt", b"bomb\0\0" + _zeros(300))), None, LEFT_OUT),
    "international text bomb": Bomb(
        lambda: _with_chunks(chunk(b"iTXt", b"bomb\0\1\0\0\0" + _zeros(300))), None, LEFT_OUT
    ),
    "many text bombs": Bomb(lambda: _with_chunks(*[chunk(b"zTXt", b"bomb\0\0" + _zeros(15))] * 100), None, LEFT_OUT),
    "png with a huge exif": Bomb(lambda: _with_chunks(chunk(b"eXIf", b"II*\0" + bytes(20 * MEGABYTE))), None, LEFT_OUT),
    "png with an exif that repeats itself": Bomb(lambda: _with_chunks(chunk(b"eXIf", _aliased_exif())), None),
    "png of endless chunks": Bomb(lambda: _empty_chunks(600_000), TOO_MUCH),
    "jpeg of many scans": Bomb(_jpeg_of_many_scans, TOO_MUCH),
    "jpeg of much metadata": Bomb(_jpeg_of_much_metadata, None, LEFT_OUT),
    "jpeg of endless markers": Bomb(lambda: b"\xff\xd8" + b"\xff\xe5\0\2" * 600_000, TOO_MUCH),
    "jpeg of fill bytes": Bomb(lambda: b"\xff\xd8" + b"\xff" * 3_000_000, f"{TOO_MUCH}|{DAMAGED}"),
    "gif of endless words": Bomb(lambda: _gif(1, before=b"!\xfe" + b"\1a" * 600_000 + b"\0"), TOO_MUCH),
    "gif of many extensions": Bomb(lambda: _gif(1, before=b"!\xfe\1a\0" * 300_000), TOO_MUCH),
    "gif of many pictures": Bomb(lambda: _gif(1, pictures=200_000), None, "only the first"),
    "gif that never ends": Bomb(lambda: _gif(1)[:-2] + b"\1a" * 600_000, TOO_MUCH),
    "tiff whose directories go round": Bomb(lambda: _tiff(_ONE, following=8), None),
    "tiff whose exif is itself": Bomb(lambda: _tiff({**_ONE, 34665: (4, 1, 8)}), None),
    "tiff whose directory is inside itself": Bomb(lambda: _tiff({**_ONE, 330: (4, 1, 8)}), None),
    "tiff of a billion strips": Bomb(lambda: _tiff({**_ONE, 273: (4, 10**9, 8), 279: (4, 10**9, 8)}), TOO_MUCH),
    "16-bit tiff of a billion strips": Bomb(lambda: _tiff({**_DEEP, 273: (4, 10**9, 8)}), TOO_MUCH),
    "tiff whose every tag is the file": Bomb(
        lambda: _tiff({**_ONE, **dict.fromkeys(range(40_000, 43_000), (7, 9 * MEGABYTE, 8))}, tail=bytes(9 * MEGABYTE)),
        None,
        LEFT_OUT,
    ),
    "tiff with a huge profile": Bomb(
        lambda: _tiff({**_ONE, 34675: (7, 20 * MEGABYTE, 200)}, tail=bytes(20 * MEGABYTE)), None, LEFT_OUT
    ),
    "tiff of 60 000 entries": Bomb(lambda: _tiff({**_ONE, **dict.fromkeys(range(5_000, 65_000), (3, 1, 1))}), TOO_MUCH),
    "16-bit tiff of one monstrous tile": Bomb(
        lambda: _tiff({**_DEEP, 322: (4, 1, HUGE), 323: (4, 1, HUGE), 324: (4, 1, 8), 325: (4, 1, 2)}), DAMAGED
    ),
    "16-bit tiff of a strip as long as the world": Bomb(
        lambda: _tiff({**_DEEP, 259: (3, 1, 8), 279: (4, 1, 2**32 - 1)}), DAMAGED
    ),
    "16-bit tiff whose strip is a bomb": Bomb(lambda: _tiff_of_a_strip(_zeros(300)), None),
    "psd with a huge profile": Bomb(
        lambda: _psd(1, 1, resources=_psd_resource(1039, 17 * MEGABYTE)) + bytes(3), None, LEFT_OUT
    ),
    "psd of endless resources": Bomb(lambda: _psd(1, 1, resources=_psd_resource(1, 0) * 600_000), TOO_MUCH),
    "psd of 56 channels": Bomb(lambda: _psd(7_000, 7_000, channels=56), DAMAGED),
    "boxes inside boxes": Bomb(_nested_boxes, f"{TOO_MUCH}|{DAMAGED}"),
}
