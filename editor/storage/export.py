"""Exports a picture for others: in a format, quality and with the metadata that the user chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from editor.domain.errors import InputError
from editor.domain.export_options import ExportOptions, MetadataChoice
from editor.domain.metadata import Metadata
from editor.domain.receipt import Receipt
from editor.domain.samples import Samples
from editor.imaging.colour import srgb_profile, to_srgb
from editor.storage import exif_directory, stale_xmp
from editor.storage.compression import Compression
from editor.storage.file_names import quoted
from editor.storage.metadata_choice import chosen
from editor.storage.metadata_fit import FORMAT_WORDS
from editor.storage.output_file import OutputFile
from editor.storage.picture_rows import Rows, Source
from editor.storage.picture_writer import FORMATS, format_of, write_rows
from editor.storage.receipt_xmp import telling, untold

_SRGB_MARKS = (b"srgb", b"s\0r\0g\0b")
_PROFILE_STAYS = "The picture’s color profile cannot be converted to sRGB; it stays in the file."


def export_picture(
    source: Source, path: Path, *, metadata: Metadata, options: ExportOptions, receipts: Sequence[Receipt] = ()
) -> tuple[str, ...]:
    """Write a picture to ``path``, whole or not at all, and return sentences about what the file could not hold.

    ``source`` is as in :func:`editor.storage.picture_writer.write_picture`; ``receipts`` are those of the edits in it,
    which go out only with ``options.receipt``, as do those it came with. Content Credentials never do: they are signed
    for other pixels. Raises :class:`InputError` with the file's name and the remedy.
    """
    if format_of(path) != options.format:
        endings = " or ".join(ending for ending, name in FORMATS.items() if name == options.format)
        words = FORMAT_WORDS[options.format]
        raise InputError(f"{quoted(path)} does not have the ending of a {words} file. Give it {endings}.")
    with OutputFile(path) as output:
        rows, outgoing, notes = prepared(source, metadata=metadata, options=options, receipts=receipts)
        return notes + write_rows(rows, output, metadata=outgoing, compression=compression_of(options))


def compression_of(options: ExportOptions) -> Compression:
    """How pixels are compressed; a TIFF without loss."""
    return Compression(
        quality=options.quality,
        subsampling=options.subsampling,
        lossless=options.lossless,
        deflate=options.format == "TIFF",
    )


def prepared(
    source: Source, *, metadata: Metadata, options: ExportOptions, receipts: Sequence[Receipt] = ()
) -> tuple[Rows, Metadata, tuple[str, ...]]:
    """The picture and its metadata as ``options`` want them, with sentences about what was lost."""
    rows = Rows(source)
    outgoing, notes = chosen(metadata, options.metadata, location=options.location)
    if options.metadata is MetadataChoice.NOTHING and options.format in ("WEBP", "AVIF"):
        # These would need EXIF data for it, which was not to go along.
        outgoing = replace(outgoing, dpi=None)
    if options.receipt:
        outgoing, lost = telling(outgoing, receipts)
        notes += lost
    else:
        outgoing = untold(outgoing)
    if options.eight_bits:
        rows = rows.narrowed()
    if options.to_srgb:
        rows, outgoing, lost = _in_srgb(rows, outgoing)
        notes += lost
    return rows, outgoing, notes


def _in_srgb(rows: Rows, metadata: Metadata) -> tuple[Rows, Metadata, tuple[str, ...]]:
    profile = metadata.icc_profile
    probe = np.zeros((1, 1, 3), np.uint16 if rows.depth > 8 else np.uint8)
    if profile is None or to_srgb(probe, profile) is probe:
        # Either it is sRGB already, or the profile leads nowhere; its name tells which.
        known = profile is None or any(mark in profile.lower() for mark in _SRGB_MARKS)
        return rows, metadata, () if known else (_PROFILE_STAYS,)

    def converted(band: Samples) -> Samples:
        result = band.copy()
        result[..., :3] = to_srgb(np.ascontiguousarray(band[..., 2::-1]), profile)[..., ::-1]
        return result

    said = replace(
        metadata,
        icc_profile=None if metadata.greyscale else srgb_profile(),
        exif=exif_directory.said_to_be_srgb(metadata.exif) if metadata.exif else None,
        xmp=stale_xmp.said_to_be_srgb(metadata.xmp),
    )
    return rows.changed(converted), said, ()
