"""Raw files as cameras build them: directories inside directories, with previews of several sizes."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.domain.errors import InputError
from editor.storage.camera_preview import PREVIEW
from editor.storage.file_facts import file_facts
from editor.storage.picture_reader import read_picture

Fields = dict[int, tuple[int, list[int]]]
SENSOR = {256: (4, [4000]), 257: (4, [3000]), 258: (3, [14]), 259: (3, [7]), 262: (3, [32803])}


def jpeg(width: int, height: int, colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "JPEG")
    return stream.getvalue()


class RawFile:
    """Puts directories and data one behind the other."""

    def __init__(self, mark: bytes = b"") -> None:
        self.content = bytearray(b"II*\0" + bytes(4) + mark.ljust(4, b"\0"))

    def data(self, data: bytes) -> int:
        place = len(self.content)
        self.content += data
        return place

    def directory(self, fields: Fields, following: int = 0) -> int:
        lists = {
            tag: self.data(struct.pack(f"<{len(values)}I", *values))
            for tag, (kind, values) in fields.items()
            if kind == 4 and len(values) > 1
        }
        entries = b""
        for tag, (kind, values) in sorted(fields.items()):
            value = (
                struct.pack("<I", lists[tag])
                if tag in lists
                else struct.pack("<HH" if kind == 3 else "<I", *([values[0], 0] if kind == 3 else values))
            )
            entries += struct.pack("<HHI", tag, kind, len(values)) + value
        return self.data(struct.pack("<H", len(fields)) + entries + struct.pack("<I", following))

    def first(self, place: int) -> bytes:
        self.content[4:8] = struct.pack("<I", place)
        return bytes(self.content)


def strip(raw: RawFile, data: bytes) -> Fields:
    return {273: (4, [raw.data(data)]), 279: (4, [len(data)])}


def dng(turned: int = 1) -> bytes:
    """A thumbnail first, and inside it the sensor's data, a small preview and a large one."""
    raw = RawFile()
    sensor = raw.directory({**SENSOR, **strip(raw, b"\xff\xd8\xff\xc3 no usual picture")})
    small = raw.directory({259: (3, [7]), 262: (3, [6]), **strip(raw, jpeg(160, 120, "red"))})
    large = raw.directory({259: (3, [7]), 262: (3, [6]), **strip(raw, jpeg(900, 600, "blue"))})
    thumbnail: Fields = {256: (4, [4]), 257: (4, [3]), 258: (3, [8]), 259: (3, [1]), 262: (3, [1]), 274: (3, [turned])}
    inside: Fields = {330: (4, [sensor, small, large]), 50706: (4, [0x00000401])}
    return raw.first(raw.directory({**thumbnail, **strip(raw, bytes(12)), **inside}))


def nef() -> bytes:
    """The preview is said by the two tags of older TIFF, in a directory that follows."""
    raw = RawFile()
    preview = jpeg(800, 500, "blue")
    behind = raw.directory({513: (4, [raw.data(preview)]), 514: (4, [len(preview)])})
    sensor = raw.directory({**SENSOR, 259: (3, [34713]), **strip(raw, bytes(100))})
    return raw.first(raw.directory({256: (4, [4]), 257: (4, [3]), 330: (4, [sensor])}, behind))


def cr2() -> bytes:
    raw = RawFile(b"CR\x02\0")
    return raw.first(raw.directory({259: (3, [6]), **strip(raw, jpeg(700, 500, "blue"))}))


@pytest.mark.parametrize(("content", "size"), [(dng(), (900, 600)), (nef(), (800, 500)), (cr2(), (700, 500))])
def test_the_largest_preview_of_a_raw_file_opens(tmp_path: Path, content: bytes, size: tuple[int, int]) -> None:
    (tmp_path / "a.raw").write_bytes(content)
    document = read_picture(tmp_path / "a.raw")
    assert document.size == size
    assert np.abs(document.pixels.array[50, 50].astype(int) - (255, 0, 0, 255)).max() <= 3
    assert document.metadata.notes[0] == PREVIEW


@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_preview_is_turned_as_the_raw_file_says(tmp_path: Path, turned: int) -> None:
    (tmp_path / "a.dng").write_bytes(dng(turned))
    size = (900, 600) if turned == 3 else (600, 900)
    assert read_picture(tmp_path / "a.dng").size == size
    facts = file_facts(tmp_path / "a.dng")
    assert (facts.width, facts.height) == size


def test_a_raw_file_without_a_preview_says_so(tmp_path: Path) -> None:
    raw = RawFile()
    fields = {**SENSOR, **strip(raw, b"\xff\xd8\xff\xc3 no usual picture")}
    (tmp_path / "a.dng").write_bytes(raw.first(raw.directory(fields)))
    with pytest.raises(InputError, match=r"“a\.dng” is a camera’s raw file without a preview"):
        read_picture(tmp_path / "a.dng")


def test_directories_that_go_round_end(tmp_path: Path) -> None:
    content = bytearray(dng())
    first = struct.unpack_from("<I", content, 4)[0]
    content[-4:] = struct.pack("<I", first)
    (tmp_path / "a.dng").write_bytes(content)
    assert read_picture(tmp_path / "a.dng").size == (900, 600)
