"""Asks the operating system's keyring on a thread of its own, and never waits longer than told.

A locked keyring may show a prompt and wait for a person; such a call can't be interrupted. Its thread is then left
behind (it is a daemon and never keeps the program from ending) and the next call gets a new one.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Protocol, TypeVar, cast

from editor.domain.errors import KeyringUnavailable

Answer = TypeVar("Answer")

_MAX_LEFT_BEHIND = 4


class KeyringBackend(Protocol):
    """What is asked of a keyring; the module ``keyring`` and each of its backends offer it."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The secret, or None where there is none."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store the secret."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Remove the secret; raises where there is none."""
        ...


class KeyringLockedError(KeyringUnavailable):
    """There is a keyring, but it is locked and was not unlocked."""


class KeyringSilentError(KeyringUnavailable):
    """The keyring did not answer in time."""


class KeyringThread:
    """Runs calls on the keyring one after the other. Used from one event loop."""

    def __init__(self, backend: KeyringBackend | None, *, patience: float) -> None:
        self._backend = backend
        self._patience = patience
        self._lane: _Lane | None = None
        self._left_behind: list[_Lane] = []

    async def ask(self, question: Callable[[KeyringBackend], Answer]) -> Answer:
        """The answer of ``question``, which is called on the keyring's thread.

        Raises :class:`KeyringUnavailable` or one of its kinds, with a sentence for the user.
        """
        self._left_behind = [lane for lane in self._left_behind if lane.alive]
        if len(self._left_behind) >= _MAX_LEFT_BEHIND:
            raise KeyringSilentError("The system’s keyring is still waiting for an answer. Unlock it and try again.")
        if self._lane is None:
            self._lane = _Lane()
        lane = self._lane
        pending = lane.submit(lambda: _translated(question, self._backend))
        try:
            return cast(Answer, await asyncio.wait_for(asyncio.wrap_future(pending), self._patience))
        except TimeoutError as error:
            if self._lane is lane:
                lane.retire()
                self._left_behind.append(lane)
                self._lane = None
            raise KeyringSilentError(
                f"The system’s keyring did not answer within {self._patience:g} seconds. Unlock it and try again."
            ) from error


Call = tuple[Future[object], Callable[[], object]]


class _Lane:
    """A daemon thread and the calls that wait for it; ends when retired, or with the lane itself."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._thread = threading.Thread(target=_serve, args=(self._calls,), name="keyring", daemon=True)
        self._thread.start()
        weakref.finalize(self, self._calls.put, None)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def submit(self, call: Callable[[], object]) -> Future[object]:
        future: Future[object] = Future()
        self._calls.put((future, call))
        return future

    def retire(self) -> None:
        self._calls.put(None)


def _serve(calls: SimpleQueue[Call | None]) -> None:
    """Run calls until None comes. Knows the queue alone, so that a forgotten lane can end."""
    while (item := calls.get()) is not None:
        future, call = item
        del item
        if not future.set_running_or_notify_cancel():
            continue
        try:
            answer = call()
        except KeyringUnavailable as error:
            future.set_exception(error)
        else:
            future.set_result(answer)
        del future, call


def _translated(question: Callable[[KeyringBackend], object], backend: KeyringBackend | None) -> object:
    """Ask, and turn everything a backend may raise into one of ours."""
    try:
        # Imported here and not above: looking for backends takes long and touches the session bus.
        import keyring
        import keyring.errors

        locked = (keyring.errors.KeyringLocked, keyring.errors.InitError)
    except Exception as error:
        raise KeyringUnavailable("No keyring could be loaded on this system.", detail=type(error).__name__) from error
    try:
        return question(backend if backend is not None else cast(KeyringBackend, keyring))
    except KeyringUnavailable:
        raise
    except locked as error:
        name = type(error).__name__
        raise KeyringLockedError("The system’s keyring is locked. Unlock it and try again.", detail=name) from error
    except Exception as error:
        # Backends let errors of the bus and of the system through. Their text may quote what was asked: left out.
        raise KeyringUnavailable("No keyring of the system keeps keys here.", detail=type(error).__name__) from error
