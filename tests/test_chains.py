"""Which platforms an edit may use: switches, orders, and pictures that stay on this computer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation, OperationType
from editor.fallback.selection import DEFAULT_TABLES
from editor.session.chains import MOST_PICTURES, Chains

TABLE = DEFAULT_TABLES[OperationType.IMAGE_EDITING]
ERASE, UPSCALE = Operation.ERASE, Operation.UPSCALE


class Settings:
    """Settings in a dictionary."""

    def __init__(self, **values: object) -> None:
        self.values = dict(values)

    def get(self, name, default):  # type: ignore[no-untyped-def]
        return self.values.get(name, default)

    def set(self, name, value):  # type: ignore[no-untyped-def]
        self.values[name] = value


def names(chains: Chains, operation: Operation | None = None, **more: bool) -> list[str]:
    return [link.platform for link in chains.links(TABLE, operation, **more)]


def picture(path: str | None = None) -> Document:
    return Document(np.zeros((2, 2, 4), np.uint8), name="a", path=None if path is None else Path(path))


def test_everybody_is_used_in_the_tables_order() -> None:
    assert names(Chains(Settings())) == ["stability", "replicate", "fal", "local"]


def test_an_order_is_kept_for_all_and_for_one_operation() -> None:
    settings = Settings()
    chains = Chains(settings)
    chains.set_order(["fal", "stability", "replicate", "local"])
    chains.set_order(["replicate", "fal", "stability", "local"], UPSCALE)
    again = Chains(settings)
    assert names(again, ERASE)[0] == "fal"
    assert names(again, UPSCALE)[0] == "replicate"
    assert again.has_own_order(UPSCALE) and not again.has_own_order(ERASE)
    again.forget_order(UPSCALE)
    assert names(again, UPSCALE)[0] == "fal"


def test_who_is_switched_off_is_sent_nothing_and_keeps_its_place() -> None:
    chains = Chains(Settings())
    chains.set_order(["fal", "stability", "replicate", "local"])
    chains.use("stability", False)
    assert names(chains, ERASE) == ["fal", "replicate", "local"]
    assert chains.order(TABLE) == ("fal", "stability", "replicate", "local")
    chains.use("stability", True)
    assert names(chains)[1] == "stability"


def test_a_switch_counts_for_every_operation() -> None:
    chains = Chains(Settings())
    chains.set_order(["fal", "local"], UPSCALE)
    chains.use("fal", False)
    assert names(chains, UPSCALE) == ["local"]


def test_this_computer_is_left_where_everybody_is_switched_off() -> None:
    chains = Chains(Settings(chain=["fal"]))
    chains.use("fal", False)
    chains.use("local", False)
    assert names(chains) == ["local"]


@pytest.mark.parametrize("switch", ["app", "picture"])
def test_local_only_means_this_computer_alone(switch: str) -> None:
    chains = Chains(Settings())
    chains.local_only = switch == "app"
    assert names(chains, ERASE, stays_here=switch == "picture") == ["local"]


def test_a_picture_that_stays_here_does_so_when_it_is_opened_again() -> None:
    settings = Settings()
    first, other = picture("/photos/a.jpg"), picture("/photos/b.jpg")
    Chains(settings).keep_here(first, True)
    again = picture("/photos/a.jpg")
    Chains(settings).remember(again)
    Chains(settings).remember(other)
    assert first.stays_here and again.stays_here and not other.stays_here
    Chains(settings).keep_here(again, False)
    once_more, project = picture("/photos/a.jpg"), picture("/photos/a.ora")
    Chains(settings).remember(once_more)
    assert not once_more.stays_here
    project.stays_here = True
    Chains(settings).remember(project)
    assert project.stays_here, "its own file says so"


def test_a_picture_without_a_file_stays_here_until_it_is_closed() -> None:
    settings = Settings()
    pasted = picture()
    Chains(settings).keep_here(pasted, True)
    assert pasted.stays_here
    assert settings.values == {}


def test_no_more_pictures_are_remembered_than_make_sense() -> None:
    settings = Settings()
    for number in range(MOST_PICTURES + 3):
        Chains(settings).keep_here(picture(f"/photos/{number}.jpg"), True)
    assert len(settings.values["pictures_here"]) == MOST_PICTURES  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        {"chain": "fal"},
        {"chain": ["nobody"]},
        {"chains": ["erase"]},
        {"chains": {"erase": "fal"}},
        {"platforms_off": "fal"},
        {"pictures_here": 3},
        {"chain": ["stability", "stability", "replicate", "fal", "local"]},
    ],
    ids=str,
)
def test_what_cannot_be_read_counts_as_not_set(written: dict[str, object]) -> None:
    chains = Chains(Settings(**written))
    assert names(chains, ERASE) == ["stability", "replicate", "fal", "local"]
    chains.remember(picture("/photos/a.jpg"))


def test_platforms_named_for_the_session_go_first() -> None:
    chains = Chains(Settings(platforms_off=["fal"], local_only=True), fixed=["fal", "stability"])
    assert names(chains, ERASE, stays_here=True) == ["fal", "stability"]
    with pytest.raises(InputError):
        Chains(Settings(), fixed=["nobody"]).links(TABLE)
