"""Finding what the user means in a picture, by the engine of this computer; nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.raster import Snapshot
from editor.domain.samples import Pixels
from editor.session.services import Services

OUTSIDE = "That place lies outside the picture."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """What is looked for: the thing at ``point`` (x, y), the thing in ``box``, both in pixels of the picture, or,
    without either, the subject of the picture. ``keep`` and ``drop``, (height, width) uint8 marked above 0, are strokes
    over what belongs to it and what does not: each brings in, or takes away, the thing that it touches."""

    point: tuple[int, int] | None = None
    box: Rect | None = None
    keep: Pixels | None = None
    drop: Pixels | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """``mask`` is (height, width) uint8, 255 = selected; ``method`` the name of how it was found; ``notes`` are
    sentences for the user."""

    mask: Pixels
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """A search in a picture as it was when it was prepared; later strokes do not change it."""

    pixels: Snapshot[Any]
    profile: bytes | None
    target: Target


class Selecting:
    """Selects in documents. The engine's process stays ready for a while: the next selection is quick."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def prepare(self, document: Document, target: Target) -> Search:
        """Take what a search for ``target`` needs, without copying it. Raises InputError."""
        _require_inside(document, target)
        pixels = document.pixels.snapshot()
        return Search(pixels=pixels, profile=document.metadata.icc_profile, target=target)

    async def find(self, search: Search) -> Selection:
        """Find what is wanted; once for each search. Raises EditorError where there is nothing, with what to do
        instead."""
        try:
            services = await run_blocking(self._services)
            image = await run_blocking(lambda: _srgb(search))
        finally:
            search.pixels.close()
        if services.selector is None:
            raise InputError("This computer cannot select things by itself.")
        target, box = search.target, search.target.box
        if box is not None:
            box = box.intersected(Rect(0, 0, image.shape[1], image.shape[0]))
        answer = await services.selector.select(
            image,
            point=target.point,
            box=None if box is None else (box.x, box.y, box.width, box.height),
            keep=target.keep,
            drop=target.drop,
        )
        return Selection(mask=answer.image, method=answer.method, notes=answer.notes)


def _require_inside(document: Document, target: Target) -> None:
    width, height = document.size
    if target.point is not None and not (0 <= target.point[0] < width and 0 <= target.point[1] < height):
        raise InputError(OUTSIDE)
    if target.box is not None and not target.box.intersected(document.rect):
        raise InputError(OUTSIDE)


def _srgb(search: Search) -> Pixels:
    from editor.imaging.exchange import outgoing

    return outgoing(search.pixels.read(search.pixels.rect), search.profile)
