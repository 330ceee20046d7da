"""The jobs of the engine's process: what each takes, what it gives, and which function does it.

Every job is a :class:`editor.engine.protocol.Message` of one of the kinds below; its answer has the kind ``result``.
The libraries that a job needs are loaded with the first of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from editor.domain.geometry import Rect
from editor.domain.kinds import Edge
from editor.domain.request import Pixels
from editor.engine.clock_progress import ClockProgress
from editor.engine.protocol import PREVIEW, RESULT, Message, ProtocolError
from editor.engine.weights import Models

if TYPE_CHECKING:
    from editor.engine.select.embedding import Embedding


class JobKind(StrEnum):
    """What the engine does. All pictures are (h, w, 3) RGB uint8 sRGB, all masks (h, w) uint8."""

    ERASE = "erase"
    """Arrays ``image``, ``mask``; field ``seed`` (or null). Gives ``image``; fields ``method``, ``notes``."""
    EXTEND = "extend"
    """Array ``image``; fields ``left``, ``right``, ``up``, ``down``, ``seed``. Gives the same."""
    UPSCALE = "upscale"
    """Array ``image``; fields ``width``, ``height``, ``mode``, ``seconds`` (the budget). Gives the same."""
    CUT_OUT = "cut out"
    """Arrays ``image``, and ``keep`` and ``drop`` where there are strokes; field ``edge``. Gives the same, ``image``
    being (h, w): the subject's share of each pixel."""
    SELECT = "select"
    """Arrays ``image``, and ``keep`` and ``drop`` where there are strokes; fields ``point`` (x, y) and ``box`` (x, y,
    width, height), either or both null. Gives the same, ``image`` being (h, w): 255 = selected."""


@dataclass(slots=True)
class Memory:
    """What one job leaves for the next: what was found out about the picture that was last selected in."""

    embedding: Embedding | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """What a job works with: the networks on this computer, the ways to tell how far it is, what is remembered."""

    models: Models
    tell: Callable[[float], None]
    show: Callable[[Message], None]
    memory: Memory = field(default_factory=Memory)

    def preview(self, image: Pixels) -> None:
        """Show what the result will be like."""
        self.show(Message(PREVIEW, {}, {"image": image}))


def done(job: Message, bench: Bench) -> Message:
    """The answer to ``job``. Raises EditorError with a sentence where it cannot be done, ProtocolError for a job that
    nobody knows."""
    handler = _HANDLERS.get(job.kind)
    if handler is None:
        raise ProtocolError(f"a job of the kind {job.kind!r}")
    return handler(job, bench)


def _result(image: Pixels, method: str, notes: tuple[str, ...] = ()) -> Message:
    return Message(RESULT, {"method": method, "notes": list(notes)}, {"image": image})


def _erase(job: Message, bench: Bench) -> Message:
    from editor.engine.fill.erase import erase
    from editor.engine.fill.estimate import estimate_of

    image, mask = job.arrays["image"], job.arrays["mask"]
    with ClockProgress(estimate_of(mask), bench.tell) as progress:
        filled = erase(
            image, mask, seed=job.fields["seed"], models=bench.models, progress=progress, preview=bench.preview
        )
    return _result(filled.image, filled.method)


def _extend(job: Message, bench: Bench) -> Message:
    from editor.engine.extend.extend import extend
    from editor.engine.extend.limits import estimate_extend

    image = job.arrays["image"]
    sides = {side: int(job.fields[side]) for side in ("left", "right", "up", "down")}
    with ClockProgress(estimate_extend((image.shape[1], image.shape[0]), **sides), bench.tell) as progress:
        extended = extend(image, **sides, seed=job.fields["seed"], models=bench.models, progress=progress)
    return _result(extended.image, extended.method, extended.notes)


def _upscale(job: Message, bench: Bench) -> Message:
    from editor.engine.upscale.enlarge import upscale
    from editor.engine.upscale.result import Mode

    enlarged = upscale(
        job.arrays["image"],
        width=int(job.fields["width"]),
        height=int(job.fields["height"]),
        mode=Mode(job.fields["mode"]),
        models=bench.models,
        progress=bench.tell,
        budget_seconds=float(job.fields["seconds"]),
    )
    return _result(enlarged.image, enlarged.method, enlarged.notes)


def _cut_out(job: Message, bench: Bench) -> Message:
    from editor.engine.cutout.cut_out import cut_out

    cut = cut_out(
        job.arrays["image"],
        edge=Edge(job.fields["edge"]),
        keep=job.arrays.get("keep"),
        drop=job.arrays.get("drop"),
        models=bench.models,
        progress=bench.tell,
    )
    return _result(cut.alpha, cut.method, cut.notes)


def _select(job: Message, bench: Bench) -> Message:
    from editor.engine.select.embedding import Embedding
    from editor.engine.select.wanted import Wanted, select

    point, box = job.fields["point"], job.fields["box"]
    wanted = Wanted(
        point=None if point is None else (int(point[0]), int(point[1])),
        box=None if box is None else Rect(*box),
        keep=job.arrays.get("keep"),
        drop=job.arrays.get("drop"),
    )
    image, known = job.arrays["image"], bench.memory.embedding
    if known is None or not known.fits(image):
        known = bench.memory.embedding = Embedding(image, bench.models)
    found = select(image, wanted, models=bench.models, known=known)
    return _result(found.mask, found.method, found.notes)


_HANDLERS: Mapping[str, Callable[[Message, Bench], Message]] = MappingProxyType(
    {
        JobKind.ERASE: _erase,
        JobKind.EXTEND: _extend,
        JobKind.UPSCALE: _upscale,
        JobKind.CUT_OUT: _cut_out,
        JobKind.SELECT: _select,
    }
)
