"""The main job without a display: open the sample photo, press Erase, keep the result, its receipt and a screenshot.

    python packaging/first_run.py FOLDER

The real window does it, drawn into memory, on this computer only, whatever keys there are.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor.app.composition import make_session
from editor.domain.errors import EditorError
from editor.session import FinishedEdit, Session
from editor.storage.file_facts import file_facts
from editor.storage.log_file import configure_logging
from editor.storage.paths import Paths
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

SIZE = (1440, 900)
PATIENCE_SECONDS = 300


class FirstRun:
    """Presses Erase once the sample is open, and writes three files once the edit is done."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self._application = application
        self._folder = folder
        self._session: Session = make_session(
            environment=os.environ, chain=["local"], paths=Paths.under(folder / ".home"), use_keyring=False
        )
        self._runner = JobRunner(self._session)
        self._window = MainWindow(self._session, self._runner)
        self._window.resize(*SIZE)
        self._runner.finished.connect(self._done)
        self._runner.failed.connect(self._failed)
        self._window.workspace.added.connect(lambda _: QTimer.singleShot(0, self._window.handlers.run_edit))

    def run(self) -> int:
        """Do it; returns the exit code."""
        self._window.show()
        self._window.show_sample()
        QTimer.singleShot(PATIENCE_SECONDS * 1000, lambda: self._stop(f"no result in {PATIENCE_SECONDS} seconds", 1))
        code = self._application.exec()
        self._runner.shut_down()
        return code

    def _done(self, _: str, finished: FinishedEdit) -> None:
        erased = self._folder / "erased.png"
        self._session.pictures.saving(finished.document, erased).run()
        facts = {"input": file_facts(self._session.pictures.sample_path), "output": file_facts(erased)}
        receipt = json.dumps(replace(finished.receipt, **facts).as_dict(), ensure_ascii=False, indent=2)
        (self._folder / "receipt.json").write_text(f"{receipt}\n", encoding="utf-8")
        # A moment later the panels show the end of the edit.
        QTimer.singleShot(700, self._photograph(finished.sentence))

    def _photograph(self, sentence: str) -> Callable[[], None]:
        def take() -> None:
            self._window.grab().save(str(self._folder / "window.png"))
            self._stop(sentence, 0)

        return take

    def _failed(self, _: str, error: EditorError) -> None:
        self._stop(error.message, 3)

    def _stop(self, words: str, code: int) -> None:
        say(words)
        self._application.exit(code)


def say(words: str) -> None:
    """A line for the user."""
    print(words, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Write ``erased.png``, ``receipt.json`` and ``window.png`` into the folder that is named."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    configure_logging(stderr=True, folder=folder / ".home" / "logs")
    code = FirstRun(QApplication(sys.argv[:1]), folder).run()
    if code == 0:
        for name in ("erased.png", "receipt.json", "window.png"):
            print(folder / name)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
