"""The faults a simulated platform can be told to show, each in the platform's own words and status."""

from __future__ import annotations

from enum import StrEnum

from editor.domain.errors import InputError


class Script(StrEnum):
    """What a simulated platform does with an edit. The value is the word on the command line."""

    OK = "ok"
    """Erase what the mask marks."""
    OUT_OF_CREDIT = "out-of-credit"
    """Stability 402 ``payment_required``, Replicate 402 "Insufficient credit", FAL 403 "User is locked"."""
    RATE_LIMIT = "rate-limit"
    """429 from each."""
    REFUSAL = "refusal"
    """Stability 200 ``CONTENT_FILTERED`` with a blurred picture, Replicate a failed run (E005), FAL 422."""
    REFUSAL_BEFORE = "refusal-before"
    """Stability 403 ``content_moderation`` before the run, not charged; elsewhere like ``refusal``."""
    REFUSAL_MARKED = "refusal-marked"
    """FAL's FLUX family 200 with ``has_nsfw_concepts`` and a black picture; elsewhere like ``refusal``."""
    SERVER_ERROR = "server-error"
    """500 in the platform's own form."""
    BAD_GATEWAY = "bad-gateway"
    """502 with an HTML page of a proxy before the platform."""
    FAILED_RUN = "failed-run"
    """The run is accepted and fails; where Stability answers directly, 500."""
    STUCK = "stuck"
    """The run is accepted and never ends until it is cancelled; where Stability answers directly, it never does."""
    HANG = "hang"
    """The edit is received and never answered; no run begins."""
    LOST_ANSWER = "lost-answer"
    """The edit is accepted and runs, but the connection closes without a byte of an answer."""
    HALF_ANSWER = "half-answer"
    """The answer that carries the picture ends in the middle of its body."""
    RESET = "reset"
    """The connection that carries the picture is reset in the middle of its body."""
    DRIP = "drip"
    """The answer that carries the picture comes byte by byte, fifty a second."""
    BROKEN_PICTURE = "broken-picture"
    """A complete answer with a truncated picture in it."""
    BLANK_PICTURE = "blank-picture"
    """A picture of one colour."""
    UNCHANGED_PICTURE = "unchanged-picture"
    """The picture that was sent."""
    HALF_SIZE = "half-size"
    """A good result at half the width and height."""
    BAD_KEY = "bad-key"
    """401: the key is no longer known."""
    SLOW = "slow"
    """Done later than usual: some looks more find a run unfinished, and a direct answer waits ``slow_seconds``."""
    QUEUED = "queued"
    """The run waits in the queue at the positions 3, 2, 1 and 0 before it begins; a direct answer comes as ever."""
    FORBIDDEN = "forbidden"
    """403 that has to do neither with credit nor with moderation."""
    GONE = "gone"
    """404: the model or operation is no longer there."""
    TOO_LARGE = "too-large"
    """413."""
    INVALID = "invalid"
    """Stability 400, the others 422, about one optional field of the request, which they name."""
    WRONG_LANGUAGE = "wrong-language"
    """Stability 422 ``invalid_language``; elsewhere like ``invalid``."""
    PUBLIC_FIGURE = "public-figure"
    """Stability 422 ``public_figure``; elsewhere like ``refusal``."""
    RATE_LIMIT_UNTOLD = "rate-limit-untold"
    """429 without a word about how long."""
    UNAVAILABLE = "unavailable"
    """503 in the platform's own form."""
    WRONG_SIZE = "wrong-size"
    """A good result squeezed to another aspect ratio."""
    EXPIRED = "expired"
    """The result, or the file it names, is gone when it is fetched: 404."""
    WRONG_POLARITY = "wrong-polarity"
    """The model reads the mask the other way round: what is marked stays and everything else is changed."""
    STALL = "stall"
    """The answer that carries the picture stops in the middle of its body and the connection stays open."""


def script_named(name: str) -> Script:
    """The script of that name; raises InputError that lists all names."""
    try:
        return Script(name)
    except ValueError:
        known = ", ".join(Script)
        raise InputError(f"There is no script named “{name}”. Known are: {known}.") from None
