"""The full record of a job, kept with the picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from editor.domain.attempt import Attempt, Cost, total_cost
from editor.domain.errors import InputError
from editor.domain.kinds import CostSource, Operation, OperationType, Outcome, Way
from editor.domain.request import no_metrics

T = TypeVar("T")
NO_RECEIPT = "The record of the edit is damaged or was not written by this program."


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Which platform, label and model served, and the platform's id of the run."""

    platform: str
    label: str
    model: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size in pixels and SHA-256 (hex) of a file; "" for the latter in a copy that the file itself holds."""

    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A job from submit to end. ``served_by`` is None and ``error`` a sentence where it failed.

    ``input`` and ``output`` are None where the edit did not come from, or was not yet written to, a file.
    ``options`` are the user's choices as :meth:`editor.domain.options.EditOptions.as_dict` writes them, words included.
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
    options: Mapping[str, Any] = field(default_factory=no_metrics)

    @property
    def total_cost(self) -> Cost:
        """What all attempts cost together, those included that failed and may have been charged; unknown as soon as one
        of them is."""
        made = [attempt.cost for attempt in self.attempts if attempt.started is not None]
        return total_cost(*made) if made else self.cost

    def embedded(self) -> Receipt:
        """The receipt as the result's own file holds it: no file can hold its own SHA-256."""
        return self if self.output is None else replace(self, output=replace(self.output, sha256=""))

    def as_dict(self) -> dict[str, Any]:
        """The receipt as plain JSON values; times are ISO 8601 in UTC."""
        document: dict[str, Any] = {
            "operation": str(self.operation),
            "operation_type": str(self.operation_type),
            "served_by": _fields(self.served_by),
            "way": None if self.way is None else str(self.way),
            "attempts": [_attempt(attempt) for attempt in self.attempts],
            "options": dict(self.options),
            "seed": self.seed,
            "cost": _cost(self.cost),
            "total_cost": _cost(self.total_cost),
            "input": _facts(self.input),
            "output": _facts(self.output),
            "metrics": dict(self.metrics),
            "notes": list(self.notes),
            "app_version": self.app_version,
        }
        if self.error is not None:
            document["error"] = self.error
        return document

    @classmethod
    def from_dict(cls, document: Any) -> Receipt:
        """The receipt that :meth:`as_dict` wrote down; what this version does not know is left out.

        Raises InputError where ``document`` is no receipt.
        """
        try:
            return _receipt(document)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(NO_RECEIPT, detail=f"{type(error).__name__}: {error}") from error


def _fields(record: ServedBy | None) -> dict[str, Any] | None:
    return None if record is None else {name: getattr(record, name) for name in record.__slots__}


def _facts(facts: FileFacts | None) -> dict[str, Any] | None:
    if facts is None:
        return None
    return {"width": facts.width, "height": facts.height} | ({"sha256": facts.sha256} if facts.sha256 else {})


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


def _receipt(record: Mapping[str, Any]) -> Receipt:
    served, error, way = record["served_by"], record.get("error"), record["way"]
    return Receipt(
        operation=Operation(record["operation"]),
        operation_type=OperationType(record["operation_type"]),
        served_by=None
        if served is None
        else ServedBy(
            _text(served["platform"]), _text(served["label"]), _text(served["model"]), _maybe(str, served["request_id"])
        ),
        attempts=tuple(_read_attempt(attempt) for attempt in _of(list, record["attempts"])),
        seed=_maybe(int, record["seed"]),
        cost=_read_cost(record["cost"]),
        app_version=_text(record["app_version"]),
        input=_read_facts(record["input"]),
        output=_read_facts(record.get("output")),
        metrics={_text(name): value for name, value in record["metrics"].items()},
        error=_maybe(str, error),
        way=None if way is None else Way(way),
        notes=tuple(_text(note) for note in _of(list, record["notes"])),
        options={_text(name): value for name, value in _of(dict, record.get("options", {})).items()},
    )


def _read_attempt(record: Mapping[str, Any]) -> Attempt:
    started = record["started"]
    return Attempt(
        cycle=_of(int, record["cycle"]),
        platform=_text(record["platform"]),
        label=_text(record["label"]),
        model=_text(record["model"]),
        outcome=Outcome(record["outcome"]),
        message=_text(record["message"]),
        status=_maybe(int, record["status"]),
        started=None if started is None else datetime.fromisoformat(started).astimezone(UTC),
        seconds=_number(record["seconds"]),
        cost=_read_cost(record["cost"]),
    )


def _read_cost(record: Mapping[str, Any]) -> Cost:
    usd, credits_ = record["usd"], record["credits"]
    return Cost(
        None if usd is None else _number(usd),
        None if credits_ is None else _number(credits_),
        CostSource(record["source"]),
    )


def _read_facts(record: Mapping[str, Any] | None) -> FileFacts | None:
    if record is None:
        return None
    return FileFacts(_of(int, record["width"]), _of(int, record["height"]), _text(record.get("sha256", "")))


def _of(kind: type[T], value: Any) -> T:
    # A bool is an int to Python, and none here.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{kind.__name__} expected")
    return value


def _maybe(kind: type[T], value: Any) -> T | None:
    return None if value is None else _of(kind, value)


def _text(value: Any) -> str:
    return _of(str, value)


def _number(value: Any) -> float:
    number = float(_of(int, value) if isinstance(value, int) else _of(float, value))
    if not math.isfinite(number):
        raise ValueError("a finite number expected")
    return number
