"""What the window says about kept results. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType

from editor.domain.vault import RecordState
from editor.session.kept_result import KeptResult
from editor.session.vault_bounds import Excess, bytes_words

_STATES = MappingProxyType(
    {
        RecordState.INTENDED: "maybe never sent",
        RecordState.SENT: "sent, no answer yet",
        RecordState.RUNNING: "may still be running",
        RecordState.FETCHED: "ready",
        RecordState.DELIVERED: "delivered",
        RecordState.GIVEN_UP: "not used",
    }
)

PURPOSE = (
    "What platforms finish for you is kept here, delivered or not, until you delete it: a result that was paid for is "
    "never lost."
)
EMPTY = "Nothing is kept yet."
WITHOUT_VAULT = "Edits work all the same, but one that is under way when the program ends may be lost."


def state_words(result: KeptResult) -> str:
    """How a result stands, in lower case."""
    return _STATES[result.state]


def cells(result: KeptResult) -> tuple[str, ...]:
    """Picture, edit, platform, when, state, size."""
    size = bytes_words(result.size)
    when = f"{result.begun.astimezone():%Y-%m-%d %H:%M}"
    name = result.document or "A picture"
    return name, result.operation.caption, result.platform, when, state_words(result), size


def found_sentence(results: Sequence[KeptResult], started: datetime) -> str:
    """What is offered: of an earlier start of the program, or of an edit of this one that had ended without it."""
    if len(results) > 1:
        return f"{len(results)} edits that you have paid for are ready and in no picture yet."
    (result,) = results
    when = "while you were away" if result.begun < started else "after all"
    where = f" in {result.document}" if result.document else ""
    return f"{result.platform} finished an edit {when}: {result.operation.caption}{where}."


def excess_sentence(excess: Excess) -> str:
    """What is over the bounds."""
    return f"{excess.sentence} Nothing is deleted unless you say so."


def delete_words(excess: Excess) -> str:
    """What stands on the button that deletes what is delivered and over the bounds."""
    count = len(excess.deletable)
    noun = "result" if count == 1 else "results"
    if excess.is_too_large:
        return f"Delete the {count} oldest delivered {noun}" if count > 1 else "Delete the oldest delivered result"
    return f"Delete {count} delivered {noun} older than {excess.limits.days} days"


def deleted_words(results: Sequence[KeptResult]) -> str:
    """What was deleted: ``3 kept results were deleted, 12 MB.``"""
    size = bytes_words(sum(one.size for one in results))
    if len(results) == 1:
        return f"The kept result was deleted, {size}."
    return f"{len(results)} kept results were deleted, {size}."


def sum_words(results: Sequence[KeptResult], excess: Excess) -> str:
    """How much there is: ``5 results, 34 MB of 500 MB``."""
    noun = "result" if len(results) == 1 else "results"
    return f"{len(results)} {noun}, {bytes_words(excess.total_bytes)} of {excess.limits.megabytes} MB"


def question_words(results: Sequence[KeptResult]) -> tuple[str, str]:
    """The question before results are discarded, and what it means."""
    if len(results) > 1:
        question = f"Discard {len(results)} kept results?"
    else:
        result = results[0]
        question = f"Discard what {result.platform} made of {result.document or 'the picture'}?"
    if any(one.is_open for one in results):
        return question, "The platform may still be at work, and may charge for it. The result will not be collected."
    if all(one.is_dispensable for one in results):
        return question, "It was delivered. What is in your pictures stays as it is."
    return question, "It was paid for and is in no picture. It cannot be had again."
