"""Every operation on FAL by each of its models; what is fitted on the way there and undone on the way back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from support.scene import box, middle, scene

from editor.domain.errors import BadResult
from editor.domain.kinds import CostSource, Operation, Phase, UpscaleMode, Way
from editor.domain.options import Expansion
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Limits, PriceUnit
from editor.simulator.scripts import Script

CATALOGUE = Catalogue.load()
CELLS = [
    pytest.param(operation, model, id=f"{operation}-{model.name}")
    for operation in Operation
    for model in CATALOGUE.models("fal", operation)
]
SECONDS = 0.25
"""What the simulated runs take where seconds are billed."""


def model_of(operation, name):
    return next(model for model in CATALOGUE.models("fal", operation) if model.name == name)


def on(operation, model, **more):
    mode = {"mode": model.modes[0]} if model.modes else {}
    return scene(operation, models={"fal": model.name}, **{**mode, **more})


def submits(server):
    return [request for request in server.requests if "endpoint" in request.fields]


def sent_sizes(server, field="image_url"):
    """Width and height of the pictures in ``field`` of every submit, by the record's words ``PNG 640×480 RGB``."""
    texts = [request.fields[field] for request in submits(server) if field in request.fields]
    return [tuple(int(side) for side in text.split()[1].split("×")) for text in texts]


def is_green(colour):
    return colour[1] > colour[0] + 25 and colour[1] > colour[2] + 10


def judge(request, result):
    """Whether the picture is what the simulated model must have made of it."""
    image, wall = result.image.astype(int), request.image[:12, :20].reshape(-1, 3).mean(axis=0)
    assert result.image.shape == (request.result_size[1], request.result_size[0], 3)
    match request.operation:
        case Operation.ERASE:
            assert np.abs(middle(image) - wall).max() < 20
        case Operation.INPAINT | Operation.SEARCH_AND_REPLACE | Operation.SEARCH_AND_RECOLOR:
            assert is_green(middle(image))
            assert np.abs(image[:12, :20] - request.image[:12, :20]).mean() < 12
        case Operation.REMOVE_BACKGROUND:
            down, across = box(request.size)
            assert result.alpha[down, across].mean() > 225
            assert result.alpha[:12, :20].mean() < 25
            assert np.array_equal(result.image, request.image)
        case Operation.REPLACE_BACKGROUND:
            corner = image[:12, :20].reshape(-1, 3).mean(axis=0)
            assert corner[2] > corner[0] + 20
            assert middle(image)[0] > middle(image)[1] + 60
        case Operation.OUTPAINT:
            grown = request.options.expansion
            old = image[grown.up :, grown.left :][: request.size[1], : request.size[0]]
            assert np.abs(old - request.image).mean() < 12
        case Operation.UPSCALE:
            assert np.abs(image[::2, ::2] - request.image).mean() < 16


def units_of(model, size):
    if model.price.unit is PriceUnit.MEGAPIXEL:
        return math.ceil(size[0] * size[1] / 1_000_000)
    return SECONDS if model.price.unit is PriceUnit.SECOND or model.name == "birefnet/v2" else 1


@pytest.mark.parametrize("operation, model", CELLS)
def test_every_model_gives_the_right_picture_at_its_price(bench_of, operation, model):
    bench = bench_of("fal")
    bench.limits(inline_bytes=800)
    request = on(operation, model, size=(96, 330), seed=77)
    result = bench.run(request)
    judge(request, result)
    assert (result.model, result.way) == (model.name, model.way)
    assert bench.server.charges == bench.server.runs == (2 if model.way is Way.MASK_BY_WORDS else 1)
    told = any(note.startswith("Seed not used") for note in result.notes)
    assert (result.seed, told) == ((77, False) if model.seed is not None else (None, True))
    units = result.metrics["billable_units"]
    if model.way is not Way.PADDING:
        assert units == units_of(model, request.result_size)
    search = 0.0 if model.finder is None else model.finder.price.usd
    known = None not in (model.price.usd, search)
    assert result.cost.source is (CostSource.ESTIMATED if known else CostSource.UNKNOWN)
    assert result.cost.usd == (pytest.approx(model.price.of(units).usd + search) if known else None)


