"""Where requests go, and where keys may go."""

from __future__ import annotations

import pytest

from editor.domain.errors import InputError
from editor.platforms.addresses import Address, Addresses


def test_without_variables_the_platforms_own_addresses_count():
    addresses = Addresses.from_environment({"IMAGE_EDITOR_FAL_URL": "  "})
    assert addresses.stability.url("v1/user/balance") == "https://api.stability.ai/v1/user/balance"
    assert addresses.replicate.base == "https://api.replicate.com/v1"
    assert (addresses.fal_run.base, addresses.fal_queue.base) == ("https://fal.run", "https://queue.fal.run")
    assert addresses.fal_rest.base == "https://rest.fal.ai"
    assert addresses.stability.if_changed is None


def test_a_trailing_slash_is_harmless():
    addresses = Addresses.from_environment({"IMAGE_EDITOR_REPLICATE_URL": "http://127.0.0.1:8000/v1/"})
    assert addresses.replicate.url("account") == "http://127.0.0.1:8000/v1/account"
    assert addresses.replicate.if_changed == "http://127.0.0.1:8000/v1"


def test_the_real_address_spelt_out_is_no_change():
    assert Addresses.from_environment({"IMAGE_EDITOR_FAL_URL": "https://fal.run/"}).fal_run.if_changed is None


def test_one_fal_variable_moves_all_of_them():
    addresses = Addresses.from_environment({"IMAGE_EDITOR_FAL_URL": "http://localhost:9"})
    assert {addresses.fal_run.base, addresses.fal_queue.base, addresses.fal_rest.base} == {"http://localhost:9"}
    assert {addresses.fal_api.base, addresses.fal_site.base} == {"http://localhost:9"}


def test_each_fal_variable_wins_over_the_first():
    addresses = Addresses.from_environment(
        {
            "IMAGE_EDITOR_FAL_URL": "http://localhost:9",
            "IMAGE_EDITOR_FAL_QUEUE_URL": "https://queue.example",
            "IMAGE_EDITOR_FAL_REST_URL": "https://rest.example/x",
        }
    )
    assert (addresses.fal_queue.base, addresses.fal_rest.base) == ("https://queue.example", "https://rest.example/x")


@pytest.mark.parametrize(
    "value",
    [
        "http://gateway.example",
        "ftp://127.0.0.1",
        "gateway.example",
        "https://",
        "https://h:port",
        "https://u:p@h.example",
    ],
)
@pytest.mark.parametrize("variable", ["IMAGE_EDITOR_STABILITY_URL", "IMAGE_EDITOR_FAL_REST_URL"])
def test_a_wrong_address_is_named_by_its_variable(variable, value):
    with pytest.raises(InputError, match=variable):
        Addresses.from_environment({variable: value})


@pytest.mark.parametrize(
    "url, allowed",
    [
        ("https://queue.fal.run/a/requests/1", True),
        ("https://queue.falrun.com/a", True),
        ("https://rest.fal.ai/x", True),
        ("https://fal.ai.example/x", False),
        ("https://evilfal.run/x", False),
        ("http://queue.fal.run/x", False),
        ("https://queue.fal.run:8443/x", False),
        ("https://v3.fal.media/files/1", False),
        ("http://127.0.0.1:1/x", False),
        ("https://queue.fal.run@evil.example/x", False),
    ],
)
def test_fals_key_stays_at_home(url, allowed):
    assert Addresses.from_environment({}).fal_queue.may_carry_key(url) is allowed


def test_a_changed_address_trusts_itself_alone():
    address = Address("http://127.0.0.1:8000", changed=True)
    assert address.may_carry_key("http://127.0.0.1:8000/anything")
    assert not address.may_carry_key("http://127.0.0.1:8001/anything")
    assert not address.may_carry_key("https://queue.fal.run/x")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("nonsense", "begin with https"),
        ("ftp://gateway.example", "begin with https"),
        ("https://", "names no host"),
        ("https://a b", "holds a blank"),
        ("https://gateway.example:port", "cannot be read"),
        ("https://user:secret@gateway.example", "keys are given apart"),
        ("https://gateway.example/?a=1", "has a query"),
        ("http://gateway.example", "on this computer only"),
    ],
)
def test_the_reason_why_an_address_cannot_be_used_is_the_right_one(value: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        Addresses.from_environment({"IMAGE_EDITOR_FAL_QUEUE_URL": value})
    assert "IMAGE_EDITOR_FAL_QUEUE_URL" in caught.value.message
    assert "secret" not in caught.value.message


def test_fals_own_queue_has_a_backup_that_may_see_the_key():
    queue = Addresses.from_environment({}).fal_queue
    backup = queue.on_backup("https://queue.fal.run/fal-ai/flux-pro/requests/1/status?logs=1")
    assert backup == "https://queue.falrun.com/fal-ai/flux-pro/requests/1/status?logs=1"
    assert queue.may_carry_key(backup)
    assert queue.on_backup("https://rest.fal.ai/storage") is None
    assert queue.on_backup("https://queue.fal.run.example/x") is None


@pytest.mark.parametrize("variable", ["IMAGE_EDITOR_FAL_URL", "IMAGE_EDITOR_FAL_QUEUE_URL"])
def test_an_address_of_the_users_own_has_no_backup(variable):
    queue = Addresses.from_environment({variable: "http://127.0.0.1:8000"}).fal_queue
    assert queue.on_backup("http://127.0.0.1:8000/fal-ai/esrgan") is None
