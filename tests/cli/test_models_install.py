"""``image-editor models list|install|remove``."""

from __future__ import annotations

import json

from support.file_server import FileServer, served


def test_the_models_of_this_computer_are_listed(command_line) -> None:  # type: ignore[no-untyped-def]
    ran = command_line.run("models", "list", "--json")
    assert ran.code == 0, ran.err
    rows = {row["name"]: row for row in json.loads(ran.out)}
    assert rows["lama"]["state"] == "not installed"
    assert rows["lama"]["bytes"] == 92_591_623
    assert rows["lama"]["remark"] == "Trained on Places2, whose pictures were given for research."
    assert [one["name"] for one in rows["mobile-sam-encoder"]["files"]] == ["mobile-sam-encoder", "mobile-sam-decoder"]
    lines = command_line.run("models", "list").out.splitlines()
    assert lines[0].split()[:4] == ["NAME", "STATE", "SIZE", "LICENCE"]
    assert len(lines) == len(rows) + 1


def test_nothing_is_fetched_before_the_user_agrees(command_line) -> None:  # type: ignore[no-untyped-def]
    ran = command_line.run("models", "install", "lama")
    assert ran.code == 2
    assert ran.out == ""
    assert "LaMa (Erase): 92.6 MB, Apache-2.0." in ran.err
    assert "Trained on Places2" in ran.err
    assert "Add “--yes” to agree" in ran.err


def test_another_file_is_refused_and_nothing_is_kept(command_line) -> None:  # type: ignore[no-untyped-def]
    with served(FileServer(b"another file")) as server:
        ran = command_line.run("models", "install", "lama", "--yes", "--mirror", server.address)
    assert ran.code == 3
    assert "another file: its size differs" in ran.err
    assert server.asked == ["/lama.onnx"]
    assert command_line.run("models", "remove", "lama").out == "lama is not there.\n"


def test_an_unknown_name_and_an_unusable_mirror_are_bad_input(command_line) -> None:  # type: ignore[no-untyped-def]
    ran = command_line.run("models", "install", "huge")
    assert ran.code == 2
    assert "There is no model of the name “huge”" in ran.err
    ran = command_line.run("models", "install", "lama", "--mirror", "ftp://x")
    assert ran.code == 2
    assert "must begin with https" in ran.err
