"""What a person may set about a tool; the option bar draws its controls from these."""

from __future__ import annotations

from dataclasses import dataclass

Value = float | bool | str
"""A number's value is whole where it has no decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number from ``least`` to ``most`` with ``decimals``. ``curve`` > 1 gives small values more of the slider's way.

    ``id`` is the word in the settings: tools that name the same one share its value. What is ``more`` waits behind the
    bar's “More” button; what is not ``remembered`` begins with its default. ``hint`` is the tool tip.
    """

    id: str
    text: str
    unit: str
    least: int
    most: int
    default: int
    curve: float = 1.0
    slider: bool = True
    decimals: int = 0
    more: bool = False
    remembered: bool = True
    hint: str = ""

    def fitted(self, value: object) -> float:
        """``value`` where it makes sense, moved to the nearest that is possible; else the default."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.default
        return min(max(round(value, self.decimals or None), self.least), self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Yes or no."""

    id: str
    text: str
    default: bool
    more: bool = False
    remembered: bool = True
    hint: str = ""

    def fitted(self, value: object) -> bool:
        """``value`` where it makes sense, else the default."""
        return value if isinstance(value, bool) else self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several words; ``choices`` are pairs of the word in the settings and the one that is read. Where there are
    ``icons``, one each, they are shown in their place."""

    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    default: str
    icons: tuple[str, ...] = ()
    more: bool = False
    remembered: bool = True
    hint: str = ""

    def fitted(self, value: object) -> str:
        """``value`` where it makes sense, else the default."""
        return value if isinstance(value, str) and value in dict(self.choices) else self.default


Option = Number | Flag | Choice
