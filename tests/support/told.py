"""Everything a file can say of a picture, made by hand: with a camera maker's note whose offsets count from the start
of the whole EXIF data, as Canon's do."""

from __future__ import annotations

import struct

from PIL import ImageCms

from editor.domain.metadata import Metadata
from editor.storage.exif_directory import ASCII, BYTE, LONG, RATIONAL, SHORT, UNDEFINED, Entry, directory_bytes
from editor.storage.iptc import DataSet, packed

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
MAKERS_WORDS = "IMG:A camera of tests"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 xmp:Rating="4" exif:GPSLatitude="52,30.5N" exif:GPSLongitude="13,22.1E" photoshop:City="Berlin">
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Zoë Example</rdf:li></rdf:Alt></dc:rights>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
<xmpRights:Marked>True</xmpRights:Marked>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
IPTC = packed(
    [
        DataSet(1, 90, b"\x1b%G"),
        DataSet(2, 5, b"A title"),
        DataSet(2, 80, "Zoë Example".encode()),
        DataSet(2, 90, b"Berlin"),
        DataSet(2, 116, "© Zoë Example".encode()),
    ]
)
TEXT = {"Title": "A café ✓", "Source": "A long story. " * 50}


def exif(order: str = "<") -> bytes:
    """EXIF data in either byte order."""
    raw = (b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
    maker_at = len(raw)
    raw += directory_bytes([_ascii(0x0006, MAKERS_WORDS)], maker_at, order=order)
    note = Entry(0x927C, UNDEFINED, len(raw) - maker_at, raw[maker_at:])
    raw += bytes(len(raw) % 2)
    gps_at = len(raw)
    raw += directory_bytes(_places(order), gps_at, order=order)
    raw += bytes(len(raw) % 2)
    exif_at = len(raw)
    raw += _pointing_at(directory_bytes(_shot(order, note), exif_at, order=order), note, maker_at, order)
    raw += bytes(len(raw) % 2)
    head = [
        _ascii(0x010F, "Canon"),
        _ascii(0x0110, "Canon test camera"),
        _ascii(0x013B, "Zoe Example"),
        _ascii(0x8298, "(c) Zoe Example"),
        Entry(0x8769, LONG, 1, struct.pack(f"{order}I", exif_at)),
        Entry(0x8825, LONG, 1, struct.pack(f"{order}I", gps_at)),
    ]
    return raw[:4] + struct.pack(f"{order}I", len(raw)) + raw[8:] + directory_bytes(head, len(raw), order=order)


def everything(order: str = "<", *, greyscale: bool = False, alpha: bool = False) -> Metadata:
    """All of it; a greyscale picture has no profile for colour."""
    return Metadata(
        icc_profile=None if greyscale else ICC,
        exif=exif(order),
        xmp=XMP,
        iptc=IPTC,
        dpi=(300.0, 150.0),
        text=TEXT,
        greyscale=greyscale,
        alpha=alpha,
    )


def _ascii(tag: int, words: str) -> Entry:
    data = words.encode() + b"\0"
    return Entry(tag, ASCII, len(data), data)


def _shot(order: str, note: Entry) -> list[Entry]:
    return [
        Entry(0x829A, RATIONAL, 1, struct.pack(f"{order}II", 1, 250)),
        Entry(0x8827, SHORT, 1, struct.pack(f"{order}H", 400)),
        Entry(0x9000, UNDEFINED, 4, b"0232"),
        _ascii(0x9003, "2026:05:04 03:02:01"),
        note,
    ]


def _places(order: str) -> list[Entry]:
    return [
        Entry(0, BYTE, 4, b"\2\3\0\0"),
        _ascii(1, "N"),
        Entry(2, RATIONAL, 3, struct.pack(f"{order}6I", 52, 1, 30, 1, 30, 1)),
        _ascii(3, "E"),
        Entry(4, RATIONAL, 3, struct.pack(f"{order}6I", 13, 1, 22, 1, 6, 1)),
    ]


def _pointing_at(directory: bytes, note: Entry, place: int, order: str) -> bytes:
    """``directory`` with the entry of ``note`` pointing at the bytes that stand at ``place``."""
    head = struct.pack(f"{order}HHI", note.tag, note.kind, note.count)
    at = directory.index(head) + len(head)
    return directory[:at] + struct.pack(f"{order}I", place) + directory[at + 4 :]
