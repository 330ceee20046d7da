"""Kept results back into their pictures, for every way in which a model works; and what is over the bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import Intent, Place, RecordState, VaultRecord
from editor.imaging.codec import encode_png
from editor.operations.base import Blended, NewPicture
from editor.platforms.orders.kept import kept_mask, kept_picture
from editor.session.edits import attach
from editor.session.kept_files import write_kept
from editor.session.kept_result import KeptResult, grouped
from editor.session.laying_back import COLLECTED, LayingBack, Opened, prepared
from editor.session.vault_bounds import VaultLimits, excess_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SIZE = (160, 120)
WHOLE = Rect(0, 0, *SIZE)


def photo() -> np.ndarray:
    """(120, 160, 3) RGB: a textured gradient."""
    chance = np.random.default_rng(4)
    rows = np.linspace(60, 190, SIZE[1])[:, None, None] + chance.normal(0, 9, (SIZE[1], SIZE[0], 3))
    return rows.clip(0, 255).astype(np.uint8)


def document(image: np.ndarray | None = None, *, name: str = "harbour.png") -> Document:
    image = photo() if image is None else image
    return Document(np.dstack((image[..., ::-1], np.full(image.shape[:2], 255, np.uint8))), name=name)


def place(region: Rect = WHOLE, result_size: tuple[int, int] | None = None, **changes: tuple[int, int]) -> Place:
    size = region.width, region.height
    facts = {"sent": size, "inner": size, "answer": result_size or size} | changes
    return Place(region=region, result_size=result_size or size, **facts)


class Shelf:
    """Keeps bytes and makes records of them."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def record(
        self,
        operation: Operation,
        way: Way,
        where: Place,
        *pictures: np.ndarray | bytes,
        mask: np.ndarray | None = None,
        piece: str = "",
        state: RecordState = RecordState.FETCHED,
        **changes: object,
    ) -> VaultRecord:
        intent = Intent(
            platform="fal", model="Model", endpoint="x", operation=operation, way=way, place=where, piece=piece
        )
        names = [self.put(one if isinstance(one, bytes) else encode_png(one)) for one in pictures]
        record = VaultRecord(
            id=f"record-{len(self.kept)}",
            job="job",
            document="harbour.png",
            intent=intent,
            state=state,
            reference="run-1",
            pictures=tuple(names),
            mask="" if mask is None else self.put(encode_png(mask)),
            reason="",
            begun=NOW,
            changed=NOW,
        )
        return replace(record, **changes)

    def put(self, data: bytes) -> str:
        name = f"bytes-{len(self.kept)}"
        self.kept[name] = data
        return name

    def result(self, *records: VaultRecord) -> KeptResult:
        (result,) = grouped(records, {name: len(data) for name, data in self.kept.items()}, lambda name: "FAL")
        return result

    def opened(self, result: KeptResult, *documents: Document) -> Opened:
        return LayingBack(
            prepared(result, documents),
            label="fal-3d",
            picture=lambda record, name: kept_picture(self.kept[name], record.intent),
            mask=lambda record: kept_mask(self.kept[record.mask]),
        ).opened()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def filled(image: np.ndarray, mask: np.ndarray, seed: int = 1) -> np.ndarray:
    """The masked part with another texture; the rest a little off, as encoders leave it."""
    noise = np.random.default_rng(seed).integers(60, 190, image.shape, dtype=np.uint8)
    return np.where(mask[..., None] > 0, cv2.blur(noise, (3, 3)), np.clip(image.astype(int) + 2, 0, 255)).astype(
        np.uint8
    )


def hole(region: Rect) -> np.ndarray:
    mask = np.zeros((region.height, region.width), np.uint8)
    mask[20:50, 30:70] = 255
    mask[18:20, 30:70] = 90
    return mask


def test_a_fill_lands_through_its_mask_and_undo_brings_everything_back(shelf) -> None:
    region, target = Rect(24, 16, 100, 80), document()
    before = target.pixels.array.copy()
    mask = hole(region)
    crop = photo()[region.slices]
    # The platform was sent a padded picture at twice the size.
    sent = np.pad(cv2.resize(filled(crop, mask), (200, 160)), ((0, 32), (0, 56), (0, 0)))
    where = place(region, sent=(256, 192), inner=(200, 160), answer=(256, 192))
    result = shelf.result(shelf.record(Operation.ERASE, Way.MASK, where, sent, mask=mask))
    opened = shelf.opened(result, document(name="other.png"), target)
    assert opened.pictures == ()
    assert opened.finished is not None
    assert opened.finished.layer.rect == Rect(54, 34, 40, 32)
    attach(opened.finished)
    whole_mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    whole_mask[region.slices] = mask
    after = target.pixels.array
    assert np.array_equal(after[whole_mask == 0], before[whole_mask == 0])
    assert (after[whole_mask == 255] != before[whole_mask == 255]).any(axis=1).mean() > 0.9
    receipt = target.history.current.receipt
    assert receipt is not None
    assert receipt.notes == (COLLECTED,)
    assert receipt.as_dict()["served_by"]["request_id"] == "run-1"
    target.undo()
    assert np.array_equal(target.pixels.array, before)


