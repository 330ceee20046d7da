"""Pictures are fitted to a model's limits, and results back to the request."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from editor.domain.errors import BadResult, Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest
from editor.imaging.codec import decode_picture, encode_png
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Limits, Polarity
from editor.platforms.orders import geometry
from editor.platforms.orders.build import Bounds, build_order
from editor.platforms.orders.receive import take_in

MODEL = Catalogue.load().models("stability", Operation.ERASE)[0]


def request_of(width, height, image=None):
    rng = np.random.default_rng(3)
    if image is None:
        image = rng.integers(0, 256, (height, width, 3), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[height // 2, width // 2] = 1
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, width, height))


def fit(request, model, **bounds):
    return build_order(model, request, Bounds(**bounds))


def unfit(data, order, request):
    return take_in(data, model=MODEL, order=order, request=request)


def image_of(order):
    return order.pictures[0].data


def mask_of(order):
    return np.asarray(Image.open(io.BytesIO(order.pictures[1].data)))


def test_what_fits_is_sent_exactly():
    request = request_of(120, 90)
    fitted = fit(request, MODEL)
    assert np.array_equal(decode_picture(image_of(fitted)), request.image)
    assert mask_of(fitted)[45, 60] == 255, "the faintest mark is changed wholly"
    assert (mask_of(fitted) > 0).sum() == 1
    assert np.array_equal(unfit(image_of(fitted), fitted, request), request.image)


def test_the_mask_is_turned_where_black_changes():
    fitted = fit(request_of(120, 90), replace(MODEL, mask=Polarity.BLACK_CHANGES))
    assert mask_of(fitted)[45, 60] == 0
    assert (mask_of(fitted) == 255).sum() == 120 * 90 - 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 80), st.integers(20, 400), st.integers(500, 20_000))
def test_every_size_meets_the_limits_and_comes_back(width, height, least, most_side, most_pixels):
    limits = Limits(least_side=least, most_side=max(most_side, least), most_pixels=max(most_pixels, least * least * 4))
    request = request_of(width, height, np.full((height, width, 3), 77, np.uint8))
    fitted = fit(request, replace(MODEL, limits=limits))
    assert min(fitted.sent) >= least
    assert max(fitted.inner) <= limits.most_side
    assert fitted.inner[0] * fitted.inner[1] <= limits.most_pixels
    assert (mask_of(fitted) > 0).any(), "no mark is lost by shrinking"
    assert (unfit(image_of(fitted), fitted, request) == 77).all()
    assert unfit(image_of(fitted), fitted, request).shape == request.image.shape


def test_too_many_bytes_become_webp_then_fewer_pixels():
    rng = np.random.default_rng(1)
    smooth = np.repeat(np.repeat(rng.integers(0, 256, (60, 80, 3), np.uint8), 8, axis=0), 8, axis=1)
    noisy = np.clip(smooth.astype(int) + rng.integers(-3, 4, smooth.shape), 0, 255).astype(np.uint8)
    request = request_of(640, 480, noisy)
    assert fit(request, MODEL).pictures[0].suffix == "png"
    webp = fit(request, MODEL, most_bytes=300_000)
    assert (webp.pictures[0].suffix, webp.sent, webp.pictures[0].media_type) == ("webp", (640, 480), "image/webp")
    small = fit(request, MODEL, most_bytes=12_000)
    assert small.total_bytes <= 12_000
    assert small.sent[0] < 640
    assert unfit(image_of(small), small, request).shape == (480, 640, 3)


def test_what_cannot_be_made_small_enough_is_not_supported():
    with pytest.raises(Unsupported):
        fit(request_of(300, 300), MODEL, most_bytes=50)


def test_padding_is_taken_off_again():
    request = request_of(30, 200)
    fitted = fit(request, MODEL)
    assert fitted.sent == (64, 200)
    assert np.array_equal(unfit(image_of(fitted), fitted, request), request.image)


def test_a_result_of_another_shape_is_no_result():
    request = request_of(120, 90)
    fitted = fit(request, MODEL)
    with pytest.raises(BadResult, match="another shape"):
        unfit(encode_png(np.zeros((90, 90, 3), np.uint8)), fitted, request)


def test_what_is_cut_to_a_shape_is_the_middle():
    array = np.arange(30 * 20 * 3, dtype=np.uint32).astype(np.uint8).reshape(20, 30, 3)
    assert np.array_equal(geometry.cropped_to(array, (100, 100)), array[:, 5:25])
    assert np.array_equal(geometry.cropped_to(array, (300, 100)), array[5:15])
    assert geometry.cropped_to(array, (3000, 1)).shape == (1, 30, 3)
    assert np.array_equal(geometry.cropped_to(array, (3, 2)), array)


def test_a_background_is_not_squeezed():
    tall = np.zeros((300, 100, 3), np.uint8)
    tall[:100] = 255
    options = EditOptions(background=tall)
    request = replace(request_of(120, 90), operation=Operation.REPLACE_BACKGROUND, options=options)
    model = Catalogue.load().models("stability", Operation.REPLACE_BACKGROUND)[0]
    order = fit(request, model)
    sent = decode_picture(next(one.data for one in order.pictures if one.field == model.background_field))
    assert (sent.shape[1], sent.shape[0]) == order.sent
    assert not sent.any(), "the white third at the top lies outside of what fits"


@pytest.mark.parametrize("size", [(9000, 40), (1, 3000), (4000, 3000), (64, 64), (3001, 999)])
def test_what_is_padded_is_within_the_limits_too(size):
    limits = Limits(least_side=64, most_pixels=1_000_000, most_aspect=2.5)
    inner = geometry.inner_size(size, limits)
    width, height = geometry.sent_size(inner, limits)
    assert width * height <= 1_000_000
    assert max(width, height) / min(width, height) <= 2.5
    assert inner[0] <= size[0] and inner[1] <= size[1]
    if size[0] * size[1] > 1_000_000:
        assert width * height > 900_000, "no smaller than it must be"
