"""What comes in by drop and paste: files, pictures out of other programs, addresses."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage
from support.fake_window import FakeSession
from support.profiles import matrix_profile

from editor.domain.errors import InputError
from editor.imaging.picture import Picture
from editor.session import Session
from editor.ui.carried import Carried, carried, may_carry
from editor.ui.file_commands import pixels_of
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def pixels() -> np.ndarray:
    """Colours that shine through, one of them not at all there."""
    made = np.random.default_rng(2).integers(0, 256, (6, 9, 4), np.uint8)
    made[0, 0] = (10, 20, 30, 0)
    return made


def png(picture: np.ndarray | None = None) -> bytes:
    return cv2.imencode(".png", pixels() if picture is None else picture)[1].tobytes()


def mime(*, urls: tuple[str, ...] = (), text: str = "", **pictures: bytes) -> QMimeData:
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if text:
        data.setText(text)
    for kind, raw in pictures.items():
        data.setData(f"image/{kind}", QByteArray(raw))
    return data


@pytest.fixture
def window(empty_window: MainWindow) -> MainWindow:
    return empty_window


def test_of_several_forms_the_one_that_says_most_is_taken() -> None:
    web = "https://example.org/a.png"
    files = mime(urls=("file:///a/b.png", web, "file:///c.jpg"), png=png())
    assert carried(files).paths == (Path("/a/b.png"), Path("/c.jpg"))
    assert carried(mime(urls=(web,), jpeg=b"less", png=b"most")).data == b"most"
    assert carried(mime(urls=(web,), png=b"")).addresses == (web,), "a promise that was not kept"
    assert carried(mime(text=f" {web}\n")).addresses == (web,)
    for nothing in (QMimeData(), mime(text="Some words"), mime(text="mailto:a@example.org"), mime(text="https:")):
        assert not carried(nothing)
        assert not may_carry(nothing)


def test_an_address_may_hold_the_picture_itself() -> None:
    held = base64.b64encode(png()).decode()
    data = mime(urls=(f"data:image/png;base64,{held}",))
    assert may_carry(data)
    assert carried(data).data == png()
    broken = mime(urls=("data:image/png;base64,A",))
    assert not carried(broken).data
    assert not may_carry(mime(urls=("data:text/html,<p>words",)))


@pytest.mark.parametrize("raw", [True, False])
def test_a_transparent_picture_is_pasted_as_it_was_copied(window: MainWindow, raw: bool) -> None:
    if raw:
        QGuiApplication.clipboard().setMimeData(mime(png=png()))
    else:
        image = QImage(pixels().copy().data, 9, 6, 36, QImage.Format.Format_ARGB32).copy()
        QGuiApplication.clipboard().setImage(image)
    window.commands["paste"].trigger()
    picture = window.workspace.current
    assert picture is not None
    assert np.array_equal(picture.document.pixels.array, pixels())
    assert not picture.opaque
    assert picture.document.modified
    assert picture.document.name == "Pasted picture"


def test_a_picture_out_of_a_browser_is_a_new_one(window: MainWindow) -> None:
    window.canvas.dropped.emit(carried(mime(urls=("https://example.org/a.png",), png=png())))
    picture = window.workspace.current
    assert picture is not None
    assert picture.document.name == "Dropped picture"
    assert picture.document.path is None
    assert picture.document.modified, "it is in no file yet"
    assert window.files.recent == ()


@pytest.mark.parametrize("dropped", [True, False])
def test_an_address_is_told_of_and_never_fetched(window: MainWindow, dropped: bool) -> None:
    data = mime(urls=("https://example.org/a.png",))
    if dropped:
        window.canvas.dropped.emit(carried(data))
    else:
        QGuiApplication.clipboard().setMimeData(data)
        window.commands["paste"].trigger()
    assert window.messages.notice is not None
    assert "downloads nothing by itself" in window.messages.notice.words
    assert not window.messages.notice.bad
    assert window.workspace.pictures == ()


def test_several_files_are_dropped_at_once(window: MainWindow) -> None:
    window.canvas.dropped.emit(Carried(paths=(Path("/pictures/a.png"), Path("/pictures/b.png"))))
    assert [picture.document.name for picture in window.workspace.pictures] == ["a.png", "b.png"]


def test_a_recent_file_that_is_gone_leaves_the_list(window: MainWindow, tmp_path: Path) -> None:
    there, gone = tmp_path / "there.txt", tmp_path / "gone.txt"
    there.write_text("no picture")
    window.files.open_paths([Path("/pictures/a.png")])
    kept = ["/pictures/a.png", str(there)]
    window._session.settings.set("recent_files", [str(gone), *kept])
    window.files.open_paths([gone, there])
    assert [str(path) for path in window.files.recent] == kept


def test_a_path_is_remembered_from_wherever_the_program_is_started(window: MainWindow) -> None:
    window.open_paths([Path("photo.png")])
    assert window.files.recent == (Path("photo.png").absolute(),)


def test_a_picture_in_other_colours_is_converted() -> None:
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(QColor(200, 40, 40, 128))
    same = pixels_of(image)
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb))
    converted = pixels_of(image)
    assert np.array_equal(same[0, 0], [40, 40, 200, 128])
    assert converted[0, 0, 2] > 205
    assert converted[0, 0, 3] == 128


def test_bytes_are_opened_like_a_file(tmp_path: Path) -> None:
    """Over the real session: 16 bits and the profile stay, and nothing stays behind."""

    def never() -> None:
        raise AssertionError("opening needs no platforms")

    session = Session(settings=FakeSession(tmp_path).settings, build_services=never, sample=tmp_path)  # type: ignore[arg-type]
    profile = matrix_profile()
    image = QImage(5, 4, QImage.Format.Format_RGBA64)
    image.fill(QColor.fromRgba64(50_000, 3, 40_001, 65_535))
    image.setColorSpace(QColorSpace.fromIccProfile(QByteArray(profile)))
    path = tmp_path / "a.png"
    assert image.save(str(path))
    made = session.pictures.from_bytes(path.read_bytes(), "Pasted picture")
    assert isinstance(made, Picture)
    document = made.document
    assert (document.path, document.name, document.metadata.format) == (None, "Pasted picture", "PNG")
    assert document.pixels.array[3, 4].tolist() == [40_001, 3, 50_000, 65_535]
    assert document.metadata.icc_profile is not None
    with pytest.raises(InputError, match="Pasted picture"):
        session.pictures.from_bytes(b"no picture", "Pasted picture")
