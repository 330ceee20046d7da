"""This computer as a platform: the embedded engine, which needs no key and no network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from editor.domain.attempt import FREE, Cost, PlatformProgress
from editor.domain.blocking import run_blocking
from editor.domain.errors import Cancelled, EditorError, PlatformError, Unavailable, Unsupported
from editor.domain.kinds import CancelEnding, Operation, Phase, UpscaleMode
from editor.domain.request import EditRequest, EditResult, Pixels
from editor.domain.status import ModelFacts
from editor.engine.client import EngineExhausted
from editor.engine.extend.limits import estimate_extend
from editor.engine.fill.estimate import NOTHING_LEFT, estimate_of, estimate_seconds
from editor.engine.upscale.result import why_not_size
from editor.platforms.base import Call, Platform
from editor.platforms.catalogue import Catalogue
from editor.platforms.local_pace import Pace

_NO_WORDS = "cannot find things by words. Mask them and use Inpaint or Erase."
_BEYOND = MappingProxyType(
    {
        Operation.SEARCH_AND_REPLACE: _NO_WORDS,
        Operation.SEARCH_AND_RECOLOR: "cannot find things by words.",
    }
)
"""Why an operation will never be offered here."""
_WORDS_LEFT_OUT = "This computer enlarges without words; the prompt was left out."
BUDGET_SECONDS = 60.0
"""How long an enlargement may take before a quicker method is taken, where the settings do not tell."""
FAST_SHARE = 0.25
"""Of that, where the user wants it fast."""
UPSCALE_SECONDS_PER_PIXEL = 0.7e-6
"""Of the enlarged picture, by back-projection on one core of a server."""


class EngineAnswer(Protocol):
    """What the engine returns: (h, w, 3) RGB uint8, how it was made in a word, and what to tell the user about it."""

    @property
    def image(self) -> Pixels:
        """The picture."""
        ...

    @property
    def method(self) -> str:
        """The name of the method that made it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences."""
        ...


class Engine(Protocol):
    """The embedded engine, as this platform sees it. A cancelled call ends its work at once."""

    async def erase(
        self,
        image: Pixels,
        mask: Pixels,
        *,
        seed: int | None,
        progress: Callable[[float], None],
        preview: Callable[[Pixels], None] | None,
    ) -> EngineAnswer:
        """Fill what ``mask`` marks in ``image``; ``progress`` is told the share done (0–1)."""
        ...

    async def extend(
        self,
        image: Pixels,
        *,
        left: int,
        right: int,
        up: int,
        down: int,
        seed: int | None,
        progress: Callable[[float], None],
    ) -> EngineAnswer:
        """Continue ``image`` beyond its sides by so many pixels."""
        ...

    async def upscale(
        self,
        image: Pixels,
        *,
        width: int,
        height: int,
        mode: str,
        seconds: float,
        progress: Callable[[float], None],
    ) -> EngineAnswer:
        """Enlarge ``image`` by the best method that keeps to about ``seconds``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """An answer of the engine, or what was made of one."""

    image: Pixels
    method: str
    notes: tuple[str, ...] = ()


