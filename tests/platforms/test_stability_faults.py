"""Every fault of the simulated Stability AI through the adapter: the kind of error, the charge, and what is tried."""

from __future__ import annotations

import numpy as np
import pytest

from editor.domain.errors import (
    BadResult,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.imaging.codec import encode_png
from editor.imaging.result_check import check_result
from editor.simulator.scripts import Script

OPTIONS = {
    Operation.INPAINT: {"prompt": "a green box"},
    Operation.REPLACE_BACKGROUND: {"prompt": "a blue wall"},
    Operation.OUTPAINT: {"expansion": Expansion(left=20, down=10), "prompt": "more wall"},
}


def request_of(operation, **options):
    image = np.full((100, 140, 3), 150, np.uint8)
    image[::7] = 158
    image[30:70, 50:90] = (215, 25, 25)
    mask = whole_mask(image)
    if operation.masked:
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[26:74, 46:94] = 255
    options = EditOptions(**{**OPTIONS[operation], **options})
    return EditRequest(operation=operation, image=image, mask=mask, region=Rect(0, 0, 140, 100), options=options)


@pytest.fixture
def bench(bench_of):
    bench = bench_of("stability")
    bench.server.slow_seconds = 0.05
    return bench


REFUSED = [
    (Script.BAD_KEY, RefusedKey),
    (Script.OUT_OF_CREDIT, InsufficientCredit),
    (Script.REFUSAL_BEFORE, ContentRefused),
    (Script.PUBLIC_FIGURE, ContentRefused),
    (Script.FORBIDDEN, RefusedKey),
    (Script.GONE, Unavailable),
    (Script.TOO_LARGE, Unsupported),
    (Script.WRONG_LANGUAGE, Unsupported),
    (Script.INVALID, Unsupported),
    (Script.RATE_LIMIT, RateLimited),
    (Script.RATE_LIMIT_UNTOLD, RateLimited),
    (Script.SERVER_ERROR, Unavailable),
    (Script.UNAVAILABLE, Unavailable),
    (Script.BAD_GATEWAY, Unavailable),
]


@pytest.mark.parametrize("operation", OPTIONS, ids=str)
@pytest.mark.parametrize("script, kind", REFUSED, ids=[str(script) for script, _ in REFUSED])
def test_what_is_refused_is_not_charged(bench, operation, script, kind):
    bench.server.always(script)
    with pytest.raises(kind) as caught:
        bench.run(request_of(operation))
    assert not caught.value.may_be_charged
    assert not isinstance(caught.value, MaybeRunning)
    assert bench.server.runs == bench.server.charges == 0
    for text in (caught.value.message, caught.value.detail):
        assert "green" not in text
        assert bench.key not in text


def test_a_rate_limit_is_told_or_assumed(bench):
    bench.server.next(Script.RATE_LIMIT, Script.RATE_LIMIT_UNTOLD)
    for seconds in (37, 60):
        with pytest.raises(RateLimited) as caught:
            bench.run(request_of(Operation.INPAINT))
        assert caught.value.retry_after == seconds


SPOILED = [
    (Script.REFUSAL, ContentRefused),
    (Script.REFUSAL_MARKED, ContentRefused),
    (Script.BROKEN_PICTURE, BadResult),
    (Script.WRONG_SIZE, BadResult),
    (Script.BLANK_PICTURE, BadResult),
    (Script.UNCHANGED_PICTURE, BadResult),
]


@pytest.mark.parametrize("script, kind", SPOILED, ids=[str(script) for script, _ in SPOILED])
def test_what_is_charged_and_of_no_use_says_that_it_may_cost(bench, script, kind):
    bench.server.always(script)
    request = request_of(Operation.INPAINT)
    with pytest.raises(kind) as caught:
        check_result(request, bench.run(request))
    assert bench.server.charges == 1
    if script not in (Script.BLANK_PICTURE, Script.UNCHANGED_PICTURE):
        assert caught.value.may_be_charged


SILENT = [Script.HANG, Script.STUCK, Script.STALL, Script.DRIP, Script.RESET, Script.HALF_ANSWER, Script.LOST_ANSWER]


@pytest.mark.parametrize("script", SILENT, ids=str)
def test_what_is_sent_and_not_answered_whole_may_be_running(bench, script):
    bench.server.always(script)
    bench.limits(deadline=0.3)
    with pytest.raises(MaybeRunning, match="may have been charged"):
        bench.run(request_of(Operation.INPAINT))
    assert len(bench.server.requests) <= 1, "it is never sent again"
    assert bench.clock.slept == []


@pytest.mark.parametrize("script", [Script.OK, Script.SLOW, Script.QUEUED, Script.HALF_SIZE, Script.EXPIRED], ids=str)
def test_what_is_late_or_small_is_still_served(bench, script):
    bench.server.always(script)
    request = request_of(Operation.INPAINT)
    result = bench.run(request)
    check_result(request, result)
    assert result.image.shape == request.image.shape


def test_a_mask_read_the_other_way_round_is_turned(bench):
    bench.server.next(Script.WRONG_POLARITY, Script.WRONG_POLARITY)
    request = request_of(Operation.INPAINT)
    result = bench.run(request)
    assert np.array_equal(result.image[:20], request.image[:20])
    red, green, blue = result.image[40:60, 60:80].reshape(-1, 3).mean(axis=0)
    assert green > red + 25 > blue - 100
    assert any("the other way round" in note for note in result.notes)
    assert result.cost.credits == 10.0


def test_an_optional_field_that_is_refused_is_left_out_and_noted(bench):
    bench.server.next(Script.INVALID)
    result = bench.run(request_of(Operation.INPAINT))
    assert result.notes == ("Left out, since Stability AI did not accept it: output_format.",)
    refused, served = bench.server.requests
    assert "output_format" in refused.document
    assert "output_format" not in served.document
    assert bench.server.charges == 1


def test_a_seed_that_was_left_out_is_not_told_as_used(desk, desk_bench):
    request = request_of(Operation.INPAINT, seed=5)

    def answer(method, path, headers, body):
        if len(desk.requests) == 1:
            return 400, {"id": "1", "name": "bad_request", "errors": ["seed: must be a text"]}
        return 200, encode_png(request.image), {"finish-reason": "SUCCESS"}

    desk.answer = answer
    result = desk_bench("stability").run(request)
    assert (result.seed, result.notes) == (None, ("Left out, since Stability AI did not accept it: seed.",))


def test_words_that_are_objected_to_are_not_left_out(desk, desk_bench):
    desk.answer = lambda *call: (400, {"id": "1", "name": "content_moderation", "errors": ["prompt: flagged"]})
    with pytest.raises(ContentRefused):
        desk_bench("stability").run(request_of(Operation.OUTPAINT))
    assert len(desk.requests) == 1


@pytest.mark.parametrize(
    "errors",
    [["image: is not accepted"], ["grow_mask: no", "prompt: no"], ["that is not accepted"], "grow_mask: no", []],
    ids=str,
)
def test_nothing_else_is_sent_again(desk, desk_bench, errors):
    desk.answer = lambda *request: (400, {"id": "1", "name": "bad_request", "errors": errors})
    with pytest.raises(Unsupported):
        desk_bench("stability").run(request_of(Operation.INPAINT))
    assert len(desk.requests) == 1


def test_a_picture_without_a_finish_reason_is_noted(desk, desk_bench):
    request = request_of(Operation.INPAINT)
    desk.answer = lambda *call: (200, encode_png(request.image))
    result = desk_bench("stability").run(request)
    assert result.metrics["finish_reason"] == "unknown"
    assert result.notes == ("Stability AI did not say whether its content filter has passed the picture.",)


@pytest.mark.parametrize("document", [b"", {"image": None}, {"image": ""}, {}], ids=str)
def test_a_filtered_picture_may_be_missing(desk, desk_bench, document):
    answer = document if isinstance(document, bytes) else {**document, "finish_reason": "CONTENT_FILTERED"}
    desk.answer = lambda *call: (200, answer, {"finish-reason": "CONTENT_FILTERED"})
    with pytest.raises(ContentRefused) as caught:
        desk_bench("stability").run(request_of(Operation.INPAINT))
    assert caught.value.may_be_charged


def test_json_is_known_by_its_bytes(desk, desk_bench):
    body = b' {"id": "1", "name": "payment_required", "errors": ["You lack sufficient credits"]}'
    desk.answer = lambda *call: (200, body, {"content-type": "image/png"})
    with pytest.raises(InsufficientCredit):
        desk_bench("stability").run(request_of(Operation.INPAINT))


def test_too_large_a_request_is_halved_once(bench):
    bench.server.next(Script.TOO_LARGE)
    request = request_of(Operation.OUTPAINT)
    result = bench.run(request)
    assert result.image.shape == (110, 160, 3)
    first, second = (entry.document["image"] for entry in bench.server.requests)
    assert "140×100" in first
    assert "98×70" in second


def test_an_empty_account_is_seen_in_the_balance(bench):
    bench.server.credits = 3.0
    with pytest.raises(InsufficientCredit):
        bench.run(request_of(Operation.INPAINT))
    assert bench.check_key() == "The key works. 3.0 credits left."
