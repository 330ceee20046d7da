"""Opens a picture file as far as its header, within limits, and turns every foreign error into a sentence."""

from __future__ import annotations

import stat
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile

from editor.domain.errors import EditorError, InputError
from editor.storage.file_names import quoted

MAX_PIXELS = 400_000_000
"""The largest picture that is opened; four bytes a pixel make this 1.6 GB."""
READABLE_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
"""What is recognised, by Pillow's names."""
READABLE_WORDS = "PNG, JPEG, WebP, TIFF, BMP and GIF"

_PREFIX = 32
_CHUNK_HEAD = 11
_ORIENTATION = 0x0112
_SWAPPED = (5, 6, 7, 8)
_UNREADABLE_EXIF = (SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error)

# The list of warning filters belongs to the whole process; two threads changing it at once would leave it wrong.
_WARNING_FILTERS = threading.Lock()


@contextmanager
def open_picture(path: Path) -> Iterator[ImageFile.ImageFile]:
    """Yield the picture with its header read and its size found sensible; pixels are not decoded yet.

    Whatever goes wrong inside the ``with`` block while decoding is a fault of the file.
    Raises :class:`InputError` with a sentence that names the file and the remedy.
    """
    with open_file(path) as stream, _pictures_faults(path):
        picture = _identified(stream, path)
        _check_size(picture, path)
        yield picture


def upright_size(picture: ImageFile.ImageFile) -> tuple[int, int]:
    """Width and height as the picture is seen, after its EXIF orientation."""
    width, height = picture.size
    return (height, width) if orientation(picture) in _SWAPPED else (width, height)


def orientation(picture: ImageFile.ImageFile) -> int:
    """The EXIF orientation, 1 to 8, that is still to be applied; 1 where there is none or a wrong one."""
    # Pillow turns TIFF pictures itself while decoding, and gives their size turned already.
    if picture.format == "TIFF":
        return 1
    # Asking Pillow for a PNG's EXIF decodes all of it, as that may stand behind the pixels.
    if picture.format == "PNG" and not _png_mentions_exif(picture):
        return 1
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except _UNREADABLE_EXIF:
        return 1
    return value if value in range(1, 9) else 1


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Yield an ordinary, readable, not empty file.

    Raises :class:`InputError` with a sentence that names the file and the remedy.
    """
    name = quoted(path)
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise InputError(f"{name} is a folder. Choose a picture file inside it.")
        # A pipe or a device could block for ever or never end.
        if not stat.S_ISREG(facts.st_mode):
            raise InputError(f"{name} is not an ordinary file. Choose a picture file.")
        if facts.st_size == 0:
            raise InputError(f"{name} is empty (0 bytes). Choose another file.")
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise InputError(f"{name} does not exist. Check the name and the folder.", detail=str(error)) from error
    except PermissionError as error:
        raise InputError(
            f"{name} cannot be read: permission denied. Allow reading it or choose another file.", detail=str(error)
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be opened. Choose another file.", detail=str(error)) from error
    with stream:
        yield stream


@contextmanager
def _pictures_faults(path: Path) -> Iterator[None]:
    try:
        with _WARNING_FILTERS, warnings.catch_warnings():
            # Pillow warns of small faults in metadata; none of them is the user's concern.
            warnings.simplefilter("ignore")
            yield
    except EditorError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError(
            f"{quoted(path)} has more pixels than can be opened. Reduce its size in another program first.",
            detail=str(error),
        ) from error
    except MemoryError as error:
        raise InputError(
            f"{quoted(path)} does not fit into this computer’s free memory. Close other programs or reduce its size.",
        ) from error
    except Exception as error:
        # A damaged file makes decoders raise nearly anything: SyntaxError, struct.error, IndexError, …
        raise InputError(
            f"{quoted(path)} is damaged or incomplete. Get the file again from where it came from.",
            detail=f"{type(error).__name__}: {error}",
        ) from error


def _identified(stream: BinaryIO, path: Path) -> ImageFile.ImageFile:
    """The picture by the first format that knows the file's beginning.

    The format's own class is called instead of ``Image.open``: that one applies a limit which is a variable of the
    whole process, ours is :data:`MAX_PIXELS` and concerns nobody else.
    """
    Image.init()
    prefix = stream.read(_PREFIX)
    for name in READABLE_FORMATS:
        factory, accept = Image.OPEN[name]
        if accept is not None and accept(prefix) is True:
            stream.seek(0)
            return factory(stream, path.name)
    raise InputError(
        f"{quoted(path)} is not a picture this program can read. It opens {READABLE_WORDS}; convert the file first."
    )


def _check_size(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    if width < 1 or height < 1:
        raise InputError(f"{quoted(path)} has no pixels. Choose another file.")
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{quoted(path)} says it is {width} × {height} pixels, more than the {MAX_PIXELS // 10**6} megapixels "
            "that can be opened. Reduce its size in another program first."
        )


def _png_mentions_exif(picture: ImageFile.ImageFile) -> bool:
    """Whether any chunk of a PNG may hold an orientation: EXIF, EXIF as text, or XMP."""
    if picture.fp is None:
        return True
    place, position = picture.fp.tell(), 8
    try:
        while len(head := _read_at(picture, position, _CHUNK_HEAD)) == _CHUNK_HEAD:
            name = head[4:8]
            if name == b"eXIf" or (name in (b"tEXt", b"zTXt", b"iTXt") and head[8:].startswith((b"Raw", b"XML"))):
                return True
            position += int.from_bytes(head[:4], "big") + 12
        return False
    finally:
        picture.fp.seek(place)


def _read_at(picture: ImageFile.ImageFile, position: int, length: int) -> bytes:
    if picture.fp is None:
        return b""
    picture.fp.seek(position)
    return picture.fp.read(length)