def test_variations_of_several_runs_belong_together(shelf) -> None:
    mask = hole(WHOLE)
    runs = [
        shelf.record(
            Operation.ERASE, Way.MASK, place(), filled(photo(), mask, number), mask=mask, piece=f"{number} of 2"
        )
        for number in (1, 2)
    ]
    opened = shelf.opened(shelf.result(*runs), document())
    assert opened.finished is not None
    assert len(opened.finished.results) == 2


def test_a_cut_out_changes_the_transparency_alone(shelf) -> None:
    target = document()
    matte = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.ellipse(matte, (80, 60), (40, 30), 0, 0, 360, 255, -1)
    result = shelf.result(shelf.record(Operation.REMOVE_BACKGROUND, Way.CUT_OUT, place(), matte))
    before = target.pixels.array.copy()
    opened = shelf.opened(result, target)
    assert opened.finished is not None
    attach(opened.finished)
    assert np.array_equal(target.pixels.array[..., 3], matte)
    assert np.array_equal(target.pixels.array[..., :3], before[..., :3])
    alone = shelf.opened(result)
    assert [picture.document.name for picture in alone.pictures] == ["harbour – cut out"]


def test_a_new_picture_of_the_same_size_lands_where_it_differs(shelf) -> None:
    image = photo()
    image[30:90, 40:120] = 255 - image[30:90, 40:120] // 2
    target = document()
    result = shelf.result(shelf.record(Operation.SEARCH_AND_RECOLOR, Way.WHOLE_PICTURE, place(), image))
    opened = shelf.opened(result, target)
    assert opened.finished is not None
    assert opened.finished.layer.rect == Rect(40, 30, 80, 60)


def test_an_extension_keeps_the_old_picture_in_it(shelf) -> None:
    grown = np.pad(photo(), ((0, 20), (30, 0), (0, 0)), mode="reflect")
    where = place(result_size=(190, 140), answer=(190, 140), offset=(30, 0))
    result = shelf.result(
        shelf.record(Operation.OUTPAINT, Way.EXTENSION, where, np.clip(grown.astype(int) + 3, 0, 255).astype(np.uint8))
    )
    target = document()
    opened = shelf.opened(result, target)
    assert opened.finished is not None
    (made,) = opened.finished.results
    assert isinstance(made, NewPicture)
    assert made.pixels.shape == (140, 190, 4)
    assert np.array_equal(made.pixels[:100, 40:], target.pixels.array[:100, 10:])


def test_all_pieces_of_an_enlargement_are_joined(shelf) -> None:
    large = cv2.resize(photo(), (320, 240), interpolation=cv2.INTER_CUBIC)
    regions = [Rect(0, 0, 96, 120), Rect(64, 0, 96, 120)]
    records = [
        shelf.record(
            Operation.UPSCALE,
            Way.ENLARGEMENT,
            place(region, (192, 240)),
            large[:, 2 * region.x : 2 * region.right],
            piece=f"piece {number} of 2",
        )
        for number, region in enumerate(regions, 1)
    ]
    target = document()
    opened = shelf.opened(shelf.result(*records), target)
    assert opened.finished is not None
    assert np.array_equal(opened.finished.results[0].pixels[..., 2::-1], large)
    part = shelf.opened(shelf.result(records[1]), target)
    assert [picture.document.size for picture in part.pictures] == [(192, 240)]
    assert part.sentence.endswith("a picture of its own: it has another size than harbour.png.")


def test_without_its_picture_a_result_is_a_picture_of_its_own(shelf) -> None:
    mask = hole(WHOLE)
    result = shelf.result(
        shelf.record(Operation.ERASE, Way.MASK, place(), filled(photo(), mask), filled(photo(), mask, 2), mask=mask)
    )
    opened = shelf.opened(result, document(photo()[:100]))
    assert opened.finished is None
    assert [picture.document.name for picture in opened.pictures] == ["harbour – erase", "harbour – erase, variation 2"]
    assert all(picture.document.modified for picture in opened.pictures)
    first = opened.pictures[0].document
    assert np.array_equal(first.pixels.array[..., 2::-1], filled(photo(), mask))
    assert first.history.current.receipt.cost.words == "cost unknown"


