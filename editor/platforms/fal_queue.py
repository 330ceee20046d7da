"""FAL's queue as its answers show it: the addresses of a run, its place in the queue, how far its logs say it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from editor.domain.kinds import Phase
from editor.platforms.addresses import Address
from editor.platforms.errand import Errand
from editor.platforms.fal_errors import words_of
from editor.transport.message import Response

_PROGRESS_BAR = re.compile(r"(?<!\d)(\d{1,3})%\s*\|")
"""How the usual progress bar writes its percent: ``45%|████▌     | 9/20``."""

_NOT_FOUND_THERE = re.compile(r"(?:application|path) .* not found", re.IGNORECASE)
"""What the platform says of a model, not of a result, that it does not have."""


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """A submitted request with its own three addresses."""

    request_id: str
    status_url: str
    result_url: str
    cancel_url: str

    @property
    def reference(self) -> str:
        """The run in one word, from which :func:`run_of` makes it again."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one submit ended: the run's answer and last status, or the refusal of the submit itself, which has no run."""

    answer: Response
    run: QueuedRun | None = None
    status: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def failed(self) -> bool:
        """Whether the status tells that the run failed."""
        return bool(self.status.get("error") or self.status.get("error_type"))

    @property
    def has_expired(self) -> bool:
        """Whether the run went well and the platform, which keeps results for minutes, has none any more."""
        went_well = self.run is not None and not self.failed
        gone = self.answer.status in (404, 410) and not _NOT_FOUND_THERE.search(words_of(self.answer))
        return went_well and gone

    @property
    def is_locked_away(self) -> bool:
        """Whether the run went well and the result is refused to the key."""
        return self.run is not None and not self.failed and self.answer.status in (401, 403)


def queued_run(document: Mapping[str, Any], *, endpoint: str, queue: Address) -> QueuedRun | None:
    """The run that a submit answered with, by the addresses it names; None where it names no run.

    An address that is missing, or that may not see the key, is built by the documented rule.
    """
    request_id = str(document.get("request_id") or "")
    if not request_id:
        return None
    # Requests live under the first two segments of the endpoint, whatever follows.
    application = "/".join(endpoint.split("/")[:2])
    base = queue.url(f"{application}/requests/{quote(request_id, safe='')}")

    def told(name: str, otherwise: str) -> str:
        url = document.get(name)
        return url if isinstance(url, str) and queue.may_carry_key(url) else otherwise

    return QueuedRun(
        request_id,
        told("status_url", f"{base}/status"),
        told("response_url", base),
        told("cancel_url", f"{base}/cancel"),
    )


def run_of(reference: str, *, queue: Address) -> QueuedRun | None:
    """The run that :attr:`QueuedRun.reference` stands for; None where it is damaged or may not see the key."""
    try:
        words = json.loads(reference)
        run = QueuedRun(**{name: str(word) for name, word in words.items()})
    except (ValueError, TypeError, AttributeError):
        return None
    return run if all(map(queue.may_carry_key, (run.status_url, run.result_url, run.cancel_url))) else None


def say(errand: Errand, status: Mapping[str, Any]) -> None:
    """Report where a run is that has not completed."""
    if status.get("status") == "IN_QUEUE":
        position = status.get("queue_position")
        told = isinstance(position, int) and not isinstance(position, bool) and position >= 0
        errand.say(Phase.QUEUED, words=f"place {position + 1} in the queue" if told and position is not None else "")
    else:
        errand.say(Phase.PROCESSING, share_done(status.get("logs")))


def share_done(logs: Any) -> float | None:
    """How far a run is by the last progress bar in its logs, 0–1; None where there is none."""
    lines = logs if isinstance(logs, list) else []
    messages = [entry.get("message") for entry in lines if isinstance(entry, dict)]
    for message in reversed(messages):
        found = _PROGRESS_BAR.findall(message) if isinstance(message, str) else []
        if found and int(found[-1]) <= 100:
            return int(found[-1]) / 100
    return None
