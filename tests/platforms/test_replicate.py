"""What is particular to Replicate: pictures on their way there and back, and watching a run."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from support.replicate_play import CREATE, ERASER, FLUX, LAMA, Play, create_line

from editor.domain.errors import BadResult, ContentRefused, MaybeRunning, RateLimited, RefusedKey, Unavailable
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Phase
from editor.domain.request import EditRequest
from editor.imaging.codec import encode_png
from editor.platforms.encoding import data_address
from editor.simulator.scripts import Script

RUN = "GET /v1/predictions/run1"
STOP = "POST /v1/predictions/run1/cancel"


@pytest.fixture
def noisy():
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (500, 600, 3), np.uint8)
    mask = np.zeros((500, 600), np.uint8)
    mask[200:300, 200:300] = 255
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 600, 500))


@pytest.fixture
def bench(desk_bench):
    return desk_bench("replicate", prefix="/v1")


def with_noise(edit):
    """The same edit with noise in it, so that it encodes to some tens of kilobytes."""
    rng = np.random.default_rng(4)
    return replace(edit, image=rng.integers(0, 60, edit.image.shape, np.uint8))


class TestOrders:
    """What is sent."""

    def test_a_run_is_created_with_an_end_of_its_own(self, desk, bench, edit):
        Play(desk, edit)
        result = bench.run(edit)
        assert desk.paths == [f"GET /v1/models/{ERASER}", create_line(ERASER), RUN, "GET /out.png"]
        _, _, headers, body = desk.requests[1]
        sent = json.loads(body)
        assert set(sent) == {"input"}
        assert sent["input"]["image"].startswith("data:image/png;base64,")
        assert headers["cancel-after"] in ("299s", "300s")
        assert "prefer" not in headers, "no connection is held while the model works"
        assert "authorization" not in desk.requests[3][2], "the key stays away from the picture's host"
        assert (result.model, result.request_id, result.metrics) == (ERASER, "run1", {"predict_time": 1.5})

    def test_a_seed_is_sent_and_told(self, desk, bench, edit_of):
        edit = edit_of(seed=5)
        Play(desk, edit)
        result = bench.run(replace(edit, options=replace(edit.options, models={"replicate": "flux-fill-pro"})))
        assert json.loads(desk.requests[1][3])["input"]["seed"] == 5
        assert result.seed == 5

    def test_progress_tells_how_much_has_left_and_how_far_the_model_is(self, desk, bench, edit):
        looks = iter(["starting", "processing", "thinking", "succeeded"])

        def look(body):
            run = {"id": "run1", "status": next(looks), "logs": " 40%|", "output": f"{desk.base}/out.png"}
            return 200, run

        Play(desk, edit, {RUN: look})
        bench.run(edit)
        told = [(progress.phase, progress.fraction) for progress in bench.progress]
        assert (Phase.UPLOADING, 1.0) in told
        assert (Phase.QUEUED, 0.4) in told
        assert told.count((Phase.PROCESSING, 0.4)) == 2, "a status nobody knows counts as still running"
        assert told[-1][0] is Phase.DOWNLOADING


class TestFiles:
    """The platform's file service."""

    def test_a_large_picture_goes_there_and_is_deleted(self, bench_of, noisy):
        bench = bench_of("replicate")
        bench.run(noisy)
        methods = [(request.method, request.path) for request in bench.server.requests]
        assert ("POST", "/v1/files") in methods
        assert methods[-1][0] == "DELETE"
        assert bench.server.files == 0
        shares = [progress.fraction for progress in bench.progress if progress.phase is Phase.UPLOADING]
        assert len(shares) > 5
        assert max(share or 0 for share in shares) == 1.0

    def test_what_was_uploaded_is_deleted_after_a_failure_too(self, bench_of, noisy):
        bench = bench_of("replicate")
        bench.server.always(Script.REFUSAL)
        with pytest.raises(ContentRefused):
            bench.run(noisy)
        assert bench.server.files == 0
        assert any(request.method == "DELETE" for request in bench.server.requests)

    def test_where_the_service_fails_a_middling_picture_goes_inline(self, desk, bench, noisy):
        Play(desk, noisy, {"POST /v1/files": (500, {"detail": "oops"})})
        bench.run(noisy)
        create = next(body for _, path, _, body in desk.requests if path.endswith("predictions"))
        assert json.loads(create)["input"]["image"].startswith("data:")

    def test_where_the_service_fails_a_large_picture_does_not_go(self, desk, bench, noisy):
        Play(desk, noisy, {"POST /v1/files": (500, {"detail": "oops"})})
        bench.limits(inline_most=100_000)
        with pytest.raises(Unavailable):
            bench.run(noisy)
        assert create_line(ERASER) not in desk.paths

    @pytest.mark.parametrize(
        "answer, error", [((401, {"detail": "no"}), RefusedKey), ((201, {"id": "f1"}), None)], ids=["key", "nowhere"]
    )
    def test_other_answers_of_the_service(self, desk, bench, noisy, answer, error):
        Play(desk, noisy, {"POST /v1/files": answer})
        if error is not None:
            with pytest.raises(error):
                bench.run(noisy)
        else:
            bench.run(noisy)
            assert "DELETE /v1/files/f1" in desk.paths, "what has an id can be deleted even where it has no address"

    def test_an_order_too_large_goes_once_more_through_the_service(self, desk, bench, edit):
        stored = {"id": "f1", "urls": {"get": f"{desk.base}/v1/files/f1"}}

        def picky(body):
            if json.loads(body)["input"]["image"].startswith("data:"):
                return 400, {"detail": "Failed to parse request body as JSON: EOF", "status": 400}
            return None

        answers = {create_line(ERASER): picky, "POST /v1/files": (201, stored), "DELETE /v1/files/f1": (204, {})}
        Play(desk, edit, answers)
        bench.limits(inline_bytes=20_000)
        picture = with_noise(edit)
        bench.limits(inline_bytes=len(encode_png(picture.image)) * 2)
        assert bench.run(picture).model == ERASER
        assert desk.paths.count("POST /v1/files") == 1, "the mask is small enough to stay inside"


