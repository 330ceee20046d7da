"""What an operation lets the user choose: from these declarations the command line's options and the panel's fields
are drawn, and by them the values are checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from editor.domain.errors import InputError
from editor.domain.kinds import Areas, Context, Edge
from editor.domain.options import EditOptions, Expansion

SIDES = ("left", "right", "up", "down")
"""The parameters that together are :attr:`EditOptions.expansion`."""
MOST_SEED = 2**64 - 1
"""More than any model takes; a seed is brought into each one's own range."""
_LONGEST_QUOTE = 40
"""Characters of the user's own that a sentence repeats."""


class ParameterKind(StrEnum):
    """Which sort of field asks for a value."""

    TEXT = "text"
    """Words."""
    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    """One of a few words."""
    BACKGROUND = "background"
    """A colour, or a picture."""
    STROKES = "strokes"
    """Marks over the picture: a mask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One choice of the user.

    ``name`` is a field of :class:`EditOptions` or one of :data:`SIDES`; ``label`` stands beside a field of the window,
    ``help`` behind an option of the command line. ``least`` and ``most`` bound a number, both included. ``default`` of
    None means that a value may be left out. ``missing`` is the sentence for a ``required`` one that was.
    """

    name: str
    kind: ParameterKind
    label: str
    help: str
    default: Any = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    missing: str = ""

    @property
    def option(self) -> str:
        """The command line's word: ``--negative-prompt``."""
        return f"--{self.name.replace('_', '-')}"

    def value_in(self, options: EditOptions) -> Any:
        """What ``options`` hold for this parameter."""
        return getattr(options.expansion if self.name in SIDES else options, self.name)

    def parsed(self, text: str) -> Any:
        """The value that ``text`` stands for; a background and strokes stay as they are. Raises InputError."""
        if self.kind is ParameterKind.INTEGER:
            value: Any = _number(text, int, "a whole number")
        elif self.kind is ParameterKind.NUMBER:
            value = _number(text, float, "a number")
        else:
            value = text
        self.check(value)
        if self.kind is ParameterKind.CHOICE:
            # The word itself is no member of its enum, and would not be found to be one.
            return next((choice for choice in self.choices if choice == text), self.default)
        return value

    def check(self, value: Any) -> None:
        """Raise InputError where ``value`` is missing or out of range."""
        absent = value is None or (isinstance(value, str) and not value.strip())
        if absent and self.required:
            raise InputError(self.missing)
        if absent:
            return
        if self.kind is ParameterKind.CHOICE and value not in self.choices:
            raise InputError(f"{self.label} is one of {', '.join(self.choices)}.")
        if self.kind is ParameterKind.TEXT:
            self._check_text(value)
        if self.kind in (ParameterKind.INTEGER, ParameterKind.NUMBER):
            self._check_range(value)

    def _check_text(self, text: str) -> None:
        try:
            text.encode()
        except UnicodeEncodeError:
            # What a command line held was not in the system's encoding.
            raise InputError(f"{self.label} has characters that cannot be read. Type it again as UTF-8.") from None

    def _check_range(self, value: float) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{self.label} must be a number.")
        if self.least is not None and value < self.least:
            raise InputError(f"{self.label} {_figure(value)} is too low. Give {_figure(self.least)} or more.")
        if self.most is not None and value > self.most:
            raise InputError(f"{self.label} {_figure(value)} is too high. Give {_figure(self.most)} or less.")


def _number(text: str, kind: type[int] | type[float], words: str) -> float:
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"“{_shortened(text)}” is not {words}.") from None


def _figure(value: float) -> str:
    """Whole numbers in full, others with six figures; a whole one may be too large to be made a float."""
    return _shortened(str(value)) if isinstance(value, int) else f"{value:g}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def options_of(values: Mapping[str, Any], *, models: Mapping[str, str] | None = None) -> EditOptions:
    """The options made of parameters' values by name; what is not there, or None, keeps its default."""
    given = {name: value for name, value in values.items() if value is not None}
    sides = {name: given.pop(name) for name in SIDES if name in given}
    if models:
        given["models"] = models
    return EditOptions(expansion=Expansion(**sides), **given)


def prompt(help_text: str, *, missing: str = "") -> Parameter:
    """The user's words for what is wanted; required where ``missing`` says what to do without them."""
    return Parameter(
        name="prompt",
        kind=ParameterKind.TEXT,
        label="Prompt",
        help=help_text,
        default="",
        required=bool(missing),
        missing=missing,
    )


def search(help_text: str, *, missing: str) -> Parameter:
    """The user's words for the thing to find."""
    return Parameter(
        name="search",
        kind=ParameterKind.TEXT,
        label="Search for",
        help=help_text,
        default="",
        required=True,
        missing=missing,
    )


NEGATIVE_PROMPT = Parameter(
    name="negative_prompt",
    kind=ParameterKind.TEXT,
    label="Negative prompt",
    help="what is not wanted, in words",
    default="",
)

SEED = Parameter(
    name="seed",
    kind=ParameterKind.INTEGER,
    label="Seed",
    help="repeatable results where a platform offers them",
    least=0,
    most=MOST_SEED,
)

CONTEXT = Parameter(
    name="context",
    kind=ParameterKind.CHOICE,
    label="Context",
    help="how much around the mask is sent along: auto (default), tight, wide or the whole picture",
    default=Context.AUTO,
    choices=tuple(Context),
)

AREAS = Parameter(
    name="areas",
    kind=ParameterKind.CHOICE,
    label="Separate areas",
    help="separate masked areas as one edit (together), as one each (apart), or as fits how they lie (auto)",
    default=Areas.AUTO,
    choices=tuple(Areas),
)

VARIATIONS = Parameter(
    name="variations",
    kind=ParameterKind.INTEGER,
    label="Variations",
    help="how many results; further ones go to OUT with -2, -3 …",
    default=1,
    least=1,
    most=10,
)

EDGE = Parameter(
    name="edge",
    kind=ParameterKind.CHOICE,
    label="Edge",
    help="the outline of the cut-out: soft for hair and fur (default), hard for products and vehicles",
    default=Edge.SOFT,
    choices=tuple(Edge),
)

KEEP = Parameter(
    name="keep",
    kind=ParameterKind.STROKES,
    label="Keep",
    help="strokes over what belongs to the subject too: a picture of the same size, white on what to keep",
)

DROP = Parameter(
    name="drop",
    kind=ParameterKind.STROKES,
    label="Drop",
    help="strokes over what does not: a picture of the same size, white on what to drop",
)
