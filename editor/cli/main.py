"""From arguments to a command and its exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError, InputError, KeyringUnavailable

if TYPE_CHECKING:
    from editor.session import Session

log = logging.getLogger(__name__)

VERBS = ("edit", "select", "mask", "platforms", "models", "why", "keys", "ledger", "results", "receipts", "simulate")

DONE = 0
INTERNAL_ERROR = 1
BAD_INPUT = 2
ALL_FAILED = 3
CANCELLED = 4

MakeSession: TypeAlias = "Callable[..., Session]"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the composition root hands to the commands.

    ``make_session`` takes ``environment``, ``chain`` and ``cycles`` by name; ``show_window`` takes files, an
    environment and ``use_keyring`` and returns the exit code; ``log_path`` is where the log is written.
    """

    make_session: MakeSession
    show_window: Callable[..., int]
    environment: Mapping[str, str]
    log_path: Path


def is_headless(words: Sequence[str]) -> bool:
    """Whether ``words`` are a command or an option; anything else is files for the window, as all is behind ``--``."""
    return bool(words) and words[0] != "--" and (words[0] in VERBS or words[0].startswith("-"))


def main(arguments: Sequence[str], surroundings: Surroundings) -> int:
    """Carry out a headless command. Exit codes: 0 done, 1 internal error, 2 bad usage or input, 3 all platforms
    failed, 4 cancelled."""
    from editor.cli.parser import parse

    options = parse(arguments)
    return guarded(lambda: _dispatch(options.verb, options, surroundings), surroundings.log_path)


def guarded(action: Callable[[], int], log_path: Path) -> int:
    """The exit code of ``action``, or the one that fits what it raised, with a sentence on stderr."""
    try:
        return action()
    except (Cancelled, KeyboardInterrupt) as error:
        complain(error.message if isinstance(error, Cancelled) else "Cancelled.")
        return CANCELLED
    except AllPlatformsFailed as error:
        complain(error.message)
        return ALL_FAILED
    except (InputError, KeyringUnavailable) as error:
        complain(error.message)
        return BAD_INPUT
    except EditorError as error:
        complain(error.message)
        return ALL_FAILED
    except Exception:
        log.exception("Unexpected fault")
        complain(f"Something went wrong inside the program. The details are in {log_path}.")
        return INTERNAL_ERROR


def _dispatch(verb: str, options: object, surroundings: Surroundings) -> int:
    # Each command loads only what it needs: `keys` starts without OpenCV.
    if verb == "edit":
        from editor.cli.edit import run_edit

        return run_edit(options, surroundings)  # type: ignore[arg-type]
    if verb == "select":
        from editor.cli.select import run_select

        return run_select(options, surroundings)  # type: ignore[arg-type]
    if verb == "mask":
        from editor.cli.mask import run_mask

        return run_mask(options, surroundings)  # type: ignore[arg-type]
    if verb == "platforms":
        from editor.cli.platforms import list_platforms

        return list_platforms(options, surroundings)  # type: ignore[arg-type]
    if verb == "models" and getattr(options, "action", None) is not None:
        from editor.cli.models_install import run_models

        return run_models(options, surroundings)  # type: ignore[arg-type]
    if verb == "models":
        from editor.cli.models import list_models

        return list_models(options, surroundings)  # type: ignore[arg-type]
    if verb == "ledger":
        from editor.cli.ledger import show_ledger

        return show_ledger(options, surroundings)  # type: ignore[arg-type]
    if verb == "results":
        from editor.cli.results import list_results

        return list_results(options, surroundings)  # type: ignore[arg-type]
    if verb == "receipts":
        from editor.cli.receipts import show_receipts

        return show_receipts(options)  # type: ignore[arg-type]
    if verb == "why":
        from editor.cli.why import tell_why

        return tell_why(options, surroundings)  # type: ignore[arg-type]
    if verb == "keys":
        from editor.cli.keys import run_keys

        return run_keys(options, surroundings)  # type: ignore[arg-type]
    from editor.cli.simulate import run_simulate

    return run_simulate(options, surroundings)  # type: ignore[arg-type]


def complain(words: str) -> None:
    """One sentence on stderr; where nobody reads that any more the exit code tells."""
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)


def answer(words: str) -> None:
    """The result on stdout. A reader who has left does not matter.

    Raises InputError where stdout cannot be written, a full disk for one.
    """
    try:
        print(words, file=sys.stdout, flush=True)
    except OSError as error:
        # Python tries once more at its end, and would fail as loudly: what is left goes nowhere.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if isinstance(error, BrokenPipeError):
            return
        reason = error.strerror or type(error).__name__
        raise InputError(f"The standard output cannot be written: {reason}. Send it somewhere else.") from error
