"""What is particular to FAL."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.fal_play import FIRST, SECOND, Play

from editor.domain.errors import (
    BadResult,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    RefusedKey,
    Unavailable,
)
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest
from editor.imaging.codec import encode_png
from editor.simulator.scripts import Script


@pytest.fixture
def play(desk, edit):
    return Play(desk, edit)


@pytest.fixture
def bench(desk_bench):
    return desk_bench("fal")


def test_the_addresses_of_the_submit_are_used_and_units_are_billed(play, desk, bench, edit):
    play.statuses.insert(0, (202, {"status": "IN_QUEUE", "queue_position": 1}))
    play.statuses.insert(1, (202, {"status": "IN_PROGRESS", "logs": None}))
    result = bench.run(edit)
    told = ["GET /told/status?logs=1"] * 3
    assert desk.paths == [f"POST {FIRST}", *told, "GET /told/result", "GET /out.png"]
    _, _, headers, body = desk.requests[0]
    assert headers["authorization"] == f"Key {bench.key}"
    assert float(headers["x-fal-request-timeout"]) > 1
    assert json.loads(headers["x-fal-object-lifecycle-preference"]) == {"expiration_duration_seconds": 3600}
    assert json.loads(body)["mask_expansion"] == 0
    assert "authorization" not in desk.requests[-1][2]
    price = bench.catalogue.models("fal", Operation.ERASE)[0].price.usd
    assert result.cost.usd == pytest.approx(2 * price)
    assert result.metrics["billable_units"] == 2
    assert "place 2 in the queue" in [progress.words for progress in bench.progress]


@pytest.mark.parametrize("links", [{}, {"status_url": "https://evil.example/status", "response_url": 7}])
def test_addresses_that_are_missing_or_foreign_are_built_from_the_first_two_segments(play, desk, bench, edit, links):
    play.links = links
    play.result = (200, {"image": {"url": f"{desk.base}/out.png"}})
    bench.run(edit)
    own = "/fal-ai/object-removal/requests/q1"
    assert desk.paths[1:3] == [f"GET {own}/status?logs=1", f"GET {own}"]


@pytest.mark.parametrize("place", ["image", "images"])
@pytest.mark.parametrize("inline", [True, False])
def test_the_picture_may_be_in_any_place(play, desk, bench, edit, place, inline):
    from editor.platforms.encoding import data_address

    url = data_address(encode_png(edit.image), "image/png") if inline else f"{desk.base}/out.png"
    entry = {"url": url, "width": None}
    play.result = (200, {place: [entry] if place == "images" else entry})
    assert bench.run(edit).image.shape == edit.image.shape


def test_a_model_that_is_gone_hands_over_to_the_next(play, desk, bench, edit):
    play.submit[FIRST] = 404, {"detail": 'Application "object-removal" not found'}
    assert bench.run(edit).model == "bria/eraser"


def test_a_path_that_is_gone_shows_only_after_queueing(play, desk, bench, edit):
    play.result = 404, {"detail": "Path /mask not found"}, {"x-fal-billable-units": "0"}
    with pytest.raises(Unavailable):
        bench.run(edit)
    assert [path for path in desk.paths if path.startswith("POST")][:2] == [f"POST {FIRST}", f"POST {SECOND}"]


def test_a_black_picture_that_the_filter_marked_is_a_refusal(play, bench, edit):
    status, document, *_ = play.result
    play.result = status, {**document, "has_nsfw_concepts": [False, True]}
    with pytest.raises(ContentRefused):
        bench.run(edit)


@pytest.mark.parametrize(
    "result, kind",
    [
        ((200, {"images": []}), BadResult),
        ((200, {}), BadResult),
        ((200, {"error": "the model broke"}), Unavailable),
        ((422, {"detail": [{"type": "content_policy_violation", "msg": "no", "loc": ["body"]}]}), ContentRefused),
        ((504, {"detail": "late", "error_type": "generation_timeout"}, {"x-fal-request-id": "q1"}), Unavailable),
        ((403, {"detail": "User is locked. Reason: TOP_UP."}), InsufficientCredit),
    ],
)
def test_completed_is_not_yet_success(play, bench, edit, result, kind):
    play.result = result
    with pytest.raises(kind):
        bench.run(edit)


def test_a_failed_run_is_told_by_its_status(play, bench, edit):
    play.statuses = [(200, {"status": "COMPLETED", "error": "Request timed out", "error_type": "request_timeout"})]
    with pytest.raises(Unavailable, match="Request timed out"):
        bench.run(edit)


def test_too_early_a_result_is_asked_for_again(play, desk, bench, edit):
    good, early = play.result, (400, {"detail": "Request is still in progress"})
    answers = [early, early, good]
    plain = play.answer

    def answer(method, path, headers, body):
        if path == "/told/result":
            return answers.pop(0)
        return plain(method, path, headers, body)

    desk.answer = answer
    assert bench.run(edit).request_id == "q1"


def test_looks_may_fail_and_words_may_be_new(play, bench, edit):
    play.statuses[:0] = [(503, {"detail": "busy"}), (202, {"status": "SOMETHING_NEW"}), (502, {})]
    assert bench.run(edit).request_id == "q1"


def test_a_run_that_never_ends_is_stopped_at_the_deadline(play, desk, bench, edit):
    play.statuses = [(202, {"status": "IN_PROGRESS"})]
    with pytest.raises(Unavailable, match="The run was stopped"):
        bench.run(edit)
    assert desk.paths[-1] == "PUT /told/cancel"


def test_an_order_without_a_name_may_be_running(play, bench, edit):
    play.submit[FIRST] = 200, {"status": "IN_QUEUE"}
    with pytest.raises(MaybeRunning):
        bench.run(edit)


def test_a_lost_answer_cannot_be_looked_up(bench_of, edit):
    bench = bench_of("fal")
    bench.server.always(Script.LOST_ANSWER)
    with pytest.raises(MaybeRunning):
        bench.run(edit)
    assert bench.server.runs == 1


def test_a_large_picture_goes_through_the_storage_without_the_key(bench_of):
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (1100, 1000, 3), np.uint8)
    mask = np.zeros((1100, 1000), np.uint8)
    mask[500:600, 500:600] = 255
    bench = bench_of("fal")
    bench.run(EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 1000, 1100)))
    puts = [request for request in bench.server.requests if request.method == "PUT"]
    assert len(puts) == 2
    assert not any(request.authorized for request in puts)


@pytest.mark.parametrize("written", ["Key {}", " {}\n", "key {}"])
def test_a_key_is_taken_as_people_paste_it(play, desk, bench, edit, written):
    good = bench.key
    bench.key = written.format(good)
    bench.run(edit)
    assert desk.requests[0][2]["authorization"] == f"Key {good}"


def test_half_a_key_is_refused_before_anything_is_sent(play, desk, bench, edit):
    bench.key = "only-the-id"
    with pytest.raises(RefusedKey, match="not complete"):
        bench.run(edit)
    assert desk.requests == []


def test_the_key_test_tells_a_locked_account(desk, bench):
    desk.answer = lambda *request: (403, {"detail": "User is locked. Reason: Exhausted balance."})
    with pytest.raises(InsufficientCredit):
        bench.check_key()
    desk.answer = lambda *request: (403, {"detail": "scope"})
    with pytest.raises(RefusedKey):
        bench.check_key()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_look_that_is_refused_starts_no_second_run(play, desk, bench, edit, status):
    play.statuses = [(status, {"detail": "Request not found"})]
    with pytest.raises(Unavailable, match="The run was stopped"):
        bench.run(edit)
    submits = [line for line in desk.paths if line.startswith("POST /fal-ai/")]
    assert len(submits) == 1, "the run goes on and is charged, whoever refuses to show it"
    assert desk.paths[-1] == "PUT /told/cancel"
