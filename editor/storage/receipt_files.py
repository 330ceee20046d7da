"""The receipts that a file holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from editor.domain.errors import InputError
from editor.domain.receipt import Receipt
from editor.storage.file_names import quoted
from editor.storage.picture_header import open_picture
from editor.storage.picture_reader import raw_xmp
from editor.storage.project_reader import is_project, receipts_record
from editor.storage.receipt_xmp import receipts_in


def receipts_in_file(path: Path) -> tuple[Receipt, ...]:
    """The receipts in the picture or project at ``path``, the oldest edit first; its pixels are not decoded.

    Raises :class:`InputError`, with the file's name, where it is neither or a receipt in it is damaged.
    """
    if is_project(path):
        records = receipts_record(path)
        with _named(path):
            return tuple(Receipt.from_dict(record) for record in records)
    with open_picture(path) as opened:
        xmp = raw_xmp(opened.picture)
    with _named(path):
        return receipts_in(xmp)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"{quoted(path)} holds a receipt that is damaged.", detail=error.detail) from error
