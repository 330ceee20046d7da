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
    INPAINT = "inpaint"
    REMOVE_BACKGROUND = "remove-background"
    SEARCH_AND_REPLACE = "search-and-replace"
    SEARCH_AND_RECOLOR = "search-and-recolor"
    REPLACE_BACKGROUND = "replace-background"
    OUTPAINT = "outpaint"
    UPSCALE = "upscale"

    @property
    def operation_type(self) -> OperationType:
        """The priority table that serves this operation."""
        return OperationType.IMAGE_EDITING

    @property
    def caption(self) -> str:
        """The operation's name on a button or in the history."""
        return _CAPTIONS[self]

    @property
    def masked(self) -> bool:
        """Whether the user's mask says what is to change; otherwise the whole picture goes to the platform."""
        return self in (Operation.ERASE, Operation.INPAINT)


_CAPTIONS = {
    Operation.ERASE: "Erase",
    Operation.INPAINT: "Inpaint",
    Operation.REMOVE_BACKGROUND: "Cut out",
    Operation.SEARCH_AND_REPLACE: "Replace",
    Operation.SEARCH_AND_RECOLOR: "Recolor",
    Operation.REPLACE_BACKGROUND: "Replace background",
    Operation.OUTPAINT: "Outpaint",
    Operation.UPSCALE: "Upscale",
}


class Way(StrEnum):
    """How a model does an operation; stands in the receipt, since the ways differ in what they leave untouched."""

    MASK = "mask"
    """The model fills what a mask marks; everything else keeps its pixels."""
    MASK_BY_WORDS = "mask-by-words"
    """One model finds what the words name, another fills it; everything else keeps its pixels."""
    WHOLE_PICTURE = "whole-picture"
    """The model returns a new picture, which is fitted back to the size of the old one."""
    CUT_OUT = "cut-out"
    """The model returns which pixels belong to the subject; the colours stay those of the picture."""
    PADDING = "padding"
    """A larger picture with an empty border is filled by a model that takes a mask; the old pixels stay."""
    EXTENSION = "extension"
    """The model is told how far to extend; the old pixels are laid back over what it returns."""
    ENLARGEMENT = "enlargement"
    """The model returns the picture with more pixels, in one piece or in tiles."""

    @property
    def words(self) -> str:
        """The way as it stands in a sentence or a list: ``mask by words + fill``."""
        return _WAY_WORDS[self]


_WAY_WORDS = {
    Way.MASK: "mask",
    Way.MASK_BY_WORDS: "mask by words + fill",
    Way.WHOLE_PICTURE: "whole picture",
    Way.CUT_OUT: "cut-out",
    Way.PADDING: "padding + fill",
    Way.EXTENSION: "extension",
    Way.ENLARGEMENT: "enlargement",
}


class Context(StrEnum):
    """How much of the picture around a mask is sent along with it."""

    AUTO = "auto"
    """As much as a good fill needs, and no more than a platform takes without making it smaller."""
    TIGHT = "tight"
    """Little: the most detail, and the least of the picture leaves the computer."""
    WIDE = "wide"
    """Much: for what has to go with something farther away."""
    WHOLE = "whole"
    """The whole picture."""


class Areas(StrEnum):
    """Whether separate masked areas are one edit or several."""

    AUTO = "auto"
    """Areas that lie far apart get an edit each: one picture around all would show them small."""
    TOGETHER = "together"
    """One edit for all."""
    APART = "apart"
    """An edit for each, however near they are."""


class Edge(StrEnum):
    """What the outline of a cut-out is like."""

    SOFT = "soft"
    """Follows hair, fur and leaves, half transparent where they are."""
    HARD = "hard"
    """One clear contour, as for products and vehicles."""


class UpscaleMode(StrEnum):
    """What an enlargement may do with the picture."""

    FAST = "fast"
    """Clean and quick; nothing is invented."""
    CONSERVATIVE = "conservative"
    """As faithful as possible, with more detail."""
    CREATIVE = "creative"
    """Detail is invented where the picture has none."""


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
    TO_BE_COLLECTED = "could not stop, will be collected"
    ALREADY_DONE = "already done"
