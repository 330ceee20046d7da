"""Receipts inside a picture's XMP, read back by ourselves and the source type by Exiv2."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import exiv2
import numpy as np
import pytest
from support.told import XMP

from editor.domain.attempt import FREE, Attempt, Cost
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, OperationType, Outcome, Way
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.moment import Moment
from editor.domain.receipt import FileFacts, Receipt, ServedBy
from editor.engine.extend.extend import MIRRORED
from editor.engine.fill import erase
from editor.engine.upscale.classical import Classical
from editor.storage.output_file import OutputFile
from editor.storage.picture_writer import save_picture
from editor.storage.project_writer import write_project
from editor.storage.receipt_files import receipts_in_file
from editor.storage.receipt_xmp import (
    BY_HAND,
    ENHANCED,
    GENERATIVE,
    NAMESPACE,
    SOURCE_TYPE,
    receipts_in,
    source_type_of,
    stronger_source_type,
    telling,
    untold,
    with_receipts,
)
from editor.storage.xmp import XmpPacket

PLATFORM = Receipt(
    operation=Operation.INPAINT,
    operation_type=OperationType.IMAGE_EDITING,
    served_by=ServedBy("stability", "sd", "inpaint", "run-1"),
    attempts=(
        Attempt(
            cycle=1,
            platform="stability",
            label="sd",
            model="inpaint",
            outcome=Outcome.SERVED,
            message="odd \ufffe \x00 \ud800 <&>",
        ),
    ),
    seed=5,
    cost=Cost(0.05, None, CostSource.REPORTED),
    app_version="1.0",
    output=FileFacts(4, 3, "ab" * 32),
    way=Way.MASK,
)
HERE = replace(
    PLATFORM, operation=Operation.ERASE, served_by=ServedBy("local", "this-computer", "PatchMatch", None), cost=FREE
)
CUT_OUT = replace(PLATFORM, operation=Operation.REMOVE_BACKGROUND, way=Way.CUT_OUT)
FAILED = replace(PLATFORM, served_by=None, error="All platforms failed.")
VOCABULARY = GENERATIVE.rpartition("/")[0]


def test_receipts_are_added_behind_those_that_are_there_and_the_rest_stays() -> None:
    first, notes = with_receipts(XMP, [HERE])
    second, _ = with_receipts(first, [PLATFORM])
    again, _ = with_receipts(second, [PLATFORM])
    assert notes == ()
    assert receipts_in(again) == (HERE.embedded(), PLATFORM.embedded())
    packet = XmpPacket(again)
    assert packet.value(("http://ns.adobe.com/xap/1.0/", "Rating")) == "4"
    assert b"abab" not in (again or b"")
    assert with_receipts(XMP, []) == (XMP, ())


def test_the_source_type_tells_what_made_the_pixels() -> None:
    assert source_type_of(PLATFORM) == GENERATIVE
    assert source_type_of(HERE) == BY_HAND
    assert source_type_of(CUT_OUT) == ENHANCED
    assert source_type_of(FAILED) is None
    assert source_type_of(replace(HERE, served_by=ServedBy("local", "this-computer", "a network", None))) == GENERATIVE
    assert source_type_of(replace(HERE, operation=Operation.UPSCALE)) == ENHANCED
    for method in (erase.PATCHMATCH, erase.NAVIER_STOKES, erase.SHIFT_MAP, MIRRORED):
        assert source_type_of(made_here(Operation.ERASE, method)) == BY_HAND
    for enlarger in (Classical(0.0), Classical(1.0), Classical(0.0, smooth=True)):
        assert source_type_of(made_here(Operation.UPSCALE, enlarger.name)) == ENHANCED
    assert source_type_of(made_here(Operation.UPSCALE, "Real-ESRGAN ×4 plus")) == GENERATIVE
    assert source_type_of(made_here(Operation.REPLACE_BACKGROUND, "U²-Net")) == BY_HAND


def made_here(operation: Operation, method: str) -> Receipt:
    return replace(HERE, operation=operation, served_by=ServedBy("local", "this-computer", method, None))


@pytest.mark.parametrize(
    ("old", "receipts", "new"),
    [
        (None, [HERE, PLATFORM, CUT_OUT], GENERATIVE),
        (None, [FAILED], None),
        (f"{VOCABULARY}/digitalCapture", [HERE], BY_HAND),
        (f"{VOCABULARY}/trainedAlgorithmicMedia", [HERE], f"{VOCABULARY}/trainedAlgorithmicMedia"),
        (f"{VOCABULARY}/trainedAlgorithmicMedia", [PLATFORM], f"{VOCABULARY}/trainedAlgorithmicMedia"),
        (f"{VOCABULARY}/digitalCreation", [HERE], f"{VOCABULARY}/digitalCreation"),
        (f"{VOCABULARY}/digitalCreation", [PLATFORM], GENERATIVE),
        (GENERATIVE, [HERE], GENERATIVE),
        (ENHANCED, [HERE], BY_HAND),
        (BY_HAND, [CUT_OUT], BY_HAND),
    ],
)
def test_what_was_said_of_a_picture_is_never_weakened(
    old: str | None, receipts: list[Receipt], new: str | None
) -> None:
    assert stronger_source_type(old, receipts) == new


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif", "avif"])
def test_a_saved_picture_brings_its_receipts_along(tmp_path: Path, ending: str) -> None:
    path, pixels = tmp_path / f"a.{ending}", np.full((3, 4, 4), 255, np.uint8)
    many = [replace(PLATFORM, seed=seed, notes=("long " * 300,)) for seed in range(60)]
    for receipts in ([PLATFORM], many):
        metadata, notes = telling(Metadata(xmp=XMP), receipts)
        assert notes == save_picture(pixels, path, metadata=metadata) == ()
        assert receipts_in_file(path) == tuple(receipt.embedded() for receipt in receipts)
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        found = {datum.key(): datum.toString() for datum in image.xmpData()}
        assert found["Xmp.iptcExt.DigitalSourceType"] == GENERATIVE


def test_xmp_that_cannot_be_read_is_replaced_and_said_so() -> None:
    xmp, (note,) = with_receipts(b"<broken", [HERE])
    assert receipts_in(xmp) == (HERE.embedded(),)
    assert "could not be read" in note


def test_a_damaged_receipt_is_told_with_the_files_name(tmp_path: Path) -> None:
    xmp, _ = with_receipts(None, [HERE])
    assert xmp is not None
    path = tmp_path / "a.png"
    for broken in (xmp.replace(b"cost&quot;", b"lost&quot;"), xmp.replace(b"{&quot;operation", b"[&quot;operation")):
        with pytest.raises(InputError, match="damaged"):
            receipts_in(broken)
        save_picture(np.full((3, 4, 4), 255, np.uint8), path, metadata=Metadata(xmp=broken))
        with pytest.raises(InputError, match=r"“a\.png”"):
            receipts_in_file(path)


def test_pictures_without_receipts_hold_none(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for xmp in (None, XMP):
        save_picture(np.full((3, 4, 4), 255, np.uint8), path, metadata=Metadata(xmp=xmp))
        assert receipts_in_file(path) == ()
    assert XmpPacket(XMP).value(SOURCE_TYPE) is None


def test_a_projects_receipts_are_listed_too(tmp_path: Path) -> None:
    document = Document(np.full((3, 4, 4), 255, np.uint8), name="a")
    layer = Layer("Erase", Rect(0, 0, 2, 2), np.zeros((2, 2, 3), np.uint8), np.full((2, 2), 255, np.uint8))
    document.attach(layer, np.full((2, 2, 4), 7, np.uint8), label="Erase", receipt=HERE)
    path = tmp_path / "a.ora"
    with Moment.of(document) as moment, OutputFile(path) as output:
        write_project(moment, output, history=True)
    assert receipts_in_file(path) == (HERE,)


def test_receipts_go_with_a_packet_that_cannot_be_read() -> None:
    broken = Metadata(xmp=f"<broken {NAMESPACE}".encode())
    assert untold(broken).xmp is None
    other = Metadata(xmp=b"<broken")
    assert untold(other) is other, "where there are no receipts, nothing is touched"
