"""What a receipt says of the files an edit came from and went to."""

from __future__ import annotations

import hashlib
from pathlib import Path

from editor.domain.receipt import FileFacts
from editor.storage.flat_reader import read_flat
from editor.storage.picture_header import open_file, open_picture
from editor.storage.project_reader import is_project

_BLOCK = 1 << 20


def file_facts(path: Path) -> FileFacts:
    """Upright size and SHA-256 of a picture file, whose pixels are not decoded, or of a project.

    Raises :class:`editor.domain.errors.InputError` where the file is no picture that could be opened.
    """
    if is_project(path):
        width, height = read_flat(path).size
    else:
        with open_picture(path, free=None) as opened:
            width, height = opened.upright_size
    digest = hashlib.sha256()
    with open_file(path) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return FileFacts(width, height, digest.hexdigest())
