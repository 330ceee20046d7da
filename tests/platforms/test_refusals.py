"""A table of answers in the platforms' recorded and documented shapes, each with the one kind it means."""

from __future__ import annotations

import json

import pytest

from editor.domain.errors import (
    BadResult,
    ContentRefused,
    InsufficientCredit,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.platforms import fal_errors, replicate_errors, stability_errors
from editor.platforms.answers import ModelGone, TooLarge
from editor.transport.message import Response

KEY = "sk-0123456789abcdefSECRET"
HTML = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center>nginx</body></html>"


def answer(status, body="", *, content_type=None, headers=None):
    text = body if isinstance(body, str) else json.dumps(body)
    kind = content_type or ("text/html" if text.startswith("<") else "application/json")
    return Response(status=status, headers={"content-type": kind, **(headers or {})}, body=text.encode())


def stability(name, *errors):
    return {"id": "ff54b236a3acdde1522cd1ba641c43ed", "name": name, "errors": list(errors)}


CREDITS = "You lack sufficient credits to make this request. Please purchase more credits at … and try again."

STABILITY = [
    (400, stability("bad_request", "image: is required"), Unsupported),
    (400, stability("bad_request", "content-type: required"), Unsupported),
    (400, stability("something_new", "width must be at least 64"), Unsupported),
    (400, stability("bad_request", CREDITS), InsufficientCredit),
    (401, stability("unauthorized", "authorization: invalid or missing header value"), RefusedKey),
    (401, {"id": "a", "name": "unauthorized", "message": f"Incorrect API key provided: {KEY}."}, RefusedKey),
    (402, stability("payment_required", CREDITS), InsufficientCredit),
    (402, "", InsufficientCredit),
    (
        403,
        stability("content_moderation", "Your request was flagged by our content moderation system."),
        ContentRefused,
    ),
    (403, {"id": "a", "name": "permission_denied", "message": "You lack the permission"}, RefusedKey),
    (403, "<html>blocked</html>", Unavailable),
    (404, stability("generation_not_found", "not found"), Unavailable),
    (404, {"id": "a", "name": "not_found", "message": "The specified engine (ID x) was not found."}, ModelGone),
    (413, stability("payload_too_large", "body: payloads cannot be larger than 10MiB in size"), TooLarge),
    (413, "<html>413 Request Entity Too Large</html>", TooLarge),
    (422, stability("invalid_language", "English is the only supported language"), Unsupported),
    (422, stability("public_figure", "Our system detected the likeness of a public figure"), ContentRefused),
    (
        429,
        stability("rate_limit_exceeded", "You have exceeded the rate limit of 150 requests within 10 seconds"),
        RateLimited,
    ),
    (500, stability("internal_error", "An unexpected server error has occurred"), Unavailable),
    (502, HTML, Unavailable),
    (503, "", Unavailable),
    (504, "upstream request timeout", Unavailable),
    (520, "<!DOCTYPE html><html></html>", Unavailable),
    (302, "", Unavailable),
    (418, {"unknown": True}, Unsupported),
    (400, "[1, 2", Unsupported),
]

THROTTLED = "Request was throttled. Your rate limit resets in ~30s."
INSUFFICIENT = (
    "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to …"
)

REPLICATE = [
    (400, {"detail": "Failed to parse request body as JSON: EOF", "status": 400}, TooLarge),
    (400, {"detail": "something else", "status": 400}, Unsupported),
    (
        401,
        {"title": "Unauthenticated", "detail": "You did not pass an authentication token", "status": 401},
        RefusedKey,
    ),
    (401, {"detail": "You did not pass a valid authentication token"}, RefusedKey),
    (402, {"title": "Insufficient credit", "detail": INSUFFICIENT, "status": 402}, InsufficientCredit),
    (402, "", InsufficientCredit),
    (403, {"detail": "forbidden"}, RefusedKey),
    (403, {"detail": INSUFFICIENT}, InsufficientCredit),
    (404, {"detail": "The requested resource could not be found.", "status": 404}, ModelGone),
    (413, {"detail": "Files must be less than 100MB in size"}, TooLarge),
    (413, "<html>413</html>", TooLarge),
    (
        422,
        {"title": "Invalid version or not permitted", "detail": "The specified version does not exist", "status": 422},
        ModelGone,
    ),
    (
        422,
        {
            "detail": "- input: prompt is required\n",
            "status": 422,
            "title": "Input validation failed",
            "invalid_fields": [{"type": "required", "field": "input", "description": "prompt is required"}],
        },
        Unsupported,
    ),
    (429, {"detail": "Request was throttled. Expected available in 1 second."}, RateLimited),
    (429, {"detail": THROTTLED, "status": 429}, RateLimited),
    (429, "<html>slow down</html>", RateLimited),
    (500, {"detail": "Internal server error", "status": 500}, Unavailable),
    (502, HTML, Unavailable),
    (503, "", Unavailable),
    (504, "gateway time-out", Unavailable),
    (409, {"detail": "conflict"}, Unavailable),
    (307, "", Unavailable),
]


def typed(kind, **context):
    entry = {
        "loc": ["body", "image_url"],
        "msg": "a message",
        "type": kind,
        "ctx": context,
        "input": "data:image/png;base64,AAAA",
    }
    return {"detail": [entry]}


LOCKED = "User is locked. Reason: "

FAL = [
    (400, {"detail": "bad header", "error_type": "bad_request"}, Unsupported),
    (400, typed("downstream_service_error"), ModelGone),
    (401, {"detail": "No user found for Key ID and Secret"}, RefusedKey),
    (401, {"detail": "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."}, RefusedKey),
    (402, {"detail": "Payment required"}, InsufficientCredit),
    (
        403,
        {"detail": LOCKED + "Exhausted balance. Top up your balance at fal.ai/dashboard/billing."},
        InsufficientCredit,
    ),
    (403, {"detail": LOCKED + "TOP_UP."}, InsufficientCredit),
    (403, {"detail": LOCKED + "Admin lock. Please contact support@fal.ai"}, InsufficientCredit),
    (403, {"detail": "User budget is exceeded. Adjust it at fal.ai/dashboard/billing"}, InsufficientCredit),
    (403, {"detail": "Please add a payment method at fal.ai/dashboard/billing"}, InsufficientCredit),
    (403, {"detail": "Access to this model is not allowed for this key"}, ModelGone),
    (403, HTML, Unavailable),
    (404, {"detail": 'Application "lama" not found'}, ModelGone),
    (404, {"detail": "Path /v9 not found"}, ModelGone),
    (408, "", Unavailable),
    (409, {"detail": "conflict"}, Unavailable),
    (413, "", TooLarge),
    (422, typed("content_policy_violation"), ContentRefused),
    (422, typed("image_too_large", max_height=2048, max_width=1024), TooLarge),
    (422, typed("file_too_large", max_size=1000), TooLarge),
    (422, typed("image_too_small", min_height=64, min_width=64), Unsupported),
    (422, typed("no_media_generated"), BadResult),
    (422, typed("missing"), ModelGone),
    (422, typed("image_load_error"), Unsupported),
    (422, typed("a_type_nobody_knows"), Unsupported),
    (429, {"detail": "Too many concurrent requests", "type": "concurrent_requests_limit"}, RateLimited),
    (429, {"detail": [{"type": "concurrent_requests_limit", "msg": "x"}]}, RateLimited),
    (499, {"detail": "cancelled", "error_type": "client_cancelled"}, Unavailable),
    (500, {"detail": "oops", "error_type": "internal_error"}, Unavailable),
    (500, typed("internal_server_error"), Unavailable),
    (502, HTML, Unavailable),
    (503, {"detail": "no runner", "error_type": "runner_scheduling_failure"}, Unavailable),
    (504, {"detail": "Request timed out", "error_type": "request_timeout"}, Unavailable),
    (504, typed("generation_timeout"), Unavailable),
    (500, {"error": {"type": "internal", "message": "text"}}, Unavailable),
    (500, {"message": "text"}, Unavailable),
    (401, [], RefusedKey),
]

TABLE = [
    *((stability_errors, "Stability AI", *row) for row in STABILITY),
    *((replicate_errors, "Replicate", *row) for row in REPLICATE),
    *((fal_errors, "FAL", *row) for row in FAL),
]


def test_the_table_is_long_enough():
    assert len(TABLE) >= 80


@pytest.mark.parametrize(
    "module, name, status, body, kind", TABLE, ids=lambda value: value if isinstance(value, int) else ""
)
def test_each_answer_has_one_kind(module, name, status, body, kind):
    error = module.classify(answer(status, body), key=KEY, rate_limit_pause=60.0)
    assert type(error) is kind
    assert error.status == status
    for text in (error.message, error.detail):
        assert KEY not in text
        assert "data:" not in text
        assert "<" not in text.replace("<key_id>:<key_secret>", "")
    if kind in (RefusedKey, InsufficientCredit, RateLimited, ContentRefused, Unavailable):
        assert error.message.startswith(name)


@pytest.mark.parametrize(
    "module, body, headers, seconds",
    [
        (stability_errors, {}, {}, 60),
        (stability_errors, {}, {"retry-after": "7"}, 7),
        (stability_errors, {}, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        (stability_errors, {}, {"retry-after": "999999"}, 60),
        (replicate_errors, {"detail": THROTTLED}, {}, 31),
        (replicate_errors, {"detail": "throttled", "retry_after": 5}, {"ratelimit-reset": "9"}, 10),
        (replicate_errors, {"detail": "Expected available in 1 second."}, {}, 2),
        (replicate_errors, {}, {"retry-after": "12"}, 13),
        (replicate_errors, {}, {}, 60),
        (fal_errors, {"type": "concurrent_requests_limit"}, {}, 60),
        (fal_errors, {}, {"retry-after": "3"}, 3),
    ],
)
def test_a_rate_limit_tells_the_longest_sane_wait(module, body, headers, seconds):
    error = module.classify(answer(429, body, headers=headers), key=None, rate_limit_pause=60.0)
    assert error.retry_after == seconds


def test_fal_says_how_large_a_picture_may_be():
    error = fal_errors.classify(answer(422, typed("image_too_large", max_height=2048, max_width=1024)), key=None)
    assert error.most_side == 1024


def test_a_key_that_may_not_use_a_fal_model_is_a_refused_key_in_the_end():
    error = fal_errors.classify(answer(403, {"detail": "not allowed for this key"}), key=None)
    assert isinstance(error.final, RefusedKey)


@pytest.mark.parametrize(
    "text, kind",
    [
        (
            "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
            ContentRefused,
        ),
        ("NSFW content detected. Try running it again, or try a different prompt.", ContentRefused),
        ("CUDA out of memory. Tried to allocate 2.5 GiB", TooLarge),
        ("E1001: ran out of memory (abc123)", TooLarge),
        ("Prediction interrupted; please retry (code: PA)", Unavailable),
        ("Director: unexpected error handling prediction (E9828)", Unavailable),
        ("Service is temporarily unavailable due to high demand (E003)", Unavailable),
        ("", Unavailable),
        (None, Unavailable),
    ],
)
def test_a_failed_run_on_replicate(text, kind):
    error = replicate_errors.run_failure({"status": "failed", "error": text}, key=KEY)
    assert type(error) is kind


@pytest.mark.parametrize("status", ["canceled", "aborted"])
def test_a_run_that_replicate_ended(status):
    assert type(replicate_errors.run_failure({"status": status}, key=KEY)) is Unavailable


def test_what_was_asked_for_is_not_repeated():
    run = {"status": "failed", "error": f"could not paint 'a quiet lake' with {KEY}"}
    error = replicate_errors.run_failure(run, key=KEY, secrets=("a quiet lake",))
    assert "lake" not in error.message + error.detail
    assert KEY not in error.message + error.detail


@pytest.mark.parametrize(
    "status, kind",
    [
        ({"error": "Request timed out", "error_type": "request_timeout"}, Unavailable),
        ({"error": LOCKED + "TOP_UP.", "error_type": "forbidden"}, InsufficientCredit),
        ({"error": "refused", "error_type": "content_policy_violation"}, ContentRefused),
    ],
)
def test_a_completed_run_of_fal_that_failed(status, kind):
    assert type(fal_errors.run_failure(status, key=KEY)) is kind


def test_the_names_of_refused_fields_are_found():
    listed = [
        {"type": "number_lte", "field": "input.guidance", "description": "Must be less than or equal to 5"},
        {"type": "required", "field": "input", "description": "prompt is required"},
    ]
    body = answer(422, {"invalid_fields": listed})
    assert replicate_errors.invalid_fields(body) == {"guidance", "prompt"}
    assert replicate_errors.invalid_fields(answer(400, {"invalid_fields": listed})) == frozenset()


def test_a_missing_prompt_is_noticed_by_stability():
    assert stability_errors.asks_for(answer(400, stability("bad_request", "prompt: required")), "prompt")
    assert not stability_errors.asks_for(answer(400, stability("bad_request", "image: required")), "prompt")