@pytest.mark.parametrize("operation", Operation)
def test_a_model_that_is_gone_leaves_the_edit_to_its_stand_in(bench_of, operation):
    bench = bench_of("fal")
    bench.server.next(Script.GONE)
    mode = {"mode": UpscaleMode.CONSERVATIVE} if operation is Operation.UPSCALE else {}
    models = [m for m in CATALOGUE.models("fal", operation) if not mode or mode["mode"] in m.modes]
    request = scene(operation, **mode)
    result = bench.run(request)
    judge(request, result)
    assert result.model == models[1].name
    assert result.notes[0].startswith(f"{models[0].name} is not there any more")


class TestVariations:
    """Several results by one run where the model makes several, else by several runs with seeds of their own."""

    @pytest.mark.parametrize(
        "operation, name, count, runs",
        [
            (Operation.INPAINT, "flux-pro/v1/fill", 3, 1),
            (Operation.INPAINT, "qwen-image-edit/inpaint", 6, 2),
            (Operation.OUTPAINT, "bria/expand", 3, 3),
        ],
    )
    def test_they_differ(self, bench_of, operation, name, count, runs):
        bench = bench_of("fal")
        model = model_of(operation, name)
        result = bench.run(on(operation, model, seed=5, variations=count))
        images = [result.image, *result.others]
        assert len(images) == count
        assert bench.server.runs == runs
        assert len({image.tobytes() for image in images}) == count
        seeds = [int(request.fields["seed"]) for request in submits(bench.server)]
        assert seeds == ([5] if runs == 1 else [5 + number * (4 if runs == 2 else 1) for number in range(runs)])
        if model.price.usd is not None:
            assert result.cost.usd == pytest.approx(count * model.price.usd), "by the units of every picture"

    def test_without_a_seed_they_differ_too(self, bench_of):
        result = bench_of("fal").run(scene(Operation.OUTPAINT, variations=2))
        assert not np.array_equal(result.image, result.others[0])

    def test_what_was_made_before_a_failure_is_kept(self, bench_of):
        bench = bench_of("fal")
        bench.server.next(Script.OK, Script.OUT_OF_CREDIT)
        result = bench.run(scene(Operation.INPAINT, variations=6))
        assert len(result.others) == 3
        assert "Only 4 of 6 variations were made" in result.notes[-1]


class TestLimits:
    """What is too large is made smaller, padded to what a model takes, and brought back."""

    def test_a_large_picture_is_made_smaller(self, bench_of):
        bench = bench_of("fal")
        request = scene(Operation.INPAINT, size=(2_400, 600))
        result = bench.run(request)
        judge(request, result)
        assert sent_sizes(bench.server) == sent_sizes(bench.server, "mask_url") == [(2_048, 512)]

    def test_a_small_one_is_padded_and_cut_again(self, bench_of):
        bench = bench_of("fal")
        request = scene(Operation.ERASE, size=(60, 36))
        result = bench.run(request)
        assert np.abs(middle(result.image) - request.image[:6, :6].reshape(-1, 3).mean(axis=0)).max() < 25
        assert sent_sizes(bench.server) == [(64, 64)]

    def test_an_extension_is_told_in_pixels_of_what_is_sent(self, bench_of):
        bench = bench_of("fal")
        request = scene(Operation.OUTPAINT, size=(3_072, 768), expansion=Expansion(left=600, right=0, up=0, down=90))
        result = bench.run(request)
        judge(request, result)
        (submit,) = submits(bench.server)
        assert (submit.fields["expand_left"], submit.fields["expand_bottom"]) == ("400", "60")

    def test_a_large_enlargement_is_made_in_pieces(self, bench_of):
        bench = bench_of("fal")
        request = scene(Operation.UPSCALE, size=(1_000, 620), scale=2.0)
        models = [
            replace(model, limits=Limits(most_pixels=200_000))
            for model in bench.catalogue.models("fal", Operation.UPSCALE)
        ]
        bench.limits(models={Operation.UPSCALE: tuple(models)})
        result = bench.run(request)
        judge(request, result)
        assert bench.server.runs == 4
        assert "Enlarged in 4 pieces." in result.notes
        assert {request.fields["scale"] for request in submits(bench.server)} == {"2"}

    def test_a_factor_that_the_model_has_not_is_resampled_and_noted(self, bench_of):
        bench = bench_of("fal")
        request = scene(Operation.UPSCALE, scale=3.0, models={"fal": "aura-sr"})
        result = bench.run(request)
        assert result.image.shape[:2] == (420, 630)
        assert "enlarged 4 times" in " ".join(result.notes)

    def test_a_picture_above_the_inline_limit_is_uploaded_with_its_share(self, bench_of):
        bench = bench_of("fal")
        bench.limits(inline_bytes=100)
        request = scene(Operation.ERASE)
        judge(request, bench.run(request))
        puts = [request for request in bench.server.requests if request.method == "PUT"]
        assert len(puts) == 2
        assert not any(request.authorized for request in puts)
        shares = [
            told.fraction for told in bench.progress if told.phase is Phase.UPLOADING and told.fraction is not None
        ]
        assert shares == sorted(shares)
        assert 1.0 in shares

    def test_where_no_place_is_given_out_the_token_opens_the_storage(self, bench_of):
        bench = bench_of("fal")
        bench.limits(inline_bytes=100)
        bench.server.two_step_uploads = False
        request = scene(Operation.ERASE)
        judge(request, bench.run(request))
        assert [request.path for request in bench.server.requests].count("/files/upload") == 2

    def test_files_are_kept_for_an_hour_only(self, bench_of):
        bench = bench_of("fal")
        bench.limits(inline_bytes=100)
        moment = 0.0
        bench.server.storage.clock = lambda: moment
        bench.run(scene(Operation.ERASE))
        places = [request.path for request in bench.server.requests if request.path.startswith("/files/")]
        assert bench.server.storage.fetch(bench.server.origin + places[-1]) is not None
        moment = 3_601.0
        assert bench.server.storage.fetch(bench.server.origin + places[-1]) is None


