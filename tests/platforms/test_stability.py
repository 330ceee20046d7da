"""What is particular to Stability AI."""

from __future__ import annotations

import base64

import pytest

from editor.domain.errors import BadResult, ContentRefused, InsufficientCredit, MaybeRunning, RefusedKey
from editor.imaging.codec import encode_png
from editor.simulator.scripts import Script

ERASE = "POST /v2beta/stable-image/edit/erase"


def picture_of(edit):
    return encode_png(edit.image)


def test_the_form_is_what_the_document_asks_for(desk, desk_bench, edit_of):
    edit = edit_of(seed=9)
    desk.answer = lambda *request: (
        200,
        picture_of(edit),
        {"finish-reason": "SUCCESS", "seed": "9", "x-request-id": "r1"},
    )
    bench = desk_bench("stability")
    result = bench.run(edit)
    (_, _, headers, body) = desk.requests[0]
    assert desk.paths == [ERASE]
    assert headers["authorization"] == f"Bearer {bench.key}"
    assert headers["accept"] == "image/*"
    assert headers["stability-client-id"] == "image-editor"
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (b'name="grow_mask"\r\n\r\n0', b'name="seed"\r\n\r\n9', b'name="output_format"\r\n\r\npng'):
        assert part in body
    assert b'filename="mask.png"' in body
    assert b"prompt" not in body
    assert (result.request_id, result.seed, result.cost.credits) == ("r1", 9, 5.0)


def test_a_seed_of_zero_would_be_chance_and_is_not_sent(desk, desk_bench, edit_of):
    edit = edit_of(seed=0)
    desk.answer = lambda *request: (200, picture_of(edit), {"finish-reason": "SUCCESS"})
    result = desk_bench("stability").run(edit)
    assert result.seed != 0
    assert f'name="seed"\r\n\r\n{result.seed}\r\n'.encode() in desk.requests[0][3]


def test_a_prompt_is_sent_only_when_it_is_asked_for(desk, desk_bench, edit):
    def answer(method, path, headers, body):
        if b'name="prompt"' in body:
            return 200, picture_of(edit), {"finish-reason": "SUCCESS"}
        return 400, {"id": "1", "name": "bad_request", "errors": ["prompt: required"]}

    desk.answer = answer
    desk_bench("stability").run(edit)
    assert desk.paths == [ERASE, ERASE]


def test_an_answer_in_json_is_read_too(desk, desk_bench, edit):
    text = base64.b64encode(picture_of(edit)).decode()
    desk.answer = lambda *request: (200, {"image": text, "finish_reason": "SUCCESS", "seed": 77})
    assert desk_bench("stability").run(edit).seed == 77


@pytest.mark.parametrize(
    "document, kind",
    [
        ({"image": None, "finish_reason": "CONTENT_FILTERED"}, ContentRefused),
        ({"finish_reason": "SOMETHING_NEW", "image": ""}, ContentRefused),
        ({"finish_reason": "SUCCESS"}, BadResult),
        ({"finish_reason": "SUCCESS", "image": "%%%"}, BadResult),
        ({"id": "1", "name": "payment_required", "errors": ["You lack sufficient credits"]}, InsufficientCredit),
    ],
)
def test_a_good_status_can_carry_a_failure(desk, desk_bench, edit, document, kind):
    desk.answer = lambda *request: (200, document)
    with pytest.raises(kind):
        desk_bench("stability").run(edit)


def test_bytes_without_a_reason_count_if_they_are_a_picture(desk, desk_bench, edit):
    desk.answer = lambda *request: (200, picture_of(edit))
    assert desk_bench("stability").run(edit).metrics["finish_reason"] == "unknown"
    desk.answer = lambda *request: (200, b"no picture")
    with pytest.raises(BadResult):
        desk_bench("stability").run(edit)


def test_too_large_a_request_is_sent_once_more_with_half_the_pixels(desk, desk_bench, edit):
    def answer(method, path, headers, body):
        if len(desk.requests) == 1:
            return 413, {"id": "1", "name": "payload_too_large", "errors": ["body: too large"]}
        return 200, picture_of(edit), {"finish-reason": "SUCCESS"}

    desk.answer = answer
    assert desk_bench("stability").run(edit).image.shape == edit.image.shape
    assert len(desk.requests[1][3]) < len(desk.requests[0][3])


def test_silence_after_sending_is_not_asked_again(bench_of, edit):
    bench = bench_of("stability")
    bench.limits(deadline=0.4)
    bench.server.always(Script.HANG)
    with pytest.raises(MaybeRunning, match="may have been charged"):
        bench.run(edit)
    assert bench.clock.slept == []


def test_the_balance_is_told_and_its_absence_is_no_fault(desk, desk_bench):
    desk.answer = lambda *request: (200, {"credits": 12.34})
    assert desk_bench("stability").check_key() == "The key works. 12.3 credits left."
    desk.answer = lambda *request: (404, {"id": "1", "name": "not_found", "message": "no"})
    assert desk_bench("stability").check_key() == "The key works. The balance is unknown."
    assert desk.paths[-1] == f"GET /v2beta/results/{'0' * 64}"


def test_a_wrong_key_is_seen_where_no_balance_is_told(desk, desk_bench):
    def answer(method, path, headers, body):
        known = "balance" in path
        return (404 if known else 401), {"id": "1", "name": "not_found" if known else "unauthorized", "errors": ["no"]}

    desk.answer = answer
    with pytest.raises(RefusedKey):
        desk_bench("stability").check_key()
