"""Saving pictures: pixels, profile, metadata and what a format cannot hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.metadata import Metadata
from editor.domain.raster import Raster
from editor.domain.samples import narrowed
from editor.storage.output_file import OutputFile
from editor.storage.picture_reader import read_picture
from editor.storage.picture_writer import format_of, save_picture, write_picture

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LOSSLESS = ["png", "tiff", "webp"]


def noise(height: int = 30, width: int = 50) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 4), np.uint8)


def opaque(pixels: np.ndarray) -> np.ndarray:
    pixels[..., 3] = 255
    return pixels


@pytest.mark.parametrize("extension", LOSSLESS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pixels=st.sampled_from([np.uint8, np.uint16]).flatmap(
        lambda kind: arrays.arrays(kind, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)))
    ),
    alpha=st.booleans(),
    greyscale=st.booleans(),
)
def test_lossless_formats_keep_every_pixel(
    tmp_path: Path, extension: str, pixels: np.ndarray, alpha: bool, greyscale: bool
) -> None:
    path, deep = tmp_path / f"a.{extension}", pixels.dtype == np.uint16
    if greyscale:
        pixels[..., 1:3] = pixels[..., :1]
    notes = save_picture(pixels, path, metadata=Metadata(alpha=alpha, greyscale=greyscale))
    assert bool(notes) == (deep and extension == "webp")
    document = read_picture(path)
    expected = pixels if extension != "webp" else narrowed(pixels)
    assert document.pixels.array.dtype == expected.dtype
    assert np.array_equal(document.pixels.array, expected)
    transparent = alpha or bool((pixels[..., 3] < np.iinfo(pixels.dtype).max).any())
    without_grey = extension == "webp" or (extension == "tiff" and deep and transparent)
    assert document.metadata.greyscale == (greyscale and not without_grey)


@pytest.mark.parametrize("extension", LOSSLESS)
def test_a_picture_of_many_bands_keeps_every_pixel(tmp_path: Path, extension: str) -> None:
    pixels, path = noise(900, 1300), tmp_path / f"a.{extension}"
    save_picture(pixels, path, metadata=Metadata(alpha=True))
    assert np.array_equal(read_picture(path).pixels.array, pixels)


@pytest.mark.parametrize("extension", ["png", "tiff", "jpg"])
def test_greyscale_stays_greyscale(tmp_path: Path, extension: str) -> None:
    pixels = opaque(np.repeat(noise()[..., :1], 4, axis=2))
    path = tmp_path / f"a.{extension}"
    save_picture(pixels, path, metadata=Metadata(greyscale=True, icc_profile=SRGB))
    with Image.open(path) as picture:
        assert picture.mode == "L"
        # A profile for colour says nothing about grey.
        assert not picture.info.get("icc_profile")
    if extension != "jpg":
        assert np.array_equal(read_picture(path).pixels.array, pixels)


def test_alpha_is_kept_where_the_picture_had_it_or_has_it_now(tmp_path: Path) -> None:
    for alpha, pixels, mode in [
        (True, opaque(noise()), "RGBA"),
        (False, opaque(noise()), "RGB"),
        (False, noise(), "RGBA"),
    ]:
        save_picture(pixels, tmp_path / "a.png", metadata=Metadata(alpha=alpha))
        with Image.open(tmp_path / "a.png") as picture:
            assert picture.mode == mode


def test_jpeg_lays_transparency_on_white_and_says_so(tmp_path: Path) -> None:
    pixels, path = np.zeros((16, 16, 4), np.uint8), tmp_path / "a.jpg"
    (note,) = save_picture(pixels, path, metadata=Metadata(alpha=True))
    assert "transparen" in note
    assert read_picture(path).pixels.array.min() == 255
    assert save_picture(opaque(noise()), path, metadata=Metadata(alpha=True)) == ()


def exif() -> bytes:
    values = Image.Exif()
    values[0x010F] = "Maker"
    values.get_ifd(0x8769)[0x829A] = 0.5
    return values.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("extension", ["png", "tiff", "jpg", "webp"])
def test_profile_and_metadata_come_back(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    metadata = Metadata(icc_profile=SRGB, exif=exif(), xmp=b"<x:xmpmeta/>", dpi=(300, 150), text={"Title": "A café ✓"})
    save_picture(opaque(noise()), path, metadata=metadata)
    kept = read_picture(path).metadata
    assert kept.icc_profile == SRGB
    assert kept.xmp == b"<x:xmpmeta/>"
    assert kept.exif is not None
    values = Image.Exif()
    values.load(kept.exif)
    assert values[0x010F] == "Maker"
    assert values.get_ifd(0x8769)[0x829A] == 0.5
    assert kept.dpi == pytest.approx((300, 150), abs=0.1)
    assert kept.text == (metadata.text if extension == "png" else {})


def test_metadata_too_long_for_jpeg_is_left_out_and_said_so(tmp_path: Path) -> None:
    long = Metadata(exif=exif() + bytes(70_000), xmp=bytes(70_000))
    notes = save_picture(opaque(noise()), tmp_path / "a.jpg", metadata=long)
    assert len(notes) == 2
    assert read_picture(tmp_path / "a.jpg").metadata.exif is None


@pytest.mark.parametrize("extension", ["png", "tiff", "jpg", "webp"])
@pytest.mark.parametrize("dots", [1e-9, 0.3, 72.5, 66_000.0, 1e8, 1e30])
def test_any_resolution_is_kept_or_told_of(tmp_path: Path, extension: str, dots: float) -> None:
    path = tmp_path / f"a.{extension}"
    notes = save_picture(opaque(noise()), path, metadata=Metadata(dpi=(dots, dots)))
    kept = read_picture(path).metadata.dpi
    if notes:
        assert "resolution" in notes[0]
        assert kept is None
    else:
        # JPEG counts in whole dots, PNG in dots a metre.
        assert kept == pytest.approx((dots, dots), rel=0.05)


def saved_options(path: Path) -> dict[str, Any]:
    return dict(read_picture(path).metadata.save_options)


def test_jpeg_is_never_coarser_than_quality_95_or_a_finer_original(tmp_path: Path) -> None:
    tables = {}
    for quality in (60, 95, 99):
        path, again = tmp_path / "a.jpg", tmp_path / "b.jpg"
        Image.fromarray(noise()[..., :3]).save(path, quality=quality)
        document = read_picture(path)
        save_picture(document.pixels.snapshot(), again, metadata=document.metadata)
        tables[quality] = saved_options(path)["jpeg_tables"], saved_options(again)["jpeg_tables"]
        with Image.open(again) as picture:
            assert picture.layer[0][1:3] == (1, 1)
    assert tables[60][1] == tables[95][1] == tables[95][0]
    assert tables[99][1] == tables[99][0]


def test_webp_is_lossy_only_where_the_picture_was(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    for lossy in (False, True):
        save_picture(opaque(noise()), path, metadata=Metadata(save_options={"lossy": lossy}))
        assert saved_options(path) == {"lossy": lossy}


def test_a_snapshot_is_saved_as_it_was(tmp_path: Path) -> None:
    pixels = opaque(noise(600, 700))
    raster, before, path = Raster(pixels), pixels.copy(), tmp_path / "a.png"
    with raster.snapshot() as snapshot:
        raster.write(Rect(100, 100, 300, 300), np.zeros((300, 300, 4), np.uint8))
        save_picture(snapshot, path, metadata=Metadata())
    assert np.array_equal(read_picture(path).pixels.array, before)


def test_an_unknown_extension_lists_the_known_ones(tmp_path: Path) -> None:
    for name in ("a.heic", "a", "a.PNGX"):
        with pytest.raises(InputError, match=r"\.png, \.jpg, \.jpeg, \.webp, \.tif, \.tiff, \.avif"):
            save_picture(noise(), tmp_path / name, metadata=Metadata())
    assert format_of(Path("A.JPG")) == "JPEG"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("extension", "side"), [("jpg", 65_501), ("webp", 16_384)])
def test_a_side_too_long_for_the_format_names_others(tmp_path: Path, extension: str, side: int) -> None:
    with pytest.raises(InputError, match=f"at most {side - 1} pixels.*PNG or TIFF"):
        save_picture(np.zeros((1, side, 4), np.uint8), tmp_path / f"a.{extension}", metadata=Metadata())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("extension", ["png", "tiff", "jpg", "webp"])
def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, extension: str) -> None:
    limits = pytest.importorskip("resource", reason="the resource module limits file sizes on POSIX alone")
    path = tmp_path / f"a.{extension}"
    path.write_bytes(b"old")
    usual = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (20_000, usual[1]))
    try:
        with pytest.raises(InputError, match=f"“a.{extension}” cannot be saved: the file is too large"):
            save_picture(noise(300, 300), path, metadata=Metadata())
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, usual)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_the_place_can_be_taken_before_the_picture_exists(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with OutputFile(path) as output:
        assert not path.exists()
        write_picture(opaque(noise()), output, metadata=Metadata())
        assert path.exists()
    assert list(tmp_path.iterdir()) == [path]
