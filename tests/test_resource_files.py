"""The program's own files are found from a checkout, an installed wheel and a frozen build."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import editor.resource_files


def installed_at(folder: Path) -> Callable[[str], Path]:
    """``resource`` of a copy of the module inside ``folder``/editor."""
    package = folder / "editor"
    package.mkdir(parents=True)
    copy = shutil.copy(editor.resource_files.__file__, package / "resource_files.py")
    spec = importlib.util.spec_from_file_location("copied_resource_files", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[str], Path] = module.resource
    return function


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_beside_the_package_in_a_checkout(tmp_path: Path) -> None:
    icon = put(tmp_path / "resources" / "icons" / "a.svg")
    resource = installed_at(tmp_path)
    assert resource("icons/a.svg") == icon
    assert resource("icons") == icon.parent


def test_inside_the_package_of_an_installed_wheel(tmp_path: Path) -> None:
    icon = put(tmp_path / "editor" / "_resources" / "icons" / "a.svg")
    (tmp_path / "editor").rename(tmp_path / "kept")
    resource = installed_at(tmp_path)
    (tmp_path / "kept" / "_resources").rename(tmp_path / "editor" / "_resources")
    assert resource("icons/a.svg") == icon


@pytest.mark.parametrize("place", ["resources", "editor/_resources"])
def test_where_a_frozen_build_was_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    icon = put(tmp_path / "bundle" / place / "icons" / "a.svg")
    resource = installed_at(tmp_path / "elsewhere")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle"), raising=False)
    assert resource("icons/a.svg") == icon


def test_a_missing_file_is_a_fault_of_the_build(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/none\.svg"):
        installed_at(tmp_path)("icons/none.svg")
