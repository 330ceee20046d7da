"""What was saved, read by programs that know nothing of ours: Exiv2, OpenCV, tifffile, Pillow and, where it is
installed, ExifTool."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import cv2
import exiv2
import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from support import told

from editor.domain.metadata import Metadata
from editor.storage.picture_reader import read_picture
from editor.storage.picture_writer import save_picture
from editor.storage.xmp import XmpPacket

FORMATS = ["png", "jpg", "webp", "tif", "avif"]
WITH_IPTC = ["png", "jpg", "tif"]
ORDERS = {"<": "little-endian", ">": "big-endian"}
DEPTHS = {8: np.uint8, 16: np.uint16}


def noise(depth: int = 8, height: int = 20, width: int = 31) -> np.ndarray:
    pixels = np.random.default_rng(5).integers(0, 1 << depth, (height, width, 4), DEPTHS[depth])
    pixels[..., 3] = (1 << depth) - 1
    return pixels


@pytest.fixture(params=[(ending, depth, order) for ending in FORMATS for depth in DEPTHS for order in ORDERS], ids=str)
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """A picture with everything, in each format, depth and byte order, and what was said on saving it."""
    ending, depth, order = request.param
    path = tmp_path / f"a.{ending}"
    return path, save_picture(noise(depth), path, metadata=told.everything(order))


def opened(path: Path) -> exiv2.Image:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    return image


def test_exiv2_reads_exif_with_the_makers_note_and_the_place(saved: tuple[Path, tuple[str, ...]]) -> None:
    data = opened(saved[0]).exifData()
    found = {datum.key(): datum.toString() for datum in data}
    assert found["Exif.Image.Artist"] == "Zoe Example"
    assert found["Exif.Image.Copyright"] == "(c) Zoe Example"
    assert found["Exif.Photo.ExposureTime"] == "1/250"
    assert found["Exif.Photo.DateTimeOriginal"] == "2026:05:04 03:02:01"
    assert found["Exif.GPSInfo.GPSLatitude"] == "52/1 30/1 30/1"
    # Read through an offset that counts from the start of the EXIF data.
    assert found["Exif.Canon.ImageType"] == told.MAKERS_WORDS


def test_exiv2_reads_xmp(saved: tuple[Path, tuple[str, ...]]) -> None:
    found = {datum.key(): datum.toString() for datum in opened(saved[0]).xmpData()}
    assert found["Xmp.xmp.Rating"] == "4"
    assert found["Xmp.photoshop.City"] == "Berlin"
    assert "© Zoë Example" in found["Xmp.dc.rights"]


def test_exiv2_reads_iptc_or_its_loss_was_told(saved: tuple[Path, tuple[str, ...]]) -> None:
    path, notes = saved
    found = {datum.key(): datum.toString() for datum in opened(path).iptcData()}
    if path.suffix[1:] in WITH_IPTC:
        assert found["Iptc.Application2.Byline"] == "Zoë Example"
        assert found["Iptc.Application2.Copyright"] == "© Zoë Example"
        assert found["Iptc.Application2.City"] == "Berlin"
    else:
        assert not found
        assert any("IPTC" in note for note in notes)


def test_profile_resolution_and_text_are_there_or_their_loss_was_told(saved: tuple[Path, tuple[str, ...]]) -> None:
    path, notes = saved
    with Image.open(path) as picture:
        picture.load()
        assert picture.info["icc_profile"] == told.ICC
        if path.suffix not in (".webp", ".avif"):
            assert picture.info["dpi"] == pytest.approx((300, 150), abs=0.1)
        exif = picture.getexif()
        if path.suffix in (".webp", ".avif", ".tif"):
            assert (exif[282], exif[283], exif[296]) == (300, 150, 2)
        if path.suffix == ".png":
            assert picture.text["Title"] == told.TEXT["Title"]
            assert picture.text["Source"] == told.TEXT["Source"]
        else:
            assert any("Source, Title" in note for note in notes)


def test_nothing_else_was_said(saved: tuple[Path, tuple[str, ...]]) -> None:
    path, notes = saved
    depth = 16 if path.suffix in (".png", ".tif") else 8
    told_of = [note for note in notes if "IPTC" not in note and "Source, Title" not in note]
    assert all("8 bits per channel" in note for note in told_of)
    assert not told_of or depth == 8


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs the program exiftool")
def test_exiftool_reads_everything(saved: tuple[Path, tuple[str, ...]]) -> None:
    path, _ = saved
    command = ["exiftool", "-json", "-G1", "-n", "-a", "-all", "-validate", "-warning", str(path)]
    (found,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found["IFD0:Artist"] == "Zoe Example"
    assert found["Canon:CanonImageType"] == told.MAKERS_WORDS
    assert found["XMP-photoshop:City"] == "Berlin"
    assert found["GPS:GPSLatitudeRef"] == "N"
    # Errors, then warnings, of which some are about what the sample itself leaves out.
    assert str(found["ExifTool:Validate"]).startswith("0")
    if path.suffix[1:] in WITH_IPTC:
        assert found["IPTC:By-line"] == "Zoë Example"


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs the program exiftool")
def test_exiftool_puts_long_xmp_together(tmp_path: Path) -> None:
    words, packet = "a long story " * 9_000, XmpPacket(told.XMP)
    packet.set_value(("http://ns.adobe.com/photoshop/1.0/", "Instructions"), words, prefix="photoshop")
    assert save_picture(noise(), tmp_path / "a.jpg", metadata=Metadata(xmp=packet.as_bytes())) == ()
    command = ["exiftool", "-json", "-XMP:all", str(tmp_path / "a.jpg")]
    (found,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found["Instructions"].strip() == words.strip()
    assert found["City"] == "Berlin"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pixels=st.sampled_from([np.uint8, np.uint16]).flatmap(
        lambda kind: arrays.arrays(kind, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)))
    ),
    alpha=st.booleans(),
    greyscale=st.booleans(),
    order=st.sampled_from("<>"),
)
@pytest.mark.parametrize("ending", ["png", "tif"])
def test_every_pixel_is_read_again_by_others(
    tmp_path: Path, ending: str, pixels: np.ndarray, alpha: bool, greyscale: bool, order: str
) -> None:
    if greyscale:
        pixels[..., :3] = pixels[..., :1]
    if not alpha:
        pixels[..., 3] = np.iinfo(pixels.dtype).max
    path = tmp_path / f"a.{ending}"
    metadata = told.everything(order, greyscale=greyscale, alpha=alpha)
    save_picture(pixels, path, metadata=metadata)
    if ending == "tif":
        samples = tifffile.imread(path).reshape(*pixels.shape[:2], -1)
        coloured = not greyscale or (alpha and pixels.itemsize > 1)
        expected = pixels[..., 2::-1] if coloured else pixels[..., [0]]
        assert np.array_equal(samples, np.dstack([expected, pixels[..., 3:]]) if alpha else expected)
        return
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED).reshape(*pixels.shape[:2], -1)
    if greyscale and alpha:
        assert np.array_equal(read, pixels)
    else:
        assert np.array_equal(read, pixels[..., : 1 if greyscale else 3 + alpha])


def test_long_profiles_and_comments_are_spread_or_told_of(tmp_path: Path) -> None:
    path, rest = tmp_path / "a.jpg", told.ICC[4:] + np.random.default_rng(2).bytes(300_000)
    profile = (len(rest) + 4).to_bytes(4, "big") + rest
    comment = {"Comment": "Ein schöner Tag"}
    assert save_picture(noise(), path, metadata=Metadata(icc_profile=profile, text=comment)) == ()
    assert opened(path).comment() == "Ein schöner Tag"
    with Image.open(path) as picture:
        assert picture.info["icc_profile"] == profile
    assert read_picture(path).metadata.text == comment
    notes = save_picture(noise(), path, metadata=Metadata(text={"Comment": "long" * 20_000, "Title": "t"}))
    assert notes == ("JPEG cannot hold all text notes of the picture. Left out: Comment, Title.",)
    save_picture(noise(), path.with_suffix(".png"), metadata=Metadata(text={"": "a\0b", **comment}))
    with Image.open(path.with_suffix(".png")) as picture:
        picture.load()
        assert picture.text["Comment"] == "Ein schöner Tag"


def test_lossless_webp_is_read_again_by_opencv(tmp_path: Path) -> None:
    save_picture(noise(), tmp_path / "a.webp", metadata=Metadata())
    assert np.array_equal(cv2.imread(str(tmp_path / "a.webp")), noise()[..., :3])
