"""Both JPEG decoders give the same pixels, whole and shrunk, and a preview looks as the picture."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from editor.domain.samples import Pixels
from editor.storage.fast_jpeg import JpegDecoder, PillowJpegDecoder, jpeg_decoder, shrinking
from editor.storage.picture_header import open_picture
from editor.storage.picture_pixels import decoded
from editor.storage.picture_preview import read_preview

ORIENTATION = 0x0112


def _scene(width: int, height: int) -> Pixels:
    rough = np.random.default_rng(3).integers(0, 256, (9, 13, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _jpeg(pixels: Pixels, *, turned: int = 1, **options: object) -> bytes:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    Image.fromarray(pixels).save(stream, "JPEG", exif=exif, **options)
    return stream.getvalue()


DECODERS = pytest.mark.parametrize("decoder", [jpeg_decoder(), PillowJpegDecoder()])


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"progressive": True}, {"quality": 30}])
@pytest.mark.parametrize("at_least", [None, (600, 400), (301, 200), (150, 101), (1, 1)])
@pytest.mark.parametrize("grey", [False, True])
def test_both_decoders_agree(options: dict[str, object], at_least: tuple[int, int] | None, grey: bool) -> None:
    scene = _scene(1201, 803)
    data = _jpeg(scene[..., 0] if grey else scene, **options)

    first, second = (decoder(data, at_least=at_least) for decoder in (jpeg_decoder(), PillowJpegDecoder()))

    assert first.shape == second.shape
    assert np.array_equal(first, second)
    assert (first[..., 3] == 255).all()
    assert at_least is None or (first.shape[1] >= at_least[0] and first.shape[0] >= at_least[1])


@pytest.mark.parametrize(
    ("at_least", "factor"), [((8, 6), 8), ((1000, 750), 8), ((1001, 750), 4), ((4001, 1), 1), ((9000, 9000), 1)]
)
def test_shrinking_leaves_what_is_needed(at_least: tuple[int, int], factor: int) -> None:
    assert shrinking((8000, 6000), at_least) == factor


@DECODERS
def test_half_a_file_is_refused(decoder: JpegDecoder) -> None:
    data = _jpeg(_scene(900, 600))
    with pytest.raises((ValueError, OSError)):
        decoder(data[: len(data) // 2])


@DECODERS
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_file_is_opened_the_same_with_either(tmp_path: Path, decoder: JpegDecoder, turned: int) -> None:
    path = tmp_path / "turned.jpg"
    path.write_bytes(_jpeg(_scene(61, 40), turned=turned))
    with Image.open(path) as picture:
        transposes = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
        whole = picture.transpose(Image.Transpose(transposes[turned])) if turned > 1 else picture
        expected = np.asarray(whole)[..., ::-1]

    with open_picture(path) as opened:
        pixels = decoded(opened, jpeg=decoder)

    assert np.array_equal(pixels[..., :3], expected)


@DECODERS
@pytest.mark.parametrize("turned", [1, 3, 6])
def test_a_preview_fills_the_room(tmp_path: Path, decoder: JpegDecoder, turned: int) -> None:
    scene = _scene(2600, 1800)
    path = tmp_path / "large.jpg"
    path.write_bytes(_jpeg(scene, turned=turned))

    preview = read_preview(path, (640, 480), decoder=decoder)

    assert preview is not None
    assert preview.size == ((1800, 2600) if turned == 6 else (2600, 1800))
    assert preview.pixels.shape[0] >= 480 or preview.pixels.shape[1] >= 640
    assert preview.pixels.shape[0] < 1000
    back = {1: 0, 3: 2, 6: 1}[turned]
    small = cv2.resize(np.rot90(preview.pixels[..., 2::-1], back), (260, 180), interpolation=cv2.INTER_AREA)
    expected = cv2.resize(scene, (260, 180), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected).mean() < 3


def test_what_is_there_as_soon_has_no_preview(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(_jpeg(_scene(300, 200)))
    assert read_preview(path, (100, 100)) is None
    path.write_bytes(_jpeg(_scene(2600, 1800)))
    assert read_preview(path, (2600, 1800)) is None
    path.write_bytes(path.read_bytes()[:5000])
    assert read_preview(path, (100, 100)) is None
    path.write_bytes(b"no picture")
    assert read_preview(path, (100, 100)) is None
    Image.fromarray(_scene(2600, 1800)).save(tmp_path / "picture.png")
    assert read_preview(tmp_path / "picture.png", (100, 100)) is None
