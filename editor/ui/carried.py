"""What a drop or the clipboard carries: files, a picture, or no more than the address of one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

PICTURE_TYPES = ("image/png", "image/tiff", "image/webp", "image/avif", "image/jpeg", "image/gif", "image/bmp")
"""Those that keep most first: transparency, depth, color profile."""
_WEB = ("http", "https", "ftp")
_ANY_IMAGE = "image/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """What is there; of one thing in several forms the one that says most.

    ``data`` are the bytes of a picture file, ``image`` is a picture without any, ``addresses`` are pages or pictures
    that would have to be downloaded.
    """

    paths: tuple[Path, ...] = ()
    data: bytes = b""
    image: QImage | None = None
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.paths or self.data or self.image is not None or self.addresses)


def may_carry(data: QMimeData) -> bool:
    """Whether there is something that :func:`carried` makes use of; asks for no picture yet."""
    return bool(_pictures(data) or data.hasImage() or _paths(data.urls()) or list(_addresses(data)))


def carried(data: QMimeData) -> Carried:
    """Files if there are any, else a picture, else addresses."""
    paths = _paths(data.urls())
    if paths:
        return Carried(paths=paths)
    for kind in _pictures(data):
        raw = data.data(kind).data()
        if raw:
            return Carried(data=bytes(raw))
    for url in data.urls():
        raw = _written_out(url)
        if raw:
            return Carried(data=raw)
    image = data.imageData() if data.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return Carried(image=image)
    return Carried(addresses=tuple(_addresses(data)))


def _paths(urls: Iterable[QUrl]) -> tuple[Path, ...]:
    return tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())


def _pictures(data: QMimeData) -> list[str]:
    return [kind for kind in PICTURE_TYPES if data.hasFormat(kind)]


def _addresses(data: QMimeData) -> Iterator[str]:
    """Links, and text that is a link and nothing else."""
    links = [url for url in data.urls() if url.scheme() in _WEB or _is_written_out(url)]
    words = data.text().split() if not links and data.hasText() else []
    if len(words) == 1:
        links = [url for url in (QUrl(words[0], QUrl.ParsingMode.StrictMode),) if url.scheme() in _WEB and url.host()]
    return (url.toString() for url in links)


def _is_written_out(url: QUrl) -> bool:
    return url.scheme() == "data" and url.path().startswith(_ANY_IMAGE)


def _written_out(url: QUrl) -> bytes:
    """The bytes of a picture whose address holds it whole (RFC 2397); b"" for any other address."""
    if not _is_written_out(url):
        return b""
    head, _, body = bytes(url.toEncoded().data()).partition(b",")
    raw = unquote_to_bytes(body)
    if not head.endswith(b";base64"):
        return raw
    try:
        return base64.b64decode(raw)
    except binascii.Error:
        return b""
