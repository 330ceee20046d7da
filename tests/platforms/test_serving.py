"""One request on one model: variations, pieces, a search before the fill, a mask that is read the other way round."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from editor.domain.attempt import PlatformProgress
from editor.domain.errors import BadResult, MaybeRunning, Unavailable, Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, UpscaleMode, Way
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.imaging.codec import encode_png
from editor.platforms.answers import TooLarge
from editor.platforms.errand import Errand
from editor.platforms.model import (
    CountField,
    FactorField,
    Limits,
    Model,
    Polarity,
    Price,
    PriceUnit,
    SeedField,
    SideFields,
    TextField,
)
from editor.platforms.orders.order import Delivery
from editor.platforms.serving import Polarities, Serving

FILL = Model(
    name="fill",
    endpoint="x/fill",
    way=Way.MASK,
    image_field="image",
    mask_field="mask",
    texts=(TextField(field="prompt", template="{prompt}"),),
    seed=SeedField(field="seed", least=0, most=99),
    price=Price(usd=0.05),
)


def picture(width=96, height=64):
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([columns * 2, rows * 3, 40 + 0 * rows], axis=2).astype(np.uint8)


def request_of(operation, image=None, mask=None, **options):
    image = picture() if image is None else image
    mask = whole_mask(image) if mask is None else mask
    region = Rect(0, 0, image.shape[1], image.shape[0])
    return EditRequest(operation=operation, image=image, mask=mask, region=region, options=EditOptions(**options))


def hole(width=96, height=64):
    mask = np.zeros((height, width), np.uint8)
    mask[20:40, 30:60] = 255
    return mask


def seen(order, name):
    data = next(sent.data for sent in order.pictures if sent.field == name)
    return np.asarray(Image.open(io.BytesIO(data)))


def served(model, request, answer, polarities=None, most_bytes=None):
    """The result, all orders, and what was told meanwhile; ``answer(order, model)`` is a run."""
    orders, told = [], list[PlatformProgress]()

    async def execute(errand, model, order):
        orders.append(order)
        found = answer(order, model)
        return found if isinstance(found, Delivery) else Delivery(pictures=tuple(encode_png(one) for one in found))

    errand = Errand(request=request, key="k", report=told.append)
    serving = Serving(
        errand=errand,
        model=model,
        execute=execute,
        begin=lambda: errand.anew(now=0.0, seconds=60.0),
        polarities=polarities or Polarities(),
        most_bytes=most_bytes,
    )
    return asyncio.run(serving.result()), orders, told


def fill(order, model):
    """Paints what the mask marks: green, by the seed."""
    image, mask = seen(order, "image").copy(), seen(order, "mask")
    image[mask > 127] = (0, 200, order.values.get("seed", 0))
    return [image] * order.count


def test_variations_are_runs_with_seeds_of_their_own():
    result, orders, told = served(FILL, request_of(Operation.INPAINT, mask=hole(), seed=5, variations=3), fill)
    assert [order.values["seed"] for order in orders] == [5, 6, 7]
    assert [int(image[30, 40, 2]) for image in (result.image, *result.others)] == [5, 6, 7]
    assert result.cost.usd == pytest.approx(0.15)
    assert any(progress.words == "2 of 3" for progress in told)


def test_variations_come_from_one_run_where_the_model_can():
    model = replace(FILL, count=CountField(field="num_images", most=2))
    result, orders, _ = served(model, request_of(Operation.INPAINT, mask=hole(), variations=3), fill)
    assert [order.values.get("num_images") for order in orders] == [2, None]
    assert len(result.others) == 2
    assert result.cost.usd == pytest.approx(0.15)


def test_what_was_paid_for_is_kept_though_a_later_variation_fails():
    def second_fails(order, model):
        if order.values["seed"] == 6:
            raise Unavailable("The platform went away.")
        return fill(order, model)

    result, _, _ = served(FILL, request_of(Operation.INPAINT, mask=hole(), seed=5, variations=2), second_fails)
    assert result.others == ()
    assert result.notes == ("Only 1 of 2 variations were made: The platform went away.",)


def test_one_bad_picture_of_a_run_does_not_take_the_others_away():
    model = replace(FILL, count=CountField(field="num_images", most=4))

    def one_is_broken(order, model):
        pictures = [encode_png(one) for one in fill(order, model)]
        return Delivery(pictures=(b"no picture", *pictures[1:]))

    result, orders, _ = served(model, request_of(Operation.INPAINT, mask=hole(), variations=3), one_is_broken)
    assert [order.values.get("num_images") for order in orders] == [3, None]
    assert len(result.others) == 1
    assert result.notes[0] == "Of 3 pictures that came back, 1 could not be used."
    assert result.notes[1].startswith("Only 2 of 3 variations were made")


def test_the_cost_is_unknown_where_a_later_variation_may_have_been_charged():
    def second_is_lost(order, model):
        if order.values["seed"] == 6:
            raise MaybeRunning("No answer came. The edit may have been charged.")
        return fill(order, model)

    request = request_of(Operation.INPAINT, mask=hole(), seed=5, variations=2)
    assert served(FILL, request, second_is_lost)[0].cost.source is CostSource.UNKNOWN


def test_a_mask_that_is_read_the_other_way_round_is_turned_and_remembered():
    stored = []
    polarities = Polarities(store=lambda endpoint, polarity: stored.append((endpoint, polarity)))

    request = request_of(Operation.INPAINT, mask=hole())
    result, orders, _ = served(FILL, request, black_changes, polarities)
    assert len(orders) == 2
    assert (result.image[30, 40] == (0, 200, 0)).all()
    assert (result.image[5, 5] == request.image[5, 5]).all()
    assert result.cost.usd == pytest.approx(0.10), "both runs are charged"
    assert "the other way round" in result.notes[0]
    assert stored == [("x/fill", Polarity.BLACK_CHANGES)]
    assert len(served(FILL, request, black_changes, polarities)[1]) == 1, "it is remembered"


def test_a_model_that_is_wrong_both_ways_is_a_bad_result_and_nothing_is_remembered():
    polarities = Polarities()

    def spoils_what_is_to_stay(order, model):
        image = np.full_like(seen(order, "image"), 250)
        image[20:40, 30:60] = seen(order, "image")[20:40, 30:60]
        return [image]

    with pytest.raises(BadResult, match="outside the mask"):
        served(FILL, request_of(Operation.INPAINT, mask=hole()), spoils_what_is_to_stay, polarities)
    assert polarities.of(FILL) is Polarity.WHITE_CHANGES


def black_changes(order, model):
    image, mask = seen(order, "image").copy(), seen(order, "mask")
    image[mask < 128] = (0, 200, 0)
    return [image]


def test_a_mask_is_turned_against_what_was_sent_though_another_edit_turned_it_meanwhile():
    polarities = Polarities()

    def found_out_meanwhile(order, model):
        polarities.found(FILL, Polarity.BLACK_CHANGES)
        return black_changes(order, model)

    request = request_of(Operation.INPAINT, mask=hole())
    result, orders, _ = served(FILL, request, found_out_meanwhile, polarities)
    assert len(orders) == 2
    assert (result.image[30, 40] == (0, 200, 0)).all()
    assert polarities.of(FILL) is Polarity.BLACK_CHANGES


def test_a_mask_that_was_turned_is_not_remembered_where_the_edit_is_cancelled_before_that_proved_right():
    stored = []
    polarities = Polarities(store=lambda endpoint, polarity: stored.append((endpoint, polarity)))

    def cancelled_in_the_second_run(order, model):
        if (seen(order, "mask")[30, 40]) == 0:
            raise asyncio.CancelledError
        return black_changes(order, model)

    with pytest.raises(asyncio.CancelledError):
        served(FILL, request_of(Operation.INPAINT, mask=hole()), cancelled_in_the_second_run, polarities)
    assert stored == []
    assert polarities.of(FILL) is Polarity.WHITE_CHANGES


def test_what_was_remembered_elsewhere_is_believed_and_nonsense_is_not():
    assert Polarities(known=lambda endpoint: "black_changes").of(FILL) is Polarity.BLACK_CHANGES
    assert Polarities(known=lambda endpoint: "sideways").of(FILL) is Polarity.WHITE_CHANGES


def test_a_picture_that_was_too_large_is_sent_smaller_once():
    def picky(order, model):
        if order.sent[0] > 70:
            raise TooLarge("Too large.", most_side=64)
        return fill(order, model)

    def always_too_large(order, model):
        raise TooLarge("Too large.")

    result, orders, _ = served(FILL, request_of(Operation.INPAINT, mask=hole()), picky)
    assert orders[0].sent[0] == 96
    assert orders[1].sent[0] <= 64
    assert result.image.shape == (64, 96, 3)
    with pytest.raises(Unsupported):
        served(
            FILL,
            request_of(Operation.INPAINT, mask=hole()),
            lambda order, model: picky(replace(order, sent=(999, 1)), model),
        )


UPSCALER = Model(
    name="up",
    endpoint="x/up",
    way=Way.ENLARGEMENT,
    image_field="image",
    modes=(UpscaleMode.FAST,),
    factor=FactorField(fixed=4.0),
    tiles=9,
    limits=Limits(most_side=80),
    price=Price(usd=0.01),
)


def four_times(order, model):
    return [seen(order, "image").repeat(4, axis=0).repeat(4, axis=1)]


def test_a_large_picture_is_enlarged_in_pieces():
    result, orders, told = served(
        UPSCALER, request_of(Operation.UPSCALE, image=picture(120, 90), scale=4.0), four_times
    )
    assert len(orders) == 4
    assert result.image.shape == (360, 480, 3)
    assert np.abs(result.image[::4, ::4].astype(int) - picture(120, 90)).max() <= 8
    assert result.cost.usd == pytest.approx(0.04)
    assert "Enlarged in 4 pieces." in result.notes
    assert any(progress.words == "piece 2 of 4" for progress in told)


def test_a_piece_that_fails_is_tried_again_for_the_sake_of_those_that_are_paid_for():
    failures = [None, Unavailable("A hiccup."), None]

    def second_run_fails(order, model):
        failure = failures.pop(0) if failures else None
        if failure is not None:
            raise failure
        return four_times(order, model)

    request = request_of(Operation.UPSCALE, image=picture(120, 60), scale=4.0)
    result, orders, _ = served(UPSCALER, request, second_run_fails)
    assert len(orders) == 3
    assert result.image.shape == (240, 480, 3)
    failures = [Unavailable("A hiccup.")]
    with pytest.raises(Unavailable):
        served(UPSCALER, request, second_run_fails)


def test_another_factor_than_the_models_is_resampled_and_said():
    result, _, _ = served(UPSCALER, request_of(Operation.UPSCALE, image=picture(60, 40), scale=3.0), four_times)
    assert result.image.shape == (120, 180, 3)
    assert result.notes == ("up enlarged 4 times; the rest to 3 times was resampled.",)


def test_a_factor_that_can_be_chosen_is_chosen():
    model = replace(UPSCALER, factor=FactorField(field="scale", least=1.0, most=3.0), limits=Limits())
    values = []

    def enlarge(order, model):
        values.append(order.values["scale"])
        return [np.asarray(Image.fromarray(seen(order, "image")).resize((240, 160)))]

    served(model, request_of(Operation.UPSCALE, image=picture(96, 64), scale=2.5), enlarge)
    served(model, request_of(Operation.UPSCALE, image=picture(96, 64), scale=8.0), enlarge)
    assert values == [2.5, 3]


def test_a_picture_that_would_come_back_smaller_is_not_enlarged():
    model = replace(UPSCALER, tiles=1, limits=Limits(most_side=20))
    with pytest.raises(Unsupported, match="too large"):
        served(model, request_of(Operation.UPSCALE, image=picture(), scale=2.0), four_times)


def test_an_answer_of_always_the_same_size_is_said_to_be_resampled():
    model = replace(UPSCALER, tiles=1, factor=FactorField(pixels=96_000), limits=Limits())

    def to_size(order, model):
        factor = (96_000 / (order.sent[0] * order.sent[1])) ** 0.5
        return [np.asarray(Image.fromarray(seen(order, "image")).resize([round(side * factor) for side in order.sent]))]

    result, _, _ = served(model, request_of(Operation.UPSCALE, image=picture(60, 40), scale=3.0), to_size)
    assert result.image.shape == (120, 180, 3)
    assert result.notes == ("up enlarged 6.32 times; the rest to 3 times was resampled.",)
    with pytest.raises(Unsupported, match="too large"):
        served(model, request_of(Operation.UPSCALE, image=picture(400, 300), scale=2.0), to_size)


def test_what_is_padded_is_not_taken_for_an_enlargement():
    limits = Limits(most_aspect=2.0)
    model = replace(UPSCALER, tiles=1, factor=FactorField(pixels=40_000), limits=limits)

    def to_size(order, model):
        factor = (40_000 / (order.sent[0] * order.sent[1])) ** 0.5
        return [np.asarray(Image.fromarray(seen(order, "image")).resize([round(side * factor) for side in order.sent]))]

    result, _, _ = served(model, request_of(Operation.UPSCALE, image=picture(100, 4), scale=3.0), to_size)
    assert result.notes == ("up enlarged 2.83 times; the rest to 3 times was resampled.",)
    with pytest.raises(Unsupported, match="too large"):
        served(model, request_of(Operation.UPSCALE, image=picture(400, 4), scale=3.0), to_size)


FINDER = Model(
    name="finder",
    endpoint="x/find",
    way=Way.CUT_OUT,
    image_field="image",
    matte=True,
    texts=(TextField(field="prompt", template="{search}", needed=True),),
    price=Price(usd=0.005),
)
BY_WORDS = replace(FILL, way=Way.MASK_BY_WORDS, finder=FINDER, name="finder + fill")


def large_picture():
    image = np.full((900, 1200, 3), 90, np.uint8)
    image[700:760, 1000:1080] = (220, 20, 20)
    return image


def finds_red(order, model):
    if model is not FINDER:
        return fill(order, model)
    image = seen(order, "image").astype(int)
    found = ((image[..., 0] - image[..., 1] > 100) * 255).astype(np.uint8)
    halves = [found.copy(), found.copy()]
    middle = found.shape[1] * 1040 // 1200
    halves[0][:, middle:], halves[1][:, :middle] = 0, 0
    return halves


def test_what_words_find_is_filled_and_nothing_else_is_touched():
    request = request_of(Operation.SEARCH_AND_REPLACE, image=large_picture(), prompt="a green box", search="red box")
    result, orders, _ = served(BY_WORDS, request, finds_red)
    search, filling = orders
    assert search.values == {"prompt": "red box"}
    assert filling.values == {"prompt": "a green box"}
    assert filling.sent[0] * filling.sent[1] < 0.5 * 900 * 1200, "only a crop is sent to be filled"
    assert (result.image[730, 1040] == (0, 200, 0)).all()
    assert np.array_equal(result.image[:640], request.image[:640]), "untouched, to the bit"
    assert result.way is Way.MASK_BY_WORDS
    assert result.cost.usd == pytest.approx(0.055)


@pytest.mark.parametrize("level, words", [(0, "Nothing that fits"), (255, "the whole picture")])
def test_a_search_that_finds_nothing_or_everything_has_failed(level, words):
    def useless(order, model):
        return [np.full(order.sent[::-1], level, np.uint8)]

    request = request_of(Operation.SEARCH_AND_REPLACE, prompt="x", search="y")
    with pytest.raises(BadResult, match=words):
        served(BY_WORDS, request, useless)


def test_a_cut_out_keeps_the_colours_and_takes_the_alpha():
    model = Model(name="cut", endpoint="x/cut", way=Way.CUT_OUT, image_field="image", limits=Limits(most_side=48))
    request = request_of(Operation.REMOVE_BACKGROUND)

    def cut(order, model):
        image = seen(order, "image")
        alpha = np.zeros(image.shape[:2], np.uint8)
        alpha[:, : image.shape[1] // 2] = 255
        stream = io.BytesIO()
        Image.fromarray(np.dstack([image, alpha])).save(stream, "PNG")
        return Delivery(pictures=(stream.getvalue(),))

    result, _, _ = served(model, request, cut)
    assert np.array_equal(result.image, request.image)
    assert result.alpha is not None
    assert (result.alpha[:, :40] > 250).all()
    assert (result.alpha[:, 60:] < 5).all()
    matte = served(model, request, lambda order, model: [seen(order, "image")[..., 0] // 2])[0].alpha
    assert matte is not None
    assert matte.shape == (64, 96)
    with pytest.raises(BadResult, match="not cut out"):
        served(model, request, lambda order, model: [seen(order, "image")])


def test_an_extension_is_told_in_pixels_of_what_is_sent():
    sides = SideFields(left="left", right="right", up="up", down="down", most=100)
    model = Model(
        name="ext", endpoint="x", way=Way.EXTENSION, image_field="image", sides=sides, limits=Limits(most_side=48)
    )
    request = request_of(Operation.OUTPAINT, expansion=Expansion(left=10, down=20))

    def extend(order, model):
        rows, columns = (order.values["up"], order.values["down"]), (order.values["left"], order.values["right"])
        return [np.pad(seen(order, "image"), (rows, columns, (0, 0)), mode="edge")]

    result, orders, _ = served(model, request, extend)
    assert orders[0].values == {"left": 5, "right": 0, "up": 0, "down": 10}
    assert result.image.shape == (84, 106, 3)
    far = request_of(Operation.OUTPAINT, expansion=Expansion(left=300))
    with pytest.raises(Unsupported, match="at most 100"):
        served(model, far, extend)


def test_padding_marks_the_border_and_a_little_of_the_old_edge():
    model = replace(FILL, way=Way.PADDING, seed=None)
    request = request_of(Operation.OUTPAINT, expansion=Expansion(right=30), prompt="sea")
    result, orders, _ = served(model, request, fill)
    mask = seen(orders[0], "mask")
    assert mask.shape == (64, 126)
    assert (mask[:, 96:] == 255).all()
    assert (mask[:, 84:96] == 255).all()
    assert (mask[:, :84] == 0).all()
    assert result.image.shape == (64, 126, 3)
    assert (result.image[:, 100:] == (0, 200, 0)).all()


def test_a_price_by_megapixels_counts_begun_ones():
    model = replace(FILL, price=Price(usd=0.015, first_usd=0.03, unit=PriceUnit.MEGAPIXEL))
    image = picture(96, 64).repeat(20, axis=0).repeat(12, axis=1)
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[100:200, 100:200] = 255
    result, _, _ = served(model, request_of(Operation.INPAINT, image=image, mask=mask), fill)
    assert image.shape[0] * image.shape[1] == 1_474_560
    assert result.cost.usd == pytest.approx(0.045)


def test_a_price_by_megapixels_counts_those_that_the_platform_makes():
    by_pixels = Price(usd=0.05, unit=PriceUnit.MEGAPIXEL)
    image = picture(96, 64).repeat(20, axis=0).repeat(20, axis=1)
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[100:200, 100:200] = 255
    small = replace(FILL, price=by_pixels, limits=Limits(most_pixels=1_000_000))
    assert served(small, request_of(Operation.INPAINT, image=image, mask=mask), fill)[0].cost.usd == pytest.approx(0.05)
    up = replace(UPSCALER, price=by_pixels, tiles=1, limits=Limits())
    enlarged = request_of(Operation.UPSCALE, image=picture(600, 400), scale=2.0)
    assert served(up, enlarged, four_times)[0].cost.usd == pytest.approx(0.2), "four times as large, whatever is kept"


def test_a_model_that_takes_no_number_of_results_any_more_is_asked_again():
    model = replace(FILL, count=CountField(field="num_images", most=4))

    def one_only(order, model):
        assert "num_images" in order.optional
        return fill(order, model)[:1]

    result, orders, _ = served(model, request_of(Operation.INPAINT, mask=hole(), variations=3), one_only)
    assert len(orders) == 3
    assert len(result.others) == 2
    assert result.cost.usd == pytest.approx(0.15)
