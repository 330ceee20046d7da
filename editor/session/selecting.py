"""Finding what the user means in a picture, by the engine of this computer; nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.session.services import Services

OUTSIDE = "That place lies outside the picture."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is looked for: the thing at ``point`` (x, y), the thing in ``box``, both in pixels of the picture, or,
    without either, the subject of the picture."""

    point: tuple[int, int] | None = None
    box: Rect | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """``mask`` is (height, width) uint8, 255 = selected; ``method`` the name of how it was found; ``notes`` are
    sentences for the user."""

    mask: Pixels
    method: str
    notes: tuple[str, ...] = ()


class Selecting:
    """Selects in documents. The engine's process stays ready for a while: the next selection is quick."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    async def select(self, document: Document, target: Target) -> Selection:
        """Find ``target`` in ``document``. Raises EditorError where there is nothing, with what to do instead."""
        _require_inside(document, target)
        services = await run_blocking(self._services)
        if services.selector is None:
            raise InputError("This computer cannot select things by itself.")
        image = await run_blocking(lambda: _srgb(document))
        box = None if target.box is None else target.box.intersected(document.rect)
        answer = await services.selector.select(
            image, point=target.point, box=None if box is None else (box.x, box.y, box.width, box.height)
        )
        return Selection(mask=answer.image, method=answer.method, notes=answer.notes)


def _require_inside(document: Document, target: Target) -> None:
    width, height = document.size
    if target.point is not None and not (0 <= target.point[0] < width and 0 <= target.point[1] < height):
        raise InputError(OUTSIDE)
    if target.box is not None and not target.box.intersected(document.rect):
        raise InputError(OUTSIDE)


def _srgb(document: Document) -> Pixels:
    from editor.imaging.exchange import outgoing

    with document.pixels.snapshot() as pixels:
        return outgoing(pixels.read(pixels.rect), document.metadata.icc_profile)
