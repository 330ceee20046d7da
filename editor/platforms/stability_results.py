"""Reads what Stability AI answers where it does not refuse: a picture as bytes or in JSON, or the name of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from editor.platforms.encoding import from_base64
from editor.transport.message import Response

_RUN = re.compile(r"[A-Za-z0-9_-]{8,128}")
"""Documented are 64 characters; what cannot be part of an address is no name of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a run ended with: an encoded picture ("" where there is none), why it ended in capitals ("" where nothing
    was told), and the seed that was used, as far as that is told."""

    picture: bytes
    reason: str
    seed: int | None

    @property
    def refused(self) -> bool:
        """Whether the content filter objected; a picture that comes with it is blurred."""
        return self.reason not in ("SUCCESS", "")


def finished(answer: Response) -> Finished:
    """The end of a run, from bytes with headers or from JSON. Raises BadResult where JSON holds no base64."""
    document = _document(answer)
    reason = document.get("finish_reason") or answer.headers.get("finish-reason") or ""
    picture = answer.body
    if document or answer.media_type == "application/json":
        # The document calls it image; some clients of the service read result.
        text = document.get("image") or document.get("result")
        picture = from_base64(text) if isinstance(text, str) else b""
    seed = document.get("seed", answer.headers.get("seed"))
    return Finished(picture=picture, reason=str(reason).strip().upper(), seed=_whole(seed))


def carries_failure(answer: Response) -> bool:
    """Whether an answer with a status of success tells of a failure all the same."""
    document = _document(answer)
    return bool(document.get("errors") or document.get("name"))


def run_named(answer: Response) -> str | None:
    """The id of the run that was begun, or None. Refusals have an id as well: their status comes first."""
    run = _document(answer).get("id")
    return run if isinstance(run, str) and _RUN.fullmatch(run) else None


def refused_fields(answer: Response) -> frozenset[str]:
    """The fields that a 400 complains about, one a sentence; empty where a sentence names none, and where the words
    were objected to rather than the form."""
    document = answer.json_object()
    errors = document.get("errors")
    if answer.status != 400 or document.get("name") != "bad_request" or not isinstance(errors, list):
        return frozenset()
    named = [re.match(r"\s*(\w+)\s*:", error) if isinstance(error, str) else None for error in errors]
    return frozenset(found[1] for found in named if found) if all(named) else frozenset()


def _document(answer: Response) -> dict[str, Any]:
    """The body as JSON where it is, by its bytes: no picture begins with a brace."""
    return answer.json_object() if answer.body.lstrip()[:1] == b"{" else {}


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
