"""What a refusal tells beside its kind: waits, limits, fields, and what is to be raised in the end."""

from __future__ import annotations

import json

import pytest

from editor.domain.errors import RefusedKey
from editor.platforms import fal_errors, replicate_errors, stability_errors
from editor.transport.message import Response

KEY = "sk-0123456789abcdefSECRET"
THROTTLED = "Request was throttled. Your rate limit resets in ~30s."


def answer(status, body="", *, content_type=None, headers=None):
    text = body if isinstance(body, str) else json.dumps(body)
    kind = content_type or ("text/html" if text.startswith("<") else "application/json")
    return Response(status=status, headers={"content-type": kind, **(headers or {})}, body=text.encode())


def stability(name, *errors):
    return {"id": "ff54b236a3acdde1522cd1ba641c43ed", "name": name, "errors": list(errors)}


def typed(kind, **context):
    entry = {
        "loc": ["body", "image_url"],
        "msg": "a message",
        "type": kind,
        "ctx": context,
        "input": "data:image/png;base64,AAAA",
    }
    return {"detail": [entry]}


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


def test_what_was_asked_for_is_not_repeated():
    run = {"status": "failed", "error": f"could not paint 'a quiet lake' with {KEY}"}
    error = replicate_errors.run_failure(run, key=KEY, secrets=("a quiet lake",))
    assert "lake" not in error.message + error.detail
    assert KEY not in error.message + error.detail


def test_the_names_of_refused_fields_are_found():
    listed = [
        {"type": "number_lte", "field": "input.guidance", "description": "Must be less than or equal to 5"},
        {"type": "required", "field": "input", "description": "prompt is required"},
        {
            "type": "additional_property_not_allowed",
            "field": "input",
            "description": "Additional property scale is not allowed",
        },
        {"type": "required", "field": "(root)", "description": "version is required"},
    ]
    body = answer(422, {"invalid_fields": listed})
    assert replicate_errors.invalid_fields(body) == {"guidance", "prompt", "scale", "version"}
    assert replicate_errors.invalid_fields(answer(400, {"invalid_fields": listed})) == frozenset()


def test_a_missing_prompt_is_noticed_by_stability():
    assert stability_errors.asks_for(answer(400, stability("bad_request", "prompt: required")), "prompt")
    assert not stability_errors.asks_for(answer(400, stability("bad_request", "image: required")), "prompt")
    assert not stability_errors.asks_for(answer(400, stability("bad_request", "negative_prompt: too long")), "prompt")
    assert not stability_errors.asks_for(answer(500, stability("internal_error", "prompt: required")), "prompt")
