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
    DETAILS = "details"
    SHOW_PICTURE = "show_picture"
    SAVE_AS = "save_as"
    OPEN_RESULT = "open_result"
    REVIEW_RESULTS = "review_results"
    DELETE_DELIVERED = "delete_delivered"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button: what it does and what stands on it."""

    kind: RemedyKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message for the user: a sentence or two, and the remedies that fit. ``bad`` is False for mere news."""

    words: str
    remedies: tuple[Remedy, ...] = ()
    bad: bool = True


ADD_KEY = Remedy(RemedyKind.ADD_KEY, "Add key…")
TRY_AGAIN = Remedy(RemedyKind.TRY_AGAIN, "Try again")
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


def notice_of_edit(error: EditorError, names: Mapping[str, str]) -> Notice | None:
    """What to say of an edit that failed; None where the user stopped it himself."""
    if isinstance(error, Cancelled):
        return None
    if not isinstance(error, AllPlatformsFailed):
        return Notice(words=error.message, remedies=(TRY_AGAIN,))
    last = last_attempts(error.attempts)
    if not last:
        return Notice(words=error.message)
    reasons = "; ".join(f"{names.get(a.platform, a.platform)}: {a.outcome.words}" for a in last)
    remedies: tuple[Remedy, ...] = (TRY_AGAIN, DETAILS)
    if any(attempt.outcome in _NEEDS_KEY for attempt in last):
        remedies = (ADD_KEY, *remedies)
    return Notice(words=f"No platform could finish the edit. {reasons}. The picture is unchanged.", remedies=remedies)


def last_attempts(attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """The last word of every platform, in the order of trying."""
    last: dict[str, Attempt] = {}
    for attempt in attempts:
        last[attempt.platform] = attempt
    return tuple(last.values())
