from __future__ import annotations

import pytest

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.ui.edit_words import DESCRIPTIONS, TILES, apart_words, doing_words, result_name, run_words


def test_every_operation_has_its_place_and_words() -> None:
    placed = [operation for tile in TILES for operation in tile.operations]
    assert sorted(placed) == sorted(Operation)
    assert set(DESCRIPTIONS) == set(Operation)
    for operation in Operation:
        assert doing_words(operation)[0].isupper()
        assert run_words(operation, EditOptions())


@pytest.mark.parametrize(
    ("operation", "options", "words"),
    [
        (Operation.ERASE, EditOptions(), "Erase masked area"),
        (Operation.SEARCH_AND_REPLACE, EditOptions(), "Replace"),
        (Operation.SEARCH_AND_REPLACE, EditOptions(search=" red\n car "), "Replace “red car”"),
        (Operation.SEARCH_AND_RECOLOR, EditOptions(search="x" * 60), f"Recolor “{'x' * 21}…”"),
        (Operation.UPSCALE, EditOptions(scale=2.0), "Enlarge ×2"),
        (Operation.UPSCALE, EditOptions(scale=1.5), "Enlarge ×1.5"),
    ],
)
def test_the_run_button_says_what_will_happen(operation: Operation, options: EditOptions, words: str) -> None:
    assert run_words(operation, options) == words


@pytest.mark.parametrize(
    ("operation", "name", "number", "called"),
    [
        (Operation.UPSCALE, "coffee.png", 1, "coffee – enlarged"),
        (Operation.OUTPAINT, "a.b.jpeg", 1, "a.b – extended"),
        (Operation.OUTPAINT, "coffee – enlarged", 2, "coffee – enlarged – extended, variation 2"),
        (Operation.INPAINT, "coffee.png", 3, "coffee – variation 3"),
        (Operation.UPSCALE, ".hidden", 1, ".hidden – enlarged"),
        (Operation.UPSCALE, "Scan 1. Fassung", 1, "Scan 1. Fassung – enlarged"),
    ],
)
def test_names_of_results(operation: Operation, name: str, number: int, called: str) -> None:
    assert result_name(operation, name, number) == called


def test_where_results_are() -> None:
    assert apart_words(["a"]) == "“a” is open in a tab of its own."
    assert apart_words(["a", "b", "c"]) == "“a”, “b” and “c” are open in tabs of their own."
