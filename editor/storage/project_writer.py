"""Writes a document as an OpenRaster file: layers for every program, and beside them what only this one knows.

Layout: OpenRaster 0.0.6, File Layout Specification and Layer Stack Specification (openraster.org). What this program
adds lies under ``image-editor/``, which others leave out of account:

``image-editor/document.json``  the record of :mod:`editor.storage.document_record`
``image-editor/tiles.pack``     the arrays it names, see :mod:`editor.storage.tile_pack`
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import cv2
import numpy as np

from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kept import Kept, folded
from editor.domain.metadata import Metadata
from editor.domain.moment import Moment
from editor.domain.raster import TILE, Place
from editor.domain.samples import Samples, narrowed
from editor.imaging.colour import srgb_profile
from editor.imaging.stack import ORIGINAL, Sheet, stacked
from editor.storage.disk import SYSTEM_DISK, Disk
from editor.storage.document_record import DocumentRecorder
from editor.storage.file_names import quoted
from editor.storage.output_file import OutputFile
from editor.storage.picture_rows import Rows, Source
from editor.storage.png_writer import write_png
from editor.storage.project_layout import MERGED, MIMETYPE, PACK, RECORD, VERSION
from editor.storage.tile_pack import TilePack

THUMBNAIL = 256
"""The most that the small picture may be wide or high, as the layout demands."""

_BLOCK = 1 << 20
_RGBA = 4
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same document makes the same file."""


def write_project(moment: Moment, output: OutputFile, *, history: bool, disk: Disk = SYSTEM_DISK) -> None:
    """Write ``moment`` and put the file into its place; ``history`` tells whether steps can be undone from it.

    The moment stays open. What goes into the file is gathered on ``disk``. Raises InputError with the file's name and
    the remedy, and KeptUnavailable.
    """
    try:
        with ZipFile(cast(Any, output), "w", allowZip64=True) as archive:
            _text(archive, "mimetype", MIMETYPE, ZIP_STORED)
            digest = _picture(archive, MERGED, moment.pixels, moment.metadata)
            _stack(archive, _sheets(moment), moment)
            _small(archive, moment)
            _record(archive, moment, digest, history=history, disk=disk)
        output.commit()
    except MemoryError as error:
        raise InputError(
            f"{quoted(output.path)} cannot be saved: there is not enough free memory. Close other programs."
        ) from error
    except OSError as error:
        raise InputError(
            f"{quoted(output.path)} cannot be saved: the folder for temporary files is full or cannot be written.",
            detail=str(error),
        ) from error


def _sheets(moment: Moment) -> tuple[Sheet, ...]:
    """The picture's layers from the bottom to the top; without edits nothing is copied whole."""
    if not moment.layers and not moment.original:
        return (Sheet(ORIGINAL, (0, 0), moment.pixels),)
    return stacked(_original(moment), moment.layers)


def _original(moment: Moment) -> Samples:
    """What lies below all layers, whole."""
    pixels = moment.pixels.read(moment.pixels.rect)
    for (column, row), kept in moment.original.items():
        rect = Rect(column * TILE, row * TILE, TILE, TILE).intersected(moment.pixels.rect)
        pixels[rect.slices] = kept.array
    return pixels


def _stack(archive: ZipFile, sheets: tuple[Sheet, ...], moment: Moment) -> None:
    size = moment.pixels.rect
    across, down = moment.metadata.dpi or (72.0, 72.0)
    # Whole dots per inch are all that the attributes can say.
    image = ElementTree.Element(
        "image",
        {
            "version": VERSION,
            "w": str(size.width),
            "h": str(size.height),
            "xres": str(max(1, round(across))),
            "yres": str(max(1, round(down))),
        },
    )
    stack = ElementTree.SubElement(image, "stack")
    profile = Metadata(icc_profile=moment.metadata.icc_profile)
    for number, sheet in reversed(tuple(enumerate(sheets))):
        name = f"data/layer{number}.png"
        _picture(archive, name, sheet.pixels, profile)
        facts = {
            "name": sheet.name,
            "src": name,
            "x": str(sheet.place[0]),
            "y": str(sheet.place[1]),
            "opacity": "1.0",
            "visibility": "visible" if sheet.visible else "hidden",
            "composite-op": "svg:src-over",
        }
        ElementTree.SubElement(stack, "layer", facts)
    xml = ElementTree.tostring(image, encoding="unicode")
    _text(archive, "stack.xml", f"<?xml version='1.0' encoding='UTF-8'?>\n{xml}\n", ZIP_DEFLATED)


