"""``image-editor edit … --areas``: separate areas of the mask as an edit each, all in one picture."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

EDIT = ("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png", "--platforms", "stability")
CENTRES = ((60, 80), (540, 320))


@pytest.fixture
def photo(command_line) -> Path:  # type: ignore[no-untyped-def]
    """``photo.png``, two discs before a sky, and ``mask.png`` over both."""
    rows = np.linspace(90, 170, 400)[:, None, None] + np.random.default_rng(3).normal(0, 2, (400, 600, 3))
    picture = Image.fromarray(rows.clip(0, 255).astype(np.uint8))
    mask = Image.new("L", picture.size)
    for x, y in CENTRES:
        ImageDraw.Draw(picture).ellipse((x - 20, y - 20, x + 20, y + 20), fill=(230, 20, 20))
        ImageDraw.Draw(mask).ellipse((x - 26, y - 26, x + 26, y + 26), fill=255)
    picture.save(command_line.folder / "photo.png")
    mask.save(command_line.folder / "mask.png")
    return command_line.folder / "photo.png"


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_an_edit_each_and_both_in_one_picture(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*EDIT, "--areas", "apart", "--receipt", "receipt.json")
    assert ran.code == 0, ran.err
    first, second = ran.out.splitlines()
    assert first.startswith("Area 1 of 2: Stability AI finished the edit in ")
    assert second.startswith("Area 2 of 2: Stability AI finished the edit in ")
    before, after = pixels(photo), pixels(command_line.folder / "out.png")
    for x, y in CENTRES:
        assert before[y, x, 0] - before[y, x, 1] > 150, "the disc was red"
        assert abs(after[y, x, 0] - after[y, x, 1]) < 60
    outside = pixels(command_line.folder / "mask.png")[..., 0] == 0
    assert np.array_equal(before[outside], after[outside])
    document = json.loads((command_line.folder / "receipt.json").read_text(encoding="utf-8"))
    assert (document["operation"], document["areas"]) == ("erase", 2)
    written = hashlib.sha256((command_line.folder / "out.png").read_bytes()).hexdigest()
    for receipt in document["receipts"]:
        assert receipt["options"]["areas"] == "apart"
        assert receipt["output"]["sha256"] == written


@pytest.mark.parametrize("areas", [(), ("--areas", "together"), ("--areas", "auto")])
def test_otherwise_one_edit_with_one_receipt(command_line, simulated, photo, areas):  # type: ignore[no-untyped-def]
    """A picture so small goes out as it is, left to itself."""
    ran = command_line.run(*EDIT, *areas, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["served_by"]["platform"] == "stability"


def test_a_failure_halfway_is_told_and_writes_no_picture(command_line, simulated, photo):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.OK, Script.OUT_OF_CREDIT)
    ran = command_line.run(*EDIT, "--areas", "apart", "--receipt", "receipt.json")
    assert ran.code == 3
    document = json.loads((command_line.folder / "receipt.json").read_text(encoding="utf-8"))
    served, failed = document["receipts"]
    assert served["served_by"]["platform"] == "stability"
    assert failed["served_by"] is None
    assert not (command_line.folder / "out.png").exists()
    kept = command_line.run("results")
    assert "erase" in kept.out.lower(), "what was paid for is kept"


def test_both_receipts_travel_in_the_picture(command_line, simulated, photo):  # type: ignore[no-untyped-def]
    assert command_line.run(*EDIT, "--areas", "apart", "--embed-receipt").code == 0
    ran = command_line.run("receipts", "out.png", "--json")
    assert ran.code == 0, ran.err
    assert ran.out.count('"operation"') >= 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--areas", "apart", "--variations", "2"), "Variations are of the whole mask."),
        (("--areas", "far"), "auto, together, apart"),
    ],
)
def test_what_does_not_go_together_is_refused(command_line, simulated, photo, words, sentence):  # type: ignore[no-untyped-def]
    ran = command_line.run(*EDIT, *words)
    assert ran.code == 2
    assert sentence in ran.err
