"""Settings survive a restart, damage and a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.storage.settings import Settings


def test_values_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings = Settings(path)
    settings.set("brush_size", 48)
    settings.set("chain", ["stability", "local"])
    settings.update({"theme": "dark – ✓", "geometry": {"width": 1200}, "health_age": 300.0})
    again = Settings(path)
    assert again.get("brush_size", 1) == 48
    assert again.get("chain", []) == ["stability", "local"]
    assert again.get("theme", "") == "dark – ✓"
    assert again.get("geometry", {}) == {"width": 1200}
    assert again.get("health_age", 1.0) == 300.0
    assert again.notice == ""


def test_a_value_of_another_type_gives_the_default(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    settings.update({"number": 3, "flag": True, "text": "3", "nothing": None})
    assert settings.get("number", 1.5) == 3.0
    assert settings.get("flag", 7) == 7
    assert settings.get("number", False) is False
    assert settings.get("text", 7) == 7
    assert settings.get("nothing", "x") == "x"
    assert settings.get("unknown", "x") == "x"


def test_what_was_given_may_change_afterwards(tmp_path: Path) -> None:
    settings, chain = Settings(tmp_path / "s.json"), ["local"]
    settings.set("chain", chain)
    chain.append("fal")
    assert settings.get("chain", []) == ["local"]


def test_a_value_that_is_no_json_is_refused(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    with pytest.raises(ValueError, match="JSON"):
        settings.set("size", float("nan"))
    assert not settings.path.exists()


def test_an_unchanged_value_is_not_written_again(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    settings.set("theme", "dark")
    settings.path.unlink()
    settings.set("theme", "dark")
    assert not settings.path.exists()
    settings.remove("theme")
    assert Settings(settings.path).get("theme", "light") == "light"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.get("theme", "light") == "light"
    assert "s.json.damaged" in settings.notice
    assert (tmp_path / "s.json.damaged").read_bytes() == content
    settings.set("theme", "dark")
    assert Settings(path).get("theme", "light") == "dark"


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(tmp_path / "file" / "s.json")
    assert "could not be read" in settings.notice
    settings.set("theme", "dark")
    assert "could not be written" in settings.notice
    assert settings.get("theme", "light") == "dark"
    (tmp_path / "s.json").mkdir()
    assert "could not be read" in Settings(tmp_path / "s.json").notice
