"""``image-editor receipts`` and ``edit --embed-receipt``."""

from __future__ import annotations

import json

import exiv2

from editor.simulator.simulated import SimulatedPlatforms

ERASE = ("edit", "erase", "photo.png", "--mask", "mask.png", "--platforms", "local")


def test_an_edits_receipt_is_found_in_its_file_where_that_was_asked_for(command_line, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, "-o", "out.jpg", "--embed-receipt", "--receipt", "receipt.json")
    assert ran.code == 0, ran.err
    listed = command_line.run("receipts", "out.jpg", "photo.png")
    assert listed.code == 0, listed.err
    assert "“out.jpg” holds 1 receipt.\n1. Erase: local, model shift map, way: mask\n" in listed.out
    assert "320 × 240 pixels" in listed.out
    assert listed.out.endswith("“photo.png” holds no receipts.\n")
    whole = json.loads((command_line.folder / "receipt.json").read_text(encoding="utf-8"))
    document = json.loads(command_line.run("receipts", "out.jpg", "--json").out)
    del whole["output"]["sha256"]
    assert document == [{"file": "out.jpg", "receipts": [whole]}]


def test_without_being_asked_nothing_is_put_into_the_file(command_line, photo):  # type: ignore[no-untyped-def]
    assert command_line.run(*ERASE, "-o", "out.png").code == 0
    assert command_line.run("receipts", "out.png").out == "“out.png” holds no receipts.\n"


def test_each_of_compared_platforms_pictures_has_its_own(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    words = ("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png")
    ran = command_line.run(*words, "--face-off", "stability,local", "--embed-receipt")
    assert ran.code == 0, ran.err
    listed = json.loads(command_line.run("receipts", "out-stability.png", "out-local.png", "--json").out)
    assert [one["receipts"][0]["served_by"]["platform"] for one in listed] == ["stability", "local"]
    types = []
    for one in listed:
        image = exiv2.ImageFactory.open(str(command_line.folder / one["file"]))
        image.readMetadata()
        types.append(image.xmpData()["Xmp.iptcExt.DigitalSourceType"].toString().rpartition("/")[2])
    assert types == ["compositeWithTrainedAlgorithmicMedia", "humanEdits"]


def test_a_file_that_is_no_picture_is_said_so(command_line):  # type: ignore[no-untyped-def]
    (command_line.folder / "a.txt").write_text("words")
    ran = command_line.run("receipts", "a.txt")
    assert ran.code == 2
    assert "“a.txt”" in ran.err
