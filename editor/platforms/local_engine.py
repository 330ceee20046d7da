"""The embedded engine, as the platform that it serves sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from editor.domain.request import Pixels

Progress = Callable[[float], None]
"""Told the share done, 0–1."""


class EngineAnswer(Protocol):
    """What the engine returns: a picture, (h, w, 3) RGB uint8, or how much of each pixel belongs to a subject, (h, w)
    uint8; how it was made in a word; what to tell the user about it."""

    @property
    def image(self) -> Pixels:
        """The picture, or the subject's share."""
        ...

    @property
    def method(self) -> str:
        """The name of the method that made it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences."""
        ...

    @property
    def seconds(self) -> float:
        """What it took, without the wait for its turn."""
        ...


class Engine(Protocol):
    """Works in a process of its own. A cancelled call ends its work at once."""

    async def erase(
        self,
        image: Pixels,
        mask: Pixels,
        *,
        seed: int | None,
        progress: Progress,
        preview: Callable[[Pixels], None] | None,
    ) -> EngineAnswer:
        """Fill what ``mask`` marks in ``image``."""
        ...

    async def extend(
        self, image: Pixels, *, left: int, right: int, up: int, down: int, seed: int | None, progress: Progress
    ) -> EngineAnswer:
        """Continue ``image`` beyond its sides by so many pixels."""
        ...

    async def upscale(
        self, image: Pixels, *, width: int, height: int, mode: str, seconds: float, progress: Progress
    ) -> EngineAnswer:
        """Enlarge ``image`` by the best method that keeps to about ``seconds``."""
        ...

    async def cut_out(
        self, image: Pixels, *, edge: str, keep: Pixels | None, drop: Pixels | None, progress: Progress
    ) -> EngineAnswer:
        """How much of each pixel of ``image`` belongs to its subject, 255 = all of it."""
        ...
