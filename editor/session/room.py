"""How large a picture the platforms of a chain take, by which the context of a large hole is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from editor.domain.kinds import Operation
from editor.imaging.crop import ANY_ROOM, Room
from editor.platforms.base import Platform


def room_of(platforms: Mapping[str, Platform], names: Iterable[str], operation: Operation) -> Room:
    """What the first of the platforms called ``names`` takes that has a limit for ``operation``.

    This computer has none, and fills just as well from a little less.
    """
    for name in names:
        for model in platforms[name].models(operation)[:1]:
            if model.most_side is not None or model.most_pixels is not None:
                return Room(most_side=model.most_side, most_pixels=model.most_pixels)
    return ANY_ROOM
