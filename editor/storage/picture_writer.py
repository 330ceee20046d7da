"""Writes pictures to files, with the profile and metadata they came with."""

from __future__ import annotations

from pathlib import Path

from editor.domain.errors import EditorError, InputError
from editor.domain.metadata import Metadata
from editor.storage.compression import Compression, usual_compression
from editor.storage.file_names import quoted
from editor.storage.lossy_writers import write_avif, write_jpeg, write_webp
from editor.storage.metadata_fit import FORMAT_WORDS, fitted
from editor.storage.output_file import OutputFile
from editor.storage.picture_rows import Rows, Source
from editor.storage.png_writer import write_png
from editor.storage.sink import SeekableSink
from editor.storage.tiff_writer import write_tiff

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
}
"""What can be written, by the extension in lower case."""
DEEP_FORMATS = ("PNG", "TIFF")
"""Those that hold 16 bits a channel."""

_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383, "AVIF": 32_768}
_WITH_LOSS = {"JPEG": write_jpeg, "WEBP": write_webp, "AVIF": write_avif}


def format_of(path: Path) -> str:
    """The format that the extension of ``path`` stands for: ``PNG``, ``JPEG``, ``WEBP``, ``TIFF`` or ``AVIF``.

    Raises :class:`InputError` for any other extension, with those that are known.
    """
    known = FORMATS.get(path.suffix.lower())
    if known is None:
        raise InputError(f"{quoted(path)} has no extension that can be saved. Use one of {', '.join(FORMATS)}.")
    return known


def require_room(path: Path, size: tuple[int, int]) -> None:
    """Raise :class:`InputError` where the format of ``path`` cannot hold a picture of ``size``, width and height."""
    require_side(format_of(path), size, f"{quoted(path)} cannot be saved")


def require_side(name: str, size: tuple[int, int], words: str) -> None:
    """The same for the format ``name``; the error begins with ``words``."""
    limit = _LONGEST_SIDE.get(name)
    if limit is not None and max(size) > limit:
        raise InputError(f"{words}: {FORMAT_WORDS[name]} holds at most {limit} pixels a side. Save it as PNG or TIFF.")


def save_picture(
    source: Source, path: Path, *, metadata: Metadata, compression: Compression | None = None
) -> tuple[str, ...]:
    """Write a picture to ``path`` at once, as :func:`write_picture` does."""
    format_of(path)
    with OutputFile(path) as output:
        return write_picture(source, output, metadata=metadata, compression=compression)


def write_picture(
    source: Source, output: OutputFile, *, metadata: Metadata, compression: Compression | None = None
) -> tuple[str, ...]:
    """Encode ``source`` by the extension of ``output.path`` and put the file into its place.

    ``source`` is (height, width, 4) uint8 or uint16 BGRA, or a snapshot of such a raster, which may be painted on
    meanwhile. PNG and TIFF keep every pixel in its depth; without ``compression`` the others lose next to nothing, see
    :func:`editor.storage.compression.usual_compression`. Returns sentences about what the format could not hold.
    Raises :class:`InputError` with the file's name and the remedy.
    """
    compression = compression or usual_compression(format_of(output.path), metadata)
    return write_rows(Rows(source), output, metadata=metadata, compression=compression)


def write_rows(rows: Rows, output: OutputFile, *, metadata: Metadata, compression: Compression) -> tuple[str, ...]:
    """The same for a picture that is changed on its way."""
    name = format_of(output.path)
    require_room(output.path, rows.size)
    try:
        notes = encode(rows, output, name, metadata=metadata, compression=compression)
        output.commit()
    except MemoryError as error:
        raise InputError(
            f"{quoted(output.path)} cannot be saved: there is not enough free memory. Close other programs.",
        ) from error
    except EditorError:
        raise
    except (OSError, ValueError) as error:
        # Pillow's encoders say no more than a number.
        raise InputError(
            f"{quoted(output.path)} cannot be saved as {FORMAT_WORDS[name]}. Choose another format.", detail=str(error)
        ) from error
    return notes


def encode(
    rows: Rows, sink: SeekableSink, name: str, *, metadata: Metadata, compression: Compression
) -> tuple[str, ...]:
    """Write a file of the format ``name`` into ``sink``, and return sentences about what it could not hold.

    Raises what encoders raise: OSError, ValueError, MemoryError, and :class:`InputError` where there is none.
    """
    rows, metadata, channels, notes = held(rows, name, metadata)
    if name in _WITH_LOSS:
        _WITH_LOSS[name](sink, rows.assembled(channels), metadata=metadata, compression=compression)
        return notes
    bands, depth = rows.bands(channels), rows.depth
    if name == "PNG":
        write_png(sink, bands, size=rows.size, channels=channels, depth=depth, metadata=metadata)
    else:
        write_tiff(
            sink,
            bands,
            size=rows.size,
            channels=channels,
            depth=depth,
            metadata=metadata,
            deflate=compression.deflate,
        )
    return notes


def held(rows: Rows, name: str, metadata: Metadata) -> tuple[Rows, Metadata, int, tuple[str, ...]]:
    """What a file of the format ``name`` can hold of a picture: its rows, its metadata and the number of channels, and
    sentences about what it cannot. Looks at every pixel for transparency."""
    transparent = not rows.opaque()
    alpha = name != "JPEG" and (metadata.alpha or transparent)
    metadata, notes = fitted(metadata, name, size=rows.size, depth=rows.depth, alpha=alpha)
    if rows.depth > 8 and name not in DEEP_FORMATS:
        notes += (f"{FORMAT_WORDS[name]} holds 8 bits per channel; the picture’s 16 were rounded in the file.",)
        rows = rows.narrowed()
    if transparent and not alpha:
        notes += ("JPEG has no transparency; what was transparent is white in the file.",)
        rows = rows.on_white()
    return rows, metadata, (1 if metadata.greyscale else 3) + alpha, notes
