"""Opens whatever shows a picture, for who needs no more than that picture: projects without their layers and past."""

from __future__ import annotations

import tempfile
from pathlib import Path

from editor.domain.document import Document
from editor.storage.picture_reader import read_picture
from editor.storage.project_reader import is_project, read_project


def read_flat(path: Path, *, grow: int = 4, feather: int = 6) -> Document:
    """The picture of a picture file or of a project, with what it says besides; nothing of it can be undone.

    Raises InputError, one sentence or two that name the file and the remedy.
    """
    if not is_project(path):
        return read_picture(path, grow=grow, feather=feather)
    with tempfile.TemporaryDirectory(prefix="image-editor-", ignore_cleanup_errors=True) as folder:
        document, pack = read_project(path, Path(folder), grow=grow, feather=feather)
        if pack is not None:
            pack.close()
    flat = Document(
        document.pixels.array, name=path.name, path=path, metadata=document.metadata, grow=grow, feather=feather
    )
    flat.stays_here = document.stays_here
    return flat
