"""Every refusal and failed run of ``error_bodies/*.json`` means one kind of error, said in one clean sentence.

A row tells its ``origin``: ``recorded`` from the live platform, ``documented`` by it, ``assumed`` where its documents
leave the form open, ``proxy`` for what stands in between, ``unknown`` for words nobody has seen yet. ``$KEY`` and its
like stand for what must never be repeated.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from editor.domain.kinds import Outcome
from editor.platforms import fal_errors, replicate_errors, stability_errors
from editor.platforms.answers import ModelGone, TooLarge
from editor.transport.message import Response

MODULES = {"stability": stability_errors, "replicate": replicate_errors, "fal": fal_errors}
KEYS = {
    "stability": "sk-0123456789abcdefZQXJ",
    "replicate": "r8_0123456789abcdefZQXJ",
    "fal": "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f:5ecre75ecre75ecre7",
}
PROMPT = "A quiet lake at dusk, behind the derelict mill; no ducks"
HIDDEN = {
    "$STARRED": "sk-012***************ZQXJ",
    "$SECRET": "5ecre75ecre75ecre7",
    "$PROMPT": PROMPT,
    "$PART": "the DERELICT  mill; no",
    "$WORD": "derelict",
    "$PICTURE": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg",
    "$UPLOAD": "https://v3.fal.media/files/koala/the-users-picture.png?signature=00ff",
}
NEVER = ("data:", "ivborw0", "the-users-picture", "signature", "derelict", "ducks", "quiet", "5ecre7", "zqxj", "012***")
CAUSED = {
    Outcome.REFUSED_KEY,
    Outcome.OUT_OF_CREDIT,
    Outcome.RATE_LIMITED,
    Outcome.UNAVAILABLE,
    Outcome.UNSUPPORTED,
    Outcome.CONTENT_REFUSED,
}
PAUSE = 60.0


def rows_of(platform):
    return json.loads((Path(__file__).parent / "error_bodies" / f"{platform}.json").read_text(encoding="utf-8"))


TABLE = [(platform, row) for platform in MODULES for row in rows_of(platform)]


def filled(platform, text):
    marks = {"$KEY": KEYS[platform], **HIDDEN, "$LONG": "and so on for very many words " * 400}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def classified(platform, row):
    module, key = MODULES[platform], KEYS[platform]
    if row["at"] == "run":
        return module.run_failure(json.loads(filled(platform, json.dumps(row["body"]))), key=key, secrets=(PROMPT,))
    text = row["text"] if "text" in row else json.dumps(row["body"])
    headers = {name.lower(): value for name, value in row.get("headers", {}).items()}
    kind = {"content-type": "application/json"} if text else {}
    answer = Response(
        status=row["status"], headers={**kind, **headers}, body=filled(platform, text).encode("utf-8", "replace")
    )
    return module.classify(answer, key=key, rate_limit_pause=PAUSE, secrets=(PROMPT,))


@pytest.mark.parametrize("platform, row", TABLE, ids=[f"{platform}-{row['name']}" for platform, row in TABLE])
class TestEachRow:
    def test_means_one_kind(self, platform, row):
        error = classified(platform, row)
        assert error.outcome == Outcome(row["outcome"])
        assert isinstance(error, ModelGone) == row.get("model_gone", False)
        assert isinstance(error, TooLarge) == row.get("too_large", False)
        assert error.status == row.get("status", 200)
        assert getattr(error, "retry_after", None) == row.get("retry_after")
        assert getattr(error, "most_side", None) == row.get("most_side")
        assert getattr(error, "surely_not_accepted", False) == row.get("not_accepted", False)
        assert error.may_be_charged == row.get("charged", False)
        final = getattr(error, "final", None)
        assert final is None or final.may_be_charged == error.may_be_charged
        assert (final and final.outcome) == row.get("final")

    def test_is_said_in_one_clean_sentence(self, platform, row):
        error = classified(platform, row)
        for said in filter(None, (error, getattr(error, "final", None))):
            assert said.message.startswith(MODULES[platform].NAME)
            assert said.message.endswith(".")
            assert len(said.message) <= 300
            assert said.message.isprintable()
            assert not set("{}[]<>\\") & set(said.message)
            assert "HTTP 200" not in said.message
        assert row.get("says", "") in error.message

    def test_repeats_nothing_that_was_sent(self, platform, row):
        error = classified(platform, row)
        for said in filter(None, (error, getattr(error, "final", None))):
            for text in (said.message, said.detail):
                assert KEYS[platform] not in text
                assert not [piece for piece in NEVER if piece in text.casefold()]
            assert len(said.detail) <= 320
            assert "\n" not in said.detail


def test_the_table_is_complete():
    counts = Counter(platform for platform, _ in TABLE)
    assert all(counts[platform] >= 20 for platform in MODULES)
    assert sum(counts.values()) >= 75
    for platform in MODULES:
        caused = {Outcome(row["outcome"]) for row in rows_of(platform)}
        assert caused == CAUSED | ({Outcome.BAD_RESULT} if platform == "fal" else set())


def test_the_rows_of_one_platform_have_names_of_their_own():
    names = Counter((platform, row["name"]) for platform, row in TABLE)
    assert max(names.values()) == 1


def test_every_type_that_fal_documents_is_in_the_table():
    told = json.dumps(rows_of("fal"))
    documented = """
        internal_server_error generation_timeout downstream_service_error downstream_service_unavailable
        content_policy_violation no_media_generated image_too_small image_too_large image_load_error
        file_download_error face_detection_error file_too_large greater_than greater_than_equal less_than
        less_than_equal multiple_of sequence_too_short sequence_too_long one_of feature_not_supported
        unsupported_image_format unsupported_video_format unsupported_audio_format unsupported_archive_format
        video_duration_too_long video_duration_too_short value_error missing string_type int_parsing enum literal_error
        request_timeout startup_timeout runner_scheduling_failure runner_connection_timeout runner_disconnected
        runner_connection_refused runner_connection_error runner_incomplete_response runner_server_error
        client_disconnected client_cancelled bad_request internal_error concurrent_requests_limit
    """
    assert [kind for kind in documented.split() if f'"{kind}"' not in told] == []
