"""Each of Stability AI's operations through the adapter: right pixels, limits kept and undone, notes, credits."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from editor.domain.errors import Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, UpscaleMode, Way
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.simulator.multipart import parse_form

WIDTH, HEIGHT = 200, 150
BOX = (slice(50, 100), slice(70, 130))
CORE = (slice(56, 94), slice(76, 124))
CORNER = (slice(0, 20), slice(0, 30))
RED, GREEN, BLUE = 0, 1, 2


def wall(width=WIDTH, height=HEIGHT):
    rows, columns = np.mgrid[0:height, 0:width]
    ripple = ((rows // 5 + columns // 7) % 2) * 8
    image = np.stack([150 + ripple, 150 + ripple, 156 + ripple], axis=2).astype(np.uint8)
    image[BOX] = (215, 25, 25)
    return image


def request_of(operation, image=None, mask=None, **options):
    image = wall() if image is None else image
    if mask is None:
        mask = whole_mask(image)
        if operation.masked:
            mask = np.zeros(image.shape[:2], np.uint8)
            mask[46:104, 66:134] = 255
    region = Rect(0, 0, image.shape[1], image.shape[0])
    return EditRequest(operation=operation, image=image, mask=mask, region=region, options=EditOptions(**options))


def noise(width, height):
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def bench(bench_of):
    bench = bench_of("stability")
    bench.server.keep_bodies = True
    return bench


def forms(bench):
    """What was sent: pictures and texts by field, in the order of sending."""
    found = []
    for body in bench.server.bodies:
        parts = parse_form(body.content_type, body.data)
        found.append({part.name: part.text if part.filename is None else opened(part.data) for part in parts})
    return found


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def strongest(image, place):
    return int(image[place].reshape(-1, 3).astype(float).mean(axis=0).argmax())


def distance(one, other):
    return np.abs(one.astype(int) - other.astype(int))


def test_an_erase_sends_the_whole_mask_and_grows_nothing(bench):
    request = request_of(Operation.ERASE)
    result = bench.run(request)
    (form,) = forms(bench)
    assert set(form) == {"image", "mask", "grow_mask", "output_format"}
    assert form["grow_mask"] == "0"
    assert form["image"].mode == "RGB"
    assert form["mask"].mode == "L"
    assert np.array_equal(np.asarray(form["mask"]), np.where(request.mask > 0, 255, 0))
    outside = request.mask == 0
    assert np.array_equal(result.image[outside], request.image[outside])
    assert distance(result.image[CORE], request.image[CORNER].mean(axis=(0, 1))).mean() < 15, "the wall goes on"
    assert (result.cost.credits, bench.server.credits) == (5.0, 995.0)


def test_an_inpaint_paints_its_prompt_into_the_mask_alone(bench):
    request = request_of(Operation.INPAINT, prompt="a green box", negative_prompt="blur", seed=77)
    result = bench.run(request)
    (form,) = forms(bench)
    assert (form["prompt"], form["negative_prompt"], form["seed"]) == ("a green box", "blur", "77")
    outside = request.mask == 0
    assert np.array_equal(result.image[outside], request.image[outside])
    assert strongest(result.image, CORE) == GREEN
    assert (result.seed, result.way) == (77, Way.MASK)


def test_variations_are_runs_of_their_own(bench):
    result = bench.run(request_of(Operation.INPAINT, prompt="a green box", variations=3, seed=5))
    assert [form["seed"] for form in forms(bench)] == ["5", "6", "7"]
    pictures = [result.image, *result.others]
    assert len({picture.tobytes() for picture in pictures}) == 3
    assert all(strongest(picture, CORE) == GREEN for picture in pictures)
    assert (result.cost.credits, bench.server.credits) == (15.0, 985.0)


def test_a_cut_out_marks_the_subject_and_keeps_the_colours(bench):
    request = request_of(Operation.REMOVE_BACKGROUND, seed=4)
    result = bench.run(request)
    assert set(forms(bench)[0]) == {"image", "output_format"}
    assert np.array_equal(result.image, request.image)
    assert result.alpha[CORE].min() == 255
    assert result.alpha[CORNER].max() == 0
    assert result.seed is None
    assert any("Seed not used" in note for note in result.notes)


@pytest.mark.parametrize(
    "operation, field",
    [(Operation.SEARCH_AND_REPLACE, "search_prompt"), (Operation.SEARCH_AND_RECOLOR, "select_prompt")],
)
def test_what_is_searched_is_changed(bench, operation, field):
    request = request_of(operation, search="red box", prompt="a green box")
    result = bench.run(request)
    assert forms(bench)[0][field] == "red box"
    assert strongest(result.image, CORE) == GREEN
    assert np.array_equal(result.image[CORNER], request.image[CORNER])
    assert (result.way, result.cost.credits) == (Way.WHOLE_PICTURE, 5.0)


BACKGROUNDS = {
    "words": ({"prompt": "a blue wall"}, BLUE),
    "a colour": ({"background": (20, 160, 40)}, GREEN),
    "a picture": ({"background": np.full((90, 60, 3), (20, 160, 40), np.uint8)}, GREEN),
}


@pytest.mark.parametrize("options, colour", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_a_background_is_described_or_given(bench, options, colour):
    result = bench.run(request_of(Operation.REPLACE_BACKGROUND, **options))
    (form,) = forms(bench)
    assert ("background_prompt" in form) == ("prompt" in options)
    assert ("background_reference" in form) == ("background" in options)
    assert strongest(result.image, CORNER) == colour
    assert strongest(result.image, CORE) == RED
    assert (result.cost.credits, bench.server.credits) == (8.0, 992.0)
    assert len(result.request_id) == 64


def test_a_background_keeps_its_place_behind_a_padded_picture(bench):
    image = np.ascontiguousarray(np.tile(wall()[40:110], (1, 2, 1)))
    background = np.full((70, 400, 3), (20, 160, 40), np.uint8)
    background[:, 200:] = (30, 40, 200)
    result = bench.run(request_of(Operation.REPLACE_BACKGROUND, image=image, background=background))
    reference = np.asarray(forms(bench)[0]["background_reference"])
    assert reference.shape == (160, 400, 3)
    assert np.array_equal(reference[:70], background)
    assert strongest(result.image, (slice(0, 70), slice(0, 50))) == GREEN
    assert strongest(result.image, (slice(0, 70), slice(350, 400))) == BLUE


@pytest.mark.parametrize(
    "operation, said",
    [(Operation.REPLACE_BACKGROUND, "a prompt, a color or a picture"), (Operation.OUTPAINT, "too small to be seen")],
)
def test_what_would_be_refused_is_not_sent(bench, operation, said):
    with pytest.raises(Unsupported, match=said):
        bench.run(request_of(operation))
    assert bench.server.requests == ()


def test_an_extension_is_exact_to_the_pixel(bench):
    expansion = Expansion(left=24, right=8, up=3, down=16)
    request = request_of(Operation.OUTPAINT, expansion=expansion)
    result = bench.run(request)
    (form,) = forms(bench)
    assert [form[side] for side in ("left", "right", "up", "down")] == ["24", "8", "3", "16"]
    assert result.image.shape == (HEIGHT + 19, WIDTH + 32, 3)
    assert np.array_equal(result.image[3 : 3 + HEIGHT, 24 : 24 + WIDTH], request.image)
    assert result.cost.credits == 4.0


def test_a_long_picture_is_extended_where_no_padding_comes_between(bench):
    image = np.ascontiguousarray(np.tile(wall()[40:110], (1, 2, 1)))
    result = bench.run(request_of(Operation.OUTPAINT, image=image, expansion=Expansion(left=30, right=20, up=10)))
    assert forms(bench)[0]["image"].size == (400, 160)
    assert result.image.shape == (80, 450, 3)
    assert np.array_equal(result.image[10:, 30:430], image)
    with pytest.raises(Unsupported, match="too narrow or too small"):
        bench.run(request_of(Operation.OUTPAINT, image=image, expansion=Expansion(down=10)))
    assert bench.server.runs == 1


def test_a_side_cannot_be_extended_for_ever(bench):
    with pytest.raises(Unsupported, match="at most 2000 pixels"):
        bench.run(request_of(Operation.OUTPAINT, expansion=Expansion(left=2001)))
    assert bench.server.runs == 0


def test_a_fast_enlargement_has_four_times_the_sides(bench):
    request = request_of(Operation.UPSCALE, scale=4.0)
    result = bench.run(request)
    assert result.image.shape == (4 * HEIGHT, 4 * WIDTH, 3)
    assert distance(result.image[2::4, 2::4], request.image).mean() < 6
    assert result.notes == ()
    assert (result.cost.credits, result.seed) == (2.0, None)


def test_a_large_picture_is_enlarged_in_pieces_within_the_limits(bench):
    image = wall(1300, 900)
    result = bench.run(request_of(Operation.UPSCALE, image=image, scale=2.0))
    sizes = [form["image"].size for form in forms(bench)]
    assert len(sizes) == 2
    assert all(max(size) <= 1536 and size[0] * size[1] <= 1_048_576 for size in sizes)
    assert result.image.shape == (1800, 2600, 3)
    assert distance(result.image[::2, ::2], image).mean() < 6
    assert "Enlarged in 2 pieces." in result.notes
    assert any("resampled" in note for note in result.notes)
    assert (result.cost.credits, bench.server.credits) == (4.0, 996.0)


@pytest.mark.parametrize("mode, credits", [(UpscaleMode.CONSERVATIVE, 40.0), (UpscaleMode.CREATIVE, 60.0)])
def test_other_enlargements_have_sizes_of_their_own(bench, mode, credits):
    request = request_of(Operation.UPSCALE, scale=2.0, mode=mode)
    result = bench.run(request)
    assert forms(bench)[0]["prompt"], "a prompt is required, so one stands in"
    assert result.image.shape == (2 * HEIGHT, 2 * WIDTH, 3)
    assert distance(result.image[1::2, 1::2], request.image).mean() < 8
    assert any("the rest to 2 times was resampled" in note for note in result.notes)
    assert (result.cost.credits, bench.server.credits) == (credits, 1000 - credits)


def test_a_conservative_enlargement_is_sent_within_one_megapixel(bench):
    image = wall(1400, 1000)
    result = bench.run(request_of(Operation.UPSCALE, image=image, scale=1.5, mode=UpscaleMode.CONSERVATIVE))
    sent = forms(bench)[0]["image"].size
    assert 1_000_000 < sent[0] * sent[1] <= 1_048_576
    assert result.image.shape == (1500, 2100, 3)


def test_a_picture_with_more_pixels_than_the_answer_is_not_called_enlarged(bench):
    request = request_of(Operation.UPSCALE, image=wall(2600, 1800), scale=2.0, mode=UpscaleMode.CONSERVATIVE)
    with pytest.raises(Unsupported, match="too large"):
        bench.run(request)
    assert bench.server.runs == 0


def test_a_long_picture_is_padded_and_cut_again(bench):
    image = np.ascontiguousarray(np.tile(wall()[40:110], (1, 2, 1)))
    request = request_of(Operation.SEARCH_AND_RECOLOR, image=image, search="red box", prompt="green")
    result = bench.run(request)
    width, height = forms(bench)[0]["image"].size
    assert (width, height) == (400, 160)
    assert result.image.shape == image.shape
    assert np.array_equal(result.image[:, :60], image[:, :60])
    assert strongest(result.image, (slice(20, 50), slice(80, 120))) == GREEN


def test_a_tiny_picture_is_padded_and_cut_again(bench):
    image = wall()[40:70, 60:100].copy()
    mask = np.zeros((30, 40), np.uint8)
    mask[12:, 12:] = 255
    result = bench.run(request_of(Operation.INPAINT, image=image, mask=mask, prompt="green"))
    assert forms(bench)[0]["image"].size == (64, 64)
    assert result.image.shape == image.shape
    assert np.array_equal(result.image[mask == 0], image[mask == 0])
    assert strongest(result.image, (slice(16, 28), slice(16, 38))) == GREEN


def test_a_request_is_made_to_fit_ten_mebibytes_and_nine_megapixels(bench):
    image = np.repeat(np.repeat(noise(900, 640), 4, axis=0), 4, axis=1)
    image[::3] ^= 37
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[1000:1400, 1200:1800] = 255
    result = bench.run(request_of(Operation.INPAINT, image=image, mask=mask, prompt="a green field"))
    (body,) = bench.server.bodies
    assert len(body.data) <= 10 * 2**20
    assert result.image.shape == image.shape
    assert strongest(result.image, (slice(1050, 1350), slice(1250, 1750))) == GREEN


def test_long_words_fit_into_the_request_as_well(bench):
    words = "é" * 10_000
    bench.limits(request_bytes=1_000_000)
    request = request_of(
        Operation.INPAINT,
        image=noise(1000, 800),
        mask=np.full((800, 1000), 255, np.uint8),
        prompt=words,
        negative_prompt=words,
    )
    bench.run(request)
    (body,) = bench.server.bodies
    assert 500_000 < len(body.data) <= 1_000_000


def test_longer_words_than_the_field_takes_are_refused_before_sending(bench):
    with pytest.raises(Unsupported, match="at most 10000 characters"):
        bench.run(request_of(Operation.INPAINT, prompt="x" * 10_001))
    assert bench.server.requests == ()


def test_how_much_has_left_is_told(bench):
    bench.run(request_of(Operation.INPAINT, image=noise(800, 600), mask=np.full((600, 800), 255, np.uint8), prompt="x"))
    shares = [progress.fraction for progress in bench.progress if progress.phase == "uploading"]
    assert shares[0] is None
    assert shares[1:] == sorted(shares[1:])
    assert shares[-1] == 1.0
    assert len(shares) > 10
