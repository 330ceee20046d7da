"""What Replicate's prediction objects say, in every shape they have been seen in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from editor.domain.errors import BadResult, ContentRefused
from editor.platforms.model import Pick
from editor.platforms.replicate_errors import nothing_made
from editor.platforms.replicate_runs import (
    Sought,
    chosen,
    figures_of,
    is_hiccup,
    picture_addresses,
    share_done,
)

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
RUN = {"id": "one", "model": "a/b", "created_at": "2026-01-01T12:00:00Z", "input": {"image": "data:xyz", "steps": 2}}
SOUGHT = Sought(model="a/b", version=None, values={"image": "data:xyz", "steps": 2}, began=BEGAN)


def test_progress_is_read_from_the_log():
    assert share_done({"logs": "  4%|▍  | 2/50\n 52%|█████▏ | 26/50 [00:03"}) == 0.52
    assert share_done({"logs": "250%"}) == 1.0
    assert share_done({"logs": None}) is None


def test_addresses_are_found_in_any_shape():
    output = [{"a": "https://x/1.png", "b": ["data:image/png;base64,AA", "plain"]}]
    assert picture_addresses(output) == ["https://x/1.png", "data:image/png;base64,AA"]
    assert picture_addresses(None) == []


def test_one_of_several_pictures_is_picked_by_its_name_or_its_place():
    names = ["annotated_picture_mask.jpg", "neg_annotated_picture_mask.jpg", "mask.jpg", "inverted_mask.jpg"]
    listed = [f"https://replicate.delivery/x/{name}" for name in names]
    pick = Pick(name="mask.jpg", index=2)
    assert chosen(listed, pick, count=1) == [listed[2]]
    assert chosen(listed[2:] + listed[:2], pick, count=1) == [listed[2]], "by name, wherever it stands"
    unnamed = [f"data:image/jpeg;base64,{number}" for number in range(4)]
    assert chosen(unnamed, pick, count=1) == [unnamed[2]]
    assert chosen(unnamed, None, count=3) == unnamed[:3]


def test_figures_are_numbers():
    metrics = {"predict_time": 1.5, "image_count": 2, "note": "x", "done": True}
    assert figures_of({"metrics": metrics}) == {"predict_time": 1.5, "image_count": 2}
    assert figures_of({"metrics": None}) == {}


@pytest.mark.parametrize(
    "status, error, expected",
    [
        ("failed", "Prediction interrupted; please retry (code: PA)", True),
        ("failed", "Director: unexpected error handling prediction (E9828)xY3", True),
        ("failed", "E6716: timeout starting prediction", True),
        ("failed", None, True),
        ("failed", "", True),
        ("failed", "CUDA out of memory (E1001)", False),
        ("failed", "Service is temporarily unavailable (E004)", False),
        ("failed", "The input or output was flagged as sensitive (E005)", False),
        ("canceled", None, False),
    ],
)
def test_what_is_worth_another_try(status, error, expected):
    assert is_hiccup({"status": status, "error": error}) is expected


@pytest.mark.parametrize(
    "change, likeness",
    [
        ({}, 2),
        ({"model": "another/model"}, 0),
        ({"created_at": "2026-01-01T11:00:00.123456789Z"}, 0),
        ({"created_at": "2026-01-01T12:00:01.123456789Z"}, 2),
        ({"input": {"image": "data:abc", "steps": 2}}, 0),
        ({"input": {"image": "data:xy...", "steps": 2}}, 1),
        ({"input": {"image": "https://stored/else", "steps": 1}}, 0),
        ({"input": {"image": "https://stored/else", "steps": 2}}, 1),
        ({"input": None}, 1),
        ({"input": None, "created_at": None}, 0),
    ],
)
def test_ours_is_told_from_others_in_the_list(change, likeness):
    assert SOUGHT.likeness({**RUN, **change}) == likeness


def test_a_version_tells_a_model_whose_name_is_not_listed():
    by_version = Sought(model="a/b", version="v1", values={}, began=BEGAN)
    assert by_version.likeness({**RUN, "model": None, "version": "v1"}) == 2
    assert by_version.likeness({**RUN, "model": None, "version": "v2"}) == 0


def test_the_same_input_comes_first_and_then_the_newest():
    stored = {**RUN, "input": {"image": "https://stored/else", "steps": 2}}
    older = {**RUN, "id": "older"}
    newer = {**RUN, "id": "newer", "created_at": "2026-01-01T12:00:02Z"}
    newest = {**stored, "id": "newest", "created_at": "2026-01-01T12:00:09Z"}
    assert SOUGHT.best_of([newest, older, newer])["id"] == "newer"
    assert SOUGHT.best_of([newest])["id"] == "newest"
    assert SOUGHT.best_of([{**RUN, "model": "c/d"}]) is None
    assert SOUGHT.best_of([]) is None


def test_pictures_in_a_list_are_compared_one_by_one():
    sought = Sought(model="a/b", version=None, values={"image_input": ["data:xyz"]}, began=BEGAN)
    assert sought.likeness({**RUN, "input": {"image_input": ["data:xyz"]}}) == 2
    assert sought.likeness({**RUN, "input": {"image_input": ["https://stored"]}}) == 1
    assert sought.likeness({**RUN, "input": {"image_input": []}}) == 0


def test_a_log_that_repeats_the_words_that_were_sent_is_no_refusal():
    run = {"status": "succeeded", "output": None, "logs": "prompt: a NSFW sign in a shop\n100%"}
    told = nothing_made(run, key="r8_secret", secrets=("a NSFW sign in a shop",))
    assert isinstance(told, BadResult)
    assert isinstance(nothing_made({**run, "logs": "NSFW content detected"}, key=None), ContentRefused)
