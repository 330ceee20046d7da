"""One edit from the press of a button to what can be saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from editor import __version__
from editor.domain.attempt import FREE, UNKNOWN_COST, Attempt, JobEvent, Link
from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled
from editor.domain.history import Dirty, EntryKind
from editor.domain.kinds import CancelEnding, CostSource, Operation
from editor.domain.layer import Layer
from editor.domain.receipt import Receipt, ServedBy
from editor.domain.samples import Samples
from editor.fallback.manager import Served
from editor.fallback.policy import Rules
from editor.fallback.telling import served_sentence
from editor.imaging.sizes import enlarged, extended
from editor.operations.base import Blended, EditInput, Finished, NewPicture, picture_with, present_pixels
from editor.operations.registry import operation_of
from editor.session.keeping import Keeping
from editor.session.room import room_of
from editor.session.services import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PreparedEdit:
    """An edit as it was when the button was pressed; later strokes do not change it."""

    document: Document
    source: EditInput
    without: tuple[str, ...] = ()
    """Platforms that must not be asked: one that has refused the picture."""

    @property
    def operation(self) -> Operation:
        """What is to be done."""
        return self.source.operation

    @property
    def result_size(self) -> tuple[int, int]:
        """Width and height of the picture that is to come of it."""
        return operation_of(self.operation).result_size(self.document.size, self.source.options)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedEdit:
    """A served edit: its results in the document's colours, the best one first, then its variations.

    ``sentence`` says who did it, in how long, for how much.
    """

    prepared: PreparedEdit
    results: tuple[Finished, ...]
    receipt: Receipt
    sentence: str
    kept_as: str = ""
    """The edit's name in the vault."""

    @property
    def document(self) -> Document:
        """The document that was edited."""
        return self.prepared.document

    @property
    def blended(self) -> Blended:
        """The first result of an edit that keeps the picture's size; ValueError for one that does not."""
        first = self.results[0]
        if not isinstance(first, Blended):
            raise ValueError(f"{self.prepared.operation} makes a picture of another size")
        return first

    @property
    def layer(self) -> Layer:
        """The first result's layer; as :attr:`blended`."""
        return self.blended.layer

    def pictures(self) -> Iterator[Samples]:
        """Every result as a whole picture, (height, width, 4) BGRA in its depth, in turn; the document stays."""
        return (picture_with(self.document, result) for result in self.results)


async def serve(
    prepared: PreparedEdit,
    load_services: Callable[[], Services],
    *,
    chain_of: Callable[[Services], Sequence[Link]],
    on_event: Callable[[JobEvent], None],
    job: str,
    cycles: int,
    rules: Rules,
) -> FinishedEdit:
    """Have ``prepared`` served from the chain; raises AllPlatformsFailed or Cancelled, both with every attempt."""
    operation, source = operation_of(prepared.operation), prepared.source
    served: Served | None = None
    services: Services | None = None
    keeping = Keeping(document=prepared.document.name)
    try:
        services = await run_blocking(load_services)
        keeping.vault = services.vault
        await services.ordering.recall()
        links = chain_of(services)
        room = room_of(services.platforms, (link.platform for link in links), prepared.operation)
        request = await run_blocking(lambda: operation.build_request(source, room=room))
        served = await services.manager.run(
            request,
            chain=links,
            job=job,
            on_event=on_event,
            cycles=cycles,
            recorder=keeping.recorder,
            account=keeping.job,
            rules=rules,
        )
        services.ordering.note(prepared.operation, served.attempts)
        result = served.result
        results = await to_the_end(run_blocking(lambda: operation.commit(request, result, source)))
    except BaseException as error:
        source.close()
        if services is not None and isinstance(error, AllPlatformsFailed):
            services.ordering.note(prepared.operation, error.attempts)
        await keeping.failed(error)
        if isinstance(error, asyncio.CancelledError):
            raise _cancelled(served) from None
        raise
    platforms = services.platforms
    sentence = served_sentence(served.attempts, lambda platform: platforms[platform].name)
    return finished_edit(prepared, served, results=results, sentence=sentence, kept_as=keeping.job)


