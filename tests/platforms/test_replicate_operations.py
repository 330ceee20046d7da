"""Every operation on Replicate by each of its models; what is fitted on the way there and undone on the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.replicate_play import Play
from support.scene import box, middle, scene

from editor.domain.kinds import CostSource, Operation, UpscaleMode, Way
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Limits
from editor.simulator.scripts import Script

CATALOGUE = Catalogue.load()
TALL = (96, 330)
CELLS = [
    pytest.param(operation, model, id=f"{operation}-{model.name}")
    for operation in Operation
    for model in CATALOGUE.models("replicate", operation)
]


def model_of(operation, name):
    return next(model for model in CATALOGUE.models("replicate", operation) if model.name == name)


def on(operation, model, **more):
    mode = {"mode": model.modes[0]} if model.modes else {}
    return scene(operation, models={"replicate": model.name}, **{**mode, **more})


def sent_sizes(server):
    """Width and height of every picture that the orders or uploads held, in words of the record."""
    texts = []
    for request in server.requests:
        document = request.document if isinstance(request.document, dict) else {}
        fields = document.get("input", document)
        texts += [str(value) for name, value in fields.items() if name in ("image", "content", "input_image")]
    return [tuple(int(side) for side in text.split()[1].split("×")) for text in texts if "×" in text]


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


@pytest.mark.parametrize("operation, model", CELLS)
def test_every_model_gives_the_right_picture_at_its_price(bench_of, operation, model):
    bench = bench_of("replicate")
    bench.limits(inline_bytes=2_000)
    request = on(operation, model, size=TALL, seed=77)
    result = bench.run(request)
    judge(request, result)
    assert (result.model, result.way) == (model.name, model.way)
    assert bench.server.charges == bench.server.runs == (2 if model.way is Way.MASK_BY_WORDS else 1)
    assert bench.server.files == 0, "what was uploaded is deleted"
    told = any(note.startswith("Seed not used") for note in result.notes)
    assert (result.seed, told) == ((77, False) if model.seed is not None else (None, True))
    prices = [one.price.usd for one in (model, model.finder) if one is not None]
    known = None not in prices
    assert result.cost.usd == (pytest.approx(sum(prices)) if known else None)
    assert result.cost.source is (CostSource.ESTIMATED if known else CostSource.UNKNOWN)


@pytest.mark.parametrize("operation", Operation)
def test_a_model_that_is_gone_leaves_the_edit_to_its_stand_in(bench_of, operation):
    bench = bench_of("replicate")
    bench.server.next(Script.GONE)
    mode = {"mode": UpscaleMode.CONSERVATIVE} if operation is Operation.UPSCALE else {}
    models = [m for m in CATALOGUE.models("replicate", operation) if not mode or mode["mode"] in m.modes]
    request = scene(operation, **mode)
    result = bench.run(request)
    judge(request, result)
    assert result.model == models[1].name
    assert result.notes[0].startswith(f"{models[0].name} is not there any more")


class TestVariations:
    """Several results by one run where the model makes several, else by several runs with seeds of their own."""

    @pytest.mark.parametrize("name, runs", [("flux-fill-dev", 1), ("flux-fill-pro", 3), ("ideogram-v3-turbo", 3)])
    def test_they_differ(self, bench_of, name, runs):
        bench = bench_of("replicate")
        model = model_of(Operation.INPAINT, name)
        result = bench.run(on(Operation.INPAINT, model, seed=5, variations=3))
        images = [result.image, *result.others]
        assert len(images) == 3
        assert bench.server.runs == runs
        assert all(is_green(middle(image)) for image in images)
        assert len({image.tobytes() for image in images}) == 3
        seeds = [request.fields["seed"] for request in bench.server.requests if "seed" in request.fields]
        assert seeds == [str(5 + number) for number in range(runs)]
        if model.price.usd is not None:
            assert result.cost.usd == pytest.approx(3 * model.price.usd)

    def test_what_was_made_before_a_failure_is_kept(self, bench_of):
        bench = bench_of("replicate")
        bench.server.next(Script.OK, Script.OUT_OF_CREDIT)
        model = model_of(Operation.INPAINT, "flux-fill-pro")
        result = bench.run(on(Operation.INPAINT, model, variations=3))
        assert result.others == ()
        assert "Only 1 of 3 variations were made" in result.notes[-1]


class TestLimits:
    """What is too large is made smaller, padded to what a model takes, and brought back."""

    @pytest.mark.parametrize("name, sides", [("ideogram-v3-turbo", (2048, 682)), ("flux-fill-dev", (1440, 480))])
    def test_a_large_picture_is_made_smaller(self, bench_of, name, sides):
        bench = bench_of("replicate")
        request = on(Operation.INPAINT, model_of(Operation.INPAINT, name), size=(2160, 720))
        result = bench.run(request)
        judge(request, result)
        width, height = sent_sizes(bench.server)[0]
        assert (width, abs(height - sides[1]) <= 1) == (sides[0], True)

    def test_a_small_one_is_padded(self, bench_of):
        bench = bench_of("replicate")
        request = on(Operation.INPAINT, model_of(Operation.INPAINT, "flux-fill-dev"), size=(61, 45))
        judge(request, bench.run(request))
        assert sent_sizes(bench.server) == [(64, 64)]

    def test_a_picture_too_large_to_enlarge_goes_in_pieces(self, bench_of):
        bench = bench_of("replicate")
        model = model_of(Operation.UPSCALE, "real-esrgan")
        narrow = replace(model, limits=Limits(most_pixels=12_000))
        bench.limits(models={Operation.UPSCALE: (narrow,)})
        request = on(Operation.UPSCALE, model)
        result = bench.run(request)
        judge(request, result)
        assert bench.server.runs == 4
        assert "Enlarged in 4 pieces." in result.notes
        assert result.cost.usd == pytest.approx(4 * model.price.usd)
        whole = bench_of("replicate").run(request)
        assert np.abs(result.image.astype(int) - whole.image).mean() < 2, "no seams"

    def test_a_run_without_memory_is_tried_with_a_smaller_picture(self, desk, desk_bench, edit):
        sizes = []
        play = Play(desk, edit)

        def look(body):
            sizes.append(body)
            failed = {"id": "run1", "status": "failed", "error": "CUDA out of memory. Tried to allocate 9 GiB"}
            return (200, failed) if len(sizes) == 1 else None

        play.answers["GET /v1/predictions/run1"] = look
        assert desk_bench("replicate", prefix="/v1").run(edit).image.shape == edit.image.shape
        assert len(sizes) == 2


class TestEnlarging:
    """Fast, conservative, creative."""

    @pytest.mark.parametrize(
        "mode, name",
        [("fast", "real-esrgan"), ("conservative", "recraft-crisp-upscale"), ("creative", "clarity-upscaler")],
    )
    def test_each_mode_has_its_model(self, bench_of, mode, name):
        request = scene(Operation.UPSCALE, mode=UpscaleMode(mode))
        result = bench_of("replicate").run(request)
        judge(request, result)
        assert result.model == name

    def test_a_fixed_factor_is_resampled_and_told(self, bench_of):
        request = on(Operation.UPSCALE, model_of(Operation.UPSCALE, "recraft-crisp-upscale"))
        result = bench_of("replicate").run(request)
        assert "enlarged 4 times; the rest to 2 times was resampled" in " ".join(result.notes)


class TestWords:
    """Edits by words, by a mask that was found or by an instruction."""

    def test_a_search_and_a_fill_leave_the_rest_to_the_bit(self, bench_of):
        bench = bench_of("replicate")
        model = model_of(Operation.SEARCH_AND_REPLACE, "grounded_sam + flux-fill-pro")
        request = on(Operation.SEARCH_AND_REPLACE, model)
        result = bench.run(request)
        assert np.array_equal(result.image[:12, :20], request.image[:12, :20])
        search, fill = (request for request in bench.server.requests if request.path.endswith("predictions"))
        assert search.fields["negative_mask_prompt"] == ""
        assert search.fields["adjustment_factor"] == "0"
        assert fill.fields["prompt"] == "a green box"

    def test_an_instruction_comes_back_at_another_size_and_is_fitted(self, bench_of):
        bench = bench_of("replicate")
        request = on(Operation.SEARCH_AND_REPLACE, model_of(Operation.SEARCH_AND_REPLACE, "nano-banana"))
        result = bench.run(request)
        judge(request, result)
        assert result.way is Way.WHOLE_PICTURE
        order = next(request for request in bench.server.requests if request.path.endswith("predictions"))
        assert isinstance(order.document["input"]["image_input"], list)

    def test_a_colour_as_the_background_becomes_words(self, bench_of):
        bench = bench_of("replicate")
        request = scene(Operation.REPLACE_BACKGROUND, prompt="", background=(20, 40, 200))
        bench.run(request)
        order = next(request for request in bench.server.requests if request.path.endswith("predictions"))
        assert "#1428c8" in order.fields["prompt"]


def test_a_black_mask_is_sent_to_the_model_that_reads_black(bench_of):
    bench = bench_of("replicate")
    bench.server.keep_bodies = True
    result = bench.run(on(Operation.INPAINT, model_of(Operation.INPAINT, "ideogram-v3-turbo")))
    assert is_green(middle(result.image))
    assert not any("the other way round" in note for note in result.notes), "it was right at the first try"
    assert bench.server.runs == 1
