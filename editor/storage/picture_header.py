"""Opens a picture file as far as its header, within limits, and turns every foreign error into a sentence."""

from __future__ import annotations

import stat
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast

from pi_heif import HeifImageFile
from PIL import Image, ImageFile

from editor.domain.errors import EditorError, InputError
from editor.domain.file_formats import READABLE, listed
from editor.storage.bmff_boxes import vet_bmff
from editor.storage.camera_preview import camera_preview
from editor.storage.deep_tiff import DeepTiff, deep_tiff
from editor.storage.file_names import quoted
from editor.storage.gif_blocks import vet_gif
from editor.storage.jpeg_markers import vet_jpeg
from editor.storage.memory_guard import FreeMemory, require_memory
from editor.storage.orientation import TURNED, orientation
from editor.storage.png_chunks import PngFile, VettedPng, vet_png
from editor.storage.psd_sections import vet_psd
from editor.storage.reading_limits import MAX_PIXELS, MAX_SIDE
from editor.storage.riff_chunks import vet_webp
from editor.storage.signatures import format_of_file
from editor.storage.tiff_directory import vet_tiff
from editor.storage.vetted import NotRead, TooMuch, Vetted

_ORIENTATION = 0x0112
_DEEP = 16
_VETS: Mapping[str, Callable[[BinaryIO], Vetted]] = MappingProxyType(
    {
        "PNG": vet_png,
        "JPEG": vet_jpeg,
        "WEBP": vet_webp,
        "TIFF": vet_tiff,
        "GIF": vet_gif,
        "AVIF": vet_bmff,
        "HEIF": vet_bmff,
        "PSD": vet_psd,
    }
)
_READ_WHOLE = ("WEBP", "AVIF", "HEIF")
"""Formats whose decoders hold the file in memory."""

# The list of warning filters belongs to the whole process; two threads changing it at once would leave it wrong.
_WARNING_FILTERS = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class OpenedPicture:
    """A picture whose header has been read. ``turned`` is the orientation, 1 to 8, that is still to be applied;
    ``layout`` is how a TIFF of 16 bits lies in its file."""

    picture: ImageFile.ImageFile
    vetted: Vetted
    stored_size: tuple[int, int]
    turned: int
    layout: DeepTiff | None = None

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as the picture is seen."""
        width, height = self.stored_size
        return (height, width) if self.turned in TURNED else (width, height)

    @property
    def holds_more(self) -> bool:
        """Whether the file holds pictures besides this one."""
        return self.vetted.more or bool(getattr(self.picture, "is_animated", False))

    @property
    def depth(self) -> int:
        """Bits a channel the document will have: 8 or 16."""
        deep_png = isinstance(self.vetted, VettedPng) and self.vetted.header.depth == _DEEP
        return _DEEP if deep_png or self.layout is not None else 8


@contextmanager
def open_picture(path: Path, *, free: FreeMemory | None = None) -> Iterator[OpenedPicture]:
    """Yield the picture with its header read and its size found sensible; pixels are not decoded yet.

    ``free`` tells how much memory decoding may take; leave it out where nothing will be decoded. Whatever goes wrong
    inside the ``with`` block while decoding is a fault of the file.
    Raises :class:`InputError` with a sentence that names the file and the remedy.
    """
    with open_file(path) as stream, _pictures_faults(path):
        opened = _identified(stream, path, free)
        _check_size(opened.stored_size, path)
        if free is not None:
            working = 0 if opened.layout is None else 2 * opened.layout.working_bytes
            require_memory(quoted(path), opened.upright_size, depth=opened.depth, working=working, free=free())
        yield opened


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
    except NotRead as error:
        raise InputError(f"{quoted(path)} {error}") from error
    except TooMuch as error:
        raise InputError(
            f"{quoted(path)} is built to ask for more work than any picture needs, and was not opened. Get the file "
            "from where you trust it.",
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


def _identified(stream: BinaryIO, path: Path, free: FreeMemory | None) -> OpenedPicture:
    """The picture by the format that the file's beginning tells, looked through before a decoder is given it.

    The format's own class is called instead of ``Image.open``: that one applies a limit which is a variable of the
    whole process, ours is :data:`MAX_PIXELS` and concerns nobody else.
    """
    readable = format_of_file(stream)
    if readable is None:
        raise InputError(
            f"{quoted(path)} is not a picture this program can read. "
            f"It opens {listed(READABLE)}; convert the file first."
        )
    preview = camera_preview(stream) if readable.name == "TIFF" else None
    vetted = preview or _VETS.get(readable.name, _as_it_is)(stream)
    if vetted.size is not None:
        _check_size(vetted.size, path)
    if free is not None and readable.name in _READ_WHOLE:
        working = path.stat().st_size
        require_memory(quoted(path), vetted.size or (0, 0), depth=8, working=working, free=free())
    name = readable.name if preview is None else "JPEG"
    picture = _decoder(name)(vetted.stream, path.name)
    picture.info.update(vetted.info)
    return _opened(picture, vetted, name)


def _decoder(name: str) -> Callable[[BinaryIO, str], ImageFile.ImageFile]:
    if name == "HEIF":
        return cast(Callable[[BinaryIO, str], ImageFile.ImageFile], HeifImageFile)
    if name == "PNG":
        return cast(Callable[[BinaryIO, str], ImageFile.ImageFile], PngFile)
    Image.init()
    return Image.OPEN[name][0]


def _as_it_is(stream: BinaryIO) -> Vetted:
    return Vetted(stream=stream)


def _opened(picture: ImageFile.ImageFile, vetted: Vetted, name: str) -> OpenedPicture:
    layout, turned, size = None, 1, picture.size
    if name == "TIFF":
        tags = picture.tag_v2  # type: ignore[attr-defined]
        layout = deep_tiff(tags, big_endian=tags.prefix == b"MM")
    if layout is not None:
        size = (layout.width, layout.height)
        turned = tags.get(_ORIENTATION, 1)
    elif name != "TIFF":  # which Pillow turns while decoding, and whose size it gives turned already
        turned = orientation(picture)
    return OpenedPicture(
        picture=picture,
        vetted=vetted,
        stored_size=size,
        turned=turned if turned in range(1, 9) else 1,
        layout=layout,
    )


def _check_size(size: tuple[int, int], path: Path) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise InputError(f"{quoted(path)} has no pixels. Choose another file.")
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise InputError(
            f"{quoted(path)} says it is {width} × {height} pixels, more than the {MAX_PIXELS // 10**6} megapixels "
            "that can be opened. Reduce its size in another program first."
        )
