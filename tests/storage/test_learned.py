"""What was learned is there at the next start, whatever happens to its file."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import pytest

from editor.storage.learned import Learned

TOPIC = "mask_polarity"


def test_what_was_learned_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "data" / "learned.json"
    learned = Learned(path)
    assert learned.get(TOPIC, "v2/erase") == ""
    learned.set(TOPIC, "v2/erase", "black_changes")
    assert learned.get(TOPIC, "v2/erase") == "black_changes"
    assert Learned(path).get(TOPIC, "v2/erase") == "black_changes"
    assert Learned(path).get("another topic", "v2/erase") == ""


def test_two_runs_of_the_program_keep_what_each_has_learned(tmp_path: Path) -> None:
    path = tmp_path / "learned.json"
    window, command = Learned(path), Learned(path)
    assert window.get(TOPIC, "a") == command.get(TOPIC, "b") == ""
    command.set(TOPIC, "b", "white_changes")
    window.set(TOPIC, "a", "black_changes")
    third = Learned(path)
    assert (third.get(TOPIC, "a"), third.get(TOPIC, "b")) == ("black_changes", "white_changes")


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    learned = Learned(tmp_path / "learned.json")
    threads = [
        threading.Thread(target=lambda name=str(number): learned.set(TOPIC, name, "black_changes"))
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads(learned.path.read_text("utf-8"))[TOPIC]) == 12


@pytest.mark.parametrize("text", ["{", "[]", '{"mask_polarity": 3}', '{"mask_polarity": {"a": 1}}', "\udcff"])
def test_a_damaged_file_is_set_aside_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    path = tmp_path / "learned.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    learned = Learned(path)
    assert learned.get(TOPIC, "a") == ""
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert (tmp_path / "learned.json.damaged").exists()
    learned.set(TOPIC, "a", "black_changes")
    assert Learned(path).get(TOPIC, "a") == "black_changes"


def test_what_cannot_be_written_lasts_until_the_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    learned = Learned(tmp_path / "data" / "learned.json")
    learned.set(TOPIC, "a", "black_changes")
    assert learned.get(TOPIC, "a") == "black_changes"
    assert "could not be kept" in caplog.text
