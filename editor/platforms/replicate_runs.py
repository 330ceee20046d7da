"""Reads Replicate's prediction objects: their state, progress, output, and which of a list is ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from editor.platforms.answers import strings_in
from editor.platforms.model import Pick

SUCCEEDED = frozenset({"succeeded", "successful"})
"""Some examples of the documents print the second word; no recorded answer does."""
ENDED = SUCCEEDED | {"failed", "canceled", "aborted"}
_PERCENT = re.compile(r"(\d{1,3})%")
_HICCUP = re.compile(r"code: PA\b|\bE9828|\bE8765|\bE1000|\bE6716")
_SKEW = timedelta(minutes=2)


def state_of(run: Mapping[str, Any]) -> str:
    """The status word; an unknown one counts as still running."""
    return str(run.get("status", ""))


def share_done(run: Mapping[str, Any]) -> float | None:
    """0–1 by the last percentage in the run's log, or None."""
    logs = run.get("logs")
    found = _PERCENT.findall(logs[-2000:]) if isinstance(logs, str) else []
    return min(100, int(found[-1])) / 100 if found else None


def picture_addresses(output: Any) -> list[str]:
    """Every address in an output of whatever shape."""
    return [text for text in strings_in(output) if text.startswith(("https:", "http:", "data:"))]


def chosen(addresses: list[str], pick: Pick | None, *, count: int) -> list[str]:
    """The result among several pictures, or the first ``count`` of them."""
    if pick is None:
        return addresses[:count]
    named = [address for address in addresses if address.rpartition("/")[2].partition("?")[0] == pick.name]
    return named[:1] or addresses[pick.index : pick.index + 1]


def figures_of(run: Mapping[str, Any]) -> dict[str, float]:
    """The numbers among the run's metrics."""
    metrics = run.get("metrics")
    if not isinstance(metrics, dict):
        return {}
    return {
        str(name): value
        for name, value in metrics.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }


def is_hiccup(run: Mapping[str, Any]) -> bool:
    """Whether a run failed for the platform's own reasons, which its documents advise to try again: it is free."""
    if state_of(run) != "failed":
        return False
    text = "; ".join(strings_in(run.get("error"))).strip()
    return not text or _HICCUP.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A run whose start was not answered: ordered at ``began`` with the input ``values``, of a version or by name."""

    model: str
    version: str | None
    values: Mapping[str, Any]
    began: datetime

    def best_of(self, runs: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """The run that is ours: one of exactly our input before one that merely does not contradict it, and the
        newest among equals. None where there is none."""
        ranked = [(self.likeness(run), _moment(run.get("created_at")) or self.began, run) for run in runs]
        ours = [entry for entry in ranked if entry[0] > 0 and entry[2].get("id")]
        return max(ours, key=lambda entry: entry[:2])[2] if ours else None

    def made_within(self, run: Mapping[str, Any], time: timedelta) -> bool:
        """Whether the run was created at most ``time`` after ``began``."""
        created = _moment(run.get("created_at"))
        return created is not None and created <= self.began + time

    def likeness(self, run: Mapping[str, Any]) -> int:
        """2 for a run of our input, 1 for one that may be it, 0 for another.

        The list need not repeat a picture that was sent inside the order: it may name where it was stored, or cut it.
        """
        if self.model != run.get("model") and (self.version is None or self.version != run.get("version")):
            return 0
        created = _moment(run.get("created_at"))
        if created is not None and created < self.began - _SKEW:
            return 0
        listed = run.get("input")
        if not isinstance(listed, dict):
            return 0 if created is None else 1
        if not all(_may_be(listed.get(name), value) for name, value in self.values.items()):
            return 0
        return 2 if all(listed.get(name) == value for name, value in self.values.items()) else 1


def _may_be(listed: Any, sent: Any) -> bool:
    if isinstance(sent, list) and isinstance(listed, list) and len(sent) == len(listed):
        return all(_may_be(one, other) for one, other in zip(listed, sent, strict=True))
    if isinstance(sent, str) and sent.startswith("data:") and isinstance(listed, str):
        return not listed.startswith("data:") or sent.startswith(listed.rstrip(".…"))
    return bool(listed == sent)


def _moment(text: Any) -> datetime | None:
    """An ISO time with any number of fractional digits."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
