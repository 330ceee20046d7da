"""Exports of open pictures: what is to be written is taken at once, and written in a worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editor.domain.document import Document
from editor.domain.export_options import ExportOptions, SizeEstimate
from editor.domain.receipt import Receipt


class Exports:
    """Behind a window. What is returned blocks: call it once, in a worker; painting may go on meanwhile."""

    def exporting(self, document: Document, path: Path, options: ExportOptions) -> Callable[[], tuple[str, ...]]:
        """What writes ``document`` as it is now to ``path``, whole or not at all. The document stays as it is: not
        saved, with the file it has.

        It returns sentences about what the file could not hold, and raises InputError with the file's name and the
        remedy.
        """
        snapshot, metadata, receipts = document.pixels.snapshot(), document.metadata, receipts_of(document)

        def write() -> tuple[str, ...]:
            from editor.storage.export import export_picture

            with snapshot:
                return export_picture(snapshot, path, metadata=metadata, options=options, receipts=receipts)

        return write

    def sizing(self, document: Document, options: ExportOptions) -> Callable[[], SizeEstimate]:
        """What tells how large the file would be, exactly or from a sample of the picture, see
        :mod:`editor.storage.export_size`, and what it would lose.

        It raises InputError where the picture cannot be encoded so.
        """
        snapshot, metadata, receipts = document.pixels.snapshot(), document.metadata, receipts_of(document)

        def measure() -> SizeEstimate:
            from editor.storage.export_size import encoded_size

            with snapshot:
                return encoded_size(snapshot, metadata=metadata, options=options, receipts=receipts)

        return measure

    def has_receipts(self, document: Document) -> bool:
        """Whether there are receipts that could go along: of its edits, or of those it came with."""
        from editor.storage.receipt_xmp import holds_receipts

        return bool(receipts_of(document)) or holds_receipts(document.metadata)


def receipts_of(document: Document) -> tuple[Receipt, ...]:
    """The receipts of the edits that are in the picture now, the oldest first; those undone are not in it."""
    entries = document.history.entries[: document.history.position + 1]
    return tuple(entry.receipt for entry in entries if entry.receipt is not None)


def receipts_in_file(path: Path) -> tuple[Receipt, ...]:
    """The receipts that a picture or project file holds, the oldest first. Raises InputError."""
    from editor.storage import receipt_files

    return receipt_files.receipts_in_file(path)
