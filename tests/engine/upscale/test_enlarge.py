import itertools

import cv2
import numpy as np
import pytest
from support.enlarging import BlurNetwork, Shelf, scene

from editor.domain.errors import EditorError
from editor.engine.upscale.classical import Classical
from editor.engine.upscale.enlarge import CLEANING_ABSENT, estimate_upscale, paint, seconds_of, upscale
from editor.engine.upscale.neural import KINDS, Kind, Neural
from editor.engine.upscale.result import Mode
from editor.engine.weights import Models

NOTHING = Models.none()
FOREVER = 1e9


def enlarged(image, factor, *, mode=Mode.FAITHFUL, models=NOTHING, budget=FOREVER, progress=lambda share: None):
    height, width = (round(side * factor) for side in image.shape[:2])
    return upscale(
        image, width=width, height=height, mode=mode, models=models, progress=progress, budget_seconds=budget
    )


def painted(image, enlarger, factor):
    result = np.zeros((round(image.shape[0] * factor), round(image.shape[1] * factor), image.shape[2]), np.uint8)
    paint(image, result, enlarger, lambda share: None)
    return result


def likeness(a, b):
    """Decibels."""
    return 10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2))


def inner(image, border):
    return image[border:-border, border:-border].astype(int)


@pytest.mark.parametrize("factor", [1.1, 1.37, 2, 3, 4, 8])
@pytest.mark.parametrize("mode", Mode)
def test_every_factor_gives_the_size_that_was_asked_for(picture, factor, mode):
    small = picture[:50, :70]
    result = enlarged(small, factor, mode=mode)
    assert result.image.shape == (round(50 * factor), round(70 * factor), 3)
    back = cv2.resize(result.image, (70, 50), interpolation=cv2.INTER_AREA)
    assert likeness(small, back) > (30 if mode is Mode.FAITHFUL else 20)


@pytest.mark.parametrize(
    "reduce",
    [
        lambda image: cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
        lambda image: cv2.resize(cv2.GaussianBlur(image, (0, 0), 1.4), None, fx=0.25, fy=0.25, interpolation=3),
    ],
    ids=["box", "blur and box"],
)
def test_back_projection_beats_plain_enlarging_whatever_made_the_picture_small(reduce):
    truth = cv2.GaussianBlur(scene(400, 480), (0, 0), 0.8)
    small = reduce(truth)
    plain = painted(small, Classical(0.0), 4)
    sharp = painted(small, Classical(1.0), 4)
    assert likeness(truth, sharp) > likeness(truth, plain) + 0.1


def test_an_edge_does_not_ring():
    image = np.full((40, 40, 3), 60, np.uint8)
    image[:, 20:] = 180
    sharp = painted(image, Classical(1.0), 4)
    assert sharp.min() >= 60 - 0.05 * 120 - 1
    assert sharp.max() <= 180 + 0.05 * 120 + 1


def test_a_plain_picture_stays_plain():
    result = enlarged(np.full((130, 99, 3), (12, 130, 251), np.uint8), 2.3)
    assert (result.image == (12, 130, 251)).all()


@pytest.mark.parametrize("factor", [1.3, 2, 4])
@pytest.mark.parametrize("smooth", [False, True])
def test_tiles_leave_no_seams(picture, factor, smooth):
    whole = painted(picture, Classical(1.0, smooth=smooth, side=1000), factor)
    tiled = painted(picture, Classical(1.0, smooth=smooth, side=50), factor)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


@pytest.mark.parametrize("factor", [1.3, 2, 4, 5.5])
def test_tiles_of_a_network_leave_no_seams(picture, factor):
    network = BlurNetwork(reach=3)
    whole = painted(picture, Neural(network, Kind("", 4, side=1000, overlap=8)), factor)
    tiled = painted(picture, Neural(network, Kind("", 4, side=48, overlap=8)), factor)
    assert np.abs(inner(whole, 8) - inner(tiled, 8)).max() <= 1
    # A tile is no larger than it was said to be.
    assert max(itertools.chain(*network.shapes[1:])) <= 48 + 2 * 8


def test_tiles_that_differ_pass_into_each_other():
    class Restless(BlurNetwork):
        """Every tile is a little brighter than the one before."""

        def run(self, inputs):
            self.shift += 0.05
            return super().run(inputs)

    image = np.full((30, 120, 3), 100, np.uint8)
    steps = {}
    for fade in (0, 8):
        result = painted(image, Neural(Restless(), Kind("", 4, side=40, overlap=12, fade=fade)), 4)
        steps[fade] = np.abs(np.diff(result.astype(int), axis=1)).max()
    assert steps[0] >= 10
    assert steps[8] <= 2


@pytest.mark.parametrize("name", ["esrgan-thick-x2", "esrgan-thick-x4", "realesr-animevideov3-x4"])
def test_tiles_of_the_models_leave_no_seams(picture, name, installed):
    kind, network = KINDS[name], installed(name).network(name)
    part = picture[:80, :100]
    whole = painted(part, Neural(network, kind), kind.scale)
    smaller = Kind(kind.title, kind.scale, side=50, overlap=kind.overlap)
    tiled = painted(part, Neural(network, smaller), kind.scale)
    assert np.abs(inner(whole, 40) - inner(tiled, 40)).max() <= 1


