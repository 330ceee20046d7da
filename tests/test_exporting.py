"""Exports of an open picture with the receipts of the edits that are in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from editor.domain.attempt import FREE
from editor.domain.document import Document
from editor.domain.export_options import ExportOptions
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, OperationType
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.receipt import Receipt, ServedBy
from editor.session.exporting import Exports, receipts_in_file, receipts_of
from editor.storage.picture_reader import read_picture

RECEIPT = Receipt(
    operation=Operation.ERASE,
    operation_type=OperationType.IMAGE_EDITING,
    served_by=ServedBy("local", "this-computer", "PatchMatch", None),
    attempts=(),
    seed=1,
    cost=FREE,
    app_version="1.0",
)


def edited(*receipts: Receipt) -> Document:
    document = Document(np.full((40, 50, 4), 255, np.uint8), name="a", metadata=Metadata(dpi=(72.0, 72.0)))
    for number, receipt in enumerate(receipts):
        layer = Layer("Erase", Rect(0, 0, 9, 9), np.zeros((9, 9, 3), np.uint8), np.full((9, 9), 255, np.uint8))
        blended = np.full((9, 9, 4), (number, number, number, 255), np.uint8)
        document.attach(layer, blended, label="Erase", receipt=receipt)
    return document


def test_only_edits_that_are_in_the_picture_travel_with_it(tmp_path: Path) -> None:
    first, second = RECEIPT, replace(RECEIPT, seed=2)
    document, path = edited(first, second), tmp_path / "a.jpg"
    assert receipts_of(document) == (first, second)
    document.undo()
    write = Exports().exporting(document, path, ExportOptions(receipt=True))
    document.redo()
    assert write() == ()
    assert receipts_in_file(path) == (first,)


def test_an_export_is_no_save(tmp_path: Path) -> None:
    document = edited(RECEIPT)
    Exports().exporting(document, tmp_path / "a.jpg", ExportOptions())()
    assert document.modified
    assert document.path is None


def test_receipts_are_offered_where_there_are_some(tmp_path: Path) -> None:
    document, path = edited(RECEIPT), tmp_path / "a.jpg"
    assert Exports().has_receipts(document)
    document.undo()
    assert not Exports().has_receipts(document)
    document.redo()
    Exports().exporting(document, path, ExportOptions(receipt=True))()
    assert Exports().has_receipts(read_picture(path))


def test_the_size_told_is_that_of_the_file(tmp_path: Path) -> None:
    document, path = edited(RECEIPT), tmp_path / "a.png"
    options = ExportOptions(format="PNG", receipt=True)
    measure, write = Exports().sizing(document, options), Exports().exporting(document, path, options)
    document.undo()
    write()
    assert measure().size == path.stat().st_size
    with Image.open(path) as picture:
        assert picture.getpixel((0, 0)) == (0, 0, 0)
