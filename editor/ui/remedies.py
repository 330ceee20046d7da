"""What to say when something failed, and what the user can do about it. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from editor.domain.attempt import Attempt
from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError
from editor.domain.kinds import CancelEnding, Outcome


class RemedyKind(StrEnum):
    """What a remedy's button does."""

    ADD_KEY = "add_key"
    TRY_AGAIN = "try_again"
    TRY_NEXT = "try_next"
    DETAILS = "details"
    SHOW_PICTURE = "show_picture"
    SAVE_AS = "save_as"
    SAVE_OVER = "save_over"
    EXPORT_AGAIN = "export_again"
    BRING_BACK = "bring_back"
    DELETE_LEFT = "delete_left"
    OPEN_RESULT = "open_result"
    REVIEW_RESULTS = "review_results"
    DELETE_DELIVERED = "delete_delivered"
    APPLY_MASK = "apply_mask"
    SCALE_MASK = "scale_mask"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button: what it does and what stands on it."""

    kind: RemedyKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message for the user: a sentence or two, and the remedies that fit. ``bad`` is False for mere news.

    ``passing`` is what is true only until the user does something else: that nothing is masked, for example.
    """

    words: str
    remedies: tuple[Remedy, ...] = ()
    bad: bool = True
    passing: bool = False


ADD_KEY = Remedy(RemedyKind.ADD_KEY, "Add key…")
TRY_AGAIN = Remedy(RemedyKind.TRY_AGAIN, "Try again")
TRY_NEXT = Remedy(RemedyKind.TRY_NEXT, "Try the next platform")
DETAILS = Remedy(RemedyKind.DETAILS, "Show details")

_ENDINGS = {
    CancelEnding.STOPPED: "The edit was cancelled; nothing was charged.",
    CancelEnding.STOPPED_LATE: "The edit was cancelled; the platform may charge for what it had used.",
    CancelEnding.COULD_NOT_STOP: "The edit was cancelled, but the platform could not be stopped and may charge for it.",
    CancelEnding.TO_BE_COLLECTED: "The edit was cancelled, but the platform could not be stopped; its result will be "
    "collected.",
    CancelEnding.ALREADY_DONE: "The edit was cancelled, but the platform had finished it and may charge for it.",
}

_NEEDS_KEY = (Outcome.MISSING_KEY, Outcome.REFUSED_KEY)


def sentence_of_cancel(error: Cancelled) -> str:
    """What became of an edit that the user stopped."""
    return _ENDINGS[error.ending]


def notice_of_edit(error: EditorError, names: Mapping[str, str], *, after_refusal: str = "next") -> Notice | None:
    """What to say of an edit that failed; None where the user stopped it himself.

    ``after_refusal`` is what the user wants to happen once a platform has refused a picture: ``next``, ``ask``,
    ``stop``.
    """
    if isinstance(error, Cancelled):
        return None
    if not isinstance(error, AllPlatformsFailed):
        return Notice(words=error.message, remedies=(TRY_AGAIN,))
    last = last_attempts(error.attempts)
    if not last:
        return Notice(words=error.message)
    if after_refusal in ("ask", "stop") and error.attempts[-1].outcome is Outcome.CONTENT_REFUSED:
        return _refusal(error.attempts[-1], names, offered=after_refusal == "ask")
    reasons = "; ".join(f"{names.get(a.platform, a.platform)}: {a.outcome.words}" for a in last)
    remedies: tuple[Remedy, ...] = (TRY_AGAIN, DETAILS)
    if any(attempt.outcome in _NEEDS_KEY for attempt in last):
        remedies = (ADD_KEY, *remedies)
    return Notice(words=f"No platform could finish the edit. {reasons}. The picture is unchanged.", remedies=remedies)


def _refusal(attempt: Attempt, names: Mapping[str, str], *, offered: bool) -> Notice:
    """A platform refused, and nobody else was asked, as the user wants it."""
    name = names.get(attempt.platform, attempt.platform)
    words = f"{name} refused the picture or the words. No other platform was asked, and the picture is unchanged."
    return Notice(words=words, remedies=(TRY_NEXT, DETAILS) if offered else (DETAILS,))


def refusers(attempts: tuple[Attempt, ...]) -> tuple[str, ...]:
    """The platforms that refused the picture or the words, each once."""
    refused = [attempt.platform for attempt in attempts if attempt.outcome is Outcome.CONTENT_REFUSED]
    return tuple(dict.fromkeys(refused))


def last_attempts(attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """The last word of every platform, in the order of trying."""
    last: dict[str, Attempt] = {}
    for attempt in attempts:
        last[attempt.platform] = attempt
    return tuple(last.values())