class TestByWords:
    """A mask by words and a fill of it leave every other pixel as it was."""

    @pytest.mark.parametrize("name", ["sam-3/image + flux-pro/v1/fill", "evf-sam + flux-pro/v1/fill"])
    def test_untouched_pixels_stay_exact(self, bench_of, name):
        bench = bench_of("fal")
        request = on(Operation.SEARCH_AND_REPLACE, model_of(Operation.SEARCH_AND_REPLACE, name), size=(600, 420))
        result = bench.run(request)
        judge(request, result)
        down, across = box(request.size)
        far = np.ones(request.image.shape[:2], bool)
        far[down.start - 24 : down.stop + 24, across.start - 24 : across.stop + 24] = False
        assert np.array_equal(result.image[far], request.image[far])
        whole, part = sent_sizes(bench.server)
        assert whole == (600, 420)
        assert part[0] * part[1] < 600 * 420, "only what is around it is sent to be filled"

    def test_every_thing_that_is_found_is_replaced(self, bench_of):
        request = scene(Operation.SEARCH_AND_REPLACE, size=(600, 420))
        image = request.image.copy()
        image[150:220, 20:80] = (215, 25, 25)
        image[150:220, 500:580] = (215, 25, 25)
        result = bench_of("fal").run(replace(request, image=image))
        for columns in (slice(30, 70), slice(210, 390), slice(510, 570)):
            assert is_green(result.image[160:210, columns].reshape(-1, 3).mean(axis=0))

    def test_nothing_found_is_told(self, bench_of):
        with pytest.raises(BadResult, match="Nothing that fits the search words"):
            bench_of("fal").run(scene(Operation.SEARCH_AND_REPLACE, search="purple hat"))


def test_a_whole_new_picture_comes_back_in_another_size_and_is_fitted(bench_of):
    bench = bench_of("fal")
    request = on(Operation.SEARCH_AND_REPLACE, model_of(Operation.SEARCH_AND_REPLACE, "flux-pro/kontext"))
    result = bench.run(request)
    judge(request, result)
    assert result.way is Way.WHOLE_PICTURE
    assert not np.array_equal(result.image[:12, :20], request.image[:12, :20])


@pytest.mark.parametrize("name", ["flux-pro/kontext", "nano-banana/edit"])
@pytest.mark.parametrize("size", [(600, 120), (120, 600)], ids=str)
def test_a_long_picture_is_padded_to_a_ratio_that_the_model_knows(bench_of, name, size):
    bench = bench_of("fal")
    request = on(Operation.SEARCH_AND_RECOLOR, model_of(Operation.SEARCH_AND_RECOLOR, name), size=size)
    judge(request, bench.run(request))


def test_a_wrong_polarity_is_corrected_and_remembered(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.WRONG_POLARITY)
    request = scene(Operation.INPAINT)
    result = bench.run(request)
    judge(request, result)
    assert bench.server.runs == 2
    assert "reads masks the other way round" in " ".join(result.notes)