def finished_edit(
    prepared: PreparedEdit, served: Served, *, results: tuple[Finished, ...], sentence: str, kept_as: str
) -> FinishedEdit:
    """A served edit with its receipt, which tells what was left out of it, too."""
    operation = operation_of(prepared.operation)
    notes = (*operation.notes(prepared.source), *_dropped(len(results), 1 + len(served.result.others)))
    receipt = with_figures(receipt_of(prepared.operation, served, notes=notes), results[0])
    receipt = replace(receipt, options=prepared.source.options.as_dict())
    return FinishedEdit(prepared=prepared, results=results, receipt=receipt, sentence=sentence, kept_as=kept_as)


def fits(finished: FinishedEdit) -> bool:
    """Whether the first result of a finished edit can become a step of its document.

    It can't where the picture has got another size meanwhile, nor where the result is one of another size and the
    picture's pixels have changed since the edit began: they are not in it.
    """
    source = finished.prepared.source
    if not source.pixels.of(finished.document.pixels):
        return False
    return isinstance(finished.results[0], Blended) or not source.pixels.tiles


def attach(finished: FinishedEdit) -> Dirty:
    """Make the first result of a finished edit one undoable step of its document: laid over it, or, where it has
    another size, in its place, with layers and mask. ValueError where it does not fit, see :func:`fits`."""
    if not fits(finished):
        raise ValueError("the picture has changed too much for this result")
    document, first, source = finished.document, finished.results[0], finished.prepared.source
    label, receipt = finished.receipt.operation.caption, finished.receipt
    if isinstance(first, NewPicture):
        source.close()
        if first.layer is None:
            extent = enlarged(document, first.pixels)
        else:
            extent = extended(document, first.pixels, first.layer, first.offset)
        return document.resize(extent, label=label, kind=EntryKind.EDIT, receipt=receipt)
    pixels = present_pixels(document, first, source)
    source.close()
    document.attach(first.layer, pixels, label=label, receipt=receipt)
    return Dirty(pixels=first.layer.rect)


def receipt_of(operation: Operation, served: Served, *, notes: Sequence[str] = ()) -> Receipt:
    """The receipt of a served edit; ``notes`` come after the platform's."""
    result = served.result
    return Receipt(
        operation=operation,
        operation_type=operation.operation_type,
        served_by=ServedBy(served.link.platform, served.link.label, result.model, result.request_id),
        attempts=served.attempts,
        seed=result.seed,
        cost=result.cost,
        metrics=result.metrics,
        way=result.way,
        notes=(*result.notes, *notes),
        app_version=__version__,
    )


def with_figures(receipt: Receipt, result: Finished) -> Receipt:
    """``receipt`` with the figures of how ``result`` was fitted into the picture beside the platform's own."""
    if not result.metrics:
        return receipt
    return replace(receipt, metrics={**receipt.metrics, **result.metrics})


def receipt_of_failure(operation: Operation, error: AllPlatformsFailed | Cancelled) -> Receipt:
    """The receipt of an edit that nobody served."""
    charged = any(attempt.cost.source is CostSource.UNKNOWN for attempt in error.attempts)
    return Receipt(
        operation=operation,
        operation_type=operation.operation_type,
        served_by=None,
        attempts=tuple[Attempt, ...](error.attempts),
        seed=None,
        cost=UNKNOWN_COST if charged else FREE,
        app_version=__version__,
        error=error.message,
    )


def _dropped(good: int, returned: int) -> tuple[str, ...]:
    if good == returned:
        return ()
    return (f"Of {returned} pictures that came back, {returned - good} could not be used and were left out.",)


def _cancelled(served: Served | None) -> Cancelled:
    """What a cancelling outside the manager came to: before it nothing was sent, after it a platform had served."""
    if served is None:
        return Cancelled(CancelEnding.STOPPED)
    return Cancelled(CancelEnding.ALREADY_DONE, served.attempts)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns, though the waiting task is cancelled once: a result that was paid for is not thrown
    away in the last moment. A second cancelling goes through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        return await task
