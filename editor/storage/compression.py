"""How the pixels of a file are compressed."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.export_options import Subsampling
from editor.domain.metadata import Metadata

USUAL_QUALITY = {"JPEG": 95, "WEBP": 95, "AVIF": 90}
"""The quality of a picture that is saved, of those formats that compress with loss."""

# The sum of the luminance table at quality 95: 3685, that of the table in ITU-T T.81 annex K.1, times 0.1.
_FINE_TABLE = 369


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """``quality`` is 1 to 100 for JPEG, WebP and AVIF, ``subsampling`` for JPEG and AVIF, ``lossless`` for WebP and
    ``deflate`` for TIFF. ``tables`` are a JPEG's quantisation tables in natural order, in place of the quality."""

    quality: int = 95
    subsampling: Subsampling = "4:4:4"
    lossless: bool = False
    deflate: bool = False
    tables: tuple[tuple[int, ...], ...] = ()


def usual_compression(name: str, metadata: Metadata) -> Compression:
    """What a picture is saved with, so that it loses next to nothing.

    WebP has no loss unless the picture came from a file compressed with loss; a JPEG keeps the tables of the original
    where those are finer than quality 95. TIFF is not compressed: every program reads that.
    """
    tables = tuple(tuple(table) for table in metadata.save_options.get("jpeg_tables", ()))
    return Compression(
        quality=USUAL_QUALITY.get(name, 100),
        lossless=name == "WEBP" and not metadata.save_options.get("lossy", False),
        tables=tables if tables and sum(tables[0]) < _FINE_TABLE else (),
    )
