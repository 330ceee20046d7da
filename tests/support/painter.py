"""A platform that carries out every operation on the pixels it was given, and a session that has such platforms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from support.fakes import FakeClock, FakeCredentials, FakePlatform

from editor.domain.attempt import Link
from editor.domain.blocking import run_blocking
from editor.domain.kinds import Operation, UpscaleMode, Way
from editor.domain.request import EditRequest, EditResult
from editor.domain.status import KeySource, ModelFacts
from editor.fallback.experience import RecentExperience
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.imaging.result_check import check_result
from editor.platforms.base import Call
from editor.session import Services, Session
from editor.session.ordering import Ordering

Paint = Callable[[EditRequest, int], np.ndarray]
"""From a request and the number of the variation to (height, width, 3) RGB of the request's ``result_size``."""


def painted(request: EditRequest, number: int = 0) -> np.ndarray:
    """A result that every check takes for good, different for every ``number``."""
    if request.operation is Operation.OUTPAINT:
        sides = request.options.expansion
        grown = np.pad(request.image, ((sides.up, sides.down), (sides.left, sides.right), (0, 0)), mode="reflect")
        # A variation has waves of its own in what is new.
        across = np.arange(grown.shape[1])[None, :, None] + np.arange(grown.shape[0])[:, None, None]
        waves = 4 * number * np.sin(across / 5)
        height, width = request.image.shape[:2]
        waves[sides.up : sides.up + height, sides.left : sides.left + width] = 0
        # A platform returns the middle a little different, which must not show.
        return np.clip(grown + 5 + np.round(waves), 0, 255).astype(np.uint8)
    if request.operation is Operation.UPSCALE:
        return cv2.resize(request.image, request.result_size, interpolation=cv2.INTER_LINEAR)
    image = request.image.copy()
    if not request.operation.masked:
        image[10:40, 20:60] = 255 - image[10:40, 20:60] // 2 - number
    else:
        noise = np.random.default_rng(number).integers(60, 190, image.shape, dtype=np.uint8)
        image[request.mask > 0] = noise[request.mask > 0]
    return image


class PainterPlatform(FakePlatform):
    """Serves every operation as ``paint`` says; keeps the requests."""

    def __init__(self, platform: str, clock: FakeClock, *script: Any, paint: Paint = painted, **more: Any) -> None:
        super().__init__(platform, clock, *script, **more)
        self.requests: list[EditRequest] = []
        self.notes: tuple[str, ...] = ()
        self.alpha: Callable[[EditRequest], np.ndarray | None] = oval
        self._paint = paint

    def models(self, operation: Operation) -> tuple[ModelFacts, ...]:
        modes = (UpscaleMode.FAST,) if operation is Operation.UPSCALE else ()
        facts = {"platform": self.id, "operation": operation, "way": Way.MASK, "price": "about $0.05 per image"}
        return (
            ModelFacts(name="Brush", endpoint="painters/brush", modes=modes, **facts),
            ModelFacts(name="roller", endpoint="painters/roller", gone="404", **facts),
        )

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        self.requests.append(request)
        result = await super().run(request, call)
        images = [self._paint(request, number) for number in range(request.options.variations)]
        cut_out = request.operation is Operation.REMOVE_BACKGROUND
        return EditResult(
            image=request.image if cut_out else images[0],
            others=() if cut_out else tuple(images[1:]),
            alpha=self.alpha(request) if cut_out else None,
            model=result.model,
            way=Way.CUT_OUT if cut_out else Way.MASK,
            cost=result.cost,
            notes=self.notes,
        )


def oval(request: EditRequest) -> np.ndarray:
    """A subject in the middle."""
    alpha = np.zeros(request.image.shape[:2], np.uint8)
    height, width = alpha.shape
    cv2.ellipse(alpha, (width // 2, height // 2), (width // 3, height // 3), 0, 0, 360, 255, -1)
    return cv2.blur(alpha, (5, 5))


class FakeKeyStore(FakeCredentials):
    """Credentials that say where they are from."""

    def known(self, platform: str) -> KeySource:
        return KeySource.ENVIRONMENT if platform in self.keys else KeySource.NONE

    async def set(self, platform: str, key: str) -> KeySource:
        self.keys[platform] = key
        return KeySource.KEYRING

    async def delete(self, platform: str) -> bool:
        return self.keys.pop(platform, None) is not None

    async def refresh(self) -> None:
        return None


class Unset:
    """Settings that nobody has changed."""

    def get(self, name: str, default: Any) -> Any:
        return default

    def set(self, name: str, value: Any) -> None:
        raise AssertionError("an edit changes no setting")


def services_of(*platforms: FakePlatform, clock: FakeClock) -> Services:
    """Services in which every platform that needs a key has one, unless its id begins with ``keyless``."""
    keys = FakeKeyStore({one.id: "key" for one in platforms if not one.id.startswith("keyless")})
    health = Health(clock=clock)
    known = {platform.id: platform for platform in platforms}

    async def check(request: EditRequest, result: EditResult) -> None:
        await run_blocking(lambda: check_result(request, result))

    async def close() -> None:
        return None

    manager = FallbackManager(
        platforms=known, credentials=keys, health=health, clock=clock, chance=Random(1), check=check
    )
    table = tuple(Link(platform, f"{platform}-label") for platform in known)
    return Services(
        platforms=known,
        table=table,
        manager=manager,
        health=health,
        keys=keys,
        close=close,
        ordering=Ordering(experiences=RecentExperience(clock=clock), chance=Random(2)),
    )


def session_of(services: Services, **more: Any) -> Session:
    """A session with these services."""
    return Session(settings=Unset(), build_services=lambda: services, sample=Path("sample.png"), **more)