def test_the_faithful_model_is_no_worse_than_cubic_enlarging(installed):
    truth = cv2.GaussianBlur(scene(256, 320), (0, 0), 0.8)
    small = cv2.resize(truth, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    result = enlarged(small, 4, models=installed("esrgan-thick-x4"))
    assert result.method == KINDS["esrgan-thick-x4"].title
    plain = cv2.resize(small, (320, 256), interpolation=cv2.INTER_CUBIC)
    assert likeness(truth, result.image) > likeness(truth, plain) - 0.1


def test_the_cleaning_model_takes_noise_away(installed):
    clean = np.full((64, 64, 3), 128, np.uint8)
    clean[:, 32:] = 60
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, 8, clean.shape), 0, 255).astype(np.uint8)
    models = installed("realesr-animevideov3-x4")
    result = enlarged(noisy, 4, mode=Mode.CLEAN_UP, models=models, budget=0.0)
    assert result.method == KINDS["realesr-animevideov3-x4"].title
    assert result.image[40:200, 20:100].astype(float).std(axis=(0, 1)).max() < 4


def test_the_nearest_network_is_asked_first(picture):
    shelf = Shelf(esrgan_thick_x2=BlurNetwork(2), esrgan_thick_x4=BlurNetwork(4))
    assert enlarged(picture[:40, :40], 1.8, models=shelf).method == KINDS["esrgan-thick-x2"].title
    assert enlarged(picture[:40, :40], 2.5, models=shelf).method == KINDS["esrgan-thick-x4"].title
    assert enlarged(picture[:40, :40], 8, models=shelf).image.shape == (320, 320, 3)
    only = Shelf(esrgan_thick_x4=BlurNetwork(4))
    assert enlarged(picture[:40, :40], 1.8, models=only).method == KINDS["esrgan-thick-x4"].title


def test_over_the_budget_the_classical_form_serves_and_nothing_else_is_loaded(picture):
    shelf = Shelf(esrgan_thick_x4=BlurNetwork(4))
    result = enlarged(picture, 4, models=shelf, budget=0.0)
    assert result.method == "Lanczos + back-projection"
    assert shelf.asked == ["esrgan-thick-x4"]


def test_cleaning_up_takes_the_fast_network_where_the_better_one_is_too_slow(picture):
    shelf = Shelf(realesrgan_x4plus=BlurNetwork(4), realesr_animevideov3_x4=BlurNetwork(4))
    small = picture[:40, :40]
    assert enlarged(small, 2, mode=Mode.CLEAN_UP, models=shelf).method == KINDS["realesrgan-x4plus"].title
    fast = enlarged(small, 2, mode=Mode.CLEAN_UP, models=shelf, budget=0.0)
    assert fast.method == KINDS["realesr-animevideov3-x4"].title


def test_without_a_network_cleaning_up_says_what_it_did(picture):
    result = enlarged(picture[:40, :40], 2, mode=Mode.CLEAN_UP)
    assert result.notes == (CLEANING_ABSENT,)
    assert "smoothing" in result.method
    assert enlarged(picture[:40, :40], 2).notes == ()


def test_a_network_of_another_factor_is_refused(picture):
    with pytest.raises(EditorError, match="another size"):
        enlarged(picture[:40, :40], 4, models=Shelf(esrgan_thick_x4=BlurNetwork(2)))


def test_blocks_of_a_jpeg_are_not_sharpened(picture):
    packed = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 20])[1], cv2.IMREAD_COLOR)
    assert enlarged(packed, 2).method == "Lanczos"


def test_transparency_is_enlarged_and_no_hidden_colour_shows(picture):
    image = np.dstack((picture[:60, :60], np.zeros((60, 60), np.uint8)))
    alpha = np.zeros((60, 60), np.uint8)
    cv2.circle(alpha, (30, 30), 20, 255, -1)
    image[..., 3] = alpha
    image[alpha == 0, :3] = (255, 0, 255)
    image[alpha > 0, :3] = (20, 120, 20)
    result = enlarged(image, 3).image
    assert result.shape == (180, 180, 4)
    assert (np.abs(result[..., :3].astype(int) - (20, 120, 20)) <= 1).all()
    assert result[90, 90, 3] == 255
    assert result[3, 3, 3] == 0
    assert abs(int((result[..., 3] > 127).sum()) - 9 * int((alpha > 0).sum())) < 0.03 * 9 * (alpha > 0).sum()


def test_an_opaque_picture_stays_opaque(picture):
    image = np.dstack((picture[:30, :30], np.full((30, 30), 255, np.uint8)))
    assert (enlarged(image, 2.5).image[..., 3] == 255).all()


def test_progress_is_told_for_each_tile_and_only_rises(picture):
    told = []
    enlarged(picture, 2, progress=told.append)
    assert len(told) >= 4
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_same_question_has_the_same_answer(picture):
    first, second = (enlarged(picture, 2.7).image for _ in range(2))
    assert np.array_equal(first, second)


def test_a_single_pixel_can_be_enlarged():
    assert (enlarged(np.full((1, 1, 3), 40, np.uint8), 8).image == 40).all()


def test_what_is_too_large_is_refused_before_any_work():
    image = np.broadcast_to(np.uint8(0), (3000, 4000, 3))
    for function, told in ((upscale, {"progress": lambda share: None}), (estimate_upscale, {})):
        with pytest.raises(EditorError, match=r"largest scale for this picture is 2\.3"):
            function(image, width=16000, height=12000, mode=Mode.FAITHFUL, models=NOTHING, **told)


def test_the_estimate_names_the_method_and_grows_with_the_picture(picture):
    small, large = (
        estimate_upscale(image, width=2 * image.shape[1], height=2 * image.shape[0], mode=Mode.FAITHFUL, models=NOTHING)
        for image in (picture, np.tile(picture, (6, 6, 1)))
    )
    assert small.method == large.method == "Lanczos + back-projection"
    assert small.seconds > 0


def test_the_trial_looks_at_little_of_the_picture(picture):
    network = BlurNetwork()
    kind = KINDS["realesrgan-x4plus"]
    seconds_of(Neural(network, kind), picture, (560, 920))
    (shape,) = network.shapes
    assert max(shape) <= 64
