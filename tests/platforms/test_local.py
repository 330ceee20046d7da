"""This computer as a platform."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np
import pytest

from editor.domain.attempt import FREE
from editor.domain.errors import Cancelled, EditorError, MissingKey, Unavailable, Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, Edge, Operation, UpscaleMode, Way
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.engine.client import EngineExhausted
from editor.engine.fill.estimate import estimate_of
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.local import LocalPlatform
from editor.platforms.local_pace import Pace
from editor.platforms.local_smaller import NOTE


@dataclass
class Answer:
    image: np.ndarray
    method: str
    notes: tuple[str, ...] = ()
    seconds: float = 0.5


class Engine:
    """Paints the hole in the mean colour; ``trouble`` is raised instead, ``forever`` never ends. No picture of more
    than ``most`` pixels goes into its memory."""

    def __init__(self, *, trouble=None, forever=False, most=None):
        self.trouble, self.forever, self.stopped, self.most = trouble, forever, False, most
        self.seeds, self.asked = [], []

    async def erase(self, image, mask, *, seed, progress, preview):
        self.seeds.append(seed)
        progress(0.5)
        self._needs(image)
        if self.trouble is not None:
            raise self.trouble
        if self.forever:
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        filled = image.copy()
        filled[mask > 0] = image[mask == 0].mean(axis=0)
        return Answer(filled, "PatchMatch")

    async def extend(self, image, *, left, right, up, down, seed, progress):
        self._needs(image)
        return Answer(np.pad(image, ((up, down), (left, right), (0, 0)), mode="edge"), "PatchMatch", ("wide",))

    async def upscale(self, image, *, width, height, mode, seconds, progress):
        self.asked.append((mode, seconds))
        return Answer(np.zeros((height, width, 3), np.uint8), "back-projection")

    async def cut_out(self, image, *, edge, keep, drop, progress):
        self.asked.append((edge, keep, drop))
        self._needs(image)
        alpha = np.zeros(image.shape[:2], np.uint8)
        alpha[:, image.shape[1] // 2 :] = 255
        return Answer(alpha, "U²-Net", ("small",))

    def _needs(self, image):
        if self.most is not None and image.shape[0] * image.shape[1] > self.most:
            raise EngineExhausted("There is no memory left.")


def platform(**options):
    engine = Engine(**options)
    return LocalPlatform(engine=engine, catalogue=Catalogue.load()), engine


def test_it_serves_for_nothing_and_without_a_key(edit_of):
    local, _ = platform()
    said = []
    result = asyncio.run(local.run(edit_of(seed=7), Call(key=None, report=said.append)))
    assert (result.model, result.seed, result.cost) == ("PatchMatch", 7, FREE)
    assert local.model(Operation.ERASE) == "shift map"
    assert not local.needs_key
    assert said[0].words == f"about {max(1.0, estimate_of(edit_of(seed=7).mask)):.0f} s"
    assert said[-1].fraction == 0.5
    assert local.changed_address is None


def test_a_failure_of_the_engine_is_one_failed_attempt(edit):
    local, _ = platform(trouble=EditorError("The engine ended unexpectedly.", detail="signal 9"))
    with pytest.raises(Unavailable, match="ended unexpectedly") as caught:
        asyncio.run(local.run(edit, Call(key=None, report=lambda progress: None)))
    assert caught.value.detail == "signal 9"


def test_cancelling_stops_the_engine_at_once(edit):
    local, engine = platform(forever=True)

    async def scenario():
        under_way = asyncio.Event()

        def report(progress):
            if progress.fraction is not None:
                under_way.set()

        task = asyncio.ensure_future(local.run(edit, Call(key=None, report=report)))
        await asyncio.wait_for(under_way.wait(), 5)
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value.ending

    assert asyncio.run(scenario()) is CancelEnding.STOPPED
    assert engine.stopped


def test_nothing_marked_is_not_supported(edit):
    local, _ = platform()
    empty = EditRequest(operation=Operation.ERASE, image=edit.image, mask=np.zeros_like(edit.mask), region=edit.region)
    with pytest.raises(Unsupported):
        asyncio.run(local.run(empty, Call(key=None, report=lambda progress: None)))


def test_there_is_no_key_to_check():
    with pytest.raises(MissingKey):
        asyncio.run(platform()[0].check_key("x"))


def request_like(edit, operation, **options):
    return EditRequest(
        operation=operation, image=edit.image, mask=edit.mask, region=edit.region, options=EditOptions(**options)
    )


def test_an_inpaint_goes_on_with_the_surroundings_but_follows_no_words(edit):
    local, _ = platform()
    assert local.why_not(request_like(edit, Operation.INPAINT)) is None
    assert "cannot follow a prompt" in local.why_not(request_like(edit, Operation.INPAINT, prompt="a cat"))


OFFERED = {
    Operation.ERASE,
    Operation.INPAINT,
    Operation.REMOVE_BACKGROUND,
    Operation.REPLACE_BACKGROUND,
    Operation.OUTPAINT,
    Operation.UPSCALE,
}


@pytest.mark.parametrize("operation", [operation for operation in Operation if operation not in OFFERED])
def test_what_is_not_offered_says_why(edit, operation):
    local, _ = platform()
    assert local.models(operation) == ()
    reason = local.why_not(request_like(edit, operation))
    assert reason.startswith("This computer ")
    assert reason.endswith(".")


def whole(edit, operation, **options):
    """A request that has no mask of its own."""
    return EditRequest(
        operation=operation,
        image=edit.image,
        mask=whole_mask(edit.image),
        region=edit.region,
        options=EditOptions(**options),
    )


def run(local, request, said=None):
    return asyncio.run(local.run(request, Call(key=None, report=([] if said is None else said).append)))


def test_a_cut_out_gives_the_share_of_each_pixel_and_follows_strokes(edit):
    local, engine = platform()
    keep = np.ones_like(edit.mask)
    result = run(local, whole(edit, Operation.REMOVE_BACKGROUND, edge=Edge.HARD, keep=keep))
    assert engine.asked == [(Edge.HARD, keep, None)]
    assert result.alpha is not None
    assert np.array_equal(result.image, edit.image)
    assert (result.way, result.model, result.notes) == (Way.CUT_OUT, "U²-Net", ("small",))


def test_a_background_is_a_color_or_a_picture_and_no_words(edit):
    local, _ = platform()
    half = edit.image.shape[1] // 2
    result = run(local, whole(edit, Operation.REPLACE_BACKGROUND, background=(255, 0, 0)))
    assert (result.image[:, :half] == (255, 0, 0)).all()
    assert np.array_equal(result.image[:, half:], edit.image[:, half:])
    assert result.way is Way.WHOLE_PICTURE
    assert "Choose a color or a picture" in local.why_not(whole(edit, Operation.REPLACE_BACKGROUND, prompt="a beach"))


def test_what_would_be_the_same_is_made_once(edit):
    local, engine = platform()
    result = run(local, whole(edit, Operation.REPLACE_BACKGROUND, background=(0, 0, 0), variations=3))
    assert len(engine.asked) == 1
    assert result.others == ()
    assert any("same picture" in note for note in result.notes)


def test_a_first_look_tells_where_it_lies(edit):
    local, engine = platform()
    early = np.zeros_like(edit.image)

    async def erase(image, mask, *, seed, progress, preview):
        preview(early)
        return Answer(image.copy(), "PatchMatch")

    engine.erase = erase
    said = []
    run(local, edit, said)
    (look,) = [one for one in said if one.picture is not None]
    assert look.picture is early
    assert look.place == edit.region


def test_variations_have_seeds_of_their_own(edit):
    local, engine = platform()
    request = request_like(edit, Operation.ERASE, seed=7, variations=3)
    result = asyncio.run(local.run(request, Call(key=None, report=lambda progress: None)))
    assert len(result.others) == 2
    assert engine.seeds == [7, 8, 9]


def large(operation, **options):
    """A picture of 0.6 megapixels, with a hole where the operation takes one."""
    image = np.random.default_rng(4).integers(0, 255, (600, 1000, 3), np.uint8)
    mask = np.full((600, 1000), 0 if operation.masked else 255, np.uint8)
    mask[100:201, 300:401] = 255
    return EditRequest(
        operation=operation, image=image, mask=mask, region=Rect(0, 0, 1000, 600), options=EditOptions(**options)
    )


def served(local, request):
    return asyncio.run(local.run(request, Call(key=None, report=lambda progress: None)))


def test_where_memory_runs_out_the_edit_is_done_at_half_the_size():
    local, _ = platform(most=200_000)
    request = large(Operation.ERASE)
    result = served(local, request)
    assert np.array_equal(result.image[request.mask == 0], request.image[request.mask == 0])
    assert not np.array_equal(result.image, request.image)
    assert result.notes == (NOTE,)
    grown = served(local, large(Operation.OUTPAINT, expansion=Expansion(left=7, down=5)))
    assert grown.image.shape == (605, 1007, 3) and np.array_equal(grown.image[:600, 7:], request.image)
    assert grown.notes == ("wide", NOTE)


def test_where_memory_runs_out_at_half_the_size_too_it_fails():
    with pytest.raises(Unavailable, match="no memory"):
        served(platform(most=1)[0], large(Operation.ERASE))


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        (UpscaleMode.FAST, ("faithful", 15)),
        (UpscaleMode.CONSERVATIVE, ("faithful", 60)),
        (UpscaleMode.CREATIVE, ("clean up", 60)),
    ],
)
def test_an_enlargement_is_asked_for_by_its_mode_and_says_that_words_are_left_out(mode, asked):
    local, engine = platform()
    result = served(local, large(Operation.UPSCALE, scale=2.0, mode=mode, prompt="a cat"))
    assert engine.asked == [asked]
    assert result.image.shape == (1200, 2000, 3)
    assert len(result.notes) == 1 and "without words" in result.notes[0]


def test_too_large_an_enlargement_is_refused_with_the_largest_that_would_do():
    assert "largest scale" in platform()[0].why_not(large(Operation.UPSCALE, scale=16.0))


def test_an_enlargement_by_a_network_is_foreseen_as_one(edit):
    catalogue = Catalogue.load()
    request = whole(edit, Operation.UPSCALE, scale=4.0, mode=UpscaleMode.CREATIVE)
    quick = LocalPlatform(engine=Engine(), catalogue=catalogue)
    slow = LocalPlatform(engine=Engine(), catalogue=catalogue, installed=lambda name: True)
    assert slow.expected_seconds(request, 0) > 3 * (quick.expected_seconds(request, 0) - 1.0)


def test_the_pace_of_this_computer_is_learned_and_remembered():
    words = {}
    pace = Pace(known=lambda name: words.get(name, ""), store=words.__setitem__)
    assert pace.seconds(Operation.ERASE, 10.0) == 10.0
    for _ in range(8):
        pace.learn(Operation.ERASE, foreseen=10.0, taken=30.0)
    assert 29 < pace.seconds(Operation.ERASE, 10.0) <= 30
    again = Pace(known=lambda name: words.get(name, ""))
    assert again.seconds(Operation.ERASE, 10.0) == pytest.approx(pace.seconds(Operation.ERASE, 10.0), rel=0.01)
    assert again.seconds(Operation.UPSCALE, 10.0) == 10.0
    assert Pace(known=lambda name: "nonsense").seconds(Operation.ERASE, 10.0) == 10.0
