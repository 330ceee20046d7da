"""The one tree of errors. Messages are fit to show to the user; ``detail`` is for the log.

Neither may hold a key, a prompt or a picture: whoever raises one has taken them out before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from editor.domain.kinds import CancelEnding, OperationType, Outcome

if TYPE_CHECKING:
    from editor.domain.attempt import Attempt


class EditorError(Exception):
    """Base of everything the program raises on purpose.

    ``message`` is one or two sentences for the user: what happened, then the remedy.
    ``detail`` is technical and goes to the log alone.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class InputError(EditorError):
    """What the user gave cannot be used; raised before a job exists."""


class ChangedOnDisk(InputError):
    """Somebody else has written the file since it was read."""


class KeyringUnavailable(EditorError):
    """No keyring of the operating system keeps a key for us."""


class PlatformError(EditorError):
    """One attempt on one platform failed. ``outcome`` says which kind, ``status`` is the HTTP status or None.

    ``retry_after`` is how long the platform asked to be left alone, in seconds, or None. ``may_be_charged`` is set
    where the platform had finished a run before the failure.
    """

    outcome: ClassVar[Outcome] = Outcome.UNAVAILABLE
    retry_after: float | None = None
    may_be_charged: bool = False

    def __init__(self, message: str, *, detail: str = "", status: int | None = None) -> None:
        super().__init__(message, detail=detail)
        self.status = status


class MissingKey(PlatformError):
    """No key is known for the platform."""

    outcome = Outcome.MISSING_KEY


class RefusedKey(PlatformError):
    """The platform does not accept the key."""

    outcome = Outcome.REFUSED_KEY


class InsufficientCredit(PlatformError):
    """The account is exhausted or locked for want of money."""

    outcome = Outcome.OUT_OF_CREDIT


class RateLimited(PlatformError):
    """Too many requests. ``retry_after`` is what the platform told, in seconds, or None."""

    outcome = Outcome.RATE_LIMITED

    def __init__(
        self,
        message: str,
        *,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, detail=detail, status=status)
        self.retry_after = retry_after


class Unavailable(PlatformError):
    """Not connected, a server error, a failed run, or a time-out before the request was fully sent.

    ``surely_not_accepted`` is True only where the platform cannot have begun any work, ``unreached`` where nothing of
    the platform answered: then no other operation of it can do better.
    """

    outcome = Outcome.UNAVAILABLE

    def __init__(
        self,
        message: str,
        *,
        detail: str = "",
        status: int | None = None,
        surely_not_accepted: bool = False,
        unreached: bool = False,
    ) -> None:
        super().__init__(message, detail=detail, status=status)
        self.surely_not_accepted = surely_not_accepted
        self.unreached = unreached


class ResultGone(Unavailable):
    """A run of an earlier time has no result to collect, now or later."""


class Unsupported(PlatformError):
    """The platform cannot do this request: its size, operation or a parameter."""

    outcome = Outcome.UNSUPPORTED


class OverCap(Unsupported):
    """The edit would go beyond a cap on spending that the user set; nothing was sent."""


class ContentRefused(PlatformError):
    """The platform's filter refused the picture or the words."""

    outcome = Outcome.CONTENT_REFUSED


class BadResult(PlatformError):
    """The picture that came back is broken, blank, unchanged or of a wrong shape."""

    outcome = Outcome.BAD_RESULT


class MaybeRunning(PlatformError):
    """The request was sent and no answer came: it may be running and may be charged."""

    outcome = Outcome.MAYBE_RUNNING


class AllPlatformsFailed(EditorError):
    """No link served the request. Holds every attempt; its text is the log's closing line."""

    def __init__(self, operation_type: OperationType, attempts: tuple[Attempt, ...]) -> None:
        tried = ", ".join(attempt.platform for attempt in attempts)
        super().__init__(
            f"All platforms failed for {operation_type}. Tried: {tried}. Last error: {_last_error(attempts)}"
        )
        self.operation_type = operation_type
        self.attempts = attempts


def _last_error(attempts: tuple[Attempt, ...]) -> str:
    """The last attempt's message; where every key is missing, how to give each of them."""
    if not attempts:
        return "no platform offers this yet"
    if all(attempt.outcome is Outcome.MISSING_KEY for attempt in attempts):
        return " ".join(attempt.message for attempt in attempts)
    return attempts[-1].message


class NoPlatform(AllPlatformsFailed):
    """The priority table of this operation type is empty: no platform offers it yet."""

    def __init__(self, operation_type: OperationType) -> None:
        super().__init__(operation_type, ())
        self.message = f"{operation_type.caption}: no platform offers this yet."
        self.args = (self.message,)


class Cancelled(EditorError):
    """The user stopped the job. ``ending`` is what became of the run that was under way."""

    def __init__(self, ending: CancelEnding, attempts: tuple[Attempt, ...] = ()) -> None:
        super().__init__(f"Cancelled: {ending}.")
        self.ending = ending
        self.attempts = attempts
