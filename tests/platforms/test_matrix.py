"""Every operation on every outside platform by every one of its models, over real sockets."""

from __future__ import annotations

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, Phase, UpscaleMode, Way
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.imaging.result_check import check_result
from editor.platforms.catalogue import Catalogue

CLOUDS = ("stability", "replicate", "fal")
CATALOGUE = Catalogue.load()
WIDTH, HEIGHT = 200, 150
BOX = (slice(50, 100), slice(70, 130))
"""Where the red box stands that is searched, cut out, replaced."""

OPTIONS = {
    Operation.ERASE: {},
    Operation.INPAINT: {"prompt": "a green box"},
    Operation.REMOVE_BACKGROUND: {},
    Operation.SEARCH_AND_REPLACE: {"search": "red box", "prompt": "a green box"},
    Operation.SEARCH_AND_RECOLOR: {"search": "red box", "prompt": "green"},
    Operation.REPLACE_BACKGROUND: {"prompt": "a blue wall"},
    Operation.OUTPAINT: {"expansion": Expansion(left=24, right=8, up=0, down=16)},
    Operation.UPSCALE: {"scale": 2.0},
}


def request_of(operation, **options):
    """A grey wall with a little life in it, and a red box before it."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    ripple = ((rows // 5 + columns // 7) % 2) * 8
    image = np.stack([150 + ripple, 150 + ripple, 156 + ripple], axis=2).astype(np.uint8)
    image[BOX] = (215, 25, 25)
    mask = whole_mask(image)
    if operation.masked:
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        mask[46:104, 66:134] = 255
    return EditRequest(
        operation=operation,
        image=image,
        mask=mask,
        region=Rect(0, 0, WIDTH, HEIGHT),
        options=EditOptions(**{**OPTIONS[operation], **options}),
    )


CELLS = [
    pytest.param(cloud, operation, model, id=f"{cloud}-{operation}-{model.name}")
    for cloud in CLOUDS
    for operation in Operation
    for model in CATALOGUE.models(cloud, operation)
]


def mean(image, place):
    return image[place].reshape(-1, 3).astype(float).mean(axis=0)


def is_red(colour):
    return colour[0] > colour[1] + 60 and colour[0] > colour[2] + 60


def is_green(colour):
    return colour[1] > colour[0] + 25 and colour[1] > colour[2] + 10


def is_blue(colour):
    return colour[2] > colour[0] + 20 and colour[2] > colour[1]


CORNER = (slice(0, 20), slice(0, 30))
CORE = (slice(56, 94), slice(76, 124))


def judge(request, result):
    """Whether the result is what was asked for, by what the simulated models compute."""
    image = result.image
    assert image.shape == (request.result_size[1], request.result_size[0], 3)
    if request.operation is Operation.ERASE:
        assert np.abs(mean(image, CORE) - mean(request.image, CORNER)).max() < 20, "the wall goes on where the box was"
    if request.operation in (Operation.INPAINT, Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR):
        assert is_green(mean(image, CORE))
        assert np.abs(mean(image, CORNER) - mean(request.image, CORNER)).max() < 12, "the wall is left alone"
    if request.operation is Operation.REMOVE_BACKGROUND:
        assert result.alpha[CORE].mean() > 230
        assert result.alpha[CORNER].mean() < 25
        assert np.array_equal(image, request.image), "only the alpha is taken"
    if request.operation is Operation.REPLACE_BACKGROUND:
        assert is_blue(mean(image, CORNER))
        assert is_red(mean(image, CORE))
    if request.operation is Operation.OUTPAINT:
        middle = image[:HEIGHT, 24 : 24 + WIDTH]
        assert np.abs(middle.astype(int) - request.image).mean() < 12, "the old picture is in its place"
    if request.operation is Operation.UPSCALE:
        assert np.abs(image[::2, ::2].astype(int) - request.image).mean() < 16


@pytest.mark.parametrize("cloud, operation, model", CELLS)
def test_every_model_of_every_cell_works(bench_of, cloud, operation, model):
    bench = bench_of(cloud)
    mode = {"mode": model.modes[0]} if model.modes else {}
    request = request_of(operation, models={cloud: model.name}, **mode)
    result = bench.run(request)
    judge(request, result)
    check_result(request, result)
    assert (result.model, result.way) == (model.name, model.way)
    assert result.cost.source in (CostSource.ESTIMATED, CostSource.REPORTED, CostSource.UNKNOWN)
    prices = [model.price] if model.finder is None else [model.price, model.finder.price]
    assert (result.cost.source is CostSource.UNKNOWN) == any(price.usd is None for price in prices)
    assert bench.server.runs == (2 if model.way is Way.MASK_BY_WORDS else 1)
    phases = [progress.phase for progress in bench.progress]
    assert phases[0] is Phase.PREPARING
    assert Phase.PROCESSING in phases


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("mode", UpscaleMode)
def test_every_kind_of_enlargement_is_served(bench_of, cloud, mode):
    bench = bench_of(cloud)
    request = request_of(Operation.UPSCALE, mode=mode)
    result = bench.run(request)
    judge(request, result)


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("operation", [Operation.SEARCH_AND_REPLACE, Operation.REPLACE_BACKGROUND])
def test_only_a_search_by_words_leaves_the_rest_untouched_to_the_bit(bench_of, cloud, operation):
    request = request_of(operation)
    result = bench_of(cloud).run(request)
    untouched = np.array_equal(result.image[CORNER], request.image[CORNER])
    if result.way is Way.MASK_BY_WORDS:
        assert untouched
    else:
        assert result.way is Way.WHOLE_PICTURE


@pytest.mark.parametrize("cloud", CLOUDS)
def test_variations_differ_and_count(bench_of, cloud):
    bench = bench_of(cloud)
    request = request_of(Operation.INPAINT, variations=3, seed=11)
    result = bench.run(request)
    images = [result.image, *result.others]
    assert len(images) == 3
    assert all(is_green(mean(image, CORE)) for image in images)
    assert not np.array_equal(images[0], images[1])
    assert not np.array_equal(images[1], images[2])


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_is_not_taken_is_said(bench_of, cloud):
    request = request_of(Operation.UPSCALE, prompt="sharper", negative_prompt="noise", seed=3)
    notes = " ".join(bench_of(cloud).run(request).notes)
    assert "Prompt not used" in notes
    assert "Seed not used" in notes


@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_inpaint_without_words_is_left_out_with_its_reason(bench_of, cloud):
    bench = bench_of(cloud)
    request = request_of(Operation.INPAINT, prompt="")
    reason = bench.within(lambda platform: _why_not(platform, request))
    assert "needs a prompt" in reason
    assert bench.server.runs == 0


async def _why_not(platform, request):
    return platform.why_not(request)
