"""Running an edit of the history again: from the same pixels, mask and choices, on the same platform or another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fakes import FakeClock
from support.painter import PainterPlatform, painted, services_of, session_of

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, HistoryEntry, Target
from editor.domain.kinds import Context, Operation, UpscaleMode
from editor.domain.moment import Moment
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest
from editor.imaging.sizes import cropped
from editor.session import FinishedEdit, Session, paint_mask
from editor.session.again import ANOTHER_SIZE, FINAL, NO_EDIT, add_candidates
from editor.storage.output_file import OutputFile
from editor.storage.project_reader import read_project
from editor.storage.project_writer import write_project

OPTIONS = EditOptions(prompt="a van", negative_prompt="rain", search="the car", seed=7, context=Context.WIDE)
IN_PLACE = [one for one in Operation if one not in (Operation.OUTPAINT, Operation.UPSCALE)]


def other(request: EditRequest, number: int) -> np.ndarray:
    """What another platform makes of it."""
    return painted(request, number + 40)


class World:
    """Two platforms, a session and a picture."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.first, self.second = PainterPlatform("first", clock), PainterPlatform("second", clock, paint=other)
        self.session: Session = session_of(services_of(self.first, self.second, clock=clock))
        rows, columns = np.mgrid[0:120, 0:160]
        waves = 120 + 60 * np.sin((rows + columns) / 9) + np.random.default_rng(2).normal(0, 8, (120, 160))
        pixels = np.repeat(waves.clip(0, 255).astype(np.uint8)[..., None], 4, axis=2)
        pixels[..., 3] = 255
        self.document = Document(pixels, name="waves.png", grow=2, feather=4)
        mask = np.zeros((120, 160), np.uint8)
        mask[40:80, 50:110] = 255
        paint_mask(self.document, mask)

    def edit(self, operation: Operation = Operation.INPAINT, options: EditOptions = OPTIONS) -> HistoryEntry:
        self.session.attach(self.serve(self.session.prepare(operation, self.document, options)))
        return self.document.history.current

    def again(self, entry: HistoryEntry, *without: str) -> FinishedEdit:
        return self.serve(self.session.prepare_again(self.document, entry, without=without))

    def serve(self, prepared) -> FinishedEdit:  # type: ignore[no-untyped-def]
        return asyncio.run(self.session.run_edit(prepared, lambda event: None, "job"))

    def stroke(self) -> None:
        recorder = self.document.record(Target.MASK)
        self.document.mask.write(Rect(0, 0, 30, 20), np.full((20, 30), 255, np.uint8))
        recorder.finish("Mask stroke", EntryKind.STROKE)


def same(one: EditRequest, another: EditRequest) -> bool:
    arrays = np.array_equal(one.image, another.image) and np.array_equal(one.mask, another.mask)
    return arrays and one.region == another.region and one.options.as_dict() == another.options.as_dict()


@pytest.mark.parametrize("operation", IN_PLACE)
def test_the_same_is_sent_and_the_same_comes_back(operation: Operation) -> None:
    world = World()
    entry = world.edit(operation)
    pixels = world.document.pixels.array.copy()
    world.stroke()
    finished = world.again(entry)
    assert len(world.first.requests) == 2
    assert same(*world.first.requests)
    dirty = add_candidates(world.document, entry, finished)
    assert dirty.pixels
    assert np.array_equal(world.document.pixels.array, pixels), "a platform that does the same twice makes the same"
    assert finished.receipt.options == entry.receipt.options  # type: ignore[union-attr]
    assert len(entry.candidates) == 2


def test_another_platforms_result_stands_beside_the_first_in_the_same_step() -> None:
    world = World()
    before = world.document.pixels.array.copy()
    entry = world.edit()
    first = world.document.pixels.array.copy()
    finished = world.again(entry, "first")
    assert finished.receipt.served_by is not None
    assert finished.receipt.served_by.platform == "second"
    add_candidates(world.document, entry, finished)
    second = world.document.pixels.array.copy()
    assert not np.array_equal(first, second)
    assert entry.chosen == 1
    assert [one.receipt.served_by.platform for one in entry.candidates] == ["first", "second"]  # type: ignore[union-attr]
    assert not np.array_equal(entry.candidates[0].thumbnail, entry.candidates[1].thumbnail)
    world.document.undo()
    assert np.array_equal(world.document.pixels.array, before)
    world.document.redo()
    assert np.array_equal(world.document.pixels.array, second)


def test_a_step_below_others_begins_with_what_it_began_with_and_lands_on_top() -> None:
    world = World()
    entry = world.edit()
    paint_mask(world.document, np.roll(world.document.mask.array, 30, axis=1))
    world.edit(Operation.ERASE)
    finished = world.again(entry)
    assert same(world.first.requests[0], world.first.requests[-1])
    assert not world.document.may_offer(entry)
    with pytest.raises(ValueError, match="on top"):
        add_candidates(world.document, entry, finished)
    steps = len(world.document.history.entries)
    world.session.attach(finished)
    assert len(world.document.history.entries) == steps + 1


def test_it_works_from_a_project_opened_again(tmp_path: Path) -> None:
    world = World()
    world.edit()
    path = tmp_path / "a.ora"
    with Moment.of(world.document) as moment, OutputFile(path) as output:
        write_project(moment, output, history=True)
    (tmp_path / "opened").mkdir()
    world.document, _ = read_project(path, tmp_path / "opened")
    world.again(world.document.history.current)
    assert same(*world.first.requests)


def test_what_cannot_be_run_again_is_told() -> None:
    world = World()
    world.stroke()
    with pytest.raises(InputError) as told:
        world.session.prepare_again(world.document, world.document.history.current)
    assert told.value.message == NO_EDIT
    entry = world.edit()
    world.document.resize(cropped(world.document, Rect(0, 0, 90, 90)), label="Crop", kind=EntryKind.EDIT)
    with pytest.raises(InputError) as told:
        world.session.prepare_again(world.document, entry)
    assert told.value.message == ANOTHER_SIZE
    world.document.undo()
    world.document.history.floor = world.document.history.position
    with pytest.raises(InputError) as told:
        world.session.prepare_again(world.document, entry)
    assert told.value.message == FINAL
    with pytest.raises(InputError, match="background"):
        EditOptions.from_dict(EditOptions(background=np.zeros((2, 2, 3), np.uint8)).as_dict())
    with pytest.raises(InputError, match="cannot be read"):
        EditOptions.from_dict({"mode": "magic"})


@given(
    options=st.builds(
        EditOptions,
        prompt=st.text(max_size=20),
        seed=st.none() | st.integers(0, 2**63),
        variations=st.integers(1, 8),
        expansion=st.builds(Expansion, left=st.integers(0, 99), up=st.integers(0, 99)),
        scale=st.floats(1, 16),
        mode=st.sampled_from(UpscaleMode),
        context=st.sampled_from(Context),
        background=st.none() | st.tuples(*[st.integers(0, 255)] * 3),
        models=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    )
)
def test_choices_are_written_down_and_read_again(options: EditOptions) -> None:
    again = EditOptions.from_dict(options.as_dict())
    assert again.as_dict() == options.as_dict()
    assert (again.prompt, again.seed, again.expansion, again.background, dict(again.models)) == (
        options.prompt,
        options.seed,
        options.expansion,
        options.background,
        dict(options.models),
    )
    assert (again.scale, again.mode, again.context, again.variations) == (
        options.scale,
        options.mode,
        options.context,
        options.variations,
    )
