"""The help page about this computer says what the engine does: its menus, commands, models and pictures are true."""

from __future__ import annotations

import re
import shlex

import pytest

from editor.cli.parser import build_parser
from editor.domain.kinds import Operation
from editor.engine.extend.limits import WIDE_SHARE
from editor.engine.model_catalogue import known_models
from editor.engine.upscale.result import MOST_PIXELS
from editor.platforms.catalogue import Catalogue
from editor.platforms.local import BUDGET_SECONDS
from editor.resource_files import resource
from editor.ui.commands import COMMANDS, MENUS

PAGE = resource("help/on-this-computer.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", re.findall(r"^image-editor (.+)$", PAGE, re.MULTILINE))
def test_every_command_is_understood(command: str) -> None:
    build_parser().parse_args(shlex.split(command))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\*\*(\w+ › [^*]+)\*\*", PAGE))))
def test_every_menu_entry_is_there(path: str) -> None:
    menu, _, entry = path.partition(" › ")
    texts = {command.id: command.text for command in COMMANDS}
    entries = [texts.get(str(id)) for id in dict(MENUS)[menu]]
    assert entry in entries


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert len(pictures) == 4
    for name in pictures:
        assert resource(f"help/{name}").stat().st_size < 200_000


def test_the_models_of_the_page_are_those_that_can_be_fetched() -> None:
    section = PAGE.partition("## Better models")[2].partition("##")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")][2:]
    named = {name.strip() for row in rows for name in row.split(",")}
    titles = {model.title for model in known_models().values() if not model.small and not model.part_of}
    assert {re.sub(r" ×2$", "", title) for title in titles} == named


def test_what_it_does_not_do_is_not_in_the_catalogue() -> None:
    offered = {operation for operation in Operation if Catalogue.load().models("local", operation)}
    assert set(Operation) - offered == {Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR}


def test_the_figures_are_the_programs_own() -> None:
    assert f"{MOST_PIXELS // 1_000_000} megapixels at most" in PAGE
    assert f"`local_seconds`, {BUDGET_SECONDS:.0f} s" in PAGE
    assert WIDE_SHARE == 0.25
    assert "quarter of the picture" in PAGE
    keys = {command.id: command.keys for command in COMMANDS}
    assert f"({keys['select_subject'][0]})" in PAGE