class LocalPlatform(Platform):
    """This computer: the last link, always there, and free."""

    id = "local"
    name = "This computer"
    error_prefix = "Local engine error"
    needs_key = False

    def __init__(
        self,
        *,
        engine: Engine,
        catalogue: Catalogue,
        pace: Pace | None = None,
        budget: Callable[[], float] = lambda: BUDGET_SECONDS,
    ) -> None:
        """``budget`` tells how many seconds an enlargement may take before a quicker method is taken."""
        self._engine = engine
        self._models = catalogue.platform(self.id).models
        self._pace = Pace() if pace is None else pace
        self._budget = budget
        self._ways: Mapping[Operation, Callable[[EditRequest, int | None, Call], Awaitable[_Made]]] = MappingProxyType(
            {
                Operation.ERASE: self._erased,
                Operation.INPAINT: self._erased,
                Operation.OUTPAINT: self._extended,
                Operation.UPSCALE: self._enlarged,
            }
        )

    def model(self, operation: Operation) -> str | None:
        """The method that the engine begins with."""
        models = self._models.get(operation)
        return models[0].name if models else None

    def models(self, operation: Operation) -> tuple[ModelFacts, ...]:
        """The methods of the engine."""
        return tuple(
            ModelFacts(
                platform=self.id,
                operation=operation,
                name=model.name,
                endpoint=model.endpoint,
                way=model.way,
                price="free",
                modes=model.modes,
                cost=FREE,
            )
            for model in self._models.get(operation, ())
        )

    def why_not(self, request: EditRequest) -> str | None:
        """Not offered, nothing marked, everything, words to follow, or too large a result."""
        if request.operation in _BEYOND:
            return f"{self.name} {_BEYOND[request.operation]}"
        if not self._models.get(request.operation):
            return f"{self.name} does not offer {request.operation.caption.lower()}."
        if request.operation is Operation.UPSCALE:
            return why_not_size(request.size, request.result_size)
        if not request.mask.any():
            return "Nothing is marked."
        if request.options.prompt:
            return f"{self.name} fills from the surroundings and cannot follow a prompt."
        # A fill copies from the rest of the picture.
        return NOTHING_LEFT if request.operation.masked and not (request.mask == 0).any() else None

    def expected_cost(self, operation: Operation) -> Cost:
        """Nothing."""
        return FREE

    def expected_seconds(self, request: EditRequest, pixels: int) -> float | None:
        """The engine's own estimate, corrected by what earlier edits took on this computer."""
        return self._pace.seconds(request.operation, _foreseen(request, pixels))

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Make it here. Cancelling stops the engine at once."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)
        begun = time.monotonic()
        try:
            foreseen = await run_blocking(lambda: _foreseen_exactly(request))
            seconds = self._pace.seconds(request.operation, foreseen)
            call.report(PlatformProgress(Phase.PROCESSING, None, f"about {max(1.0, seconds):.0f} s"))
            made = [await self._made(request, number, call) for number in range(request.options.variations)]
        except asyncio.CancelledError:
            raise Cancelled(CancelEnding.STOPPED) from None
        except (PlatformError, Cancelled):
            raise
        except EditorError as error:
            raise Unavailable(error.message, detail=error.detail) from error
        taken = (time.monotonic() - begun) / len(made)
        self._pace.learn(request.operation, foreseen=foreseen, taken=taken)
        return _result(request, made)

    async def _made(self, request: EditRequest, number: int, call: Call) -> _Made:
        """One variation; the first has the request's own seed."""
        seed = request.seed if number == 0 else (request.seed or 0) + number
        return await self._ways[request.operation](request, seed, call)

    async def _erased(self, request: EditRequest, seed: int | None, call: Call) -> _Made:
        from editor.platforms.local_smaller import LEAST_PIXELS, NOTE, halved, halved_mask, laid_in

        image, mask = request.image, request.mask

        def show(picture: Pixels) -> None:
            call.report(PlatformProgress(Phase.PROCESSING, words="a first look", picture=picture))

        tell = _telling(call)
        try:
            answer = await self._engine.erase(image, mask, seed=seed, progress=tell, preview=show)
            return _Made(answer.image, answer.method, answer.notes)
        except EngineExhausted:
            if mask.size < LEAST_PIXELS:
                raise
        small = await self._engine.erase(halved(image), halved_mask(mask), seed=seed, progress=tell, preview=None)
        filled = await run_blocking(lambda: laid_in(image, mask, small.image))
        return _Made(filled, small.method, (*small.notes, NOTE))

    async def _extended(self, request: EditRequest, seed: int | None, call: Call) -> _Made:
        from editor.platforms.local_smaller import LEAST_PIXELS, NOTE, halved, halved_sides, laid_around

        image, expansion, tell = request.image, request.options.expansion, _telling(call)
        try:
            answer = await self._engine.extend(
                image,
                left=expansion.left,
                right=expansion.right,
                up=expansion.up,
                down=expansion.down,
                seed=seed,
                progress=tell,
            )
            return _Made(answer.image, answer.method, answer.notes)
        except EngineExhausted:
            if image.shape[0] * image.shape[1] < LEAST_PIXELS:
                raise
        small = await self._engine.extend(halved(image), **halved_sides(expansion), seed=seed, progress=tell)
        grown = await run_blocking(lambda: laid_around(image, expansion, small.image))
        return _Made(grown, small.method, (*small.notes, NOTE))

    async def _enlarged(self, request: EditRequest, seed: int | None, call: Call) -> _Made:
        width, height = request.result_size
        mode = request.options.mode
        answer = await self._engine.upscale(
            request.image,
            width=width,
            height=height,
            mode="clean up" if mode is UpscaleMode.CREATIVE else "faithful",
            seconds=self._budget() * (FAST_SHARE if mode is UpscaleMode.FAST else 1.0),
            progress=_telling(call),
        )
        words = (_WORDS_LEFT_OUT,) if request.options.prompt else ()
        return _Made(answer.image, answer.method, (*answer.notes, *words))


def _telling(call: Call) -> Callable[[float], None]:
    """Reports the share done of ``call``."""

    def progress(share: float) -> None:
        call.report(PlatformProgress(Phase.PROCESSING, min(1.0, max(0.0, share))))

    return progress


def _foreseen(request: EditRequest, pixels: int) -> float:
    """Seconds on the computer that was measured; ``pixels`` is how many are masked."""
    if request.operation is Operation.OUTPAINT:
        sides = request.options.expansion
        return estimate_extend(request.size, left=sides.left, right=sides.right, up=sides.up, down=sides.down)
    if request.operation is Operation.UPSCALE:
        width, height = request.result_size
        return 1.0 + width * height * UPSCALE_SECONDS_PER_PIXEL
    return estimate_seconds(pixels, thin=False)


def _foreseen_exactly(request: EditRequest) -> float:
    """The same where the mask can be looked at."""
    return estimate_of(request.mask) if request.operation.masked else _foreseen(request, request.mask.size)


def _result(request: EditRequest, made: list[_Made]) -> EditResult:
    first, *others = made
    metrics: dict[str, Any] = {"method": first.method}
    return EditResult(
        image=first.image,
        others=tuple(other.image for other in others),
        model=first.method,
        seed=request.seed,
        cost=FREE,
        metrics=MappingProxyType(metrics),
        notes=tuple(dict.fromkeys(note for one in made for note in one.notes)),
    )
