"""This computer as a platform: the embedded engine, which needs no key and no network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Protocol

from editor.domain.attempt import FREE, Cost, PlatformProgress
from editor.domain.blocking import run_blocking
from editor.domain.errors import Cancelled, EditorError, PlatformError, Unavailable, Unsupported
from editor.domain.kinds import CancelEnding, Operation, Phase
from editor.domain.request import EditRequest, EditResult, Pixels
from editor.domain.status import ModelFacts
from editor.engine.fill.estimate import NOTHING_LEFT, estimate_seconds
from editor.platforms.base import Call, Platform
from editor.platforms.catalogue import Catalogue

_BEYOND = MappingProxyType(
    {
        Operation.SEARCH_AND_REPLACE: "cannot find things by words. Mask them and use Inpaint or Erase.",
        Operation.SEARCH_AND_RECOLOR: "cannot find things by words.",
    }
)
"""Why an operation will never be offered here."""


class EraseAnswer(Protocol):
    """What the engine returns: (h, w, 3) RGB uint8, and how it was made in a word."""

    @property
    def image(self) -> Pixels:
        """The filled picture, of the size that was given."""
        ...

    @property
    def method(self) -> str:
        """The name of the method that filled it."""
        ...


class Engine(Protocol):
    """The embedded engine, as this platform sees it. A cancelled call ends its work at once."""

    async def erase(
        self, image: Pixels, mask: Pixels, *, seed: int | None, progress: Callable[[float], None]
    ) -> EraseAnswer:
        """Fill what ``mask`` marks in ``image``; ``progress`` is told the share done (0–1)."""
        ...

    def estimate_erase(self, mask: Pixels) -> float:
        """How long that will take, in seconds."""
        ...


class LocalPlatform(Platform):
    """This computer: the last link, always there, and free."""

    id = "local"
    name = "This computer"
    error_prefix = "Local engine error"
    needs_key = False

    def __init__(self, *, engine: Engine, catalogue: Catalogue) -> None:
        self._engine = engine
        self._models = catalogue.platform(self.id).models

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
        """Not offered, nothing marked, everything, or words to follow."""
        if request.operation in _BEYOND:
            return f"{self.name} {_BEYOND[request.operation]}"
        if not self._models.get(request.operation):
            return f"{self.name} does not offer {request.operation.caption.lower()}."
        if not request.mask.any():
            return "Nothing is marked."
        if request.options.prompt:
            return f"{self.name} fills from the surroundings and cannot follow a prompt."
        # A fill copies from the rest of the picture.
        return None if (request.mask == 0).any() else NOTHING_LEFT

    def expected_cost(self, operation: Operation) -> Cost:
        """Nothing."""
        return FREE

    def expected_seconds(self, pixels: int) -> float | None:
        """The engine's own estimate for a hole that is not hair-thin."""
        return estimate_seconds(pixels, thin=False)

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Fill the hole from its surroundings. Cancelling stops the engine at once."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)

        def progress(share: float) -> None:
            call.report(PlatformProgress(Phase.PROCESSING, min(1.0, max(0.0, share))))

        try:
            seconds = await run_blocking(lambda: self._engine.estimate_erase(request.mask))
            call.report(PlatformProgress(Phase.PROCESSING, None, f"about {max(1.0, seconds):.0f} s"))
            pictures = [await self._filled(request, number, progress) for number in range(request.options.variations)]
        except asyncio.CancelledError:
            raise Cancelled(CancelEnding.STOPPED) from None
        except (PlatformError, Cancelled):
            raise
        except EditorError as error:
            raise Unavailable(error.message, detail=error.detail) from error
        answer, *others = pictures
        metrics: dict[str, Any] = {"method": answer.method}
        return EditResult(
            image=answer.image,
            others=tuple(other.image for other in others),
            model=answer.method,
            seed=request.seed,
            cost=FREE,
            metrics=MappingProxyType(metrics),
        )

    async def _filled(self, request: EditRequest, number: int, progress: Callable[[float], None]) -> EraseAnswer:
        """One variation; the first has the request's own seed."""
        seed = request.seed if number == 0 else (request.seed or 0) + number
        return await self._engine.erase(request.image, request.mask, seed=seed, progress=progress)
