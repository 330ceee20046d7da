"""Krita opens our projects as they look, layers apart, and we open what it saves."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from support.documents import layer_at, noise
from support.fakes import RECEIPT
from support.screen import screen

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.moment import Moment
from editor.imaging.compose import laid_over
from editor.storage.output_file import OutputFile
from editor.storage.picture_reader import read_picture
from editor.storage.project_reader import read_project
from editor.storage.project_writer import write_project

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("krita") is None, reason="Krita is not installed"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
]
SECONDS = 90


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = noise(1, size=(320, 240))
    document.pixels.array[..., 3] = 255
    chance = np.random.default_rng(0)
    for rect in (Rect(10, 20, 120, 90), Rect(90, 60, 150, 140)):
        layer = layer_at(document, rect, chance)
        blended = laid_over(document.pixels.array[rect.slices], layer)
        document.attach(layer, blended, label="Erase", receipt=RECEIPT)
    path = tmp_path_factory.mktemp("krita") / "ours.ora"
    with Moment.of(document) as moment, OutputFile(path) as output:
        write_project(moment, output, history=True)
    return path


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with screen(manager="openbox" if shutil.which("openbox") else "") as name:
        yield name


def by_krita(project: Path, display: str, extension: str) -> Path:
    """What Krita makes of the project, in its own process and with settings of its own."""
    home = project.parent / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    target = project.with_name(f"theirs{extension}")
    surroundings = {**os.environ, "DISPLAY": display, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    surroundings.pop("QT_QPA_PLATFORM", None)
    command = ["krita", "--export", "--export-filename", str(target), str(project)]
    subprocess.run(command, env=surroundings, timeout=SECONDS, check=True, capture_output=True)
    return target


def opened(path: Path) -> Document:
    if path.suffix == ".png":
        return read_picture(path)
    folder = path.parent / f"opened{path.suffix}"
    folder.mkdir()
    return read_project(path, folder)[0]


@pytest.mark.parametrize("extension", [".png", ".ora", ".kra"])
def test_what_krita_shows_and_saves_is_our_picture(project: Path, display: str, extension: str) -> None:
    theirs = opened(by_krita(project, display, extension))
    ours = opened_own(project)
    assert theirs.size == ours.size
    difference = np.abs(theirs.pixels.array.astype(int) - ours.pixels.array)
    assert difference.max() <= 1, "two programs may round a blend differently"


def opened_own(project: Path) -> Document:
    folder = project.parent / "own"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return read_project(project, folder)[0]


def test_layers_stay_apart_in_krita(project: Path, display: str) -> None:
    with zipfile.ZipFile(by_krita(project, display, ".ora")) as archive:
        layers = ElementTree.fromstring(archive.read("stack.xml")).iter("layer")
        assert [layer.attrib["name"] for layer in layers] == ["Erase", "Erase", "Original"]
