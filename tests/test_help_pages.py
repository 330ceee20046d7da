"""The help pages say what the program does: their commands, settings, events and messages are the program's own."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

import editor
from editor.cli.parser import build_parser
from editor.domain import attempt
from editor.domain.attempt import FREE, JobEvent
from editor.domain.kinds import CancelEnding, Operation, OperationType, Outcome
from editor.domain.receipt import Receipt
from editor.domain.status import Standing
from editor.resource_files import resource

PAGE = resource("help/ai-platforms.md").read_text(encoding="utf-8")
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(editor.__file__).parent.rglob("*.py"))
COMMANDS = re.findall(r"^image-editor (.+)$", PAGE, re.MULTILINE)


def section(heading: str) -> str:
    """The text below a heading, up to the next one of its level or higher."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,3}} |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found.group(2)


def first_cells(text: str) -> list[str]:
    """The first cell of every row of a table, without its head."""
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_is_understood(command: str) -> None:
    build_parser().parse_args(shlex.split(command))


def test_every_setting_of_the_page_is_read_by_the_program() -> None:
    names = [cell.strip("`") for cell in first_cells(section("Settings"))]
    assert len(names) >= 13
    assert [name for name in names if f'get("{name}"' not in SOURCES] == []


def test_every_event_is_on_the_page() -> None:
    known = {
        name
        for name, kind in vars(attempt).items()
        if isinstance(kind, type) and issubclass(kind, JobEvent) and kind is not JobEvent
    }
    assert {cell.strip("`") for cell in first_cells(section("Events"))} == known


def test_every_field_of_a_receipt_is_on_the_page() -> None:
    receipt = Receipt(
        operation=Operation.ERASE,
        operation_type=OperationType.IMAGE_EDITING,
        served_by=None,
        attempts=(),
        seed=None,
        cost=FREE,
        app_version="0",
        error="Nobody served.",
    )
    told = set(re.findall(r"`([a-z_]+)`", section("Receipt")))
    assert set(receipt.as_dict()) - {"app_version"} <= told
    assert {str(outcome) for outcome in Outcome} <= told
    assert {field.name for field in fields(attempt.Attempt)} <= told


@pytest.mark.parametrize("ending", list(CancelEnding))
def test_every_ending_of_a_cancel_is_explained(ending: CancelEnding) -> None:
    assert str(ending) in first_cells(section("Cancelling"))


@pytest.mark.parametrize("standing", list(Standing))
def test_every_state_of_a_platform_is_named(standing: Standing) -> None:
    assert f"*{standing.words}*" in " ".join(PAGE.split())


def test_the_messages_are_the_programs_own() -> None:
    strange = []
    for cell in first_cells(section("Troubleshooting by message")):
        parts = [part.strip(" “”") for part in cell.split("…")]
        strange += [part for part in parts if part and part not in SOURCES]
    assert strange == []
