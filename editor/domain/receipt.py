"""The full record of a job, kept with the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from editor.domain.attempt import Attempt, Cost, total_cost
from editor.domain.kinds import Operation, OperationType, Way
from editor.domain.request import no_metrics


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Which platform, label and model served, and the platform's id of the run."""

    platform: str
    label: str
    model: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size in pixels and SHA-256 (hex) of a file."""

    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A job from submit to end. ``served_by`` is None and ``error`` a sentence where it failed.

    ``input`` and ``output`` are None where the edit did not come from, or was not yet written to, a file.
    ``cost`` is that of the attempt that served. ``way`` tells how the model did it; ``notes`` are sentences about what
    of the request was not honoured.
    """

    operation: Operation
    operation_type: OperationType
    served_by: ServedBy | None
    attempts: tuple[Attempt, ...]
    seed: int | None
    cost: Cost
    app_version: str
    input: FileFacts | None = None
    output: FileFacts | None = None
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)
    error: str | None = None
    way: Way | None = None
    notes: tuple[str, ...] = ()

    @property
    def total_cost(self) -> Cost:
        """What all attempts cost together, those included that failed and may have been charged; unknown as soon as one
        of them is."""
        made = [attempt.cost for attempt in self.attempts if attempt.started is not None]
        return total_cost(*made) if made else self.cost

    def as_dict(self) -> dict[str, Any]:
        """The receipt as plain JSON values; times are ISO 8601 in UTC."""
        document: dict[str, Any] = {
            "operation": str(self.operation),
            "operation_type": str(self.operation_type),
            "served_by": _fields(self.served_by),
            "way": None if self.way is None else str(self.way),
            "attempts": [_attempt(attempt) for attempt in self.attempts],
            "seed": self.seed,
            "cost": _cost(self.cost),
            "total_cost": _cost(self.total_cost),
            "input": _fields(self.input),
            "output": _fields(self.output),
            "metrics": dict(self.metrics),
            "notes": list(self.notes),
            "app_version": self.app_version,
        }
        if self.error is not None:
            document["error"] = self.error
        return document


def _fields(record: ServedBy | FileFacts | None) -> dict[str, Any] | None:
    return None if record is None else {name: getattr(record, name) for name in record.__slots__}


def _cost(cost: Cost) -> dict[str, Any]:
    return {"usd": cost.usd, "credits": cost.credits, "source": str(cost.source)}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "cycle": attempt.cycle,
        "platform": attempt.platform,
        "label": attempt.label,
        "model": attempt.model,
        "outcome": str(attempt.outcome),
        "status": attempt.status,
        "message": attempt.message,
        "started": _time(attempt.started),
        "seconds": round(attempt.seconds, 3),
        "cost": _cost(attempt.cost),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
