"""Opens OpenRaster files: our own with everything that was saved, others' as the picture that they show.

What a file says is not believed. Nothing is written under a name from the archive; every entry is copied up to a
limit, whatever its header promises; references to entities are refused with the whole document type declaration.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.kept import Kept, KeptUnavailable
from editor.storage.document_restorer import document_of
from editor.storage.file_names import quoted
from editor.storage.picture_header import open_file
from editor.storage.picture_reader import read_picture
from editor.storage.project_layout import MERGED, MIMETYPE, PACK, RECORD
from editor.storage.reading_limits import MAX_PIXELS
from editor.storage.tile_pack import TilePack

MAGIC = b"PK\x03\x04"
"""How every archive of this kind begins, an empty one excepted."""
MOST_ENTRIES = 10_000
LARGEST_PICTURE = MAX_PIXELS * 8 + (64 << 20)
"""Bytes of a picture inside: 16 bits in four channels, uncompressed, and its metadata."""
LARGEST_RECORD = 1 << 28
LARGEST_STACK = 1 << 24
LARGEST_PACK = 1 << 37
KRITA = "application/x-krita"
_MIMETYPES = {MIMETYPE: "OpenRaster", KRITA: "Krita"}
_BLOCK = 1 << 20
_FAULTS = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError, KeyError, OSError)

CHANGED = "Another program has changed this project since. Its picture was opened without masks, receipts and history."
LOST = "What this program keeps of a project is damaged in the file. Its picture was opened without it."


def is_project(path: Path) -> bool:
    """Whether the file begins as an archive does. Raises InputError where it cannot be read."""
    with open_file(path) as stream:
        return stream.read(len(MAGIC)) == MAGIC


def read_project(path: Path, folder: Path, *, grow: int = 4, feather: int = 6) -> tuple[Document, TilePack | None]:
    """Open an OpenRaster file. ``folder`` is an empty folder, in which the arrays of the document's history stay: the
    pack that is returned, to be closed by the caller, or None where the file holds none.

    Raises :class:`InputError`, one sentence or two that name the file and the remedy.
    """
    with _archive(path) as archive:
        kind = _kind(archive, path)
        merged = folder / "merged.png"
        try:
            digest = _copied(archive, MERGED, merged, LARGEST_PICTURE, path)
            picture = read_picture(merged, grow=grow, feather=feather)
        finally:
            merged.unlink(missing_ok=True)
        if RECORD in archive.namelist() and kind == MIMETYPE:
            document, pack, note = _own(archive, picture, digest, folder, path)
            if document is not None:
                document.name, document.path = path.name, path
                return document, pack
        else:
            note = _foreign(archive, _MIMETYPES[kind], path)
    notes = tuple(one for one in (*picture.metadata.notes, note) if one)
    picture.metadata = replace(picture.metadata, format="", notes=notes)
    # It has no file of its own any more: saving must not take away what was not taken over.
    picture.name, picture.path = path.name, None if note else path
    return picture, None


def receipts_record(path: Path) -> list[Any]:
    """The receipts that a project of this program holds, as plain values; () for another's. Raises InputError."""
    with _archive(path) as archive:
        _kind(archive, path)
        if RECORD not in archive.namelist():
            return []
        record = _json(archive, path)
    table = record.get("receipt_table") if isinstance(record, dict) else None
    return table if isinstance(table, list) else []


