"""Runs of the simulated Stability AI that are looked for, and every fault that it can be told to show."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator.pictures import Array
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

ROOT = "/v2beta/stable-image/"
RELIT = "edit/replace-background-and-relight"


def encoded(array: Array) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG")
    return stream.getvalue()


def decoded(data: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.uint8)


def picture() -> Array:
    image = np.full((80, 120, 3), 150, np.uint8)
    image[::7] = 160
    image[24:56, 40:80] = (215, 25, 25)
    return image


def mask() -> Array:
    marked = np.zeros((80, 120), np.uint8)
    marked[20:60, 36:84] = 255
    return marked


class Caller:
    def __init__(self, platforms: SimulatedPlatforms, client: httpx.Client) -> None:
        self.server, self.client = platforms.stability, client
        self.headers = {"authorization": f"Bearer {self.server.key}"}

    def erase(self, **fields: str) -> httpx.Response:
        files = {
            "image": ("i.png", encoded(picture()), "image/png"),
            "mask": ("m.png", encoded(mask()), "image/png"),
            **{name: (None, value) for name, value in {"grow_mask": "0", **fields}.items()},
        }
        return self.client.post(self.server.base_url + ROOT + "edit/erase", files=files, headers=self.headers)

    def start(self) -> httpx.Response:
        files: dict[str, Any] = {
            "subject_image": ("i.png", encoded(picture()), "image/png"),
            "background_prompt": (None, "a blue wall"),
        }
        return self.client.post(self.server.base_url + ROOT + RELIT, files=files, headers=self.headers)

    def look(self, run: str, *, accept: str = "*/*", path: str = "/v2beta/results/") -> httpx.Response:
        return self.client.get(self.server.base_url + path + run, headers={**self.headers, "accept": accept})

    def ended(self, run: str, **options: str) -> httpx.Response:
        for _ in range(30):
            answer = self.look(run, **options)
            if answer.status_code != 202:
                return answer
        raise AssertionError("the run does not end")


@pytest.fixture
def caller(platforms: SimulatedPlatforms, client: httpx.Client) -> Caller:
    return Caller(platforms, client)


def assert_error(response: httpx.Response, status: int, name: str) -> list[str]:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"id", "name", "errors"} and body["name"] == name
    return list(body["errors"])


def test_a_run_is_named_looked_for_and_kept(caller: Caller) -> None:
    started = caller.start()
    assert started.headers["content-type"] == "application/json"
    run = started.json()["id"]
    assert len(run) == 64 and int(run, 16) >= 0
    for _ in range(caller.server.polls):
        answer = caller.look(run)
        assert (answer.status_code, answer.json()) == (202, {"id": run, "status": "in-progress"})
    answer = caller.look(run)
    assert answer.status_code == 200 and answer.headers["finish-reason"] == "SUCCESS"
    assert decoded(answer.content).shape == (80, 120, 3)
    assert caller.look(run).content == answer.content, "a result is kept"
    assert caller.look(run, path=ROOT + "upscale/creative/result/").status_code == 200, "the older path"
    assert (caller.server.runs, caller.server.charges, caller.server.credits) == (1, 1, 992.0)


def test_a_result_in_json(caller: Caller) -> None:
    answer = caller.ended(caller.start().json()["id"], accept="application/json")
    assert answer.headers["content-type"] == "application/json; type=image/png"
    assert "seed" not in answer.headers
    body = answer.json()
    assert set(body) == {"image", "finish_reason", "seed"}
    assert decoded(base64.b64decode(body["image"])).shape == (80, 120, 3)


def test_the_run_of_another_key_is_not_there(caller: Caller) -> None:
    caller.server.further_keys = frozenset({"sk-the-colleague"})
    run = caller.start().json()["id"]
    mine = caller.headers
    caller.headers = {"authorization": "Bearer sk-the-colleague"}
    assert_error(caller.look(run), 404, "generation_not_found")
    caller.headers = mine
    assert caller.look(run).status_code == 202


def test_a_wrong_id_or_accept_is_refused(caller: Caller) -> None:
    assert_error(caller.look("ab12"), 400, "bad_request")
    assert_error(caller.look("0" * 64), 404, "generation_not_found")
    assert "accept" in assert_error(caller.look("0" * 64, accept="text/html"), 400, "bad_request")[0]


@pytest.mark.parametrize("script", [Script.SLOW, Script.QUEUED])
def test_more_looks_than_usual(caller: Caller, script: Script) -> None:
    caller.server.next(script)
    run = caller.start().json()["id"]
    unfinished = 0
    while caller.look(run).status_code == 202:
        unfinished += 1
    assert unfinished > caller.server.polls


def test_a_run_that_never_ends(caller: Caller) -> None:
    caller.server.always(Script.STUCK)
    run = caller.start().json()["id"]
    assert {caller.look(run).status_code for _ in range(20)} == {202}


def test_a_run_that_fails_is_not_charged(caller: Caller) -> None:
    caller.server.always(Script.FAILED_RUN)
    assert_error(caller.ended(caller.start().json()["id"]), 200, "internal_error")
    assert (caller.server.runs, caller.server.charges) == (1, 0)


def test_a_result_that_expired(caller: Caller) -> None:
    caller.server.always(Script.EXPIRED)
    assert_error(caller.ended(caller.start().json()["id"]), 404, "generation_not_found")


def test_a_filtered_result_of_a_run(caller: Caller) -> None:
    caller.server.always(Script.REFUSAL)
    answer = caller.ended(caller.start().json()["id"])
    assert (answer.status_code, answer.headers["finish-reason"]) == (200, "CONTENT_FILTERED")
    assert not np.array_equal(decoded(answer.content), picture())


def test_looks_fail_while_the_platform_is_down(caller: Caller) -> None:
    run = caller.start().json()["id"]
    caller.server.always(Script.SERVER_ERROR)
    assert_error(caller.look(run), 500, "internal_error")
    caller.server.always(Script.OK)
    assert caller.ended(run).status_code == 200


@pytest.mark.parametrize("begin", [Caller.erase, Caller.start])
def test_an_answer_can_be_lost_though_the_run_is_charged(caller: Caller, begin: Any) -> None:
    caller.server.always(Script.LOST_ANSWER)
    with pytest.raises(httpx.RemoteProtocolError):
        begin(caller)
    assert caller.server.charges == 1


FAULTS = [
    (Script.BAD_KEY, 401, "unauthorized", "authorization: invalid or missing header value"),
    (Script.OUT_OF_CREDIT, 402, "payment_required", "You lack sufficient credits"),
    (Script.REFUSAL_BEFORE, 403, "content_moderation", "you were not charged"),
    (Script.FORBIDDEN, 403, "permission_denied", "permissions"),
    (Script.GONE, 404, "not_found", "no such operation"),
    (Script.TOO_LARGE, 413, "payload_too_large", "10MiB"),
    (Script.WRONG_LANGUAGE, 422, "invalid_language", "English is the only supported language"),
    (Script.PUBLIC_FIGURE, 422, "public_figure", "likeness of a public figure"),
    (Script.INVALID, 400, "bad_request", ": is not accepted"),
    (Script.RATE_LIMIT, 429, "rate_limit_exceeded", "timed out for 60 seconds"),
    (Script.RATE_LIMIT_UNTOLD, 429, "rate_limit_exceeded", "exceeded the rate limit"),
    (Script.SERVER_ERROR, 500, "internal_error", "An unexpected server error"),
    (Script.UNAVAILABLE, 503, "service_unavailable", "temporarily unavailable"),
]


@pytest.mark.parametrize("begin", [Caller.erase, Caller.start])
@pytest.mark.parametrize(("script", "status", "name", "said"), FAULTS, ids=[str(row[0]) for row in FAULTS])
def test_faults_with_a_status(caller: Caller, begin: Any, script: Script, status: int, name: str, said: str) -> None:
    caller.server.always(script)
    assert said in assert_error(begin(caller), status, name)[0]
    assert caller.server.charges == caller.server.runs == 0


def test_only_one_rate_limit_tells_how_long(caller: Caller) -> None:
    caller.server.next(Script.RATE_LIMIT, Script.RATE_LIMIT_UNTOLD)
    first, second = caller.erase(), caller.erase()
    assert first.headers["retry-after"] == "37"
    assert "retry-after" not in second.headers and "second period." in second.text


def test_an_invalid_field_is_one_that_may_be_left_out(caller: Caller) -> None:
    caller.server.next(Script.INVALID, Script.INVALID)
    assert assert_error(caller.erase(), 400, "bad_request") == ["grow_mask: is not accepted"]
    assert assert_error(caller.start(), 400, "bad_request") == ["background_prompt: is not accepted"]


def test_a_page_of_a_proxy(caller: Caller) -> None:
    caller.server.always(Script.BAD_GATEWAY)
    answer = caller.erase()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")


def test_spoiled_pictures(caller: Caller) -> None:
    whole = picture()
    caller.server.next(
        *(script := [Script.UNCHANGED_PICTURE, Script.BLANK_PICTURE, Script.HALF_SIZE, Script.WRONG_SIZE])
    )
    unchanged, blank, half, wrong = (decoded(caller.erase().content) for _ in script)
    assert np.array_equal(unchanged, whole)
    assert np.ptp(blank) == 0
    assert half.shape == (40, 60, 3)
    assert wrong.shape == (80, 80, 3)


def test_a_mask_read_the_other_way_round(caller: Caller) -> None:
    caller.server.always(Script.WRONG_POLARITY)
    result = decoded(caller.erase().content)
    assert np.array_equal(result[mask() == 255], picture()[mask() == 255])
    assert not np.array_equal(result, picture())


def test_a_slow_answer_waits(caller: Caller) -> None:
    caller.server.slow_seconds = 0.15
    caller.server.next(Script.SLOW)
    assert caller.erase().elapsed.total_seconds() > 0.15
    assert caller.erase().status_code == 200


def test_a_truncated_picture_in_a_whole_answer(caller: Caller) -> None:
    caller.server.always(Script.BROKEN_PICTURE)
    with pytest.raises(OSError):
        decoded(caller.erase().content)
