"""The help page about files says what the program does: its commands, menus, settings, folders and bounds are true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

import editor
from editor.cli.parser import build_parser
from editor.domain.document import Document
from editor.domain.export_options import EXPORT_FORMATS
from editor.domain.file_formats import READABLE, listed
from editor.resource_files import resource
from editor.session.pictures import BACKUP_SETTING, HISTORY_SETTING
from editor.storage.log_file import FILE_NAME
from editor.storage.metadata_fit import FORMAT_WORDS
from editor.storage.output_file import backup_of
from editor.storage.paths import APP_NAME, HOME_VARIABLE, Paths
from editor.storage.picture_writer import DEEP_FORMATS
from editor.ui import export_choices, file_exporting
from editor.ui.autosaver import SECONDS, TICK_MS
from editor.ui.autosaver import SETTING as AUTOSAVE
from editor.ui.commands import COMMANDS, MENUS
from editor.ui.file_commands import RECENT

RAW = resource("help/files.md").read_text(encoding="utf-8")
PAGE = " ".join(RAW.split())
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(editor.__file__).parent.rglob("*.py"))
COMMAND_LINES = re.findall(r"^image-editor (.+)$", RAW, re.MULTILINE)
WORDS = {command.id: command.text for command in COMMANDS} | {"recent>": "Open recent", "theme>": "Theme"}


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    below = RAW.split(f"# {heading}\n", 1)[1]
    lines = re.search(r"((?:^\|.*\n)+)", below, re.MULTILINE)
    assert lines is not None
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in lines.group(1).splitlines()[2:]]


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_every_command_is_understood(command: str) -> None:
    build_parser().parse_args(shlex.split(command))


def test_every_menu_word_is_in_its_menu() -> None:
    entries = {(menu, WORDS[entry]) for menu, ids in MENUS for entry in ids if entry in WORDS}
    told = set(re.findall(r"(File|Edit|Image|AI|View|Window|Help) › ([^*,|]+?)(?:\*\*|,)", PAGE))
    assert len(told) >= 8
    assert told <= entries
    assert ("Help", RAW.splitlines()[0].removeprefix("# ")) in entries, "the page is in the Help menu under its title"


def test_every_word_on_a_button_is_the_programs_own() -> None:
    buttons = {words for words in re.findall(r"\*\*([^*]+)\*\*", PAGE) if "›" not in words}
    assert {"Bring back", "Later", "Delete…", "Save over it", "Save as…", "Receipt…"} <= buttons
    headings = {"Backups.", "Changed by somebody else."}
    choices = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", PAGE))
    own = {"Convert to sRGB", "Include where it was taken", "Include receipts", "Keep all", "Copyright only", "Full"}
    assert own <= choices
    for words in (buttons - headings) | own | {"Color detail", "Remove all"}:
        assert f'"{words}"' in SOURCES, words


def test_every_setting_is_one_with_its_default() -> None:
    settings = {name.strip("`"): default for name, default, _ in table("Settings")}
    assert settings == {
        AUTOSAVE: str(SECONDS),
        BACKUP_SETTING: "true",
        HISTORY_SETTING: "true",
        export_choices.SETTING: "none",
        file_exporting.FOLDER_SETTING: "none",
        "recent_files": "none",
        "last_folder": "home",
    }
    assert 'get("recent_files"' in SOURCES
    assert 'get("last_folder"' in SOURCES
    assert RECENT == 10


def test_the_folders_are_those_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    linux, mac = Unix(APP_NAME, appauthor=False), MacOS(APP_NAME, appauthor=False)
    told = [(system, Path(where.strip("`")).expanduser()) for system, _, where in table("Where it all lies")]
    assert [where for system, where in told if system == "Linux"] == [
        linux.user_config_path,
        linux.user_data_path,
        linux.user_log_path,
    ]
    assert [where for system, where in told if system == "macOS"] == [mac.user_data_path, mac.user_log_path]
    assert mac.user_config_path == mac.user_data_path
    places = Paths.under(Path("/home"))
    for path in (places.recovery, places.vault, places.ledger, places.learned, places.settings):
        assert f"`{path.name}`" in PAGE
    assert f"`{HOME_VARIABLE}`" in PAGE
    assert FILE_NAME not in PAGE or f"`{FILE_NAME}`" in PAGE


def test_what_can_be_opened_and_written_is_told() -> None:
    head, _, last = listed(READABLE).rpartition(" and ")
    assert head.replace(" and ", ", ") in PAGE
    assert last in PAGE
    told = {name for row in table("Pictures and projects")[1:] for name in row[0].split(", ")}
    assert told == {FORMAT_WORDS[name] for name in EXPORT_FORMATS}
    deep = {name for row in table("Pictures and projects") if "16" in row[1] for name in row[0].split(", ")}
    assert deep == {"project", "`.ora`", *(FORMAT_WORDS[name] for name in DEEP_FORMATS)}


def test_the_bounds_are_the_programs_own() -> None:
    history = Document(np.zeros((1, 1, 4), np.uint8), name="a").history
    assert f"about {history.disk / 1e9:.0f} GB on the disk" in PAGE
    assert f"about {history.memory / 1e9:.0f} GB in memory" in PAGE
    assert SECONDS == 120, "every two minutes"
    assert TICK_MS < 10_000, "some seconds after the first change"
    assert f"`{backup_of(Path('photo.jpg')).name}`" in PAGE
    assert "`.image-editor-`" in PAGE
    assert 'f".image-editor-{' in SOURCES


def test_its_links_lead_to_pages() -> None:
    links = re.findall(r"\]\(([^)]+)\)", RAW)
    assert links
    for link in links:
        assert resource(f"help/{link}").is_file()
