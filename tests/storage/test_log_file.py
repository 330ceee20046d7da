"""What reaches the log file and the error stream, and what never does."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.storage.log_file import close_logging, configure_logging, redacted

LOG = logging.getLogger("editor.tests")
LINE = "🎯 Selected platform for image_editing: stability (sd-3.5-large)"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    close_logging()
    logger = logging.getLogger("editor")
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


def test_info_and_up_reach_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = configure_logging(stderr=True, folder=tmp_path / "logs")
    LOG.debug("unheard")
    LOG.info(LINE)
    LOG.warning("odd name \udcff")
    assert capsys.readouterr().err == f"INFO:{LINE}\nWARNING:odd name \\udcff\n"
    text = path.read_text("utf-8")
    assert LINE in text
    assert "\\udcff" in text
    assert "unheard" not in text
    assert path.name == "image-editor.log"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_the_error_stream_speaks_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace"))
    configure_logging(stderr=True, folder=tmp_path)
    LOG.info(LINE)
    assert raw.getvalue().decode("utf-8") == f"INFO:{LINE}\n"


def test_without_the_error_stream_only_the_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configure_logging(stderr=False, folder=tmp_path)
    LOG.error("failed")
    assert capsys.readouterr().err == ""
    assert "failed" in path.read_text("utf-8")
    monkeypatch.setattr(sys, "stderr", None)
    configure_logging(stderr=True, folder=tmp_path)
    LOG.error("no stream")
    assert "no stream" in path.read_text("utf-8")


@pytest.mark.parametrize("stderr", [False, True])
def test_a_folder_that_cannot_be_written_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stderr: bool
) -> None:
    (tmp_path / "file").touch()
    configure_logging(stderr=stderr, folder=tmp_path / "file" / "logs")
    LOG.info(LINE)
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("WARNING:The log file ")
    assert said[1:] == ([f"INFO:{LINE}"] if stderr else [])


def test_the_file_rotates(tmp_path: Path) -> None:
    configure_logging(stderr=False, folder=tmp_path)
    for _ in range(45):
        LOG.info("x" * 100_000)
    sizes = sorted((file.name, file.stat().st_size <= 1_000_000) for file in tmp_path.iterdir())
    assert sizes == [("image-editor.log", True), ("image-editor.log.1", True), ("image-editor.log.2", True)]


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcDEF0123456789",
        "r8_abcDEF0123456789",
        "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f:0123456789abcdef0123456789abcdef",
        "some-id:some-secret",
        "token-of-a-bearer",
        "iVBORw0KGgoAAAANSUhEUgAA",
    ],
)
def test_secrets_are_taken_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: str) -> None:
    prefix = {"s": "Key ", "t": "Authorization: Bearer ", "i": "data:image/png;base64,"}.get(secret[0], "")
    line = f"sent '{prefix if not secret.startswith('sk-') else ''}{secret}' and more"
    configure_logging(stderr=True, folder=tmp_path)
    LOG.info("got %s", line)
    try:
        raise ValueError(line)
    except ValueError:
        LOG.exception("failed")
    text = capsys.readouterr().err + (tmp_path / "image-editor.log").read_text("utf-8")
    assert secret not in text
    # Once on the terminal; in the file in the line and in the traceback.
    assert text.count("[removed]' and more") == 3
    assert text.count("ValueError: ") == 1


def test_ordinary_words_stay() -> None:
    for line in (LINE, "Stability API error: 402 Payment Required", "Key needed: set one.", "the key is risk-free"):
        assert redacted(line) == line


def test_a_traceback_goes_to_the_file_and_not_to_the_terminal(tmp_path, capsys):
    path = configure_logging(stderr=True, folder=tmp_path)
    try:
        raise KeyError("surprise")
    except KeyError:
        logging.getLogger("editor.fault").exception("Unexpected fault")
    close_logging()
    assert "Traceback" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().err.splitlines() == ["ERROR:Unexpected fault"]
