"""An edit for each separate area of a mask: what each sends and changes, and what all of them will cost."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import PainterPlatform, services_of, session_of

from editor.domain.attempt import Cost
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, Target
from editor.domain.kinds import Areas, Context, CostSource, Operation
from editor.domain.options import EditOptions
from editor.imaging.effective_mask import refresh_all
from editor.imaging.picture import Picture
from editor.imaging.sizes import cropped
from editor.session import FinishedEdit, PreparedEdit, paint_mask
from editor.session.areas import ANOTHER_SIZE, prepare_area
from editor.session.estimate import sketches

PLACES = ((40, 50), (1500, 60), (1450, 1100))
SIDE = 60
APART = EditOptions(areas=Areas.APART)


class Priced(PainterPlatform):
    """A platform whose price is known beforehand."""

    def __init__(self, usd: float, platform: str, clock: FakeClock) -> None:
        super().__init__(platform, clock)
        self._usd = usd

    def expected_cost(self, operation: Operation) -> Cost:
        return Cost(self._usd, None, CostSource.ESTIMATED)


class World:
    """A platform, a session, and a picture with three squares masked far from one another."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.platform = PainterPlatform("first", clock)
        self.session = session_of(services_of(self.platform, clock=clock))
        rows, columns = np.mgrid[0:1200, 0:1600]
        waves = 120 + 60 * np.sin((rows + columns) / 9) + np.random.default_rng(2).normal(0, 8, (1200, 1600))
        pixels = np.repeat(waves.clip(0, 255).astype(np.uint8)[..., None], 4, axis=2)
        pixels[..., 3] = 255
        self.document = Document(pixels, name="waves.png", grow=2, feather=4)
        mask = np.zeros((1200, 1600), np.uint8)
        for x, y in PLACES:
            mask[y : y + SIDE, x : x + SIDE] = 255
        paint_mask(self.document, mask)

    def prepared(
        self, options: EditOptions = APART, operation: Operation = Operation.ERASE
    ) -> tuple[PreparedEdit, ...]:
        return self.session.prepare_each(operation, self.document, options)

    def serve(self, prepared: PreparedEdit) -> FinishedEdit:
        return asyncio.run(self.session.run_edit(prepared, lambda event: None, "job"))


def test_each_edit_changes_its_own_area_and_nothing_else() -> None:
    world = World()
    before, whole = world.document.pixels.array.copy(), world.document.effective.array.copy()
    edits = world.prepared()
    assert len(edits) == 3
    left = np.ones(whole.shape, bool)
    for number, prepared in enumerate(edits, start=1):
        world.session.attach(world.serve(prepared))
        assert len(world.document.history.entries) == 1 + number, "a step each"
        hole = prepared.source.hole
        inside = np.zeros(whole.shape, bool)
        inside[hole.slices] = whole[hole.slices] > 0
        assert (world.document.pixels.array[inside] != before[inside]).any()
        left &= ~inside
        assert np.array_equal(world.document.pixels.array[left], before[left])
    assert not whole[left].any(), "every pixel of the mask was in one of the areas"
    sent = [request.region for request in world.platform.requests]
    assert all(region.area < 700 * 700 for region in sent)
    assert not sent[0].intersected(sent[2])


def test_a_step_of_one_area_runs_again_with_that_area() -> None:
    world = World()
    second = world.prepared()[1]
    world.session.attach(world.serve(second))
    again = world.session.prepare_again(world.document, world.document.history.current)
    assert again.source.hole == second.source.hole
    assert again.source.options.areas is Areas.APART
    world.serve(again)
    first, repeated = world.platform.requests
    assert np.array_equal(first.image, repeated.image)
    assert np.array_equal(first.mask, repeated.mask)


@pytest.mark.parametrize(
    "options, count",
    [
        (EditOptions(), 3),
        (EditOptions(areas=Areas.TOGETHER), 1),
        (EditOptions(areas=Areas.APART, variations=2), 1),
        (EditOptions(context=Context.WHOLE), 1),
        (EditOptions(areas=Areas.APART, context=Context.WHOLE), 3),
    ],
)
def test_how_many_edits_one_press_is(options: EditOptions, count: int) -> None:
    world = World()
    edits = world.prepared(options)
    assert len(edits) == count
    picture = Picture.of(world.document)
    assert len(sketches(Operation.ERASE, options, picture)) == count


def test_an_operation_without_a_mask_is_one_edit() -> None:
    (only,) = World().prepared(operation=Operation.REMOVE_BACKGROUND)
    assert only.source.mask is None


def test_the_sketches_have_the_regions_of_the_requests() -> None:
    world = World()
    drawn = sketches(Operation.ERASE, APART, Picture.of(world.document))
    for prepared in world.prepared():
        world.serve(prepared)
    assert [one.region for one in drawn] == [request.region for request in world.platform.requests]


def test_later_strokes_do_not_change_what_was_asked_for() -> None:
    world = World()
    edits = world.prepared()
    recorder = world.document.record(Target.MASK)
    world.document.mask.write(world.document.rect, np.zeros((1200, 1600), np.uint8))
    recorder.finish("Clear mask", EntryKind.MASK)
    refresh_all(world.document)
    for prepared in edits:
        assert prepared.source.mask is not None
        assert prepared.source.mask.read(prepared.source.hole).max() == 255


def test_one_area_is_asked_for_once_more_on_the_picture_as_it_is() -> None:
    world = World()
    first, second, _ = world.prepared()
    world.session.attach(world.serve(first))
    repeated = prepare_area(world.document, second.source, APART, without=("other",))
    assert (repeated.source.hole, repeated.without) == (second.source.hole, ("other",))
    assert (
        repeated.source.pixels.read(first.source.hole).tolist() != second.source.pixels.read(first.source.hole).tolist()
    )
    extent = cropped(world.document, Rect(0, 0, 800, 600))
    world.document.resize(extent, label="Crop", kind=EntryKind.CROP)
    with pytest.raises(InputError, match=ANOTHER_SIZE):
        prepare_area(world.document, second.source, APART)


@pytest.mark.parametrize(
    "areas, words",
    [
        (Areas.TOGETHER, "About $0.04 · at worst about $0.07"),
        (Areas.APART, "3 areas: 3 edits\nAbout $0.12 · at worst about $0.21"),
    ],
)
def test_the_estimate_is_of_all_edits(areas: Areas, words: str) -> None:
    clock = FakeClock()
    dear, cheap = Priced(0.04, "dear", clock), Priced(0.03, "cheap", clock)
    session = session_of(services_of(dear, cheap, clock=clock))
    asyncio.run(session.warm_up())
    line = session.estimate(Operation.ERASE, EditOptions(areas=areas), Picture.of(World().document))
    assert line == words
