"""Exports: format, quality, colours, receipts and the size told beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import exiv2
import numpy as np
import pytest
from PIL import Image
from support import told
from support.profiles import grey_profile, matrix_profile, srgb

from editor.domain.attempt import FREE
from editor.domain.errors import InputError
from editor.domain.export_options import ExportOptions
from editor.domain.kinds import Operation, OperationType
from editor.domain.metadata import Metadata
from editor.domain.raster import Raster
from editor.domain.receipt import Receipt, ServedBy
from editor.imaging.colour import srgb_profile, to_srgb
from editor.storage.exif_directory import Entry, directory_bytes, new_structure, with_first_directory
from editor.storage.export import export_picture
from editor.storage.export_size import MARGINS, WHOLE_UP_TO, encoded_size
from editor.storage.receipt_files import receipts_in_file
from editor.storage.receipt_xmp import telling

RECEIPT = Receipt(
    operation=Operation.ERASE,
    operation_type=OperationType.IMAGE_EDITING,
    served_by=ServedBy("local", "this-computer", "PatchMatch", None),
    attempts=(),
    seed=7,
    cost=FREE,
    app_version="1.0",
)
CREDENTIALS = told.XMP.replace(
    b"<dc:title>",
    b'<dcterms:provenance xmlns:dcterms="http://purl.org/dc/terms/">self#jumbf=/c2pa/1</dcterms:provenance><dc:title>',
)


def photo(height: int = 300, width: int = 400, *, deep: bool = False) -> np.ndarray:
    """Smooth shapes with grain, opaque."""
    random = np.random.default_rng(4)
    small = random.integers(0, 256, (max(2, height // 60), max(2, width // 60), 3), np.uint8)
    colours = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(int)
    colours = np.clip(colours + random.integers(-6, 7, colours.shape), 0, 255).astype(np.uint8)
    pixels = np.dstack([colours, np.full((height, width), 255, np.uint8)])
    return pixels.astype(np.uint16) * 257 if deep else pixels


def bytes_of(path: Path, pixels: np.ndarray, metadata: Metadata, options: ExportOptions) -> int:
    export_picture(pixels, path, metadata=metadata, options=options)
    return path.stat().st_size


@pytest.mark.parametrize(("ending", "name"), [("jpg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_quality_and_subsampling_change_the_size(tmp_path: Path, ending: str, name: str) -> None:
    path, plain = tmp_path / f"a.{ending}", Metadata()
    coarse, fine = (bytes_of(path, photo(), plain, ExportOptions(format=name, quality=q)) for q in (30, 95))
    assert coarse < fine / 2
    if name != "WEBP":
        less = bytes_of(path, photo(), plain, ExportOptions(format=name, quality=95, subsampling="4:2:0"))
        assert less < fine
    else:
        export_picture(photo(), path, metadata=plain, options=ExportOptions(format=name, lossless=True))
        assert np.array_equal(cv2.imread(str(path)), photo()[..., :3])


def test_a_format_quality_or_ending_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    for wrong in ({"quality": 0}, {"quality": 101}, {"format": "BMP"}):
        with pytest.raises(InputError):
            ExportOptions(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"Give it \.jpg or \.jpeg\."):
        export_picture(photo(), tmp_path / "a.png", metadata=Metadata(), options=ExportOptions())
    assert not list(tmp_path.iterdir())


def test_receipts_go_out_only_where_that_was_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for receipt in (False, True):
        for choice in ("all", "copyright", "nothing"):
            options = ExportOptions(format="PNG", receipt=receipt, metadata=choice)  # type: ignore[arg-type]
            export_picture(photo(5, 5), path, metadata=told.everything(), options=options, receipts=[RECEIPT])
            assert receipts_in_file(path) == ((RECEIPT,) if receipt else ())


def test_receipts_that_a_picture_came_with_stay_behind_too(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    came = telling(told.everything(), [RECEIPT])[0]
    kept: dict[bool, tuple[Receipt, ...]] = {}
    for receipt in (False, True):
        options = ExportOptions(format="PNG", receipt=receipt)
        export_picture(photo(5, 5), path, metadata=came, options=options)
        kept[receipt] = receipts_in_file(path)
        assert b"A title" in path.read_bytes(), "all else stays"
        assert b"digitalsourcetype" in path.read_bytes(), "as does what the picture is"
    assert kept == {False: (), True: (RECEIPT,)}


@pytest.mark.parametrize("side", [40, 1300])
def test_what_the_file_will_lose_is_told_with_its_size(side: int) -> None:
    pixels = photo(side, side, deep=True)
    pixels[0, 0, 3] = 0
    plain = replace(told.everything(), iptc=told.IPTC, text={})
    losses = encoded_size(pixels, metadata=plain, options=ExportOptions(format="AVIF", quality=30)).losses
    assert [words.partition(" ")[0] for words in losses] == ["AVIF", "AVIF"]
    assert "IPTC" in losses[0] and "16 were rounded" in losses[1]
    losses = encoded_size(pixels, metadata=Metadata(), options=ExportOptions(quality=30)).losses
    assert "no transparency" in losses[-1]
    assert encoded_size(pixels, metadata=Metadata(), options=ExportOptions(format="PNG")).losses == ()


def test_a_pointer_at_content_credentials_never_goes_out(tmp_path: Path) -> None:
    assert b"jumbf" in CREDENTIALS
    for ending, name in (("png", "PNG"), ("jpg", "JPEG"), ("tif", "TIFF")):
        path = tmp_path / f"a.{ending}"
        options = ExportOptions(format=name, location=True)
        export_picture(photo(5, 5), path, metadata=Metadata(xmp=CREDENTIALS), options=options)
        assert b"jumbf" not in path.read_bytes()
        assert b"A title" in path.read_bytes()


@pytest.mark.parametrize("deep", [False, True])
def test_a_profile_stays_unless_the_picture_is_converted(tmp_path: Path, deep: bool) -> None:
    path, profile, pixels = tmp_path / "a.png", matrix_profile(), photo(deep=deep)
    kinds: dict[bool, tuple[bytes, Any]] = {
        False: (profile, pixels[..., :3]),
        True: (srgb_profile(), to_srgb(np.ascontiguousarray(pixels[..., 2::-1]), profile)[..., ::-1]),
    }
    for converted, (expected, colours) in kinds.items():
        options = ExportOptions(format="PNG", to_srgb=converted, metadata="nothing")  # type: ignore[arg-type]
        assert export_picture(pixels, path, metadata=Metadata(icc_profile=profile), options=options) == ()
        assert np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), colours)
        with Image.open(path) as picture:
            assert picture.info["icc_profile"] == expected


def test_srgb_stays_itself_and_a_profile_that_leads_nowhere_is_told_of(tmp_path: Path) -> None:
    path, options = tmp_path / "a.png", ExportOptions(format="PNG", to_srgb=True)
    assert export_picture(photo(), path, metadata=Metadata(icc_profile=srgb()), options=options) == ()
    assert np.array_equal(cv2.imread(str(path)), photo()[..., :3])
    broken = bytearray(matrix_profile())
    broken[128:] = bytes(len(broken) - 128)
    (note,) = export_picture(photo(), path, metadata=Metadata(icc_profile=bytes(broken)), options=options)
    assert "cannot be converted" in note
    assert srgb_profile() == srgb_profile()


def test_exif_and_xmp_say_srgb_once_it_is(tmp_path: Path) -> None:
    inner = new_structure([Entry(1, 2, 4, b"R03\0")])
    shot = directory_bytes(
        [Entry(0xA001, 3, 1, b"\xff\xff"), Entry(0xA005, 4, 1, b"\x08\0\0\0")], len(inner), order="<"
    )
    exif = with_first_directory(inner + shot, [Entry(0x8769, 4, 1, len(inner).to_bytes(4, "little"))])
    xmp = told.XMP.replace(b'xmp:Rating="4"', b'photoshop:ICCProfile="Wide" exif:ColorSpace="65535"')
    metadata = Metadata(icc_profile=matrix_profile(), exif=exif, xmp=xmp)
    path, found = tmp_path / "a.jpg", {}
    for converted in (False, True):
        export_picture(photo(), path, metadata=metadata, options=ExportOptions(to_srgb=converted))
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        told_of = {datum.key(): datum.toString() for data in (image.exifData(), image.xmpData()) for datum in data}
        keys = (
            "Exif.Photo.ColorSpace",
            "Exif.Iop.InteroperabilityIndex",
            "Xmp.exif.ColorSpace",
            "Xmp.photoshop.ICCProfile",
        )
        found[converted] = [told_of[key] for key in keys]
    assert found == {False: ["65535", "R03", "65535", "Wide"], True: ["1", "R98", "1", "sRGB IEC61966-2.1"]}


def test_grey_stays_grey_in_srgb(tmp_path: Path) -> None:
    path, pixels = tmp_path / "a.png", photo()
    pixels[..., :3] = pixels[..., :1]
    metadata = Metadata(greyscale=True, icc_profile=grey_profile())
    export_picture(pixels, path, metadata=metadata, options=ExportOptions(format="PNG", to_srgb=True))
    with Image.open(path) as picture:
        assert picture.mode == "L"
        assert "icc_profile" not in picture.info
        assert not np.array_equal(np.asarray(picture), pixels[..., 0])


def test_16_bits_are_kept_or_rounded_by_choice(tmp_path: Path) -> None:
    for eight in (False, True):
        export_picture(
            photo(deep=True),
            tmp_path / "a.tif",
            metadata=Metadata(),
            options=ExportOptions(format="TIFF", eight_bits=eight),
        )
        read = cv2.imread(str(tmp_path / "a.tif"), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(read, photo(deep=not eight)[..., :3])


def test_a_snapshot_is_exported_as_it_was(tmp_path: Path) -> None:
    raster = Raster(photo())
    with raster.snapshot() as snapshot:
        raster.write(raster.rect, np.zeros_like(raster.array))
        export_picture(snapshot, tmp_path / "a.png", metadata=Metadata(), options=ExportOptions(format="PNG"))
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png")), photo()[..., :3])


@pytest.mark.parametrize("name", list(MARGINS))
def test_the_size_of_a_small_picture_is_told_exactly(tmp_path: Path, name: str) -> None:
    endings = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif", "WEBP": "webp", "AVIF": "avif"}
    options, metadata = ExportOptions(format=name, receipt=True), told.everything()
    path = tmp_path / f"a.{endings[name]}"
    export_picture(photo(), path, metadata=metadata, options=options, receipts=[RECEIPT])
    told_size = encoded_size(photo(), metadata=metadata, options=options, receipts=[RECEIPT])
    assert told_size.exact
    assert told_size.size == path.stat().st_size


@pytest.mark.parametrize("name", ["WEBP", "AVIF", "TIFF"])
def test_the_size_of_a_large_picture_is_told_within_the_margin(tmp_path: Path, name: str) -> None:
    side = int(WHOLE_UP_TO[name] ** 0.5) + 50
    pixels, options = photo(side, side), ExportOptions(format=name, quality=60, lossless=name == "WEBP")
    endings = {"TIFF": "tif", "WEBP": "webp", "AVIF": "avif"}
    estimate = encoded_size(pixels, metadata=told.everything(), options=options)
    real = bytes_of(tmp_path / f"a.{endings[name]}", pixels, told.everything(), options)
    assert not estimate.exact
    assert estimate.size == pytest.approx(real, rel=estimate.margin)


def test_a_picture_that_a_format_cannot_hold_is_refused_before_it_is_encoded() -> None:
    with pytest.raises(InputError, match="WebP holds at most 16383 pixels a side"):
        encoded_size(np.zeros((1, 16_384, 4), np.uint8), metadata=Metadata(), options=ExportOptions(format="WEBP"))


def test_a_hole_outside_the_sample_counts_its_channel() -> None:
    pixels = np.full((1800, 1800, 4), 255, np.uint8)
    pixels[0, 0, 3] = 0
    options = ExportOptions(format="WEBP", lossless=True)
    assert encoded_size(pixels, metadata=Metadata(), options=options).size > 0
