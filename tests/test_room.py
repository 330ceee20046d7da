"""The first platform with a limit says how much context goes along."""

from __future__ import annotations

import numpy as np
from support.fakes import FakeClock, FakePlatform

from editor.domain.document import Document
from editor.domain.kinds import Context, Operation, Way
from editor.domain.options import EditOptions
from editor.domain.status import ModelFacts
from editor.imaging.crop import ANY_ROOM, Room
from editor.imaging.effective_mask import refresh_all
from editor.operations.erase import Erase
from editor.session.room import room_of


class Limited(FakePlatform):
    most_side: int | None = None

    def models(self, operation: Operation) -> tuple[ModelFacts, ...]:
        facts = ModelFacts(
            platform=self.id,
            operation=operation,
            name="m",
            endpoint="m",
            way=Way.MASK,
            price="",
            most_side=self.most_side,
        )
        return (facts,)


def platforms() -> dict[str, Limited]:
    made = {name: Limited(name, FakeClock()) for name in ("here", "small", "large")}
    made["small"].most_side, made["large"].most_side = 900, 4096
    return made


def test_the_first_with_a_limit_counts() -> None:
    assert room_of(platforms(), ("here", "small", "large"), Operation.ERASE) == Room(most_side=900)
    assert room_of(platforms(), ("large", "small"), Operation.ERASE) == Room(most_side=4096)
    assert room_of(platforms(), ("here",), Operation.ERASE) is ANY_ROOM
    assert room_of(platforms(), (), Operation.ERASE) is ANY_ROOM


def test_the_request_is_cut_to_it_unless_the_user_chose() -> None:
    document = Document(np.zeros((1500, 2000, 4), np.uint8), name="x.png", grow=0, feather=0)
    document.mask.array[500:900, 600:1100] = 255
    refresh_all(document)
    sizes = {}
    for context in Context:
        source = Erase().begin(document, EditOptions(context=context))
        sizes[context] = Erase().build_request(source, room=Room(most_side=900)).size
    assert max(sizes[Context.AUTO]) in range(880, 901)
    assert sizes[Context.TIGHT] == (750, 650)
    assert sizes[Context.WIDE] == (2000, 1500)
    assert sizes[Context.WHOLE] == (2000, 1500)