def _own(
    archive: ZipFile, picture: Document, digest: str, folder: Path, path: Path
) -> tuple[Document | None, TilePack | None, str]:
    """The document with everything that was saved, and its pack; None and a sentence where that cannot be had."""
    try:
        record = _json(archive, path)
        if not isinstance(record, dict) or record.get("merged") != digest:
            return None, None, CHANGED
        entry = archive.getinfo(PACK)
        if entry.compress_type != ZIP_STORED:
            return None, None, LOST
        place = folder / "pack-0.tiles"
        _copied(archive, PACK, place, LARGEST_PACK, path)
        pack = TilePack.open(place)
    except (InputError, KeyError, OSError):
        return None, None, LOST

    def array(records: Any) -> Kept:
        return pack.at([int(one) for one in records])

    try:
        document = document_of(record, array, pixels=picture.pixels.array)
    except (InputError, KeptUnavailable):
        pack.close()
        return None, None, LOST
    document.metadata = replace(document.metadata, notes=())
    document.modified = False
    return document, pack, ""


def _foreign(archive: ZipFile, kind: str, path: Path) -> str:
    """What to say of a file that another program wrote."""
    layers = 0
    if "stack.xml" in archive.namelist():
        data = _bytes(archive, "stack.xml", LARGEST_STACK, path)
        if b"<!DOCTYPE" in data:
            raise InputError(f"{quoted(path)} holds declarations that a project never needs. It was not opened.")
        try:
            layers = sum(1 for _ in ElementTree.fromstring(data).iter("layer"))
        except ElementTree.ParseError as error:
            raise _damaged(path, error) from error
    if layers == 1 and kind != "Krita":
        return ""
    told = f"its {layers} layers" if layers else "its layers"
    return f"The picture of the {kind} file was opened as it shows; {told} are not taken over. Save it to a new file."


def _json(archive: ZipFile, path: Path) -> Any:
    try:
        return json.loads(_bytes(archive, RECORD, LARGEST_RECORD, path))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, error) from error


@contextmanager
def _archive(path: Path) -> Iterator[ZipFile]:
    """The archive, opened; whatever goes wrong with it inside is told in a sentence."""
    with open_file(path) as stream:
        try:
            with ZipFile(stream) as archive:
                if len(archive.infolist()) > MOST_ENTRIES:
                    raise InputError(f"{quoted(path)} holds more than {MOST_ENTRIES} entries. It was not opened.")
                yield archive
        except EditorError:
            raise
        except _FAULTS as error:
            raise _damaged(path, error) from error


def _kind(archive: ZipFile, path: Path) -> str:
    if "mimetype" in archive.namelist():
        kind = _bytes(archive, "mimetype", 256, path).decode("ascii", "replace").strip()
        if kind in _MIMETYPES and MERGED in archive.namelist():
            return kind
    raise InputError(
        f"{quoted(path)} is an archive, but no OpenRaster project. Unpack it and open the pictures inside."
    )


def _copied(archive: ZipFile, name: str, target: Path, limit: int, path: Path) -> str:
    """Write an entry to ``target``; returns the SHA-256 of its bytes."""
    digest = hashlib.sha256()
    with target.open("xb") as out:
        for block in _blocks(archive, archive.getinfo(name), limit, path):
            digest.update(block)
            try:
                out.write(block)
            except OSError as error:
                raise InputError(
                    f"{quoted(path)} cannot be unpacked: there is no room for it. Free some space on the disk.",
                    detail=str(error),
                ) from error
    return digest.hexdigest()


def _bytes(archive: ZipFile, name: str, limit: int, path: Path) -> bytes:
    return b"".join(_blocks(archive, archive.getinfo(name), limit, path))


def _blocks(archive: ZipFile, entry: ZipInfo, limit: int, path: Path) -> Iterator[bytes]:
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or entry.flag_bits & 0x1:
        raise InputError(f"{quoted(path)} is compressed in a way or locked as no project is. It was not opened.")
    with archive.open(entry) as source:
        yield from _limited(source, limit, path)


def _limited(source: IO[bytes], limit: int, path: Path) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        limit -= len(block)
        if limit < 0:
            raise InputError(f"{quoted(path)} unpacks to more than a picture can have. It was not opened.")
        yield block


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{quoted(path)} is damaged or incomplete. Get the file again from where it came from.",
        detail=f"{type(error).__name__}: {error}",
    )
