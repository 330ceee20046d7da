"""Reads pictures and masks from files."""

from __future__ import annotations

import math
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, cast

import cv2
from PIL import ImageFile, JpegImagePlugin

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.metadata import Metadata
from editor.domain.samples import Pixels, narrowed
from editor.storage.content_credentials import CARRIES, in_xmp
from editor.storage.deep_png import GREY, GREY_ALPHA
from editor.storage.exif import EXIF_PREFIX, cleaned_exif, cleaned_xmp
from editor.storage.exif_directory import resolution_of
from editor.storage.file_names import quoted
from editor.storage.iptc import iptc_of
from editor.storage.jpeg_segments import COMMENT, whole_xmp
from editor.storage.memory_guard import FreeMemory, free_memory
from editor.storage.orientation import raw_exif
from editor.storage.picture_header import OpenedPicture, open_picture
from editor.storage.picture_pixels import decoded
from editor.storage.png_chunks import VettedPng
from editor.storage.tiff_exif import exif_of_tiff

_GREY_MODES = ("1", "L", "LA", "La", "I", "F")
_BITS_PER_SAMPLE = 258
_XMP = 700
_ACROSS = 282


def read_picture(path: Path, *, grow: int = 4, feather: int = 6, free: FreeMemory = free_memory) -> Document:
    """Open a picture file of :data:`editor.domain.file_formats.READABLE` as a document: upright BGRA of 8 or 16 bits.

    What opening changed stands in ``metadata.notes``; ``free`` tells how much memory there is.
    May be called from any thread.
    Raises :class:`InputError`, one sentence or two that name the file and the remedy.
    """
    with open_picture(path, free=free) as opened:
        # Asked before decoding, which may close the file.
        metadata = _metadata(opened, path)
        pixels = decoded(opened)
    return Document(pixels, name=path.name, path=path, metadata=metadata, grow=grow, feather=feather)


def read_mask(path: Path, size: tuple[int, int], *, free: FreeMemory = free_memory) -> Pixels:
    """A mask as (height, width) uint8: the picture's luminance, white changes, transparency is ignored.

    ``size`` is width and height of the upright picture that the mask belongs to.
    Raises :class:`InputError` where the size differs or nothing is marked, and as :func:`read_picture` does.
    """
    with open_picture(path, free=free) as opened:
        pixels = narrowed(decoded(opened))
    height, width = pixels.shape[:2]
    if (width, height) != size:
        raise InputError(
            f"The mask {quoted(path)} is {width} × {height} pixels, but the picture is {size[0]} × {size[1]}. "
            "Give a mask of the picture’s size."
        )
    mask = cast(Pixels, cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY))
    if not mask.any():
        raise InputError(f"The mask {quoted(path)} is all black. Paint white where the picture is to change.")
    return mask


def _notes(opened: OpenedPicture) -> tuple[str, ...]:
    picture, notes = opened.picture, []
    if opened.holds_more:
        notes.append("This file holds more than one picture; only the first was opened.")
    if picture.mode == "CMYK":
        notes.append("The picture was in CMYK and is now in RGB.")
    elif picture.mode == "LAB":
        notes.append("The picture was in Lab and is now in RGB.")
    elif picture.mode in ("P", "PA"):
        notes.append("The picture had a palette and is now in full color.")
    elif picture.mode == "1":
        notes.append("The picture had 1 bit per pixel and now has 8.")
    bits = max(_bits(picture), opened.vetted.bits)
    if opened.depth == 8 and bits > 8:
        notes.append(f"The picture had {bits} bits per channel and now has 8.")
    notes += opened.vetted.notes
    if opened.vetted.credentials or in_xmp(raw_xmp(picture)):
        notes.append(CARRIES)
    return tuple(notes)


def _bits(picture: ImageFile.ImageFile) -> int:
    """Bits per channel in a TIFF."""
    declared = getattr(picture, "tag_v2", {}).get(_BITS_PER_SAMPLE, (8,))
    return max(int(bits) for bits in declared)


