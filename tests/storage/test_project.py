"""Projects: what was saved is there again, other programs see the same picture, and no file can do harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.documents import edit, facts, lead_a_life, noise, stroke, whole_past
from support.fakes import RECEIPT

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.moment import Moment
from editor.imaging.compose import laid_over
from editor.storage.output_file import OutputFile
from editor.storage.project_layout import PACK, RECORD
from editor.storage.project_reader import CHANGED, LOST, is_project, read_project, receipts_record
from editor.storage.project_writer import write_project


def save(document: Document, path: Path, *, history: bool = True) -> Path:
    with Moment.of(document) as moment, OutputFile(path) as output:
        write_project(moment, output, history=history)
    return path


def load(path: Path) -> Document:
    folder = path.with_suffix(f".{path.stat().st_mtime_ns}")
    folder.mkdir()
    document, _ = read_project(path, folder)
    return document


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The project with other contents, as another program or an attacker might leave it."""
    parts = members(path)
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), depth=st.sampled_from([np.uint8, np.uint16]))
def test_a_project_holds_everything(tmp_path_factory: pytest.TempPathFactory, seed: int, depth: Any) -> None:
    path = tmp_path_factory.mktemp("project") / "a.ora"
    document = noise(seed, depth=depth)
    lead_a_life(document, np.random.default_rng(seed), 12)
    expected, past = facts(document), whole_past(document)
    save(document, path)
    again = load(path)
    assert not again.modified
    assert (again.name, again.path) == ("a.ora", path)
    same = {"modified": None}
    assert facts(again) | same == expected | same
    assert [one | same for one in whole_past(again)] == [one | same for one in past]


def test_what_the_file_said_is_in_the_project(tmp_path: Path) -> None:
    document = noise(1)
    document.metadata = Metadata(
        format="JPEG", exif=b"II*\0\x08\0\0\0\0\0", xmp=b"<x/>", dpi=(300.0, 300.0), text={"Title": "✓"}, greyscale=True
    )
    document.stays_here, document.grow, document.feather = True, 1, 33
    again = load(save(document, tmp_path / "a.ora"))
    assert again.metadata == document.metadata
    assert (again.stays_here, again.grow, again.feather) == (True, 1, 33)


