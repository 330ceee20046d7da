"""``image-editor edit`` from file to file: exit codes, streams, receipts, and the pixels."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.simulator.scripts import Script
from editor.simulator.simulated import PLATFORMS, SimulatedPlatforms

ERASE = ("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def redness(array: np.ndarray) -> float:
    area = array[105:136, 145:176]
    return float((area[..., 0] - area[..., 1]).mean())


def receipt_in(folder: Path, name: str = "receipt.json") -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_this_computer_erases_without_key_or_network(command_line, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, "--platforms", "local", "--receipt", "receipt.json")
    assert ran.code == 0, ran.err
    assert ran.out.count("\n") == 1
    assert "This computer finished the edit in" in ran.out
    before, after = pixels(photo), pixels(command_line.folder / "out.png")
    assert redness(before) > 150
    assert redness(after) < 20
    outside = np.asarray(Image.open(command_line.folder / "mask.png")) == 0
    assert (before[outside] == after[outside]).all(), "outside the mask not one pixel changes"
    receipt = receipt_in(command_line.folder)
    assert receipt["served_by"]["platform"] == "local"
    assert receipt["cost"] == {"usd": 0.0, "credits": None, "source": "free"}
    assert receipt["output"]["sha256"] == hashlib.sha256((command_line.folder / "out.png").read_bytes()).hexdigest()
    assert receipt["input"]["width"] == 320
    assert ran.log == [
        "INFO:🎯 Selected platform for image_editing: local (this-computer)",
        "INFO:✅ Image editing completed using local",
    ]


def test_stability_out_of_credit_and_replicate_serves(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.OUT_OF_CREDIT)
    ran = command_line.run(*ERASE, "--json")
    assert ran.code == 0, ran.err
    assert ran.log == [
        "INFO:🎯 Selected platform for image_editing: stability (sd-3.5-large)",
        "WARNING:💳 Platform stability has credit issues: 402 Payment Required",
        "INFO:🎯 Selected platform for image_editing: replicate (flux)",
        "INFO:✅ Image editing completed using replicate",
    ]
    receipt = json.loads(ran.out)
    assert receipt["served_by"]["platform"] == "replicate"
    assert [(attempt["platform"], attempt["outcome"], attempt["status"]) for attempt in receipt["attempts"]] == [
        ("stability", "out_of_credit", 402),
        ("replicate", "served", None),
    ]
    assert receipt["attempts"][0]["started"].endswith("Z")
    assert redness(pixels(command_line.folder / "out.png")) < 60


def test_all_failing_ends_with_three_and_the_exact_line(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    for platform in PLATFORMS:
        simulated.script(platform, Script.SERVER_ERROR)
    ran = command_line.run(*ERASE, "--platforms", "stability,replicate,fal", "--cycles", "2", "--receipt", "r.json")
    assert ran.code == 3
    assert ran.out == ""
    assert not (command_line.folder / "out.png").exists()
    start = "All platforms failed for image_editing. Tried: stability, replicate, fal, stability, replicate, fal. "
    assert ran.log[-1].startswith(f"ERROR:{start}Last error: ")
    assert ran.log.count("WARNING:⚠️ Retry cycle 1 failed, resetting health cache...") == 1
    for prefix in ("Stability API error: ", "Replicate prediction failed: ", "FAL API error: "):
        assert sum(line.startswith(f"ERROR:{prefix}") for line in ran.log) == 2
    receipt = receipt_in(command_line.folder, "r.json")
    assert receipt["served_by"] is None
    assert receipt["error"].startswith(start)
    assert len(receipt["attempts"]) == 6


def test_without_keys_the_remedies_are_named_and_nothing_waits(command_line, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, "--platforms", "stability,replicate,fal", "--json")
    assert ran.code == 3
    for words in ("STABILITY_API_KEY", "REPLICATE_API_TOKEN", "FAL_KEY", "keys set stability", "keys set fal"):
        assert words in ran.err
    assert "Retry cycle" not in ran.err
    assert [attempt["outcome"] for attempt in json.loads(ran.out)["attempts"]] == ["missing_key"] * 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"IN": "missing.png"}, "missing.png"),
        ({"IN": "empty.png"}, "empty.png"),
        ({"IN": "text.png"}, "text.png"),
        ({"MASK": "black.png"}, "black.png"),
        ({"MASK": "small.png"}, "small.png"),
        ({"OUT": "out.xyz"}, "out.xyz"),
        ({"OUT": "photo.png"}, "photo.png"),
        ({"OUT": "nowhere/out.png"}, "nowhere"),
        ({"extra": ("--platforms", "stability,nobody")}, "nobody"),
        ({"extra": ("--platforms", "local,local")}, "twice"),
        ({"extra": ("--platforms", "local,")}, "empty"),
        ({"extra": ("--cycles", "0")}, "--cycles"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_bad_input_is_two_and_a_sentence(command_line, photo, change, words):  # type: ignore[no-untyped-def]
    folder = command_line.folder
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("no picture")
    Image.new("L", (320, 240)).save(folder / "black.png")
    Image.new("L", (32, 24), 255).save(folder / "small.png")
    original = photo.read_bytes()
    source, mask = change.get("IN", "photo.png"), change.get("MASK", "mask.png")
    target, extra = change.get("OUT", "out.png"), change.get("extra", ("--platforms", "local"))
    ran = command_line.run("edit", "erase", source, "--mask", mask, "-o", target, *extra)
    assert ran.code == 2, ran.err
    assert ran.out == ""
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert photo.read_bytes() == original
    assert sorted(path.name for path in folder.iterdir() if "out" in path.name or ".part" in path.name) == []


def test_ctrl_c_is_four_and_leaves_nothing_half_written(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.HANG)
    process = command_line.start(*ERASE, "--receipt", "r.json")
    assert process.stderr is not None
    for line in process.stderr:
        if "🎯" in line:
            break
    # At this moment the picture is being encoded, on its way, or waiting for an answer: each ends the same way.
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert out == ""
    assert "Cancelled" in err
    assert receipt_in(command_line.folder, "r.json")["served_by"] is None
    assert not (command_line.folder / "out.png").exists()
    assert not list(command_line.folder.glob("*.part"))


def test_an_existing_out_is_replaced_whole(command_line, photo):  # type: ignore[no-untyped-def]
    (command_line.folder / "out.png").write_bytes(b"old")
    ran = command_line.run(*ERASE, "--platforms", "local")
    assert ran.code == 0, ran.err
    assert pixels(command_line.folder / "out.png").shape == (240, 320, 3)


def test_keys_never_reach_the_log(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    for platform in PLATFORMS:
        simulated.script(platform, Script.BAD_KEY)
    ran = command_line.run(*ERASE, "--receipt", "r.json")
    assert ran.code == 0, ran.err
    logs = "".join(path.read_text("utf-8") for path in command_line.folder.parent.rglob("image-editor.log*"))
    assert "🎯" in logs
    everything = ran.out + ran.err + logs + (command_line.folder / "r.json").read_text("utf-8")
    for server in simulated.servers:
        assert server.key not in everything
    outcomes = [attempt["outcome"] for attempt in receipt_in(command_line.folder, "r.json")["attempts"]]
    assert outcomes == ["refused_key"] * 3 + ["served"]


@pytest.mark.parametrize(
    ("operation", "words", "size"),
    [
        ("remove-background", (), (320, 240)),
        ("search-and-recolor", ("--search", "the red thing", "--prompt", "green", "--seed", "4"), (320, 240)),
        ("outpaint", ("--left", "40", "--down", "16", "--variations", "2"), (360, 256)),
        ("upscale", ("--scale", "2"), (640, 480)),
    ],
)
def test_an_operation_without_a_mask_goes_through_a_platform(  # type: ignore[no-untyped-def]
    command_line, simulated: SimulatedPlatforms, photo, operation, words, size
):
    chosen = ("--platforms", "stability", "--receipt", "r.json")
    ran = command_line.run("edit", operation, "photo.png", "-o", "out.png", *words, *chosen)
    assert ran.code == 0, ran.err
    with Image.open(command_line.folder / "out.png") as picture:
        assert picture.size == size
        assert picture.mode == ("RGBA" if operation == "remove-background" else "RGB")
    receipt = receipt_in(command_line.folder, "r.json")
    assert receipt["operation"] == operation
    assert receipt["served_by"]["platform"] == "stability"
    assert (receipt["output"]["width"], receipt["output"]["height"]) == size
    before = pixels(photo)
    if operation == "remove-background":
        assert np.array_equal(pixels(command_line.folder / "out.png"), before)
    if operation == "outpaint":
        for name in ("out.png", "out-2.png"):
            after = pixels(command_line.folder / name)
            assert np.array_equal(after[: 240 - 8, 40 + 8 :], before[: 240 - 8, 8:])
    if operation == "upscale":
        assert any("resampled" in note for note in receipt["notes"])
        assert "WARNING:" in ran.err