class TestResults:
    """What comes back."""

    @pytest.mark.parametrize("shape", ["text", "list", "object", "data"])
    def test_the_output_may_have_any_shape(self, desk, bench, edit, shape):
        play = Play(desk, edit)
        url = play.output
        data = data_address(encode_png(edit.image), "image/png")
        play.output = {"text": url, "data": data, "list": [url], "object": {"files": [{"picture": url}]}}[shape]
        assert bench.run(edit).image.shape == edit.image.shape

    def test_the_token_goes_to_a_picture_only_where_the_platforms_own_host_asks(self, desk, bench, edit):
        play = Play(desk, edit)

        def answer(method, path, headers, body):
            if path == "/out.png" and "authorization" not in headers:
                return 401, {"detail": "who are you"}
            return play.answer(method, path, headers, body)

        desk.answer = answer
        bench.run(edit)
        assert desk.paths[-2:] == ["GET /out.png", "GET /out.png"]

    def test_the_token_goes_to_no_other_host(self, desk, bench, edit):
        play = Play(desk, edit)
        play.output = play.output.replace("127.0.0.1", "localhost")
        play.answers["GET /out.png"] = 401, {"detail": "who are you"}
        with pytest.raises(Unavailable) as caught:
            bench.run(edit)
        assert caught.value.may_be_charged
        assert desk.paths.count("GET /out.png") == 1

    @pytest.mark.parametrize(
        "change, error, charged",
        [
            ({"output": None, "data_removed": True}, Unavailable, True),
            ({"output": None}, BadResult, False),
            ({"output": None, "logs": "1 of 1\nNSFW content detected in image 0"}, ContentRefused, True),
            ({"output": [], "logs": "100%|█████| done"}, BadResult, False),
            ({"status": "aborted"}, Unavailable, False),
            ({"status": "canceled"}, Unavailable, True),
            ({"status": "failed", "error": "CUDA: E003 high demand"}, Unavailable, False),
        ],
    )
    def test_runs_that_end_without_a_picture(self, desk, bench, edit, change, error, charged):
        play = Play(desk, edit)
        play.run.update(change)
        with pytest.raises(error) as caught:
            bench.run(edit)
        assert caught.value.may_be_charged is charged

    def test_successful_is_another_word_for_succeeded(self, desk, bench, edit):
        play = Play(desk, edit)
        play.run["status"] = "successful"
        assert bench.run(edit).request_id == "run1"

    def test_a_run_that_failed_for_the_platforms_reasons_is_begun_once_more(self, desk, bench, edit):
        runs = iter([{"id": "run1", "status": "failed", "error": "please retry (code: PA)"}])
        Play(desk, edit, {RUN: lambda body: (200, found) if (found := next(runs, None)) else None})
        bench.run(edit)
        assert desk.paths.count(create_line(ERASER)) == 2


class TestWatching:
    """A run under way."""

    def test_a_few_looks_may_fail(self, desk, bench, edit):
        looks = []

        def shaky(body):
            looks.append(body)
            return (503, {"detail": "busy"}) if len(looks) < 4 else None

        Play(desk, edit, {RUN: shaky})
        bench.run(edit)
        assert len(looks) == 4

    def test_a_limited_look_waits_as_long_as_it_is_told(self, desk, bench, edit):
        limited = iter([(429, {"detail": "Request was throttled. Your rate limit resets in ~30s.", "status": 429})])
        Play(desk, edit, {RUN: lambda body: next(limited, None)})
        bench.run(edit)
        assert 31.0 in bench.clock.slept

    def test_one_that_never_ends_is_stopped_at_the_deadline(self, bench_of, edit):
        bench = bench_of("replicate")
        bench.server.always(Script.STUCK)
        with pytest.raises(Unavailable, match="The run was stopped"):
            bench.run(edit)
        assert bench.server.statuses() == ("canceled",)

    def test_one_that_ended_well_at_the_last_moment_is_fetched(self, desk, bench, edit):
        looks = []

        def late(body):
            looks.append(body)
            return None if STOP in desk.paths else (200, {"id": "run1", "status": "processing"})

        Play(desk, edit, {RUN: late, STOP: (200, {"id": "run1", "status": "succeeded"})})
        assert bench.run(edit).request_id == "run1"
        assert desk.paths.count(STOP) == 1

    @pytest.mark.parametrize("answer", [(500, {"detail": "no"}), (404, {"detail": "no"})])
    def test_one_that_can_neither_be_watched_nor_stopped_may_go_on(self, desk, bench, edit, answer):
        Play(desk, edit, {RUN: answer, STOP: answer})
        with pytest.raises(MaybeRunning, match="stopped answering"):
            bench.run(edit)
        assert desk.paths.count(create_line(ERASER)) == 1


def test_a_rate_limit_is_told_and_nothing_else_is_tried(desk, bench, edit):
    limited = {"detail": "Request was throttled. Your rate limit resets in ~5s.", "status": 429, "retry_after": 5}
    Play(desk, edit, {create_line(ERASER): (429, limited)})
    with pytest.raises(RateLimited) as caught:
        bench.run(edit)
    assert caught.value.retry_after == 6.0
    assert not [path for path in desk.paths if LAMA in path or FLUX in path or path == CREATE]
