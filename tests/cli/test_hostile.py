"""``image-editor`` against odds: places that cannot be written, streams nobody reads, signals, odd arguments."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from editor.cli.main import guarded
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

ERASE = ("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png")
unix = pytest.mark.skipif(os.name != "posix", reason="signals and /dev are a Unix matter")


@pytest.mark.parametrize("place", ["nowhere/receipt.json", "photo.png", "mask.png", "out.png", ""])
def test_a_receipt_that_has_no_place_is_found_before_anything_is_sent(command_line, simulated, photo, place):  # type: ignore[no-untyped-def]
    original = photo.read_bytes()
    ran = command_line.run(*ERASE, "--receipt", place)
    assert ran.code == 2
    assert "🎯" not in ran.err
    assert photo.read_bytes() == original
    assert sorted(path.name for path in command_line.folder.iterdir()) == ["mask.png", "photo.png"]


def test_the_mask_is_not_overwritten(command_line, photo):  # type: ignore[no-untyped-def]
    mask = command_line.folder / "mask.png"
    original = mask.read_bytes()
    ran = command_line.run("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "./mask.png")
    assert ran.code == 2
    assert mask.read_bytes() == original


def test_a_format_that_cannot_hold_the_result_is_found_before_anything_is_sent(command_line, simulated, photo):  # type: ignore[no-untyped-def]
    wide = Image.new("RGB", (17000, 8), (90, 120, 90))
    wide.save(command_line.folder / "photo.png")
    mask = Image.new("L", wide.size)
    mask.paste(255, (8000, 2, 8010, 6))
    mask.save(command_line.folder / "mask.png")
    ran = command_line.run(*ERASE[:-1], "out.webp", "--receipt", "r.json")
    assert ran.code == 2
    assert "out.webp" in ran.err
    assert "16383" in ran.err
    assert "🎯" not in ran.err
    assert sorted(path.name for path in command_line.folder.iterdir()) == ["mask.png", "photo.png"]


def test_a_mask_that_its_own_softening_washes_away_is_named(command_line, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, "--platforms", "local", "--feather", "100000")
    assert ran.code == 2
    assert "mask.png" in ran.err
    assert "--feather" in ran.err


@unix
def test_a_reader_who_leaves_does_not_undo_the_edit(command_line, photo):  # type: ignore[no-untyped-def]
    reader, writer = os.pipe()
    os.close(reader)
    ran = _with_stdout(command_line, writer, *ERASE, "--platforms", "local", "--json")
    os.close(writer)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert (command_line.folder / "out.png").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_two_and_a_sentence(command_line, photo):  # type: ignore[no-untyped-def]
    with Path("/dev/full").open("wb") as full:
        ran = _with_stdout(command_line, full.fileno(), *ERASE, "--platforms", "local")
    assert ran.returncode == 2
    assert "standard output" in ran.stderr
    assert "Traceback" not in ran.stderr


def _with_stdout(command_line, stdout: int, *words: str) -> subprocess.CompletedProcess[str]:  # type: ignore[no-untyped-def]
    return subprocess.run(
        [sys.executable, "-m", "editor", *words],
        cwd=command_line.folder,
        env=command_line.environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


@unix
@pytest.mark.parametrize("ctrl_c_ignored", [False, True])
def test_being_asked_to_end_is_like_ctrl_c(command_line, simulated: SimulatedPlatforms, photo, ctrl_c_ignored):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.HANG)
    former = signal.getsignal(signal.SIGINT)
    if ctrl_c_ignored:  # as for a command that a shell script starts in the background
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = command_line.start(*ERASE, "--receipt", "r.json")
    finally:
        signal.signal(signal.SIGINT, former)
    assert next(line for line in process.stderr if "🎯" in line)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert out == ""
    assert "Traceback" not in err
    receipt = json.loads((command_line.folder / "r.json").read_text("utf-8"))
    assert [attempt["outcome"] for attempt in receipt["attempts"]] == ["cancelled"]
    assert sorted(path.name for path in command_line.folder.iterdir()) == ["mask.png", "photo.png", "r.json"]


@pytest.mark.parametrize("option", ["--seed", "--grow", "--feather", "--cycles", "--variations"])
def test_a_number_beyond_all_bounds_is_bad_usage(command_line, photo, option):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, f"{option}={'9' * 400}")
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()[-1]) < 200
    assert f"argument {option}:" in ran.err


def test_a_key_given_as_an_argument_is_not_repeated(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("keys", "set", "stability", "sk-given-as-argument")
    assert ran.code == 2
    assert "never an argument" in ran.err
    assert "sk-given-as-argument" not in ran.err + ran.out


def test_a_key_that_is_no_text_is_two(command_line):  # type: ignore[no-untyped-def]
    done = subprocess.run(
        [sys.executable, "-m", "editor", "keys", "set", "stability"],
        cwd=command_line.folder,
        env={**command_line.environment, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8:strict"},
        input=b"sk-\xff\xfe\n",
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"sk-" not in done.stderr


def test_an_unknown_option_is_bad_usage_and_no_file_for_the_window(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("--frobnicate")
    assert ran.code == 2
    assert "usage: image-editor" in ran.err


def test_five_cycles_end_with_the_exact_message(command_line, simulated: SimulatedPlatforms, photo):  # type: ignore[no-untyped-def]
    simulated.script("stability", Script.OUT_OF_CREDIT)
    simulated.script("fal", Script.OUT_OF_CREDIT)
    ran = command_line.run(*ERASE, "--platforms", "stability,fal")
    assert ran.code == 3
    one_cycle = [
        "INFO:🎯 Selected platform for image_editing: stability (sd-3.5-large)",
        "WARNING:💳 Platform stability has credit issues: 402 Payment Required",
        "INFO:🎯 Selected platform for image_editing: fal (fal-3d)",
        "WARNING:💳 Platform fal has credit issues: 403 Forbidden",
    ]
    expected = list(one_cycle)
    for cycle in range(1, 5):
        expected += [f"WARNING:⚠️ Retry cycle {cycle} failed, resetting health cache...", *one_cycle]
    final = (
        f"All platforms failed for image_editing. Tried: {', '.join(['stability', 'fal'] * 5)}. "
        "Last error: FAL is out of credits. Top up at fal.ai/dashboard/billing."
    )
    assert ran.log == [*expected, f"ERROR:{final}"]
    assert ran.err.splitlines()[-1] == final


def test_without_any_key_the_final_error_says_how_to_give_each(command_line, photo):  # type: ignore[no-untyped-def]
    ran = command_line.run(*ERASE, "--platforms", "stability,replicate,fal")
    assert ran.code == 3
    final = ran.err.splitlines()[-1]
    assert final.startswith("All platforms failed for image_editing. Tried: stability, replicate, fal. Last error: ")
    for variable in ("STABILITY_API_KEY", "REPLICATE_API_TOKEN", "FAL_KEY"):
        assert variable in final


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
@pytest.mark.parametrize("words", [("photo.png",), ("--", "photo.png"), ("simulate",)])
def test_a_window_without_a_display_is_a_sentence(command_line, words):  # type: ignore[no-untyped-def]
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        command_line.environment.pop(name, None)
    ran = command_line.run(*words)
    assert ran.code == 2
    assert "no display" in ran.err
    assert ran.out == ""


def test_an_internal_error_is_one_and_names_the_log(capsys):  # type: ignore[no-untyped-def]
    def fault() -> int:
        raise ZeroDivisionError

    assert guarded(fault, Path("place") / "image-editor.log") == 1
    assert "image-editor.log" in capsys.readouterr().err
