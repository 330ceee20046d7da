"""Reads Replicate's prediction objects: their state, progress, output, and which of a list is ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from editor.platforms.answers import strings_in

SUCCEEDED = frozenset({"succeeded", "successful"})
ENDED = SUCCEEDED | {"failed", "canceled", "aborted"}
_PERCENT = re.compile(r"(\d{1,3})%")
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


def figures_of(run: Mapping[str, Any]) -> dict[str, float]:
    """The numbers among the run's metrics."""
    metrics = run.get("metrics")
    if not isinstance(metrics, dict):
        return {}
    return {str(name): value for name, value in metrics.items() if isinstance(value, (int, float))}


def is_ours(
    run: Mapping[str, Any], *, model: str, version: str | None, values: Mapping[str, Any], began: datetime
) -> bool:
    """Whether a listed run is the one we started at ``began`` with the input ``values``.

    Pictures that were sent as ``data:`` addresses may be listed under another address.
    """
    if model != run.get("model") and (version is None or version != run.get("version")):
        return False
    created = _moment(run.get("created_at"))
    if created is not None and created < began - _SKEW:
        return False
    listed = run.get("input")
    if not isinstance(listed, dict):
        return created is not None
    return all(_same(listed.get(name), value) for name, value in values.items())


def _same(listed: Any, sent: Any) -> bool:
    if isinstance(sent, str) and sent.startswith("data:"):
        return isinstance(listed, str)
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
