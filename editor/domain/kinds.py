"""The closed sets of words that appear in requests, logs, receipts and on the command line."""

from __future__ import annotations

from enum import StrEnum


class OperationType(StrEnum):
    """What kind of result is asked for; each type has its own priority table."""

    IMAGE_EDITING = "image_editing"
    IMAGE_GENERATION = "image_generation"
    TEXT_GENERATION = "text_generation"
    VIDEO_GENERATION = "video_generation"

    @property
    def caption(self) -> str:
        """The words of the type at the start of a sentence: ``Image editing``."""
        return self.value.replace("_", " ").capitalize()


class Operation(StrEnum):
    """An AI edit the user chooses. The value is the command-line verb and stands in receipts."""

    ERASE = "erase"

    @property
    def operation_type(self) -> OperationType:
        """The priority table that serves this operation."""
        return OperationType.IMAGE_EDITING

    @property
    def caption(self) -> str:
        """The operation's name on a button or in the history."""
        return self.value.replace("-", " ").capitalize()


class Outcome(StrEnum):
    """How one attempt ended. Everything but ``SERVED`` names a kind of failure."""

    SERVED = "served"
    MISSING_KEY = "missing_key"
    REFUSED_KEY = "refused_key"
    OUT_OF_CREDIT = "out_of_credit"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    UNSUPPORTED = "unsupported"
    CONTENT_REFUSED = "content_refused"
    BAD_RESULT = "bad_result"
    MAYBE_RUNNING = "maybe_running"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The outcome as a person says it, in lower case: ``out of credits``."""
        return _OUTCOME_WORDS[self]


_OUTCOME_WORDS = {
    Outcome.SERVED: "done",
    Outcome.MISSING_KEY: "no key",
    Outcome.REFUSED_KEY: "key refused",
    Outcome.OUT_OF_CREDIT: "out of credits",
    Outcome.RATE_LIMITED: "limited",
    Outcome.UNAVAILABLE: "not available",
    Outcome.UNSUPPORTED: "skipped",
    Outcome.CONTENT_REFUSED: "refused the picture",
    Outcome.BAD_RESULT: "bad picture",
    Outcome.MAYBE_RUNNING: "no answer",
    Outcome.CANCELLED: "cancelled",
}


class Phase(StrEnum):
    """What an attempt is doing just now; shown in the route strip."""

    PREPARING = "preparing"
    UPLOADING = "uploading"
    QUEUED = "queued"
    PROCESSING = "processing"
    DOWNLOADING = "downloading"


class CostSource(StrEnum):
    """Where the figure of a cost comes from."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"
    FREE = "free"


class CancelEnding(StrEnum):
    """What became of the run that was cancelled, as told to the user."""

    STOPPED = "stopped, not charged"
    STOPPED_LATE = "stopped, what it had used may be charged"
    COULD_NOT_STOP = "could not stop, may have been charged"
    ALREADY_DONE = "already done"
