"""What is particular to Replicate."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from editor.domain.errors import MaybeRunning, Unavailable
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest
from editor.imaging.codec import encode_png
from editor.platforms.replicate_runs import is_ours, picture_addresses, share_done
from editor.simulator.scripts import Script

FLUX = "POST /v1/models/black-forest-labs/flux-fill-pro/predictions"
BRIA = "POST /v1/models/bria/eraser/predictions"
GONE = {"detail": "The requested resource could not be found.", "status": 404}


@pytest.fixture
def noisy():
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (500, 600, 3), np.uint8)
    mask = np.zeros((500, 600), np.uint8)
    mask[200:300, 200:300] = 255
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 600, 500))


def only(bench, *names):
    """Leave only the named models in the catalogue."""
    models = [model for model in bench.catalogue.models("replicate", Operation.ERASE) if model.name in names]
    bench.limits(models={Operation.ERASE: tuple(models)})


class Play:
    """A desk that plays Replicate: ``refusals`` by path, a run that succeeds at once, and its picture."""

    def __init__(self, desk, edit, refusals=None):
        self.desk, self.edit, self.refusals = desk, edit, refusals or {}
        self.output = f"{desk.base}/out.png"
        desk.answer = self.answer

    def answer(self, method, path, headers, body):
        line = f"{method} {path.partition('?')[0]}"
        if line in self.refusals:
            refusal = self.refusals[line]
            found = refusal(body) if callable(refusal) else refusal
            if found is not None:
                return found
        if path == "/out.png":
            return 200, encode_png(self.edit.image)
        if method == "POST" and path.endswith("predictions"):
            return 201, {"id": "run1", "status": "starting"}
        if path == "/v1/predictions/run1":
            return 200, {"id": "run1", "status": "succeeded", "output": self.output, "metrics": {"predict_time": 1.5}}
        return 404, GONE


def test_a_run_is_created_with_an_end_of_its_own(desk, desk_bench, edit_of):
    edit = edit_of(seed=5)
    Play(desk, edit)
    result = desk_bench("replicate", prefix="/v1").run(edit)
    assert desk.paths == [FLUX, "GET /v1/predictions/run1", "GET /out.png"]
    _, _, headers, body = desk.requests[0]
    sent = json.loads(body)
    assert set(sent) == {"input"}
    assert sent["input"]["seed"] == 5
    assert sent["input"]["image"].startswith("data:image/png;base64,")
    assert headers["cancel-after"].endswith("s")
    assert "authorization" not in desk.requests[2][2], "the key stays away from the picture's host"
    assert (result.model, result.request_id, result.metrics) == ("flux-fill-pro", "run1", {"predict_time": 1.5})


@pytest.mark.parametrize("shape", ["text", "list", "object", "data"])
def test_the_output_may_have_any_shape(desk, desk_bench, edit, shape):
    play = Play(desk, edit)
    url = play.output
    if shape == "data":
        from editor.platforms.encoding import data_address

        url = data_address(encode_png(edit.image), "image/png")
    play.output = {"text": url, "data": url, "list": [url], "object": {"files": [{"picture": url}]}}[shape]
    assert desk_bench("replicate", prefix="/v1").run(edit).image.shape == edit.image.shape


def test_a_model_that_is_gone_hands_over_to_the_next(desk, desk_bench, edit):
    Play(desk, edit, {FLUX: (404, GONE)})
    result = desk_bench("replicate", prefix="/v1").run(edit)
    assert result.model == "bria/eraser"
    assert desk.paths[:3] == [FLUX, "GET /v1/models/black-forest-labs/flux-fill-pro", BRIA]


def test_when_every_model_is_gone_the_platform_has_failed(desk, desk_bench, edit):
    desk.answer = lambda *request: (404, GONE)
    with pytest.raises(Unavailable, match="does not offer this model") as caught:
        desk_bench("replicate", prefix="/v1").run(edit)
    assert caught.value.status == 404


def test_a_changed_schema_hands_over_and_optional_fields_are_left_out_first(desk, desk_bench, edit):
    def picky(body):
        values = json.loads(body)["input"]
        if "guidance" in values:
            listed = [{"type": "number_lte", "field": "input.guidance", "description": "Must be less than 5"}]
            return 422, {"title": "Input validation failed", "detail": "x", "invalid_fields": listed}
        return None

    play = Play(desk, edit, {FLUX: picky})
    assert desk_bench("replicate", prefix="/v1").run(edit).model == "flux-fill-pro"
    listed = [{"type": "additional_property_not_allowed", "field": "input.mask", "description": "no"}]
    play.refusals = {FLUX: (422, {"title": "Input validation failed", "invalid_fields": listed})}
    assert desk_bench("replicate", prefix="/v1").run(edit).model == "bria/eraser"


def test_a_community_model_runs_by_its_looked_up_version(desk, desk_bench, edit):
    version = {"latest_version": {"id": "abc123"}, "is_official": False}
    Play(desk, edit, {"GET /v1/models/allenhooo/lama": (200, version)})
    bench = desk_bench("replicate", prefix="/v1")
    only(bench, "lama")

    async def twice(platform):
        await platform.run(edit, bench.call)
        return await platform.run(edit, bench.call)

    assert bench.within(twice).model == "lama"
    assert desk.paths.count("GET /v1/models/allenhooo/lama") == 1, "a version is remembered"
    assert json.loads(desk.requests[1][3])["version"] == "abc123"


def test_a_wrong_version_tries_the_other_route(desk, desk_bench, edit):
    refusal = 422, {"title": "Invalid version or not permitted", "detail": "The specified version does not exist"}
    version = 200, {"latest_version": {"id": "abc123"}}
    Play(desk, edit, {"GET /v1/models/allenhooo/lama": version, "POST /v1/predictions": refusal})
    bench = desk_bench("replicate", prefix="/v1")
    only(bench, "lama")
    bench.run(edit)
    assert "POST /v1/models/allenhooo/lama/predictions" in desk.paths


def test_a_large_picture_goes_through_the_file_service_and_is_deleted(bench_of, noisy):
    bench = bench_of("replicate")
    bench.run(noisy)
    methods = [(request.method, request.path) for request in bench.server.requests]
    assert ("POST", "/v1/files") in methods
    assert any(method == "DELETE" and path.startswith("/v1/files/") for method, path in methods)


def test_where_the_file_service_fails_a_middling_picture_goes_inline(desk, desk_bench, noisy):
    Play(desk, noisy, {"POST /v1/files": (500, {"detail": "oops"})})
    desk_bench("replicate", prefix="/v1").run(noisy)
    create = next(body for method, path, _, body in desk.requests if path.endswith("flux-fill-pro/predictions"))
    assert json.loads(create)["input"]["image"].startswith("data:")


def test_a_body_too_large_for_the_platform_goes_through_the_file_service(desk, desk_bench, edit):
    stored = {"id": "f1", "urls": {"get": f"{desk.base}/v1/files/f1"}}

    def picky(body):
        if json.loads(body)["input"]["image"].startswith("data:"):
            return 400, {"detail": "Failed to parse request body as JSON: EOF", "status": 400}
        return None

    Play(desk, edit, {FLUX: picky, "POST /v1/files": (201, stored), "DELETE /v1/files/f1": (204, {})})
    bench = desk_bench("replicate", prefix="/v1")
    bench.limits(inline_bytes=20_000)
    picture = replace_image(edit)
    assert bench.run(picture).model == "flux-fill-pro"


def replace_image(edit):
    """The same edit with noise in it, so that it encodes to some tens of kilobytes."""
    rng = np.random.default_rng(4)
    image = rng.integers(0, 60, edit.image.shape, np.uint8)
    return replace(edit, image=image)


def test_a_lost_answer_is_looked_up_and_the_run_adopted(bench_of, edit):
    bench = bench_of("replicate")
    bench.server.always(Script.LOST_ANSWER)
    result = bench.run(edit)
    assert result.image.shape == edit.image.shape
    assert (bench.server.runs, bench.server.charges) == (1, 1), "nothing was started twice"


def test_a_lost_answer_that_cannot_be_looked_up_may_be_running(desk, desk_bench, edit):
    Play(desk, edit, {FLUX: (502, {"detail": "bad gateway"}), "GET /v1/predictions": (500, {"detail": "no"})})
    with pytest.raises(MaybeRunning):
        desk_bench("replicate", prefix="/v1").run(edit)
    assert desk.paths.count(FLUX) == 1


def test_a_lost_answer_without_a_run_is_sent_once_more(desk, desk_bench, edit):
    tries = []

    def first_fails(body):
        tries.append(body)
        return (502, {"detail": "bad gateway"}) if len(tries) == 1 else None

    Play(desk, edit, {FLUX: first_fails, "GET /v1/predictions": (200, {"results": []})})
    desk_bench("replicate", prefix="/v1").run(edit)
    assert len(tries) == 2


def test_a_run_that_never_ends_is_stopped_at_the_deadline(bench_of, edit):
    bench = bench_of("replicate")
    bench.server.always(Script.STUCK)
    with pytest.raises(Unavailable, match="The run was stopped"):
        bench.run(edit)
    assert any(request.path.endswith("/cancel") for request in bench.server.requests)


def test_a_few_looks_may_fail(desk, desk_bench, edit):
    looks = []

    def shaky(body):
        looks.append(body)
        return (503, {"detail": "busy"}) if len(looks) < 4 else None

    Play(desk, edit, {"GET /v1/predictions/run1": shaky})
    desk_bench("replicate", prefix="/v1").run(edit)
    assert len(looks) == 4


def test_the_token_goes_to_a_picture_only_where_the_platforms_own_host_asks(desk, desk_bench, edit):
    play = Play(desk, edit)

    def answer(method, path, headers, body):
        if path == "/out.png" and "authorization" not in headers:
            return 401, {"detail": "who are you"}
        return play.answer(method, path, headers, body)

    desk.answer = answer
    desk_bench("replicate", prefix="/v1").run(edit)
    assert desk.paths[-2:] == ["GET /out.png", "GET /out.png"]


def test_progress_is_read_from_the_log():
    assert share_done({"logs": "  4%|▍  | 2/50\n 52%|█████▏ | 26/50 [00:03"}) == 0.52
    assert share_done({"logs": None}) is None


def test_addresses_are_found_in_any_shape():
    output = [{"a": "https://x/1.png", "b": ["data:image/png;base64,AA", "plain"]}]
    assert picture_addresses(output) == ["https://x/1.png", "data:image/png;base64,AA"]


@pytest.mark.parametrize(
    "change, ours",
    [
        ({}, True),
        ({"model": "another/model"}, False),
        ({"created_at": "2026-01-01T11:00:00.123456789Z"}, False),
        ({"created_at": "2026-01-01T12:00:01.123456789Z"}, True),
        ({"input": {"image": "https://stored/else", "steps": 1}}, False),
        ({"input": {"image": "https://listed", "steps": 2}}, True),
        ({"input": None}, True),
    ],
)
def test_ours_is_told_from_others_in_the_list(change, ours):

    run = {"model": "a/b", "created_at": "2026-01-01T12:00:00Z", "input": {"image": "data:x", "steps": 2}, **change}
    began = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert is_ours(run, model="a/b", version=None, values={"image": "data:y", "steps": 2}, began=began) is ours


def test_the_run_of_another_edit_is_not_adopted(desk, desk_bench, edit):
    """Pictures that went inline are not comparable in the list: two edits of one minute look alike there."""
    bodies, looks = [], []

    def second_is_lost(body):
        bodies.append(json.loads(body)["input"])
        return (502, {"detail": "bad gateway"}) if len(bodies) == 2 else None

    def listed(body):
        looks.append(body)
        run = {"id": "run1", "model": "black-forest-labs/flux-fill-pro", "status": "succeeded", "input": bodies[0]}
        return 200, {"results": [{**run, "created_at": datetime.now(UTC).isoformat()}]}

    Play(desk, edit, {FLUX: second_is_lost, "GET /v1/predictions": listed})
    bench = desk_bench("replicate", prefix="/v1")

    async def two_edits(platform):
        for _ in range(2):
            await platform.run(edit, bench.call)

    bench.within(two_edits)
    assert looks
    assert len(bodies) == 3, "the first edit's run is not the answer to the second one's order"
