"""Replicate's predictions: how one begins, goes on from poll to poll, and what its object says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from editor.simulator.replicate_model import ReplicateModel
from editor.simulator.replicate_painting import Output
from editor.simulator.scripts import Script

OPEN = frozenset({"starting", "processing"})


@dataclass(slots=True, kw_only=True)
class Prediction:
    """One run. ``polls_left`` counts the looks that still find it unfinished; None means for ever."""

    id: str
    model: ReplicateModel
    input: Mapping[str, Any]
    script: Script
    polls_left: int | None
    created: datetime
    deadline: datetime | None = None
    status: str = "starting"
    error: str | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    """The pictures by the last part of their address."""
    output: Any = None
    started: datetime | None = None
    completed: datetime | None = None

    def look(self, now: datetime) -> bool:
        """Go one step on; True when this step finished the run with a picture."""
        if self.status not in OPEN:
            return False
        if self.deadline is not None and now > self.deadline:
            # Passed before the start it is not billed, afterwards it is.
            self.status, self.completed = "aborted" if self.started is None else "canceled", now
            return False
        if self.polls_left is None or self.polls_left > 0:
            if self.polls_left in {None, 1} or self.status == "processing":
                self.status, self.started = "processing", self.started or now
            self.polls_left = None if self.polls_left is None else self.polls_left - 1
            return False
        return self.finish(now)

    def finish(self, now: datetime) -> bool:
        """End the run; True when it has a picture."""
        self.started = self.started or now
        self.completed = now
        self.status = "failed" if self.error is not None else "succeeded"
        return self.error is None

    def cancel(self, now: datetime) -> None:
        """Stop an unfinished run; a finished one stays as it is."""
        if self.status in OPEN:
            self.status, self.completed, self.outputs = "canceled", now, {}

    def document(self, base_url: str, *, with_output: bool = False) -> dict[str, Any]:
        """The prediction object; ``with_output`` shows the output although the run has not ended."""
        own = f"{base_url}/predictions/{self.id}"
        document: dict[str, Any] = {
            "id": self.id,
            "model": self.model.name,
            "version": "hidden" if self.model.official else self.model.version,
            "input": dict(self.input),
            "logs": self._logs(),
            "output": self.output if self.status == "succeeded" or with_output else None,
            "data_removed": False,
            "error": self.error if self.status == "failed" else None,
            "source": "api",
            "status": self.status,
            "created_at": _time(self.created),
            "urls": {"get": own, "cancel": f"{own}/cancel", "web": f"https://replicate.com/p/{self.id}"},
        }
        times = {"started_at": self.started, "completed_at": self.completed, "deadline": self.deadline}
        document.update({name: _time(moment) for name, moment in times.items() if moment is not None})
        if self.completed is not None and self.started is not None:
            document["metrics"] = self._metrics(self.started, self.completed)
        return document

    def _logs(self) -> str:
        if self.started is None:
            return ""
        return "Running\n 50%|█████     | 1/2" + ("" if self.completed is None else "\n100%|██████████| 2/2")

    def _metrics(self, started: datetime, completed: datetime) -> dict[str, Any]:
        metrics: dict[str, Any] = {
            "predict_time": (completed - started).total_seconds(),
            "total_time": (completed - self.created).total_seconds(),
        }
        if self.model.official and self.status == "succeeded":
            metrics["image_count"] = len(self.outputs)
        return metrics


def new_deadline(created: datetime, seconds: int | None) -> datetime | None:
    """When the platform would stop the run."""
    return None if seconds is None else created + timedelta(seconds=seconds)


def parse_time(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
