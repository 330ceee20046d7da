"""The help page about tools says what they do: its keys, menus, tools and pictures are true."""

from __future__ import annotations

import re

import pytest

from editor.resource_files import resource
from editor.tools.registry import TOOLS
from editor.ui.commands import COMMANDS, MENUS

PAGE = resource("help/tools.md").read_text(encoding="utf-8")
TEXTS = {command.id: command.text for command in COMMANDS}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\*\*(\w+ › [^*]+)\*\*", PAGE))))
def test_every_menu_entry_is_there(path: str) -> None:
    menu, _, entry = path.partition(" › ")
    assert entry in [TEXTS.get(id) for id in dict(MENUS)[menu]]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_told_with_its_key(tool) -> None:  # type: ignore[no-untyped-def]
    assert f"**{tool.caption}** (`{tool.key}`)" in PAGE


def test_every_key_belongs_to_a_command() -> None:
    keys = {key for command in COMMANDS for key in command.keys}
    assert set(re.findall(r"`([^`]+)`", PAGE)) <= keys


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert len(pictures) == 9
    for name in pictures:
        assert resource(f"help/{name}").stat().st_size < 200_000
