"""The n-th call of the disk fails while a picture or a project is saved: the file is the old one whole, and it is told.

Then saving it again succeeds.
"""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from support.documents import edit, facts, noise, stroke, whole_past
from support.faulty_disk import FaultyDisk

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.session.autosave import KeptOpen
from editor.session.chains import Chains
from editor.session.pictures import PROJECT, Pictures
from editor.storage.output_file import backup_of
from editor.storage.settings import Settings

ENDINGS = (PROJECT, ".png", ".jpg", ".webp", ".tif", ".avif")
MOST_CALLS = 500


class Saver:
    """A session that saves one document over a file which it has saved before."""

    def __init__(self, folder: Path, ending: str) -> None:
        settings = Settings(folder / "settings.json")
        self.kept = KeptOpen(folder / "recovery")
        self.pictures = Pictures(settings, Chains(settings), sample=folder / "none.png", recovery=self.kept.get)
        self.document = noise(5, size=(150, 100), depth=np.uint16)
        self.chance = np.random.default_rng(5)
        for _ in range(3):
            edit(self.document, self.chance)
            stroke(self.document, self.chance)
        (folder / "files").mkdir()
        self.path = folder / "files" / f"a{ending}"
        self.save(FaultyDisk())
        self.document.path = self.path

    def save(self, disk: FaultyDisk) -> None:
        # One step in the place of another: the past does not grow.
        self.document.undo()
        edit(self.document, self.chance)
        self.saving(disk)

    def saving(self, disk: FaultyDisk) -> None:
        self.pictures.saving(self.document, self.path).run(disk=disk)
        self.pictures.saved(self.document, self.path)

    def opened(self) -> Document:
        return self.pictures.open(self.path).document


@pytest.mark.parametrize(
    ("number_of", "for_good"), [(errno.EIO, False), (errno.ENOSPC, True)], ids=["once", "full for good"]
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_failing_disk_never_costs_the_saved_file(tmp_path: Path, ending: str, for_good: bool, number_of: int) -> None:
    saver = Saver(tmp_path, ending)
    for number in range(1, MOST_CALLS):
        before, disk = saver.path.read_bytes(), FaultyDisk(number, number=number_of, for_good=for_good)
        try:
            saver.save(disk)
        except InputError as error:
            assert saver.path.read_bytes() == before
            assert "cannot be saved" in error.message
            assert saver.path.name in error.message
            assert error.message.endswith(".")
            saver.opened()
            saver.saving(FaultyDisk())
        else:
            # What is not the file itself may fail in silence: its backup, and its name's way to the disk.
            called = disk.calls[number - 1] if disk.fired else ""
            assert called in ("", "duplicate", "replace", "sync_folder")
        assert_saved(saver)
        if not disk.fired:
            break
    else:
        pytest.fail("the disk never stopped failing")
    assert number > 5
    saver.kept.close()


def assert_saved(saver: Saver) -> None:
    """The file holds the document, and nothing half lies beside it."""
    opened = saver.opened()
    assert opened.size == saver.document.size
    if saver.path.suffix == PROJECT:
        same = {"modified": None}
        assert facts(opened) | same == facts(saver.document) | same
        assert [one | same for one in whole_past(opened)] == [one | same for one in whole_past(saver.document)]
    elif saver.path.suffix in (".png", ".tif"):
        assert np.array_equal(opened.pixels.array, saver.document.pixels.array)
    assert set(saver.path.parent.iterdir()) <= {saver.path, backup_of(saver.path)}
