"""The whole job in a real window, with a real pointer and keyboard: open, paint, Erase, undo, redo, save."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.screen import screen, window_named

PROGRAMS = ("Xvfb", "openbox", "xdotool")
MISSING = [program for program in PROGRAMS if shutil.which(program) is None]

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

PATIENCE = 60


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen with a window manager."""
    with screen(manager="openbox") as name:
        yield name


def do(display: str, *words: object) -> str:
    """One xdotool command, with everything it has to wait for."""
    done = subprocess.run(
        ["xdotool", *map(str, words)],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


def photo(path: Path) -> np.ndarray:
    """A textured ground with a red disc in the middle."""
    chance = np.random.default_rng(5)
    rows = np.linspace(80, 160, 400)[:, None, None] + chance.normal(0, 8, (400, 600, 3))
    picture = Image.fromarray(rows.clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((280, 180, 320, 220), fill=(230, 20, 20))
    picture.save(path)
    return np.asarray(picture).astype(int)


def test_open_paint_erase_undo_redo_save(display: str, tmp_path: Path) -> None:
    path = tmp_path / "disc.png"
    before = photo(path)
    with opened(display, path) as (program, window):
        paint(display, window)
        erase(display, program)
        do(display, "key", "ctrl+z")
        do(display, "key", "ctrl+shift+z")
        save_and_quit(display, program)
    with Image.open(path) as saved:
        after = np.asarray(saved.convert("RGB")).astype(int)
    disc = np.s_[186:214, 286:314]
    assert (before[disc][..., 0] - before[disc][..., 1]).mean() > 150
    assert (after[disc][..., 0] - after[disc][..., 1]).mean() < 25
    changed = (before != after).any(axis=2)
    assert 0.002 < changed.mean() < 0.2, "the disc and little around it"
    assert not changed[:100].any()
    assert not changed[-100:].any()


def test_wand_polygon_and_crop(display: str, tmp_path: Path) -> None:
    path = tmp_path / "disc.png"
    photo(path)
    with opened(display, path) as (program, window):
        across, down = middle(display, window)
        do(display, "key", "w")
        do(display, "mousemove", "--sync", across, down, "click", 1)
        do(display, "key", "shift+l")
        do(display, "keydown", "shift")
        for dx, dy in ((-50, -50), (50, -50), (50, 50), (-50, 50)):
            do(display, "mousemove", "--sync", across + dx, down + dy, "click", 1)
        do(display, "keyup", "shift")
        do(display, "key", "Return")
        erase(display, program)
        do(display, "key", "c")
        do(display, "mousemove", "--sync", across - 150, down - 100, "mousedown", 1)
        do(display, "mousemove", "--sync", across, down)
        do(display, "mousemove", "--sync", across + 150, down + 100, "mouseup", 1)
        do(display, "key", "Return")
        save_and_quit(display, program)
    with Image.open(path) as saved:
        after = np.asarray(saved.convert("RGB")).astype(int)
    height, width = after.shape[:2]
    assert (width, height) != (600, 400)
    assert width / height == pytest.approx(1.5, abs=0.05)
    assert (after[..., 0] - after[..., 1]).max() < 120, "the disc is gone"


@contextmanager
def opened(display: str, path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program with a picture, and its window; it has ended well when this does."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_TOKEN"))}
    environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "IMAGE_EDITOR_HOME": str(path.parent / "home")}
    environment |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    words = [sys.executable, "-m", "editor", str(path)]
    program = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        window = window_named(display, "^disc.png – Image Editor")
        do(display, "windowsize", "--sync", window, 1440, 900)
        do(display, "windowactivate", "--sync", window)
        do(display, "key", "--window", window, "ctrl+0")
        yield program, window
    finally:
        if program.poll() is None:
            program.kill()
        rest = program.communicate(timeout=PATIENCE)[1]
    assert "Traceback" not in rest


def erase(display: str, program: subprocess.Popen[str]) -> None:
    """Run the edit and wait for its end."""
    assert program.stderr is not None
    do(display, "key", "ctrl+Return")
    ended = (line for line in program.stderr if "✅" in line or "All platforms failed" in line)
    assert next(ended, "the program ended") == "INFO:✅ Image editing completed using local\n"
    window_named(display, "^disc.png ● – Image Editor")


def save_and_quit(display: str, program: subprocess.Popen[str]) -> None:
    """Save, wait until that is done, and end the program."""
    do(display, "key", "ctrl+s")
    window_named(display, "^disc.png – Image Editor")
    do(display, "key", "ctrl+q")
    assert program.wait(PATIENCE) == 0


def middle(display: str, window: str) -> tuple[int, int]:
    """The middle of the canvas on the screen, near enough: the panels take the right side of the window, the bars its
    top."""
    facts = dict(line.split("=") for line in do(display, "getwindowgeometry", "--shell", window).split())
    # The picture is centred in the canvas, whose middle is that of the window less bars and panels.
    return int(facts["X"]) + (48 + 1440 - 340) // 2 - 24, int(facts["Y"]) + (105 + 900 - 28) // 2


def paint(display: str, window: str) -> None:
    """Cover the middle of the canvas."""
    across, down = middle(display, window)
    points = [(across + dx, down + dy) for dy in (-30, 0, 30) for dx in (-40, 0, 40)]
    do(display, "mousemove", "--sync", *points[0], "mousedown", 1)
    for point in points[1:]:
        do(display, "mousemove", "--sync", *point)
    do(display, "mouseup", 1)
