"""How much the vault may hold, and what would have to go: decided here, deleted only where the user says so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from editor.session.kept_result import KeptResult
from editor.session.services import Settings

MEGABYTES, DAYS = 500, 30
"""The bounds where the user has set none."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultLimits:
    """The user's bounds."""

    megabytes: int = MEGABYTES
    days: int = DAYS

    @classmethod
    def of(cls, settings: Settings) -> VaultLimits:
        """The settings ``vault_megabytes`` and ``vault_days``; values that make no sense are as good as none."""
        return cls(
            megabytes=_positive(settings.get("vault_megabytes", MEGABYTES), MEGABYTES),
            days=_positive(settings.get("vault_days", DAYS), DAYS),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What is over the bounds.

    ``deletable`` are the results that nobody misses and that bring the vault back within them, ``undelivered`` those
    that would have to go besides; both the oldest first. ``too_old`` counts what is beyond the age, without mere notes
    of runs that came to nothing.
    """

    limits: VaultLimits
    total_bytes: int
    too_old: int
    deletable: tuple[KeptResult, ...]
    undelivered: tuple[KeptResult, ...]

    @property
    def is_too_large(self) -> bool:
        """Whether more is kept than is allowed."""
        return self.total_bytes > self.limits.megabytes * _MEGABYTE

    def __bool__(self) -> bool:
        return self.is_too_large or self.too_old > 0

    @property
    def sentence(self) -> str:
        """What is over which bound; "" where nothing is."""
        if not self:
            return ""
        size = (
            f"Kept results take {bytes_words(self.total_bytes)}, more than the {self.limits.megabytes} MB set for them"
        )
        verb = "is" if self.too_old == 1 else "are"
        if not self.too_old:
            return f"{size}."
        age = f"{verb} older than {self.limits.days} days"
        if self.is_too_large:
            return f"{size}, and {self.too_old} {age}."
        return f"{self.too_old} kept {'result' if self.too_old == 1 else 'results'} {age}."


def excess_of(kept: Sequence[KeptResult], limits: VaultLimits, now: datetime) -> Excess:
    """What of ``kept`` is over ``limits``: the too old, and then the oldest until the rest is small enough; what was
    delivered before what was not, and what a platform may still owe only by its age."""
    oldest_first = sorted(kept, key=lambda one: one.changed)
    before = now - timedelta(days=limits.days)
    holders = Counter(name for one in kept for name in one.sizes)
    sizes = {name: size for one in kept for name, size in one.sizes.items()}
    total = left = sum(sizes.values())
    gone: list[KeptResult] = []

    def go(candidates: Iterable[KeptResult]) -> None:
        nonlocal left
        for one in candidates:
            is_too_much = left > limits.megabytes * _MEGABYTE and not one.is_open
            if one.changed >= before and not is_too_much:
                continue
            gone.append(one)
            holders.subtract(one.sizes.keys())
            left -= sum(size for name, size in one.sizes.items() if holders[name] == 0)

    go(one for one in oldest_first if one.is_dispensable)
    deletable = tuple(gone)
    go(one for one in oldest_first if not one.is_dispensable)
    return Excess(
        limits=limits,
        total_bytes=total,
        too_old=sum(one.changed < before for one in kept if one.pictures or one.is_open),
        deletable=deletable,
        undelivered=tuple(gone[len(deletable) :]),
    )


def bytes_words(size: int) -> str:
    """``34 kB``, ``0.4 MB``, ``34 MB``: a number of bytes in words."""
    if size < _MEGABYTE / 10:
        return f"{math.ceil(size / 1000)} kB"
    amount = size / _MEGABYTE
    return f"{amount:.1f} MB" if amount < 10 else f"{amount:.0f} MB"


def _positive(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else otherwise
