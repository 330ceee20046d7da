"""Where the program's own files are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from editor.storage.paths import Paths


def test_one_folder_can_hold_everything(tmp_path: Path) -> None:
    paths = Paths.of_system({"IMAGE_EDITOR_HOME": f" {tmp_path} "})
    assert paths == Paths.under(tmp_path)
    assert paths.settings == tmp_path / "config" / "settings.json"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the XDG folders are those of Linux")
def test_the_systems_folders_follow_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    paths = Paths.of_system({})
    assert paths.config == tmp_path / "config" / "image-editor"
    assert paths.logs == tmp_path / "state" / "image-editor" / "log"