def test_without_history_the_past_is_told_but_final_and_the_last_choice_stays(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    document = noise(2)
    for _ in range(6):
        stroke(document, chance)
        edit(document, chance)
    while not document.history.current.candidates:
        edit(document, chance)
    present = facts(document)
    small, large = save(document, tmp_path / "small.ora", history=False), save(document, tmp_path / "large.ora")
    assert small.stat().st_size < large.stat().st_size
    again = load(small)
    labels = [entry.label for entry in document.history.entries]
    assert [entry.label for entry in again.history.entries] == labels
    assert facts(again)["pixels"] == present["pixels"]
    entry = again.history.current
    assert len(entry.candidates) == 2
    again.choose(entry, 1 - entry.chosen, laid_over)
    assert facts(again)["pixels"] != present["pixels"]
    assert again.undo() is not None
    assert again.undo() is None
    assert all(one.receipt is not None for one in again.history.entries if one.label == "Erase")


def test_without_history_what_was_undone_after_saving_does_not_damage_the_project(tmp_path: Path) -> None:
    document = noise(21)
    chance = np.random.default_rng(0)
    edit(document, chance)
    stroke(document, chance)
    edit(document, chance)
    document.modified = False
    document.undo()
    present = facts(document)
    again = load(save(document, tmp_path / "a.ora", history=False))
    assert LOST not in again.metadata.notes
    assert facts(again)["mask"] == present["mask"]
    assert len(again.history.entries) == len(document.history.entries) - 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_another_program_composes_the_same_picture(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """By Pillow's own source-over, from the stack alone, as any program would."""
    document = noise(seed)
    if seed % 2:
        document.pixels.array[..., 3] = 255
    lead_a_life(document, np.random.default_rng(seed), 10)
    parts = members(save(document, tmp_path_factory.mktemp("stack") / "a.ora"))
    merged = np.asarray(Image.open(io.BytesIO(parts["mergedimage.png"])).convert("RGBA"), int)
    assert np.array_equal(merged[..., [2, 1, 0, 3]], document.pixels.array)
    image = ElementTree.fromstring(parts["stack.xml"])
    assert (int(image.attrib["w"]), int(image.attrib["h"])) == document.size
    canvas = Image.new("RGBA", document.size)
    for layer in reversed(image.findall("./stack/layer")):
        if layer.attrib["visibility"] == "visible":
            sheet = Image.new("RGBA", document.size)
            sheet.paste(
                Image.open(io.BytesIO(parts[layer.attrib["src"]])), (int(layer.attrib["x"]), int(layer.attrib["y"]))
            )
            canvas.alpha_composite(sheet)
    composed = np.asarray(canvas, int)
    seen = merged[..., 3] > 0
    assert np.abs(composed[..., 3] - merged[..., 3]).max() <= 2
    assert np.abs(composed - merged)[seen & (merged[..., 3] == 255)].max(initial=0) <= 2 + len(document.layers)


def test_layers_stay_layers_where_the_picture_is_opaque(tmp_path: Path) -> None:
    document = noise(3)
    document.pixels.array[..., 3] = 255
    chance = np.random.default_rng(0)
    for rect in (Rect(5, 6, 70, 80), Rect(40, 30, 100, 50)):
        shape = rect.height, rect.width
        colours = chance.integers(0, 256, (*shape, 3), np.uint8)
        layer = Layer("Erase", rect, colours, np.full(shape, 128, np.uint8))
        document.attach(layer, laid_over(document.pixels.array[rect.slices], layer), label="Erase", receipt=RECEIPT)
    parts = members(save(document, tmp_path / "a.ora"))
    layers = ElementTree.fromstring(parts["stack.xml"]).findall("./stack/layer")
    assert [(one.attrib["name"], one.attrib["x"], one.attrib["visibility"]) for one in layers] == [
        ("Erase", "40", "visible"),
        ("Erase", "5", "visible"),
        ("Original", "0", "visible"),
    ]


def test_the_layout_is_that_of_the_specification(tmp_path: Path) -> None:
    path = save(noise(4, size=(900, 300)), tmp_path / "a.ora")
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert archive.read("mimetype") == b"image/openraster"
        assert {one.compress_type for one in archive.infolist()} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        small = Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
        assert small.size == (256, 85)
        assert small.mode == "RGBA"
    assert is_project(path)


def test_the_same_document_makes_the_same_file(tmp_path: Path) -> None:
    document = noise(5)
    lead_a_life(document, np.random.default_rng(0), 6)
    assert save(document, tmp_path / "a.ora").read_bytes() == save(document, tmp_path / "b.ora").read_bytes()


def test_16_bits_stay_16_bits_for_everybody(tmp_path: Path) -> None:
    document = noise(6, depth=np.uint16)
    parts = members(save(document, tmp_path / "a.ora"))
    for name in ("mergedimage.png", "data/layer0.png"):
        pixels = cv2.imdecode(np.frombuffer(parts[name], np.uint8), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(pixels, document.pixels.array)


def test_the_receipts_can_be_read_without_the_pictures(tmp_path: Path) -> None:
    document = noise(7)
    edit(document, np.random.default_rng(0))
    path = save(document, tmp_path / "a.ora")
    assert [one["operation"] for one in receipts_record(path)] == ["erase"]

    def foreign(parts: dict[str, bytes]) -> None:
        del parts[RECORD]

    assert receipts_record(rewritten(path, foreign)) == []


# Other programs' files


def test_a_project_that_another_program_changed_opens_as_it_shows(tmp_path: Path) -> None:
    path = save(noise(8), tmp_path / "a.ora")
    other = save(noise(9), tmp_path / "b.ora")

    def replace(parts: dict[str, bytes]) -> None:
        parts["mergedimage.png"] = members(other)["mergedimage.png"]

    document = load(rewritten(path, replace))
    assert np.array_equal(document.pixels.array, noise(9).pixels.array)
    assert CHANGED in document.metadata.notes


@pytest.mark.parametrize(
    ("kind", "layers", "note"), [("image/openraster", 3, "its 3 layers"), ("application/x-krita", 0, "its layers")]
)
def test_a_foreign_file_opens_as_it_shows(tmp_path: Path, kind: str, layers: int, note: str) -> None:
    path = save(noise(10), tmp_path / "a.ora")

    def foreign(parts: dict[str, bytes]) -> None:
        del parts[RECORD], parts[PACK]
        parts["mimetype"] = kind.encode()
        parts["stack.xml"] = b"<image><stack>" + b"<layer src='x'/>" * layers + b"</stack></image>"
        if not layers:
            del parts["stack.xml"]

    document = load(rewritten(path, foreign))
    assert np.array_equal(document.pixels.array, noise(10).pixels.array)
    assert any(note in one for one in document.metadata.notes)
    assert document.history.undo_label is None


# Hostile files


def record_with(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[RECORD] = json.dumps(json.loads(parts[RECORD]) | changes).encode()

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 99},
        {"version": "x"},
        {"size": [1 << 40, 1 << 40]},
        {"size": [-3, 5]},
        {"depth": 12},
        {"mask": [[0, 0, [1 << 60]]]},
        {"mask": [[10**9, 0, [0]]]},
        {"mask": "nonsense"},
        {"remembered": [{"name": "x", "size": [1 << 30, 1 << 30], "tiles": []}]},
        {"remembered": [{"name": "x", "size": [5, 5], "tiles": [[3, 3, [0]]]}]},
        {"remembered": 7},
        {"layers": [17]},
        {"layers": [True]},
        {"metadata": {"icc_profile": {"base64": "!"}}},
        {"metadata": {"notes": 5}},
        {"receipt_table": [{"operation": "format disk"}]},
        {"history": {"entries": [], "position": 0, "floor": 0, "saved": None}},
        {"history": None},
        {"grow": -1},
    ],
    ids=str,
)
def test_a_record_is_not_believed(tmp_path: Path, changes: dict[str, Any]) -> None:
    document = noise(11)
    edit(document, np.random.default_rng(0))
    stroke(document, np.random.default_rng(1))
    again = load(rewritten(save(document, tmp_path / "a.ora"), record_with(**changes)))
    assert np.array_equal(again.pixels.array, document.pixels.array), "the picture is there all the same"
    assert LOST in again.metadata.notes


def test_a_project_cut_off_anywhere_is_told_in_a_sentence(tmp_path: Path) -> None:
    document = noise(12, size=(40, 30))
    edit(document, np.random.default_rng(0))
    whole = save(document, tmp_path / "a.ora").read_bytes()
    path = tmp_path / "cut.ora"
    for length in range(5, len(whole), len(whole) // 50):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"cut\.ora"):
            load(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_project_opens_or_is_told_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    document = noise(13, size=(30, 20))
    edit(document, np.random.default_rng(0))
    path = save(document, folder / "a.ora")
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(whole))
    try:
        whole_past(load(path))
    except EditorError as error:
        assert error.message.endswith(".")
    assert {one.name for one in folder.iterdir() if one.is_file()} == {"a.ora"}


def test_names_that_lead_outside_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    path = save(noise(14), tmp_path / "inner" / "a.ora")

    def tricks(parts: dict[str, bytes]) -> None:
        parts["../../evil.txt"] = parts["/etc/evil.txt"] = parts["data/../../../evil.txt"] = b"evil"

    document = load(rewritten(path, tricks))
    assert document.size == (300, 280)
    assert not list(tmp_path.rglob("evil*"))


def packed_bomb(path: Path, entry: str, size: int) -> Path:
    """A project with an entry of ``size`` zeros, which take a thousandth of that in the file."""
    parts = members(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if name != entry:
                archive.writestr(name, data)
        with archive.open(entry, "w", force_zip64=True) as target:
            for _ in range(size >> 20):
                target.write(bytes(1 << 20))
    return path


@pytest.mark.parametrize("entry", ["mimetype", "stack.xml", RECORD])
def test_an_entry_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, entry: str) -> None:
    path = packed_bomb(save(noise(15, size=(20, 20)), tmp_path / "a.ora"), entry, 300 << 20)
    if entry == "stack.xml":
        path = members_without(path, RECORD)
    assert path.stat().st_size < 2 << 20
    try:
        document = load(path)
    except InputError as error:
        assert "a.ora" in error.message
    else:
        assert entry == RECORD
        assert LOST in document.metadata.notes


def members_without(path: Path, name: str) -> Path:
    other = path.with_name("other-a.ora")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename != name:
                with source.open(entry) as data, target.open(entry.filename, "w", force_zip64=True) as out:
                    while block := data.read(1 << 20):
                        out.write(block)
    return other


def test_entities_are_refused(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><image><stack><layer name="&b;"/></stack></image>'

    def change(parts: dict[str, bytes]) -> None:
        del parts[RECORD]
        parts["stack.xml"] = laughs

    with pytest.raises(InputError, match="declarations"):
        load(rewritten(save(noise(16), tmp_path / "a.ora"), change))


@pytest.mark.parametrize("name", ["a.zip", "a.ora"])
def test_another_archive_is_no_project(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="no OpenRaster project"):
        load(path)