def _metadata(opened: OpenedPicture, path: Path) -> Metadata:
    picture, notes = opened.picture, _notes(opened)
    exif_data = _raw_exif(picture)
    exif = cleaned_exif(exif_data) if exif_data else None
    if exif_data and exif is None:
        notes += ("The picture’s EXIF data could not be read and will not be saved.",)
    greyscale = picture.mode in _GREY_MODES or picture.mode.startswith("I;16")
    if isinstance(opened.vetted, VettedPng):
        greyscale = opened.vetted.header.colour in (GREY, GREY_ALPHA)
    profile = picture.info.get("icc_profile")
    if picture.mode in ("CMYK", "LAB"):
        profile = None
    xmp = raw_xmp(picture)
    return Metadata(
        format="JPEG" if picture.format == "MPO" else picture.format or "",
        icc_profile=profile or None,
        exif=exif,
        xmp=cleaned_xmp(xmp) if xmp else None,
        iptc=iptc_of(picture),
        dpi=_dpi(picture),
        text=MappingProxyType(_text(picture)),
        greyscale=greyscale,
        alpha=picture.has_transparency_data if opened.layout is None else opened.layout.has_alpha,
        save_options=MappingProxyType(_save_options(opened, path)),
        notes=notes,
    )


def _raw_exif(picture: ImageFile.ImageFile) -> bytes | None:
    if picture.format == "TIFF":
        return None if picture.fp is None else exif_of_tiff(cast(BinaryIO, picture.fp))
    return raw_exif(picture)


def raw_xmp(picture: ImageFile.ImageFile) -> bytes | None:
    """The XMP packet of an opened picture, whole where a JPEG has it in parts; None where there is none."""
    raw = picture.info.get("xmp")
    if raw is None and picture.format == "TIFF":
        raw = getattr(picture, "tag_v2", {}).get(_XMP)
    if isinstance(raw, str):
        raw = raw.encode("utf-8")
    return whole_xmp(raw, getattr(picture, "applist", ())) if isinstance(raw, bytes) and raw else None


def _dpi(picture: ImageFile.ImageFile) -> tuple[float, float] | None:
    if picture.format == "TIFF" and _ACROSS not in getattr(picture, "tag_v2", {}):
        return None  # Pillow says 1 then.
    value = picture.info.get("dpi") or resolution_of((_raw_exif(picture) or b"").removeprefix(EXIF_PREFIX))
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    across, down = float(value[0]), float(value[1])
    sensible = all(math.isfinite(dots) and dots > 0 for dots in (across, down))
    return (across, down) if sensible else None


def _text(picture: ImageFile.ImageFile) -> dict[str, str]:
    comment = picture.info.get("comment")
    if isinstance(comment, bytes) and comment.strip(b"\0 "):
        return {COMMENT: _decoded(comment.rstrip(b"\0"))}
    chunks = getattr(picture, "text", {}) if picture.format == "PNG" else {}
    # XMP travels on its own, and a copy of EXIF in text would bring the old orientation back.
    return {
        str(name): str(value) for name, value in chunks.items() if not str(name).startswith(("XML:", "Raw profile"))
    }


def _decoded(text: bytes) -> str:
    """Words whose encoding nothing tells."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _save_options(opened: OpenedPicture, path: Path) -> dict[str, Any]:
    """What saving is to know of the file.

    ``lossy`` tells that the pixels had been compressed with loss; ``jpeg_tables`` are a JPEG’s quantisation tables in
    natural order; ``holds_more`` is the file where it holds further pictures, which saving there would destroy. The
    further pictures in a JPEG are previews, depth and light maps of the first, and not true of an edited one.
    """
    picture = opened.picture
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        tables = tuple(tuple(picture.quantization[index]) for index in sorted(picture.quantization))
        return {"lossy": True, "jpeg_tables": tables}
    options: dict[str, Any] = {"holds_more": str(path)} if opened.holds_more else {}
    if picture.format == "WEBP":
        options["lossy"] = _is_lossy_webp(picture)
    return options


def _is_lossy_webp(picture: ImageFile.ImageFile) -> bool:
    """Whether the first picture is of the lossy kind: a chunk "VP8 ", not "VP8L" (WebP container specification)."""
    if picture.fp is None:
        return True
    place = picture.fp.tell()
    picture.fp.seek(0, 2)
    length = picture.fp.tell()
    position, chunk = 12, b""
    while position + 8 <= length and chunk not in (b"VP8 ", b"VP8L"):
        picture.fp.seek(position)
        chunk = picture.fp.read(4)
        size = int.from_bytes(picture.fp.read(4), "little")
        # A frame of an animation holds its picture's chunk behind 16 bytes of its own.
        position += 8 + (16 if chunk == b"ANMF" else size + size % 2)
    picture.fp.seek(place)
    return chunk != b"VP8L"
