"""How much of an edit of the whole picture is shown: painted by the user, and kept in the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.documents import facts
from test_again import World

from editor.domain.errors import InputError
from editor.domain.history import HistoryEntry
from editor.domain.kinds import Operation
from editor.domain.moment import Moment
from editor.imaging.effective_mask import refresh_all
from editor.session import paint_mask
from editor.session.changed_part import (
    NO_WHOLE,
    NOTHING_SHOWN,
    ON_TOP,
    has_more,
    prepare_revealing,
    reveal,
    show_changed,
)
from editor.storage.output_file import OutputFile
from editor.storage.project_reader import read_project
from editor.storage.project_writer import write_project


@pytest.fixture
def world() -> World:
    made = World()
    made.document.grow = made.document.feather = 0
    return made


@pytest.fixture
def entry(world: World) -> HistoryEntry:
    return world.edit(Operation.SEARCH_AND_REPLACE)


def test_what_changed_is_shown_as_the_mask(world: World, entry: HistoryEntry) -> None:
    world.document.undo()
    old = world.document.pixels.array.copy()
    world.document.redo()
    assert has_more(entry)
    show_changed(world.document, entry)
    changed = (world.document.pixels.array != old).any(axis=2)
    assert world.document.mask.array[changed].all()
    assert world.document.mask.array[-10:, -10:].max() == 0
    world.document.undo()
    assert facts(world.document)["entries"][-1][0] == "Mask of what changed"


def test_less_and_more_can_be_shown_and_every_choice_stays_a_candidate(world: World, entry: HistoryEntry) -> None:
    document = world.document
    shown = document.pixels.array.copy()
    document.undo()
    old = document.pixels.array.copy()
    document.redo()
    show_changed(document, entry)
    document.mask.array[:, :40] = 0
    refresh_all(document)
    outside = document.effective.array == 0
    reveal(document, entry, prepare_revealing(document, entry).run())
    assert np.array_equal(document.pixels.array[outside], old[outside]), "bit for bit"
    assert not np.array_equal(document.pixels.array, old)
    assert not np.array_equal(document.pixels.array, shown)
    assert not document.mask.array.any()
    assert len(entry.candidates) == 2
    assert has_more(entry), "and more of it can be shown again"
    document.travel(0)
    assert np.array_equal(document.pixels.array, old)


def test_the_rest_of_the_result_survives_in_the_project(world: World, entry: HistoryEntry, tmp_path: Path) -> None:
    sizes = []
    for history in (True, False):
        path = tmp_path / f"{history}.ora"
        with Moment.of(world.document) as moment, OutputFile(path) as output:
            write_project(moment, output, history=history)
        sizes.append(path.stat().st_size)
        (tmp_path / f"opened {history}").mkdir()
        again, _ = read_project(path, tmp_path / f"opened {history}")
        layer, own = again.layers[0], entry.layer
        assert own is not None
        assert own.whole is not None
        assert (layer.whole is not None) == history
        if layer.whole is not None:
            assert np.array_equal(layer.whole.image.array, own.whole.image.array)
            assert np.array_equal(layer.whole.coverage.array, own.whole.coverage.array)
    assert sizes[1] < sizes[0]


def test_what_cannot_be_chosen_is_told(world: World, entry: HistoryEntry) -> None:
    paint_mask(world.document, np.zeros_like(world.document.mask.array))
    with pytest.raises(InputError) as told:
        prepare_revealing(world.document, entry)
    assert told.value.message == NOTHING_SHOWN
    paint_mask(world.document, np.eye(120, 160, dtype=np.uint8) * 255)
    erased = world.edit(Operation.ERASE)
    assert not has_more(erased)
    for step, words in ((erased, NO_WHOLE), (entry, ON_TOP)):
        with pytest.raises(InputError) as told:
            show_changed(world.document, step)
        assert told.value.message == words
