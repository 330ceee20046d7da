"""How the embedded engine serves each operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from editor.domain.attempt import PlatformProgress
from editor.domain.blocking import run_blocking
from editor.domain.kinds import Operation, Phase, UpscaleMode
from editor.domain.request import EditRequest, Pixels
from editor.engine.client import EngineExhausted
from editor.engine.upscale.result import Mode
from editor.platforms.base import Call
from editor.platforms.local_engine import Engine

_WORDS_LEFT_OUT = "This computer enlarges without words; the prompt was left out."
FAST_SHARE = 0.25
"""Of the time that an enlargement may take, where the user wants it fast."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An answer of the engine, or what was made of one. ``alpha`` is the subject's share where it was cut out."""

    image: Pixels
    method: str
    seconds: float
    notes: tuple[str, ...] = ()
    alpha: Pixels | None = None


class Ways:
    """Asks ``engine``; ``budget`` tells how many seconds an enlargement may take."""

    def __init__(self, engine: Engine, budget: Callable[[], float]) -> None:
        self._engine = engine
        self._budget = budget
        self._ways: Mapping[Operation, Callable[[EditRequest, int | None, Call], Awaitable[Made]]] = MappingProxyType(
            {
                Operation.ERASE: self._erased,
                Operation.INPAINT: self._erased,
                Operation.OUTPAINT: self._extended,
                Operation.UPSCALE: self._enlarged,
                Operation.REMOVE_BACKGROUND: self._cut_out,
                Operation.REPLACE_BACKGROUND: self._before_another,
            }
        )

    async def made(self, request: EditRequest, seed: int | None, call: Call) -> Made:
        """One result for ``request``."""
        return await self._ways[request.operation](request, seed, call)

    async def _erased(self, request: EditRequest, seed: int | None, call: Call) -> Made:
        from editor.platforms.local_smaller import LEAST_PIXELS, NOTE, halved, halved_mask, laid_in

        image, mask = request.image, request.mask

        def show(picture: Pixels) -> None:
            look = PlatformProgress(Phase.PROCESSING, words="a first look", picture=picture, place=request.region)
            call.report(look)

        tell = _telling(call)
        try:
            answer = await self._engine.erase(image, mask, seed=seed, progress=tell, preview=show)
            return Made(answer.image, answer.method, answer.seconds, answer.notes)
        except EngineExhausted:
            if mask.size < LEAST_PIXELS:
                raise
        small = await self._engine.erase(halved(image), halved_mask(mask), seed=seed, progress=tell, preview=None)
        filled = await run_blocking(lambda: laid_in(image, mask, small.image))
        return Made(filled, small.method, small.seconds, (*small.notes, NOTE))

    async def _extended(self, request: EditRequest, seed: int | None, call: Call) -> Made:
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
            return Made(answer.image, answer.method, answer.seconds, answer.notes)
        except EngineExhausted:
            if image.shape[0] * image.shape[1] < LEAST_PIXELS:
                raise
        small = await self._engine.extend(halved(image), **halved_sides(expansion), seed=seed, progress=tell)
        grown = await run_blocking(lambda: laid_around(image, expansion, small.image))
        return Made(grown, small.method, small.seconds, (*small.notes, NOTE))

    async def _enlarged(self, request: EditRequest, seed: int | None, call: Call) -> Made:
        width, height = request.result_size
        mode, seconds = enlargement(request.options.mode, self._budget())
        answer = await self._engine.upscale(
            request.image, width=width, height=height, mode=mode, seconds=seconds, progress=_telling(call)
        )
        words = (_WORDS_LEFT_OUT,) if request.options.prompt else ()
        return Made(answer.image, answer.method, answer.seconds, (*answer.notes, *words))

    async def _cut_out(self, request: EditRequest, seed: int | None, call: Call) -> Made:
        options = request.options
        answer = await self._engine.cut_out(
            request.image, edge=options.edge, keep=options.keep, drop=options.drop, progress=_telling(call)
        )
        return Made(request.image.copy(), answer.method, answer.seconds, answer.notes, answer.image)

    async def _before_another(self, request: EditRequest, seed: int | None, call: Call) -> Made:
        from editor.imaging.backdrop import before_backdrop

        cut = await self._cut_out(request, seed, call)
        background, alpha = request.options.background, cut.alpha
        assert background is not None and alpha is not None
        image = await run_blocking(lambda: before_backdrop(request.image, alpha, background))
        return Made(image, cut.method, cut.seconds, cut.notes)


def enlargement(mode: UpscaleMode, budget: float) -> tuple[Mode, float]:
    """What the engine is asked for where the user wants ``mode`` and allows ``budget`` seconds; and the seconds."""
    asked = Mode.CLEAN_UP if mode is UpscaleMode.CREATIVE else Mode.FAITHFUL
    return asked, budget * (FAST_SHARE if mode is UpscaleMode.FAST else 1.0)


def _telling(call: Call) -> Callable[[float], None]:
    """Reports the share done of ``call``."""

    def progress(share: float) -> None:
        call.report(PlatformProgress(Phase.PROCESSING, min(1.0, max(0.0, share))))

    return progress
