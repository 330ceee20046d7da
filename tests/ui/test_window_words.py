from __future__ import annotations

import struct

import numpy as np
import pytest
from support.fake_window import NAMES, attempt, status

from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, Target
from editor.domain.kinds import CancelEnding, OperationType, Outcome
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.status import KeySource, Standing
from editor.ui.command_palette import matches
from editor.ui.mask_commands import clear_mask, invert_mask, use_up_mask
from editor.ui.picture_words import facts, profile_name, title
from editor.ui.platform_words import (
    DOTS,
    TOKENS,
    countdown,
    detail_words,
    key_words,
    money_words,
    spoken,
    state_words,
    token,
)
from editor.ui.remedies import RemedyKind, notice_of_edit
from editor.ui.theme import DARK, LIGHT


def failure(*attempts: object) -> AllPlatformsFailed:
    return AllPlatformsFailed(OperationType.IMAGE_EDITING, tuple(attempts))  # type: ignore[arg-type]


def test_a_failed_edit_names_every_platform_once_and_its_remedies() -> None:
    error = failure(
        attempt("stability", Outcome.OUT_OF_CREDIT),
        attempt("fal", Outcome.MISSING_KEY),
        attempt("stability", Outcome.UNAVAILABLE, cycle=2),
    )
    notice = notice_of_edit(error, NAMES)
    assert notice is not None
    assert notice.words.startswith("No platform could finish the edit. Stability AI: not available; FAL: no key.")
    assert [remedy.kind for remedy in notice.remedies] == [
        RemedyKind.ADD_KEY,
        RemedyKind.TRY_AGAIN,
        RemedyKind.DETAILS,
    ]


def test_no_key_is_asked_for_where_none_is_lacking() -> None:
    notice = notice_of_edit(failure(attempt("local", Outcome.BAD_RESULT)), NAMES)
    assert notice is not None
    assert RemedyKind.ADD_KEY not in [remedy.kind for remedy in notice.remedies]


def test_a_cancelled_edit_needs_no_message() -> None:
    assert notice_of_edit(Cancelled(CancelEnding.STOPPED), NAMES) is None


def test_any_other_error_can_be_tried_again() -> None:
    notice = notice_of_edit(EditorError("It broke."), NAMES)
    assert notice is not None
    assert (notice.words, notice.remedies[0].kind) == ("It broke.", RemedyKind.TRY_AGAIN)


def test_every_standing_has_a_shape_and_a_colour() -> None:
    for standing in Standing:
        assert DOTS[standing] in ("disc", "ring", "half", "cross")
        assert hasattr(DARK, TOKENS[standing])


def test_a_platform_in_words() -> None:
    limited = status("replicate", Standing.LIMITED, retry_in=12.0, spent_usd=None)
    assert detail_words(limited) == "retry in 0:12"
    assert detail_words(limited, waited=5) == "retry in 0:07"
    assert money_words(limited) == "unknown"
    served = status("fal", Standing.READY, served=49, failed=1, median_seconds=2.44, spent_usd=0.31)
    assert detail_words(served) == "98 % ok · 2.4 s"
    assert spoken(served) == "FAL, fal-model, Ready, 98 % ok · 2.4 s, $0.31"
    local = status("local", Standing.READY)
    assert (detail_words(local), money_words(local), token(local)) == ("always", "free", "local")
    assert countdown(252.4) == "4:12"


@pytest.mark.parametrize("source", KeySource)
def test_every_source_of_a_key_is_a_sentence(source: KeySource) -> None:
    words = key_words(status("fal", key_source=source, key_variables=("FAL_KEY",)))
    assert words.endswith(".")


def profile(kind: bytes, body: bytes) -> bytes:
    return bytes(128) + struct.pack(">I4sII", 1, b"desc", 144, len(body) + 8) + kind + bytes(4) + body


@pytest.mark.parametrize(
    ("icc", "name"),
    [
        (None, "sRGB"),
        (profile(b"desc", struct.pack(">I", 11) + b"Display P3\0"), "Display P3"),
        (
            profile(b"mluc", struct.pack(">II2s2sII", 1, 12, b"en", b"US", 18, 28) + "Adobe RGB".encode("utf-16-be")),
            "Adobe RGB",
        ),
        (profile(b"desc", struct.pack(">I", 20) + b"sRGB IEC61966-2.1\0\0\0"), "sRGB"),
        (b"short", "Own profile"),
        (bytes(200), "Own profile"),
    ],
)
def test_profile_names(icc: bytes | None, name: str) -> None:
    assert profile_name(icc) == name


def document() -> Document:
    return Document(np.zeros((600, 800, 4), np.uint8), name="a.png", metadata=Metadata())


def test_a_picture_in_words() -> None:
    made = document()
    assert facts(made) == "800 × 600 · sRGB · 0.5 MP"
    assert title(made) == "a.png"
    made.modified = True
    assert title(made) == "a.png ●"


def test_clearing_and_inverting_the_mask_are_steps() -> None:
    made = document()
    made.mask.array[100:120, 30:50] = 255
    assert clear_mask(made).mask == Rect(30, 100, 20, 20)
    assert not made.mask.array.any()
    assert not clear_mask(made).mask
    invert_mask(made)
    assert made.mask.array.all()
    made.undo()
    made.undo()
    assert int(made.mask.array.sum()) == 255 * 400


@pytest.mark.parametrize("whole", [True, False])
def test_an_edit_uses_up_the_mask_within_its_own_step(whole: bool) -> None:
    made = document()
    made.mask.array[100:120, 30:50] = 255
    made.mask.array[300:310, 300:310] = 255
    layer = Layer("Erase", Rect(25, 95, 30, 30), np.zeros((30, 30, 3), np.uint8), np.full((30, 30), 255, np.uint8))
    recorder = made.record(Target.PIXELS)
    made.pixels.write(layer.rect, np.full((30, 30, 4), 9, np.uint8))
    recorder.finish("Erase", EntryKind.EDIT)
    steps = len(made.history.entries)
    use_up_mask(made, layer, whole=whole)
    assert len(made.history.entries) == steps
    assert not made.mask.array[100:120, 30:50].any()
    assert made.mask.array[305, 305] == (0 if whole else 255)
    made.undo()
    assert made.mask.array[110, 40] == made.mask.array[305, 305] == 255
    assert not made.pixels.array.any()
    made.redo()
    assert made.pixels.array[110, 40, 0] == 9
    assert not made.mask.array[110, 40]


@pytest.mark.parametrize(("query", "found"), [("", True), ("zo in", True), ("mask cle", False), ("IN zoom", True)])
def test_the_palette_finds_by_parts_of_words(query: str, found: bool) -> None:
    assert matches("Zoom in", query) is found


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_words_stand_out_from_what_is_behind_them(tokens: object) -> None:
    behind = [getattr(tokens, name) for name in ("window", "panel", "bar")]
    words = ("text", "muted", "ok", "warn", "local") + (("bad",) if tokens is LIGHT else ())
    for name in words:
        assert min(contrast(getattr(tokens, name), ground) for ground in behind) >= 4.5, name


def test_this_computer_is_ready_after_a_failure_too() -> None:
    failed = status("local", Standing.FAILING, retry_in=30.0, served=1, failed=1)
    assert state_words(failed) == "Ready"
    assert detail_words(failed) == "50 % ok"
    assert token(failed) == "local"
    assert state_words(status("fal", Standing.FAILING)) == "Failing"
