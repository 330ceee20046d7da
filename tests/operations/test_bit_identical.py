"""The promise: outside the effective mask not one bit changes, in no channel, in no depth, after commit and in a file.

Random pictures, masks, depths, profiles and transparency; crops; answers of any size, tone, place and encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.fakes import RECEIPT
from support.profiles import grey_profile, matrix_profile, srgb
from support.seams import DRIFTS

from editor.domain.document import Document
from editor.domain.history import Target
from editor.domain.kinds import Operation
from editor.domain.metadata import Metadata
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import full
from editor.imaging.effective_mask import refresh_all
from editor.operations.base import Blended, present_pixels
from editor.operations.registry import operation_of
from editor.platforms.orders.geometry import restored
from editor.storage.picture_reader import read_picture
from editor.storage.picture_writer import save_picture

SIZES = st.one_of(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    # Wider than what is sent of it: the request is a crop.
    st.tuples(st.integers(700, 900), st.integers(1, 24)),
)
MASKS = ("point", "edge", "corner", "parts", "everything", "soft", "everything but a point")
PROFILES = {"none": None, "srgb": srgb(), "wide": matrix_profile(), "broken": b"no profile"}
WORDS = EditOptions(search="it", prompt="another")


@dataclass(frozen=True)
class Setting:
    """All that is drawn of one case."""

    size: tuple[int, int]
    depth: int
    kind: str
    greyscale: bool
    transparent: bool
    profile: bytes | None
    grow: int
    feather: int
    seed: int

    def document(self) -> Document:
        width, height = self.size
        chance = np.random.default_rng(self.seed)
        dtype, most = (np.uint16, 65535) if self.depth == 16 else (np.uint8, 255)
        if self.seed % 3:
            pixels = chance.integers(0, most, (height, width, 4), endpoint=True).astype(dtype)
        else:
            ramp = np.linspace(0.2, 0.8, width)[None, :, None] * np.ones((height, 1, 4))
            pixels = (ramp * most + chance.normal(0, most / 60, ramp.shape)).clip(0, most).astype(dtype)
        if not self.transparent:
            pixels[..., 3] = most
        if self.greyscale:
            pixels[..., :3] = pixels[..., :1]
        metadata = Metadata(icc_profile=self.profile, greyscale=self.greyscale, alpha=self.transparent)
        made = Document(
            np.ascontiguousarray(pixels), name="it", metadata=metadata, grow=self.grow, feather=self.feather
        )
        self._paint(made.raster(Target.MASK).array, chance)
        refresh_all(made)
        return made

    def _paint(self, mask: np.ndarray, chance: np.random.Generator) -> None:
        height, width = mask.shape
        row, column = int(chance.integers(height)), int(chance.integers(width))
        if self.kind == "point":
            mask[row, column] = 255
        elif self.kind == "edge":
            mask[:, : width // 3 + 1] = 255
        elif self.kind == "corner":
            mask[height // 2 :, width // 2 :] = 200
        elif self.kind == "parts":
            mask[row : row + 4, column : column + 5] = 255
            mask[height // 5, width // 7] = 255
        elif self.kind == "soft":
            mask[:] = np.linspace(0, 255, width).astype(np.uint8)
            mask[0, width - 1] = 255
        else:
            mask[:] = 255
            if "but" in self.kind and mask.size > 1:
                mask[row, column] = 0


SETTINGS = st.builds(
    Setting,
    size=SIZES,
    depth=st.sampled_from([8, 16]),
    kind=st.sampled_from(MASKS),
    greyscale=st.booleans(),
    transparent=st.booleans(),
    profile=st.sampled_from(list(PROFILES.values())),
    grow=st.integers(0, 4),
    feather=st.integers(0, 5),
    seed=st.integers(0, 10_000),
)
ANSWERS = st.fixed_dictionaries(
    {
        "drift": st.sampled_from([*DRIFTS, "another picture"]),
        "multiple": st.sampled_from([1, 8, 64]),
        "scale": st.sampled_from([0.5, 1.0, 1.7]),
    }
)


def answered(request: EditRequest, drift: str, multiple: int, scale: float) -> np.ndarray:
    """What a platform made of ``request`` at a size of its own, brought back to the request's."""
    width, height = request.size
    chance = np.random.default_rng(width * height)
    made = chance.integers(0, 256, request.image.shape, dtype=np.uint8)
    if drift != "another picture":
        made = np.where(request.mask[..., None] > 0 if request.operation.masked else made > 200, made, request.image)
        if min(width, height) >= 8:  # too small for some to be encoded at all
            made = DRIFTS[drift](made)
    size = tuple(max(multiple, -(-round(side * scale) // multiple) * multiple) for side in (width, height))
    worked = np.asarray(cv2.resize(made, size, interpolation=cv2.INTER_AREA), np.uint8)
    # What another room takes for its own shape is not looked at here: any answer of any size may come.
    return restored(worked, sent=(width, height), inner=(width, height), size=(width, height), tolerance=1e9)


def carried_out(document: Document, operation: Operation, answer: dict[str, object]) -> tuple[Blended, EditRequest]:
    one = operation_of(operation)
    source = one.begin(document, WORDS)
    request = one.build_request(source)
    assert request.image.dtype == np.uint8
    image = answered(request, **answer)  # type: ignore[arg-type]
    alpha = image[..., 0].copy() if operation is Operation.REMOVE_BACKGROUND else None
    (blended,) = one.commit(request, EditResult(image=image, alpha=alpha, model="m"), source)
    assert isinstance(blended, Blended)
    pixels = present_pixels(document, blended, source)
    source.close()
    document.attach(blended.layer, pixels, label="x", receipt=RECEIPT)
    return blended, request


@settings(max_examples=120, deadline=None)
@given(setting=SETTINGS, answer=ANSWERS)
def test_only_what_is_masked_changes(setting: Setting, answer: dict[str, object]) -> None:
    document = setting.document()
    before, mask = document.pixels.array.copy(), document.effective.array.copy()
    blended, _ = carried_out(document, Operation.INPAINT, answer)
    after = document.pixels.array
    assert after.dtype == before.dtype
    assert np.count_nonzero((after != before).any(axis=2)[mask == 0]) == 0
    assert np.array_equal(after[..., 3], before[..., 3]), "transparency stays"
    assert blended.layer.pixels.dtype == before.dtype
    if setting.greyscale:
        assert (after[..., :3] == after[..., :1]).all()
    document.undo()
    assert np.array_equal(document.pixels.array, before)


@settings(max_examples=60, deadline=None)
@given(
    setting=SETTINGS,
    answer=ANSWERS,
    operation=st.sampled_from(
        [Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR, Operation.REPLACE_BACKGROUND]
    ),
)
def test_of_a_whole_picture_only_what_its_mask_shows_changes(
    setting: Setting, answer: dict[str, object], operation: Operation
) -> None:
    document = setting.document()
    before = document.pixels.array.copy()
    blended, _ = carried_out(document, operation, answer)
    after = document.pixels.array
    covered = np.zeros(before.shape[:2], bool)
    covered[blended.layer.rect.slices] = blended.layer.coverage > 0
    assert np.count_nonzero((after != before).any(axis=2)[~covered]) == 0
    if operation is not Operation.REPLACE_BACKGROUND:
        assert np.array_equal(after[..., 3], before[..., 3])
    else:
        assert (after[..., 3] == full(after)).all()


@settings(max_examples=30, deadline=None)
@given(setting=SETTINGS, answer=ANSWERS)
def test_a_cut_out_keeps_every_colour_that_is_of_one_thing(setting: Setting, answer: dict[str, object]) -> None:
    document = setting.document()
    before = document.pixels.array.copy()
    blended, _ = carried_out(document, Operation.REMOVE_BACKGROUND, answer)
    after, alpha = document.pixels.array, blended.layer.alpha
    assert alpha is not None
    mixed = (after[..., 3] > 0) & (after[..., 3] < full(after)) & (before[..., 3] == full(before))
    assert np.array_equal(after[..., :3][~mixed], before[..., :3][~mixed])
    assert (after[..., 3] <= before[..., 3]).all()
    document.undo()
    assert np.array_equal(document.pixels.array, before)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@settings(max_examples=50, deadline=None)
@given(setting=SETTINGS, answer=ANSWERS)
def test_a_lossless_file_holds_the_same(suffix: str, setting: Setting, answer: dict[str, object]) -> None:
    # Pillow, which looks at every TIFF first, has no mode for 16 bits of grey with transparency.
    assume(suffix != ".tif" or setting.depth == 8 or not (setting.greyscale and setting.transparent))
    document = setting.document()
    before, mask = document.pixels.array.copy(), document.effective.array.copy()
    carried_out(document, Operation.INPAINT, answer)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"it{suffix}"
        save_picture(document.pixels.array, path, metadata=document.metadata)
        again = read_picture(path)
    assert again.depth == setting.depth
    assert np.array_equal(again.pixels.array, document.pixels.array)
    assert np.count_nonzero((again.pixels.array != before).any(axis=2)[mask == 0]) == 0
    if not setting.greyscale and setting.profile != PROFILES["broken"]:  # a grey file holds no profile of colours
        assert again.metadata.icc_profile == setting.profile


@pytest.mark.parametrize("depth", [8, 16])
def test_a_grey_document_with_a_grey_profile(depth: int) -> None:
    setting = Setting((60, 50), depth, "corner", True, False, grey_profile(), 2, 3, 3)
    document = setting.document()
    before, mask = document.pixels.array.copy(), document.effective.array.copy()
    carried_out(document, Operation.INPAINT, {"drift": "none", "multiple": 1, "scale": 1.0})
    after = document.pixels.array
    assert np.array_equal(after[mask == 0], before[mask == 0])
    assert (after[..., :3] == after[..., :1]).all()
    assert (after != before).any()
