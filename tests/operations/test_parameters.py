"""Declared parameters: what they accept, and the sentence for what they do not."""

from __future__ import annotations

from dataclasses import fields

import pytest

from editor.domain.errors import InputError
from editor.domain.kinds import Areas, Context, Operation, UpscaleMode
from editor.domain.options import EditOptions, Expansion
from editor.operations.parameters import (
    AREAS,
    CONTEXT,
    NEGATIVE_PROMPT,
    SEED,
    SIDES,
    VARIATIONS,
    Parameter,
    ParameterKind,
    options_of,
)
from editor.operations.registry import OPERATIONS, operation_of
from editor.operations.upscale import MODE, SCALE

EVERY = [(one, parameter) for one in OPERATIONS for parameter in one.parameters]


def test_every_operation_is_there_once() -> None:
    assert [one.operation for one in OPERATIONS] == list(Operation)
    for operation in Operation:
        assert operation_of(operation).operation is operation


@pytest.mark.parametrize(
    ("operation", "parameter"), EVERY, ids=lambda it: getattr(it, "name", getattr(it, "operation", ""))
)
def test_what_is_declared_is_what_the_options_hold(operation: type, parameter: Parameter) -> None:
    names = {field.name for field in fields(EditOptions)} | set(SIDES)
    assert parameter.name in names
    assert parameter.label and parameter.help
    assert bool(parameter.missing) is parameter.required
    if not parameter.required:
        assert parameter.value_in(EditOptions()) == parameter.default
        parameter.check(parameter.default)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (SEED, "7", 7),
        (VARIATIONS, "3", 3),
        (SCALE, "2.5", 2.5),
        (MODE, "creative", UpscaleMode.CREATIVE),
    ],
)
def test_texts_become_values(parameter: Parameter, text: str, value: object) -> None:
    assert parameter.parsed(text) == value


def test_a_chosen_word_is_the_member_of_its_enum() -> None:
    """A plain word would be equal to it, but not be it."""
    assert CONTEXT.parsed("whole") is Context.WHOLE
    assert AREAS.parsed("apart") is Areas.APART
    assert AREAS.parsed("") is Areas.AUTO


@pytest.mark.parametrize(
    ("parameter", "text", "words"),
    [
        (SEED, "-1", "too low"),
        (SEED, "-1099511627776", "Seed -1099511627776 is too low. Give 0 or more"),
        (SEED, "9" * 400, "^Seed 9{40}… is too high. Give 18446744073709551615 or less"),
        (SEED, "9" * 5000, "^“9{40}…” is not a whole number"),
        (SCALE, "9" * 400, "must be a number"),
        (NEGATIVE_PROMPT, "caf\udce9", "^Negative prompt has characters that cannot be read"),
        (SEED, "much", "“much” is not a whole number"),
        (SEED, "1.5", "whole number"),
        (VARIATIONS, "0", "Give 1 or more"),
        (VARIATIONS, "11", "Give 10 or less"),
        (SCALE, "17", "too high"),
        (SCALE, "nan", "must be a number"),
        (SCALE, "inf", "must be a number"),
        (SCALE, "", "not a number"),
        (MODE, "slow", "fast, conservative, creative"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(parameter: Parameter, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parameter.parsed(text)


def test_options_are_made_of_values_by_name() -> None:
    made = options_of({"left": 4, "up": 2, "prompt": "sea", "seed": None}, models={"fal": "esrgan"})
    assert made.expansion == Expansion(left=4, up=2)
    assert (made.prompt, made.seed, made.variations) == ("sea", None, 1)
    assert made.models == {"fal": "esrgan"}


def test_a_blank_value_counts_as_none() -> None:
    needed = Parameter(
        name="search", kind=ParameterKind.TEXT, label="Search", help="x", required=True, missing="Name the thing."
    )
    with pytest.raises(InputError, match="Name the thing"):
        needed.check("  ")
    assert needed.option == "--search"