def _small(archive: ZipFile, moment: Moment) -> None:
    """A small picture for file managers, made of bands: the whole is not needed in memory."""
    width, height = moment.pixels.rect.width, moment.pixels.rect.height
    scale = min(1.0, THUMBNAIL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    band = max(1, round(1 / scale))
    rows = [
        cv2.resize(
            narrowed(moment.pixels.read(Rect.from_edges(0, top, width, min(top + band, height)))),
            (size[0], 1),
            interpolation=cv2.INTER_AREA,
        )
        for top in range(0, height, band)
    ]
    small = cv2.resize(np.vstack(rows), size, interpolation=cv2.INTER_AREA)
    _picture(archive, "Thumbnails/thumbnail.png", np.ascontiguousarray(small, np.uint8), Metadata())


def _record(archive: ZipFile, moment: Moment, digest: str, *, history: bool, disk: Disk) -> None:
    with tempfile.TemporaryDirectory(prefix="image-editor-") as folder:
        path = Path(folder) / "tiles.pack"
        with closing(TilePack.create(path, disk=disk)) as pack:
            record = DocumentRecorder(lambda kept: list(pack.put(kept).records)).record(
                moment, pixels=None, mask=_mask(moment), history=history
            )
        # Where the file lies is nobody's business who gets it.
        record |= {"path": None, "merged": digest}
        data = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        _text(archive, RECORD, data, ZIP_DEFLATED)
        with path.open("rb") as source, archive.open(_entry(PACK, ZIP_STORED), "w", force_zip64=True) as target:
            while block := source.read(_BLOCK):
                target.write(block)


def _mask(moment: Moment) -> Mapping[Place, Kept]:
    tiles = {}
    for column, row in moment.mask.rect.tiles(TILE):
        rect = Rect(column * TILE, row * TILE, TILE, TILE).intersected(moment.mask.rect)
        tile = moment.mask.read(rect)
        if tile.any():
            tiles[column, row] = Kept(folded(tile))
    return tiles


class _Hashing:
    """Passes bytes on and knows their SHA-256."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()

    def write(self, data: bytes | memoryview) -> int:
        self.digest.update(data)
        self._sink.write(data)
        return len(data)


def _picture(archive: ZipFile, name: str, source: Source, metadata: Metadata) -> str:
    """Add a PNG, colour and alpha whatever the document has: readers of layers expect both. Returns its SHA-256."""
    rows, profile = Rows(source), metadata.icc_profile
    if profile is None or profile[16:20] != b"RGB ":
        # Without one others guess: of 16 bits Krita takes it that they are linear.
        profile = srgb_profile()
    with archive.open(_entry(name, ZIP_STORED), "w", force_zip64=True) as entry:
        sink = _Hashing(entry)
        write_png(
            cast(Any, sink),
            rows.bands(_RGBA),
            size=rows.size,
            channels=_RGBA,
            depth=rows.depth,
            metadata=replace(metadata, icc_profile=profile),
        )
    return sink.digest.hexdigest()


def _text(archive: ZipFile, name: str, text: str, compression: int) -> None:
    archive.writestr(_entry(name, compression), text.encode("utf-8", "surrogatepass"))


def _entry(name: str, compression: int) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type = compression
    return entry
