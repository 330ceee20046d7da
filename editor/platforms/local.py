"""This computer as a platform: the embedded engine, which needs no key and no network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import FREE, Cost, PlatformProgress
from editor.domain.blocking import run_blocking
from editor.domain.errors import Cancelled, EditorError, PlatformError, Unavailable, Unsupported
from editor.domain.kinds import CancelEnding, Operation, Phase, Way
from editor.domain.request import EditRequest, EditResult
from editor.domain.status import ModelFacts
from editor.engine.extend.limits import estimate_extend
from editor.engine.fill.estimate import NOTHING_LEFT, estimate_of, estimate_seconds
from editor.engine.upscale.foresee import foreseen_seconds
from editor.engine.upscale.result import why_not_size
from editor.platforms.base import Call, Platform
from editor.platforms.catalogue import Catalogue
from editor.platforms.local_engine import Engine
from editor.platforms.local_pace import Pace
from editor.platforms.local_ways import Made, Ways, enlargement

_NO_WORDS = "cannot find things by words. Mask them and use Inpaint or Erase."
_BEYOND = MappingProxyType(
    {
        Operation.SEARCH_AND_REPLACE: _NO_WORDS,
        Operation.SEARCH_AND_RECOLOR: "cannot find things by words.",
    }
)
"""Why an operation will never be offered here."""
_CUT_OUT = (Operation.REMOVE_BACKGROUND, Operation.REPLACE_BACKGROUND)
BUDGET_SECONDS = 60.0
"""How long an enlargement may take before a quicker method is taken, where the settings do not tell."""
CUT_OUT_SECONDS = 1.5
CUT_OUT_SECONDS_PER_PIXEL = 0.4e-6
"""Of the picture, for the outline at its full size."""
ALIKE = "This computer makes the same picture each time, so there is one result."


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
        installed: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """``budget`` tells how many seconds an enlargement may take before a quicker method is taken, ``installed``
        whether the engine has a network."""
        self._ways = Ways(engine, budget)
        self._budget = budget
        self._installed = installed
        self._models = catalogue.platform(self.id).models
        self._pace = Pace() if pace is None else pace

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
        if request.operation is Operation.REPLACE_BACKGROUND and request.options.background is None:
            return f"{self.name} cannot paint a background after words. Choose a color or a picture for it."
        if request.operation in _CUT_OUT:
            return None
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
        return self._pace.seconds(request.operation, self._foreseen(request, pixels))

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Make it here. Cancelling stops the engine at once."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)
        try:
            foreseen = await run_blocking(lambda: self._foreseen_exactly(request))
            seconds = self._pace.seconds(request.operation, foreseen)
            call.report(PlatformProgress(Phase.PROCESSING, None, f"about {max(1.0, seconds):.0f} s"))
            made = [await self._made(request, number, call) for number in range(_different(request))]
        except asyncio.CancelledError:
            raise Cancelled(CancelEnding.STOPPED) from None
        except (PlatformError, Cancelled):
            raise
        except EditorError as error:
            raise Unavailable(error.message, detail=error.detail) from error
        taken = sum(one.seconds for one in made) / len(made)
        self._pace.learn(request.operation, foreseen=foreseen, taken=taken)
        return _result(request, made, way=self._models[request.operation][0].way)

    def _foreseen(self, request: EditRequest, pixels: int) -> float:
        """Seconds on the computer that was measured; ``pixels`` is how many are masked."""
        options, size = request.options, request.size
        if request.operation is Operation.OUTPAINT:
            sides = options.expansion
            return estimate_extend(size, left=sides.left, right=sides.right, up=sides.up, down=sides.down)
        if request.operation is Operation.UPSCALE:
            # A slower computer keeps the same time by a quicker method.
            mode, budget = enlargement(options.mode, self._budget() / self._pace.seconds(request.operation, 1.0))
            return foreseen_seconds(size, request.result_size, mode=mode, budget=budget, installed=self._installed)
        if request.operation in _CUT_OUT:
            return CUT_OUT_SECONDS + size[0] * size[1] * CUT_OUT_SECONDS_PER_PIXEL
        return estimate_seconds(pixels, thin=False)

    def _foreseen_exactly(self, request: EditRequest) -> float:
        """The same where the mask can be looked at."""
        return estimate_of(request.mask) if request.operation.masked else self._foreseen(request, request.mask.size)

    async def _made(self, request: EditRequest, number: int, call: Call) -> Made:
        """One variation; the first has the request's own seed."""
        seed = request.seed if number == 0 else (request.seed or 0) + number
        return await self._ways.made(request, seed, call)


def _different(request: EditRequest) -> int:
    """How many of the variations that were asked for would not be alike."""
    return 1 if request.operation in _CUT_OUT else request.options.variations


def _result(request: EditRequest, made: list[Made], *, way: Way) -> EditResult:
    first, *others = made
    metrics: dict[str, Any] = {"method": first.method}
    alike = (ALIKE,) if len(made) < request.options.variations else ()
    return EditResult(
        image=first.image,
        others=tuple(other.image for other in others),
        alpha=first.alpha,
        way=way,
        model=first.method,
        seed=request.seed,
        cost=FREE,
        metrics=MappingProxyType(metrics),
        notes=tuple(dict.fromkeys((*(note for one in made for note in one.notes), *alike))),
    )
