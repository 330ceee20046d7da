"""Who gets to see a picture: platforms that refused it, and pictures that stay on this computer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import PainterPlatform, services_of

from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, ContentRefused, InputError
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.session import FinishedEdit, Session, paint_mask


class Kept:
    """Settings in memory."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def get(self, name: str, default: Any) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


class World:
    """A platform that refuses, one that serves, and this computer."""

    def __init__(self, **settings: Any) -> None:
        clock = FakeClock()
        self.strict = PainterPlatform("strict", clock, ContentRefused("Strict refused the picture."))
        self.kind = PainterPlatform("kind", clock)
        self.local = PainterPlatform("local", clock, needs_key=False)
        services = services_of(self.strict, self.kind, self.local, clock=clock)
        self.settings = Kept(**settings)
        self.session = Session(settings=self.settings, build_services=lambda: services, sample=Path("sample.png"))

    def edit(self, document: Document, *, without: tuple[str, ...] = ()) -> FinishedEdit:
        prepared = self.session.prepare(Operation.ERASE, document, EditOptions(), without=without)
        return asyncio.run(self.session.run_edit(prepared, lambda event: None, "job"))

    @property
    def seen_by(self) -> list[str]:
        """The platforms that were sent a picture."""
        return [one.id for one in (self.strict, self.kind, self.local) if one.requests]


def picture(path: str | None = None) -> Document:
    """Noise with a masked square."""
    pixels = np.random.default_rng(3).integers(60, 190, (60, 80, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    document = Document(pixels, name="noise", path=None if path is None else Path(path), grow=0, feather=0)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 25:55] = 255
    paint_mask(document, mask)
    return document


def test_the_next_platform_is_asked_after_a_refusal_unless_the_user_wants_otherwise() -> None:
    world = World()
    served = world.edit(picture()).receipt.served_by
    assert served is not None and served.platform == "kind"


@pytest.mark.parametrize("after_refusal", ["ask", "stop"])
def test_nobody_else_sees_what_was_refused(after_refusal: str) -> None:
    world = World(after_refusal=after_refusal)
    with pytest.raises(AllPlatformsFailed) as failed:
        world.edit(picture())
    assert [attempt.platform for attempt in failed.value.attempts] == ["strict"]
    assert world.seen_by == ["strict"]


def test_the_next_platform_is_asked_where_the_user_says_so() -> None:
    world = World(after_refusal="ask")
    served = world.edit(picture(), without=("strict",)).receipt.served_by
    assert served is not None and served.platform == "kind"
    assert world.seen_by == ["kind"]


def test_there_may_be_no_other_platform_left() -> None:
    world = World()
    with pytest.raises(InputError, match="No other platform is left"):
        world.edit(picture(), without=("strict", "kind", "local"))
    assert world.seen_by == []


def test_a_picture_that_stays_here_is_sent_to_nobody_while_others_are() -> None:
    world = World()
    mine, other = picture("/photos/mine.jpg"), picture("/photos/other.jpg")
    world.session.chains.keep_here(mine, True)
    served = world.edit(mine).receipt.served_by
    assert served is not None and served.platform == "local"
    assert world.seen_by == ["local"]
    world.edit(other)
    assert world.seen_by == ["strict", "kind", "local"]


def test_it_cannot_be_compared_on_other_platforms() -> None:
    world, mine = World(), picture()
    world.session.chains.keep_here(mine, True)
    prepared = world.session.prepare(Operation.ERASE, mine)
    with pytest.raises(InputError):
        asyncio.run(world.session.face_off(prepared, ["strict", "kind"], lambda event: None, "job"))
    assert world.seen_by == []


def test_what_was_decided_while_the_edit_waited_counts() -> None:
    world, mine = World(), picture()
    prepared = world.session.prepare(Operation.ERASE, mine)
    world.session.chains.keep_here(mine, True)
    asyncio.run(world.session.run_edit(prepared, lambda event: None, "job"))
    assert world.seen_by == ["local"]


def test_a_picture_saved_under_another_name_stays_here() -> None:
    world, mine = World(), picture("/photos/mine.jpg")
    world.session.chains.keep_here(mine, True)
    mine.path = Path("/photos/copy.png")
    world.session.chains.saved(mine)
    again = picture("/photos/copy.png")
    world.session.chains.remember(again)
    assert again.stays_here


def test_a_picture_that_stays_here_is_no_background_of_another() -> None:
    world, mine = World(), picture("/photos/mine.jpg")
    world.session.chains.require_may_leave(Path("/photos/other.jpg"))
    world.session.chains.keep_here(mine, True)
    with pytest.raises(InputError, match="stays on this computer"):
        world.session.chains.require_may_leave(Path("/photos/mine.jpg"))
