"""Writes pictures to files, with the profile and metadata they came with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from PIL import Image

from editor.domain.document import Metadata
from editor.domain.errors import EditorError, InputError
from editor.domain.geometry import Rect
from editor.domain.raster import Snapshot
from editor.domain.samples import Pixels, Samples
from editor.storage.exif import EXIF_PREFIX
from editor.storage.file_names import quoted
from editor.storage.output_file import OutputFile
from editor.storage.picture_pixels import BAND_PIXELS
from editor.storage.png_writer import write_png
from editor.storage.tiff_exif import descriptive_exif

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
"""What can be written, by the extension in lower case."""

JPEG_QUALITY = 95
WEBP_QUALITY = 95
_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
_FORMAT_WORDS = {"JPEG": "JPEG", "WEBP": "WebP"}
_JPEG_SEGMENT = 65_533
_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_TAG = 700
# The sum of the luminance table at quality 95: 3685, that of the table in ITU-T T.81 annex K.1, times 0.1.
_FINE_TABLE = 369

Source = Samples | Snapshot[Any]


def format_of(path: Path) -> str:
    """The format that the extension of ``path`` stands for: ``PNG``, ``JPEG``, ``WEBP`` or ``TIFF``.

    Raises :class:`InputError` for any other extension, with those that are known.
    """
    known = FORMATS.get(path.suffix.lower())
    if known is None:
        raise InputError(f"{quoted(path)} has no extension that can be saved. Use one of {', '.join(FORMATS)}.")
    return known


def require_room(path: Path, size: tuple[int, int]) -> None:
    """Raise :class:`InputError` where the format of ``path`` cannot hold a picture of ``size``, width and height."""
    name = format_of(path)
    limit = _LONGEST_SIDE.get(name)
    if limit is not None and max(size) > limit:
        raise InputError(
            f"{quoted(path)} cannot be saved: {_FORMAT_WORDS[name]} holds at most {limit} pixels a side. "
            "Save it as PNG or TIFF."
        )


def save_picture(source: Source, path: Path, *, metadata: Metadata) -> tuple[str, ...]:
    """Write a picture to ``path`` at once, as :func:`write_picture` does."""
    format_of(path)
    with OutputFile(path) as output:
        return write_picture(source, output, metadata=metadata)


def write_picture(source: Source, output: OutputFile, *, metadata: Metadata) -> tuple[str, ...]:
    """Encode ``source`` by the extension of ``output.path`` and put the file into its place.

    ``source`` is (height, width, 4) uint8 BGRA, or a snapshot of such a raster, which may be painted on meanwhile.
    PNG and TIFF keep every pixel; so does WebP, unless the picture came from a file compressed with loss: then it
    has quality 95. JPEG has quality 95 without chroma subsampling, or the tables of the original where those are
    finer. Returns sentences about what the format could not hold.
    Raises :class:`InputError` with the file's name and the remedy.
    """
    rows, name = _Rows(source), format_of(output.path)
    require_room(output.path, rows.size)
    transparent = not rows.opaque()
    alpha = name != "JPEG" and (metadata.alpha or transparent)
    metadata, notes = _fitting(metadata, name)
    if transparent and not alpha:
        notes += ("JPEG has no transparency; what was transparent is white in the file.",)
    try:
        if name == "PNG":
            channels = (1 if metadata.greyscale else 3) + alpha
            bands = rows.bands(_to_channels(channels))
            write_png(output, bands, size=rows.size, channels=channels, metadata=metadata)
        else:
            _write_by_pillow(rows, output, name, metadata=metadata, alpha=alpha)
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
            f"{quoted(output.path)} cannot be saved as {name}. Choose another format.", detail=str(error)
        ) from error
    return notes


class _Rows:
    """The rows of an array or a snapshot, a band at a time."""

    def __init__(self, source: Source) -> None:
        self._source = source
        rect = source.rect if isinstance(source, Snapshot) else Rect(0, 0, source.shape[1], source.shape[0])
        self.size = rect.width, rect.height

    def bands(self, convert: Callable[[Pixels], Pixels]) -> Iterator[Pixels]:
        width, height = self.size
        step = max(1, BAND_PIXELS // width)
        for top in range(0, height, step):
            rect = Rect.from_edges(0, top, width, min(top + step, height))
            yield convert(self._source.read(rect) if isinstance(self._source, Snapshot) else self._source[rect.slices])

    def opaque(self) -> bool:
        return all(bool((band == 255).all()) for band in self.bands(lambda band: band[..., 3]))


def _to_channels(channels: int) -> Callable[[Pixels], Pixels]:
    """How a band becomes 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA channels; grey of equal channels is exact."""

    def grey(band: Pixels) -> Pixels:
        return cast(Pixels, cv2.cvtColor(np.ascontiguousarray(band), cv2.COLOR_BGRA2GRAY))

    def coloured(code: int) -> Callable[[Pixels], Pixels]:
        return lambda band: cast(Pixels, cv2.cvtColor(np.ascontiguousarray(band), code))

    return {
        1: grey,
        2: lambda band: np.dstack((grey(band), band[..., 3])),
        3: coloured(cv2.COLOR_BGRA2RGB),
        4: coloured(cv2.COLOR_BGRA2RGBA),
    }[channels]


def _on_white(band: Pixels) -> Pixels:
    """BGRA over white, opaque."""
    alpha = band[..., 3:].astype(np.uint16)
    result = np.full_like(band, 255)
    result[..., :3] = (band[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return result


def _fitting(metadata: Metadata, name: str) -> tuple[Metadata, tuple[str, ...]]:
    """What of the metadata the format can hold, and sentences about the rest."""
    notes: tuple[str, ...] = ()
    greyscale = metadata.greyscale and name != "WEBP"
    profile = metadata.icc_profile
    if profile is not None and profile[16:20] != (b"GRAY" if greyscale else b"RGB "):
        profile = None
    exif, xmp = metadata.exif, metadata.xmp
    if name == "JPEG" and exif is not None and len(exif) + len(EXIF_PREFIX) > _JPEG_SEGMENT:
        exif, notes = None, (*notes, "The EXIF data is too long for JPEG and was left out.")
    if name == "JPEG" and xmp is not None and len(xmp) + len(_XMP_HEADER) > _JPEG_SEGMENT:
        xmp, notes = None, (*notes, "The XMP data is too long for JPEG and was left out.")
    return replace(metadata, greyscale=greyscale, icc_profile=profile, exif=exif, xmp=xmp), notes


def _write_by_pillow(rows: _Rows, output: OutputFile, name: str, *, metadata: Metadata, alpha: bool) -> None:
    picture = _assembled(rows, metadata.greyscale, alpha=alpha, on_white=name == "JPEG")
    options = {"JPEG": _jpeg_options, "WEBP": _webp_options, "TIFF": _tiff_options}[name](metadata)
    if metadata.dpi and name != "WEBP":
        options["dpi"] = metadata.dpi
    # An empty value stands for "none"; left out, Pillow would look for one elsewhere.
    options["icc_profile"] = metadata.icc_profile or b""
    if name == "TIFF":
        picture.save(cast(Any, output), name, **options)
        return
    # These encoders write small files in one go; from memory, a full disk is told apart from a failing encoder.
    encoded = io.BytesIO()
    picture.save(encoded, name, **options)
    output.write(encoded.getbuffer())


def _assembled(rows: _Rows, greyscale: bool, *, alpha: bool, on_white: bool) -> Image.Image:
    channels = (1 if greyscale else 3) + alpha
    convert = _to_channels(channels)
    picture = Image.new({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels], rows.size)
    top = 0
    for band in rows.bands(lambda band: convert(_on_white(band) if on_white else band)):
        picture.paste(Image.fromarray(band), (0, top))
        top += band.shape[0]
    return picture


def _jpeg_options(metadata: Metadata) -> dict[str, Any]:
    options: dict[str, Any] = {"quality": JPEG_QUALITY, "subsampling": "4:4:4"}
    tables = metadata.save_options.get("jpeg_tables")
    if tables and sum(tables[0]) < _FINE_TABLE:
        options = {"qtables": [list(table) for table in tables], "subsampling": "4:4:4"}
    if metadata.exif:
        options["exif"] = EXIF_PREFIX + metadata.exif
    if metadata.xmp:
        options["xmp"] = metadata.xmp
    return options


def _webp_options(metadata: Metadata) -> dict[str, Any]:
    lossy = bool(metadata.save_options.get("lossy", False))
    # Exact: what is fully transparent keeps its colours, which a later edit may bring to light.
    options: dict[str, Any] = (
        {"quality": WEBP_QUALITY} if lossy else {"lossless": True, "exact": True, "method": 0, "quality": 50}
    )
    if metadata.exif:
        options["exif"] = metadata.exif
    if metadata.xmp:
        options["xmp"] = metadata.xmp
    return options


def _tiff_options(metadata: Metadata) -> dict[str, Any]:
    """Uncompressed: every program reads it, and the compressing encoder would stop all other threads for seconds."""
    exif = Image.Exif()
    if metadata.exif:
        source = Image.Exif()
        source.load(metadata.exif)
        exif = descriptive_exif(source)
    if metadata.xmp:
        exif[_XMP_TAG] = metadata.xmp
    return {"compression": "raw"} | ({"exif": exif.tobytes()} if len(exif) else {})
