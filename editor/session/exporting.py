"""Exports of open pictures: for the window and the command line. Every call blocks and belongs on a worker."""

from __future__ import annotations

from pathlib import Path

from editor.domain.document import Document
from editor.domain.export_options import ExportOptions, SizeEstimate
from editor.domain.receipt import Receipt


def receipts_of(document: Document) -> tuple[Receipt, ...]:
    """The receipts of the edits that are in the picture now, the oldest first; those undone are not in it."""
    entries = document.history.entries[: document.history.position + 1]
    return tuple(entry.receipt for entry in entries if entry.receipt is not None)


def export_picture(document: Document, path: Path, options: ExportOptions) -> tuple[str, ...]:
    """Write the picture as it is now, whole or not at all; painting may go on meanwhile.

    Returns sentences about what the file could not hold. Raises InputError with the file's name and the remedy.
    """
    from editor.storage import export

    receipts = receipts_of(document)
    with document.pixels.snapshot() as snapshot:
        return export.export_picture(snapshot, path, metadata=document.metadata, options=options, receipts=receipts)


def export_size(document: Document, options: ExportOptions) -> SizeEstimate:
    """How large the exported file will be, exactly or from a sample of the picture, see
    :mod:`editor.storage.export_size`. Raises InputError where the picture cannot be encoded so."""
    from editor.storage.export_size import encoded_size

    receipts = receipts_of(document)
    with document.pixels.snapshot() as snapshot:
        return encoded_size(snapshot, metadata=document.metadata, options=options, receipts=receipts)


def receipts_in_file(path: Path) -> tuple[Receipt, ...]:
    """The receipts that a picture or project file holds, the oldest first. Raises InputError."""
    from editor.storage import receipt_files

    return receipt_files.receipts_in_file(path)
