"""Keys and pictures are taken out of every text."""

from __future__ import annotations

import base64

import pytest

from editor.transport.redaction import clipped, redact

FAL_KEY = "6f0aa1a2-1111-4222-8333-444455556666:0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "text, secret",
    [
        ("The key my-own-key-1 is wrong", "my-own-key-1"),
        ("Incorrect API key provided: sk-AbCdEf0123456789.", "sk-AbCdEf0123456789"),
        ("Incorrect API key provided: sk-Ab***********89.", "sk-Ab***********89"),
        ("token r8_AAbbCC112233 refused", "r8_AAbbCC112233"),
        (f"No user for {FAL_KEY}", FAL_KEY),
        ("Authorization: Bearer abcdefgh1234 sent", "abcdefgh1234"),
        ("header 'Key abcdefgh:12345678'", "abcdefgh:12345678"),
        ('input: "data:image/png;base64,iVBORw0KGgo="', "iVBORw0KGgo"),
        ("body " + base64.b64encode(bytes(range(256))).decode(), base64.b64encode(bytes(range(90))).decode()[:100]),
    ],
)
def test_a_secret_is_gone(text, secret):
    assert secret not in redact(text, "my-own-key-1")


def test_both_halves_of_a_fal_key_are_gone():
    key_id, secret = FAL_KEY.split(":")
    cleaned = redact(f"no user {key_id}, nor {secret}", FAL_KEY)
    assert key_id not in cleaned
    assert secret not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "You lack sufficient credits to make this request.",
        "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.",
        "mask_expansion: Input should be less than or equal to 50",
        "The key is not valid",
        "Invalid Key Authorization header format.",
        "Incorrect API key provided",
    ],
)
def test_plain_words_stay(text):
    assert redact(text, None, "") == text


def test_clipping_keeps_one_line():
    assert clipped("a\n  b") == "a b"
    assert clipped("x" * 500, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "hostile", ["data:image/png" + "data:a/b" * 20_000, "Bearer " * 30_000, "data:a/" + "b" * 200_000]
)
def test_a_hostile_text_is_worked_through_in_no_time(hostile):
    # With steps that multiply, this would take minutes.
    assert isinstance(redact(hostile), str)
