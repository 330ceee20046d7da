"""A command line in a process of its own, in a home of its own, against simulated platforms."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from editor.simulator.simulated import SimulatedPlatforms

KEY_VARIABLES = ("STABILITY_API_KEY", "REPLICATE_API_TOKEN", "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "FAL_API_KEY")


@dataclass(frozen=True)
class Ran:
    """What a finished command left behind."""

    code: int
    out: str
    err: str

    @property
    def log(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.split(":")[0] in ("INFO", "WARNING", "ERROR")]


@dataclass
class CommandLine:
    """Starts ``image-editor`` in ``folder``."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, *words: str, stdin: str | None = None, extra: Mapping[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "editor", *words],
            cwd=self.folder,
            env={**self.environment, **(extra or {})},
            input=stdin or "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "editor", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.started.append(process)
        return process


@pytest.fixture
def command_line(tmp_path: Path) -> Iterator[CommandLine]:
    environment = {name: value for name, value in os.environ.items() if name not in KEY_VARIABLES}
    home = tmp_path / "home"
    environment |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "QT_QPA_PLATFORM": "offscreen",
    }
    folder = tmp_path / "work"
    folder.mkdir()
    commands = CommandLine(folder, environment)
    yield commands
    for process in commands.started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def simulated(command_line: CommandLine) -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms() as platforms:
        command_line.environment.update(platforms.environment())
        yield platforms


@pytest.fixture
def photo(command_line: CommandLine) -> Path:
    """``photo.png`` (320 × 240, a red thing on a textured ground) and ``mask.png`` over the thing."""
    chance = np.random.default_rng(3)
    rows = np.linspace(90, 170, 240)[:, None, None] + chance.normal(0, 9, (240, 320, 3))
    picture = Image.fromarray(rows.clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((140, 100, 180, 140), fill=(230, 20, 20))
    picture.save(command_line.folder / "photo.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((134, 94, 186, 146), fill=255)
    mask.save(command_line.folder / "mask.png")
    return command_line.folder / "photo.png"
