"""What a receipt says of the files an edit came from and went to."""

from __future__ import annotations

import hashlib
from pathlib import Path

from editor.domain.receipt import FileFacts
from editor.storage.picture_header import open_file, open_picture, upright_size

_BLOCK = 1 << 20


def file_facts(path: Path) -> FileFacts:
    """Upright size and SHA-256 of a picture file; only a PNG that speaks of its orientation is decoded for it.

    Raises :class:`editor.domain.errors.InputError` where the file is no picture that could be opened.
    """
    with open_picture(path) as picture:
        width, height = upright_size(picture)
    digest = hashlib.sha256()
    with open_file(path) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return FileFacts(width, height, digest.hexdigest())
