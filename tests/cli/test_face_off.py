"""``image-editor edit … --face-off``: one file of each platform that served, and a record of all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

EDIT = ("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png")


@pytest.fixture
def photo(command_line) -> Path:  # type: ignore[no-untyped-def]
    """``photo.png``, a disc before a sky, and ``mask.png`` over the disc."""
    rows = np.linspace(90, 170, 160)[:, None, None] + np.random.default_rng(3).normal(0, 2, (160, 200, 3))
    picture = Image.fromarray(rows.clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((80, 60, 120, 100), fill=(230, 20, 20))
    picture.save(command_line.folder / "photo.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((74, 54, 126, 106), fill=255)
    mask.save(command_line.folder / "mask.png")
    return command_line.folder / "photo.png"


def test_each_platform_writes_a_file_of_its_own(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*EDIT, "--face-off", "stability,local", "--receipt", "receipt.json")
    assert ran.code == 0, ran.err
    first, second = ran.out.splitlines()
    assert first.startswith("out-stability.png: Stability AI finished the edit in ")
    assert second.startswith("out-local.png: This computer finished the edit in ")
    assert not (command_line.folder / "out.png").exists()
    document = json.loads((command_line.folder / "receipt.json").read_text(encoding="utf-8"))
    assert document["face_off"] == ["stability", "local"]
    assert document["failed"] == []
    for name, receipt in zip(document["face_off"], document["candidates"], strict=True):
        assert receipt["served_by"]["platform"] == name
        written = (command_line.folder / f"out-{name}.png").read_bytes()
        assert receipt["output"]["sha256"] == hashlib.sha256(written).hexdigest()


def test_one_that_fails_leaves_the_other_and_stands_in_the_record(command_line, simulated, photo):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.OUT_OF_CREDIT)
    ran = command_line.run(*EDIT, "--face-off", "stability,replicate", "--json")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert [receipt["served_by"]["platform"] for receipt in document["candidates"]] == ["replicate"]
    (failed,) = document["failed"]
    assert [attempt["outcome"] for attempt in failed["attempts"]] == ["out_of_credit"]
    assert (command_line.folder / "out-replicate.png").exists()
    assert not (command_line.folder / "out-stability.png").exists()
    again = command_line.run("results")
    assert "replicate" not in again.out.lower(), "what was saved is not offered"


def test_all_failing_is_three(command_line, simulated, photo):  # type: ignore[no-untyped-def]
    for platform in ("stability", "replicate"):
        simulated.script(platform, Script.OUT_OF_CREDIT)
    ran = command_line.run(*EDIT, "--face-off", "stability,replicate", "--receipt", "receipt.json")
    assert ran.code == 3
    assert "Tried: stability, replicate." in ran.err
    document = json.loads((command_line.folder / "receipt.json").read_text(encoding="utf-8"))
    assert document["candidates"] == []
    assert [attempt["platform"] for attempt in document["failed"][0]["attempts"]] == ["stability", "replicate"]
    assert list(command_line.folder.glob("out*")) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--face-off", "stability"), "two platforms or more"),
        (("--face-off", "stability,nobody"), "“nobody”"),
        (("--face-off", "local,local"), "twice"),
        (("--face-off", "stability,"), "empty"),
        (("--face-off", "stability,local", "--platforms", "local"), "Leave out --platforms"),
        (("--face-off", "stability,local", "--variations", "2"), "Leave out --variations"),
    ],
)
def test_bad_input_is_two_and_a_sentence(command_line, photo, words, sentence):  # type: ignore[no-untyped-def]
    ran = command_line.run(*EDIT, *words)
    assert ran.code == 2
    assert sentence in ran.err
    assert ran.out == ""
    assert list(command_line.folder.glob("out*")) == []
