"""A platform's own words are shown without what must not be repeated, and as one sentence."""

from __future__ import annotations

import pytest

from editor.platforms.wording import cleaned, sentence

PROMPT = "An old lighthouse above the sea, painted in oil"


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"no '{PROMPT}' here", "no [removed] here"),
        (f"no ({PROMPT}) here", "no ([removed]) here"),
        ("no an OLD\n lighthouse   above the sea painted here", "no [removed] here"),
        ("near 'lighthouse'", "near [removed]"),
        ("cut off after lighthouse above the", "cut off after [removed]"),
        ("the sea is not a field", "the sea is not a field"),
    ],
)
def test_pieces_of_what_was_sent_are_taken_out(text, expected):
    assert cleaned(text, sent=(PROMPT,)) == expected


def test_a_short_text_is_taken_out_as_a_whole_word_alone():
    assert cleaned("a cat is no category", sent=("cat",)) == "a [removed] is no category"
    assert cleaned("a Red cat is no red catalogue", sent=("red cat", "")) == "a [removed] is no red catalogue"


def test_a_text_without_spaces_is_taken_out_in_part_as_well():
    assert cleaned("bad: 湖边的老磨坊…", sent=("黄昏时分湖边的老磨坊和鸭子",)) == "bad: [removed]…"


def test_escaped_pieces_are_taken_out():
    assert "caf" not in cleaned(r"bad: caf\u00e9 by the r\u00edo", sent=("café by the río",))


def test_of_an_address_only_the_host_stays():
    text = "cannot read https://user:pass@v3.fal.media:8443/files/a.png?signature=1, see http://docs.fal.ai/errors"
    assert cleaned(text) == "cannot read v3.fal.media see docs.fal.ai"


def test_markup_pictures_keys_and_control_signs_are_taken_out():
    text = "<b>no</b>\x1b picture\r\nin data:image/png;base64,AAAABBBB for the_key_itself"
    assert cleaned(text, "the_key_itself") == "no picture in [removed] for [removed]"
    assert cleaned("width < 64 and height > 32") == "width < 64 and height > 32"


@pytest.mark.parametrize("words", ["", "17", "{'a': 1}", "[1, 2]", "aa | bb", "aa < bb", "Traceback (most recent)"])
def test_what_is_no_prose_is_not_said(words):
    assert sentence("It failed", words) == "It failed."


@pytest.mark.parametrize(
    "words, expected",
    [
        ("because.", "It failed: because."),
        ("Too late! Please try again.", "It failed: Too late."),
        ("scale 1.5 is odd; seed: odd", "It failed: scale 1.5 is odd; seed: odd."),
        ("no [removed] here", "It failed: no … here."),
    ],
)
def test_one_sentence_is_kept(words, expected):
    assert sentence("It failed", words) == expected


def test_long_words_are_cut_between_two_of_them():
    said = sentence("It failed", "word " * 100)
    assert len(said) < 220
    assert said.endswith("word….")
    assert len(sentence("It failed", "w" * 1000)) < 220


def test_a_hostile_text_does_not_hold_up():
    assert len(cleaned("data:image/a" * 50_000, sent=(PROMPT,))) < 20
