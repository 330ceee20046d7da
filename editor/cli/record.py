"""Where a command's receipt goes: a file, the standard output, both, or neither."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from editor.cli.main import answer
from editor.domain.receipt import Receipt
from editor.storage.output_file import OutputFile


class Record:
    """Hands over one receipt.

    Its file is prepared on entering, so that a folder which cannot be written is found before anything is paid for::

        with Record(file, on_stdout=True) as record:
            record.hand_over(receipt)
    """

    def __init__(self, path: Path | None, *, on_stdout: bool) -> None:
        self._output = None if path is None else OutputFile(path)
        self._on_stdout = on_stdout
        self._open = ExitStack()

    def __enter__(self) -> Record:
        if self._output is not None:
            self._open.enter_context(self._output)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def hand_over(self, receipt: Receipt) -> None:
        """Write the receipt as JSON, to the file first. Raises InputError where the system refuses."""
        self.hand_over_all(receipt.as_dict())

    def hand_over_all(self, document: Mapping[str, Any]) -> None:
        """The same for a document that holds several receipts."""
        words = json.dumps(document, ensure_ascii=False, indent=2)
        if self._output is not None:
            # A lone surrogate from a platform becomes the escape that JSON has for it.
            self._output.write(f"{words}\n".encode("utf-8", "backslashreplace"))
            self._output.commit()
        if self._on_stdout:
            answer(words)
