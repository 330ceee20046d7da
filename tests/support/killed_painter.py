"""A program that paints, keeps and saves pictures until it is killed, and holds what it finds at its start to account.

Arguments: the folder, a seed, and how many rounds to go on. It ends with an error where what came back is not what the
program before had been told was safe, or something newer.
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from support.documents import edit, facts, lead_a_life, noise, stroke, whole_past
from support.promises import Promises

from editor.domain.document import Document
from editor.session.autosave import Autosave, KeptOpen
from editor.session.chains import Chains
from editor.session.pictures import Pictures, Saving
from editor.storage.compression import usual_compression
from editor.storage.picture_rows import Rows
from editor.storage.picture_writer import encode, format_of
from editor.storage.settings import Settings

AT_ONCE = 2
"""Open pictures."""
MOST_STEPS = 14
ENDINGS = (".ora", ".ora", ".png", ".tif", ".jpg", ".webp")


class Painter:
    """One run of the program."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.promises = Promises(folder / "promises.jsonl")
        self.files = folder / "files"
        self.files.mkdir(exist_ok=True)
        kept = KeptOpen(folder / "recovery")
        self.recovery = kept.get()
        self.autosave = Autosave(kept)
        settings = Settings(folder / "settings.json")
        self.pictures = Pictures(settings, Chains(settings), sample=folder / "none.png", recovery=kept.get)
        self.chance = np.random.default_rng(seed)
        self.seed = seed
        self.open: list[Document] = []
        self.saver = ThreadPoolExecutor(max_workers=1)

    def begin(self) -> None:
        """Bring everything back and look at every file."""
        for left in self.autosave.left_open():
            document = self.autosave.reopen(left).document
            assert document.name not in {one.name for one in self.open}, f"{document.name} came back twice"
            self.open.append(document)
        self.promises.require_open({document.name: state_of(document) for document in self.open})
        for document in self.open:
            self.autosave.follow(document)
        for path in sorted(self.files.iterdir()):
            if not path.name.startswith("."):
                self.promises.require_file(path.name.removesuffix("~"), self.content_of(path), path)

    def content_of(self, path: Path) -> str:
        """What tells versions of a file apart; opens it as a user does."""
        opened = path
        if path.name.endswith("~"):
            # A backup is opened under the name that it once had.
            opened = path.with_name(f".opened-{path.name.removesuffix('~')}")
            opened.write_bytes(path.read_bytes())
        document = self.pictures.open(opened).document
        return state_of(document) if opened.suffix == ".ora" else digest_of(path.read_bytes())

    def round(self) -> None:
        """Something of all that a user does."""
        while len(self.open) < AT_ONCE:
            self.open_another()
        document = self.open[int(self.chance.integers(0, len(self.open)))]
        if len(document.history.entries) > MOST_STEPS:
            self.close(document)
            return
        lead_a_life(document, self.chance, int(self.chance.integers(1, 4)))
        self.keep(document, meanwhile=bool(self.chance.integers(0, 2)))
        if self.chance.integers(0, 2):
            self.save(document)

    def open_another(self) -> None:
        number = int(self.chance.integers(0, 1 << 40))
        size = int(self.chance.integers(40, 300)), int(self.chance.integers(40, 120))
        document = noise(number, size=size, depth=(np.uint8, np.uint16)[number % 2])
        self.open.append(document)
        self.autosave.follow(document)

    def keep(self, document: Document, *, meanwhile: bool) -> None:
        state = state_of(document)
        self.promises.begin("kept", document.name, state)
        wait = self.autosave.save(document)
        if meanwhile:
            stroke(document, self.chance)
            edit(document, self.chance)
        wait()
        self.promises.give("kept", document.name, state)

    def save(self, document: Document) -> None:
        ending = ENDINGS[int(self.chance.integers(0, len(ENDINGS)))]
        path = self.files / f"{document.name.replace(' ', '-').removesuffix('.png')}{ending}"
        saving = self.pictures.saving(document, path)
        content = state_of(document) if ending == ".ora" else encoded(document, saving)
        self.promises.begin("saved", path.name, content)
        done = self.saver.submit(saving.run)
        stroke(document, self.chance)
        done.result()
        self.promises.give("saved", path.name, content)

    def close(self, document: Document) -> None:
        self.promises.begin("closed", document.name, "")
        self.open.remove(document)
        self.autosave.forget(document)
        self.recovery.settle()
        self.promises.give("closed", document.name, "")


def encoded(document: Document, saving: Saving) -> str:
    """What the file of a picture is going to hold."""
    name = format_of(saving.path)
    memory = io.BytesIO()
    compression = usual_compression(name, document.metadata)
    encode(Rows(document.pixels.array), memory, name, metadata=document.metadata, compression=compression)
    return digest_of(memory.getvalue())


def state_of(document: Document) -> str:
    """A digest of a document with every step of its past, each of them taken."""
    told = hashlib.sha256()
    for one in [facts(document), *whole_past(document)]:
        _tell(told, one | {"modified": None})
    return told.hexdigest()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _tell(told: Any, value: Any) -> None:
    if isinstance(value, bytes):
        told.update(b"%d:" % len(value) + value)
    elif isinstance(value, Mapping):
        _tell(told, sorted(value.items()))
    elif is_dataclass(value):
        _tell(told, [getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, list | tuple):
        told.update(b"[")
        for one in value:
            _tell(told, one)
        told.update(b"]")
    else:
        told.update(repr(value).encode())


if __name__ == "__main__":
    painter = Painter(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    painter.begin()
    for _ in range(int(sys.argv[3])):
        painter.round()
        sys.stdout.write("another round\n")
        sys.stdout.flush()