def test_another_photo_of_the_same_name_is_not_touched(shelf) -> None:
    mask = hole(WHOLE)
    result = shelf.result(shelf.record(Operation.ERASE, Way.MASK, place(), filled(photo(), mask), mask=mask))
    target = document(255 - photo())
    opened = shelf.opened(result, target)
    assert opened.finished is None
    assert opened.sentence.endswith("it was made of another picture of this name.")
    target.pixels.write(Rect(0, 0, 2, 2), np.zeros((2, 2, 4), np.uint8))


def test_a_picture_that_is_none_is_told(shelf) -> None:
    result = shelf.result(shelf.record(Operation.ERASE, Way.MASK, place(), b"no picture", mask=hole(WHOLE)))
    with pytest.raises(InputError, match="Save as…"):
        shelf.opened(result, document())


def test_a_search_is_no_result(shelf) -> None:
    record = shelf.record(Operation.SEARCH_AND_REPLACE, Way.MASK_BY_WORDS, place(), hole(WHOLE), piece="search")
    result = shelf.result(record)
    assert result.pictures == ()
    assert result.is_dispensable
    fill = shelf.record(Operation.INPAINT, Way.MASK_BY_WORDS, place(), filled(photo(), hole(WHOLE)), mask=hole(WHOLE))
    both = shelf.result(record, fill)
    assert both.pictures == fill.pictures
    assert isinstance(shelf.opened(both, document()).finished.results[0], Blended)


def test_files_are_written_as_they_came(tmp_path) -> None:
    pictures = [b"\x89PNG one", b"\xff\xd8 two", b"\x89PNG three"]
    (tmp_path / "result.jpg").write_bytes(b"somebody's")
    written = write_kept(pictures, tmp_path / "result.png")
    assert [path.name for path in written] == ["result.png", "result-2.jpg", "result-2.png"]
    assert [path.read_bytes() for path in written] == pictures
    assert (tmp_path / "result.jpg").read_bytes() == b"somebody's"


# --- bounds


def kept(job: str, age_days: float, size: int, state: RecordState = RecordState.DELIVERED) -> KeptResult:
    shelf = Shelf()
    record = shelf.record(Operation.ERASE, Way.MASK, place(), b"x", job=job, state=state)
    record = replace(record, pictures=(job,), changed=NOW - timedelta(days=age_days))
    (result,) = grouped([record], {job: size}, lambda name: "FAL")
    return result


def jobs(results: tuple[KeptResult, ...]) -> list[str]:
    return [result.key[0] for result in results]


LIMITS = VaultLimits(megabytes=10, days=30)


def test_nothing_is_over() -> None:
    excess = excess_of([kept("a", 29, 9_000_000)], LIMITS, NOW)
    assert not excess
    assert (excess.sentence, excess.deletable, excess.undelivered) == ("", (), ())


def test_the_too_old_and_then_the_oldest_go_the_delivered_before_the_others() -> None:
    everything = [
        kept("new", 1, 6_000_000),
        kept("older", 5, 3_000_000),
        kept("ancient", 90, 1_000_000),
        kept("unsaved", 60, 4_000_000, RecordState.FETCHED),
        kept("unsaved lately", 2, 1_000_000, RecordState.FETCHED),
        kept("owed", 3, 0, RecordState.RUNNING),
    ]
    excess = excess_of(everything, LIMITS, NOW)
    assert jobs(excess.deletable) == ["ancient", "older", "new"]
    assert jobs(excess.undelivered) == ["unsaved"]
    assert excess.sentence == "Kept results take 15 MB, more than the 10 MB set for them, and 2 are older than 30 days."


def test_no_more_goes_than_must() -> None:
    excess = excess_of([kept("a", 3, 6_000_000), kept("b", 2, 3_000_000), kept("c", 1, 4_000_000)], LIMITS, NOW)
    assert jobs(excess.deletable) == ["a"]
    assert excess.undelivered == ()
    assert excess.sentence == "Kept results take 13 MB, more than the 10 MB set for them."


def test_what_is_owed_goes_by_its_age_alone() -> None:
    excess = excess_of([kept("owed", 40, 0, RecordState.RUNNING)], LIMITS, NOW)
    assert (excess.deletable, jobs(excess.undelivered)) == ((), ["owed"])
    assert excess.sentence == "1 kept result is older than 30 days."


def test_settings_that_make_no_sense_are_as_good_as_none() -> None:
    class Odd:
        def get(self, name: str, default: object) -> object:
            return {"vault_megabytes": "much", "vault_days": -4}[name]

    assert VaultLimits.of(Odd()) == VaultLimits()  # type: ignore[arg-type]
