"""JPEG, WebP and AVIF: 8 bits a channel, compressed by Pillow's encoders, which take a picture whole."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from editor.domain.errors import InputError
from editor.domain.metadata import Metadata
from editor.storage.compression import Compression
from editor.storage.jpeg_segments import segments
from editor.storage.sink import Sink

_JFIF = b"\xff\xe0"


def write_jpeg(sink: Sink, picture: Image.Image, *, metadata: Metadata, compression: Compression) -> None:
    """Write ``picture``, grey or RGB, with all metadata in segments behind the first."""
    options: dict[str, Any] = {"subsampling": compression.subsampling, "icc_profile": b""}
    if compression.tables:
        options["qtables"] = [list(table) for table in compression.tables]
    else:
        options["quality"] = compression.quality
    if metadata.dpi:
        options["dpi"] = metadata.dpi
    encoded = _encoded(picture, "JPEG", options)
    # The first segment, JFIF, has to stay the first.
    first = 4 + int.from_bytes(encoded[4:6], "big") if encoded[2:4] == _JFIF else 2
    sink.write(encoded[:first])
    sink.write(segments(metadata))
    sink.write(encoded[first:])


def write_webp(sink: Sink, picture: Image.Image, *, metadata: Metadata, compression: Compression) -> None:
    """Write ``picture``, RGB or RGBA."""
    # Exact: what is fully transparent keeps its colours, which a later edit may bring to light.
    options: dict[str, Any] = (
        {"lossless": True, "exact": True, "method": 0, "quality": 50}
        if compression.lossless
        else {"quality": compression.quality}
    )
    sink.write(_encoded(picture, "WEBP", options | _blobs(metadata)))


def write_avif(sink: Sink, picture: Image.Image, *, metadata: Metadata, compression: Compression) -> None:
    """Write ``picture``, grey, RGB or RGBA. Raises :class:`InputError` where the installed Pillow has no encoder."""
    Image.init()
    if "AVIF" not in Image.SAVE:
        raise InputError("AVIF cannot be written with the installed version of Pillow. Choose another format.")
    options: dict[str, Any] = {"quality": compression.quality}
    if picture.mode != "L":
        options["subsampling"] = compression.subsampling
    sink.write(_encoded(picture, "AVIF", options | _blobs(metadata)))


def _blobs(metadata: Metadata) -> dict[str, Any]:
    blobs = {"exif": metadata.exif, "xmp": metadata.xmp}
    # An empty profile stands for "none"; left out, Pillow would look for one elsewhere.
    return {name: blob for name, blob in blobs.items() if blob} | {"icc_profile": metadata.icc_profile or b""}


def _encoded(picture: Image.Image, name: str, options: dict[str, Any]) -> memoryview:
    """From memory, a full disk is told apart from a failing encoder."""
    stream = io.BytesIO()
    picture.save(stream, name, **options)
    return stream.getbuffer()
