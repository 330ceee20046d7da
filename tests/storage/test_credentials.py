"""Keys from the environment, the keyring or memory; keyrings that fail in every way they were seen to."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring.errors
import pytest

from editor.domain.errors import InputError, KeyringUnavailable, MissingKey
from editor.domain.status import KeySource
from editor.storage.credentials import KeyForm, StoredCredentials

SERVICE = "io.github.image_editor.ImageEditor/"
FORMS = {
    "stability": KeyForm(("STABILITY_API_KEY",)),
    "replicate": KeyForm(("REPLICATE_API_TOKEN",)),
    "fal": KeyForm(("FAL_KEY", "FAL_KEY_ID + FAL_KEY_SECRET", "FAL_API_KEY"), scheme="Key"),
}


class MemoryKeyring:
    """A keyring that works."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()
        self.calls = 0

    def _called(self) -> None:
        self.calls += 1
        self.threads.add(threading.current_thread().name)

    def get_password(self, service: str, username: str) -> str | None:
        self._called()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called()
        if (service, username) not in self.entries:
            raise keyring.errors.PasswordDeleteError("not found")
        del self.entries[service, username]


class FailingKeyring:
    """A keyring whose every call raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class NullKeyring(MemoryKeyring):
    """Takes everything and keeps nothing, as keyring's own null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called()


class HangingKeyring(MemoryKeyring):
    """Does not answer before it is released; the calls counted in ``hanging`` only."""

    def __init__(self, hanging: int) -> None:
        super().__init__()
        self.hanging = hanging
        self.released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        answer = super().get_password(service, username)
        if self.calls <= self.hanging:
            self.released.wait(30)
        return answer


@pytest.fixture
def hanging() -> Iterator[Callable[[int], HangingKeyring]]:
    made: list[HangingKeyring] = []

    def make(calls: int) -> HangingKeyring:
        made.append(HangingKeyring(calls))
        return made[-1]

    yield make
    for backend in made:
        backend.released.set()


def credentials(backend: object, environment: dict[str, str] | None = None, patience: float = 20) -> StoredCredentials:
    return StoredCredentials(environment or {}, FORMS, backend=backend, patience=patience)


@pytest.mark.parametrize(
    ("platform", "environment", "key"),
    [
        ("stability", {"STABILITY_API_KEY": " sk-a\n"}, "sk-a"),
        ("replicate", {"REPLICATE_API_TOKEN": "r8_a"}, "r8_a"),
        ("fal", {"FAL_KEY": "id:secret", "FAL_API_KEY": "other:one"}, "id:secret"),
        ("fal", {"FAL_KEY": "Key id:secret"}, "id:secret"),
        ("fal", {"FAL_KEY": " ", "FAL_KEY_ID": "id", "FAL_KEY_SECRET": "secret", "FAL_API_KEY": "o:o"}, "id:secret"),
        ("fal", {"FAL_KEY_ID": "id", "FAL_API_KEY": "other:one"}, "other:one"),
        ("stability", {"STABILITY_API_KEY": "  "}, None),
    ],
)
def test_the_environment_comes_first(platform: str, environment: dict[str, str], key: str | None) -> None:
    backend = MemoryKeyring()
    keys = credentials(backend, environment)
    assert asyncio.run(keys.get(platform)) == key
    assert keys.known(platform) is (KeySource.ENVIRONMENT if key else KeySource.NONE)
    assert backend.calls == (0 if key else 1)


def test_a_key_is_kept_in_the_keyring_and_read_once() -> None:
    backend = MemoryKeyring()
    backend.entries[SERVICE + "stability", "api-key"] = "sk-stored"

    async def run() -> None:
        keys = credentials(backend)
        assert keys.known("stability") is KeySource.NONE
        assert [await keys.get("stability") for _ in range(3)] == ["sk-stored"] * 3
        assert backend.calls == 1
        assert await keys.set("stability", " sk-new\n") is KeySource.KEYRING
        assert await keys.get("stability") == "sk-new"
        assert await credentials(backend).get("stability") == "sk-new"
        assert await keys.delete("stability")
        assert not await keys.delete("stability")
        assert await keys.get("stability") is None
        assert keys.known("stability") is KeySource.NONE

    asyncio.run(run())
    assert backend.threads == {"keyring"}


def test_a_fal_key_loses_the_word_of_its_header() -> None:
    backend = MemoryKeyring()
    asyncio.run(credentials(backend).set("fal", "Key id:secret"))
    assert backend.entries == {(SERVICE + "fal", "api-key"): "id:secret"}


@pytest.mark.parametrize(
    ("platform", "key"), [("fal", "secret"), ("stability", " "), ("replicate", "r8_ä"), ("replicate", "two words")]
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(platform: str, key: str) -> None:
    backend = MemoryKeyring()
    with pytest.raises(InputError) as raised:
        asyncio.run(credentials(backend).set(platform, key))
    assert key.strip() == "" or key not in str(raised.value)
    assert backend.calls == 0


def test_this_computer_needs_no_key_and_asks_no_keyring() -> None:
    backend = MemoryKeyring()
    keys = credentials(backend)
    assert asyncio.run(keys.get("local")) is None
    assert asyncio.run(keys.source("local")) is KeySource.NOT_NEEDED
    for change in (lambda: keys.set("local", "x"), lambda: keys.delete("local")):
        with pytest.raises(InputError, match="needs no key"):
            asyncio.run(change())
    assert backend.calls == 0


@pytest.mark.parametrize(
    "backend",
    [
        FailingKeyring(keyring.errors.NoKeyringError("no backend")),
        FailingKeyring(keyring.errors.PasswordSetError("refused")),
        FailingKeyring(OSError("no bus")),
        NullKeyring(),
    ],
)
def test_without_a_keyring_a_key_lasts_for_this_session(backend: object) -> None:
    async def run() -> None:
        keys = credentials(backend)
        assert await keys.get("stability") is None
        assert await keys.source("stability") is KeySource.NONE
        assert not await keys.delete("stability")
        assert await keys.set("stability", "sk-a") is KeySource.SESSION
        assert await keys.get("stability") == "sk-a"
        assert await keys.source("stability") is KeySource.SESSION
        await keys.refresh()
        assert await keys.delete("stability")
        assert await keys.get("stability") is None

    asyncio.run(run())


@pytest.mark.parametrize(
    "error", [keyring.errors.InitError("Prompt dismissed"), keyring.errors.KeyringLocked("locked sk-a")]
)
def test_a_locked_keyring_is_named_and_asked_again_next_time(error: Exception) -> None:
    async def run() -> None:
        keys = credentials(FailingKeyring(error))
        for _ in range(2):
            with pytest.raises(MissingKey, match=r"keyring is locked\. Unlock it") as raised:
                await keys.get("stability")
            assert "sk-a" not in raised.value.detail
        assert await keys.source("stability") is KeySource.NONE
        with pytest.raises(KeyringUnavailable, match="locked"):
            await keys.delete("stability")
        assert await keys.set("stability", "sk-a") is KeySource.SESSION
        assert await keys.delete("stability")

    asyncio.run(run())


def test_a_keyring_that_hangs_costs_one_request_only(hanging: Callable[[int], HangingKeyring]) -> None:
    backend = hanging(1)
    backend.entries[SERVICE + "stability", "api-key"] = "sk-stored"

    async def run() -> None:
        keys = credentials(backend, patience=0.2)
        with pytest.raises(MissingKey, match=r"did not answer within 0\.2 seconds"):
            await keys.get("stability")
        assert await keys.get("stability") == "sk-stored"

    asyncio.run(run())
    assert backend.calls == 2


def test_a_keyring_that_always_hangs_is_left_alone_until_it_answers(hanging: Callable[[int], HangingKeyring]) -> None:
    backend, others = hanging(100), set(threading.enumerate())
    backend.entries[SERVICE + "stability", "api-key"] = "sk-stored"

    async def run() -> None:
        keys = credentials(backend, patience=0.02)
        for _ in range(6):
            with pytest.raises(MissingKey):
                await keys.get("stability")
        assert backend.calls == 4
        assert await keys.set("fal", "id:secret") is KeySource.SESSION
        backend.released.set()
        for thread in set(threading.enumerate()) - others:
            thread.join(10)
            assert not thread.is_alive()
        assert await keys.set("fal", "id:other") is KeySource.KEYRING

    asyncio.run(run())


def test_requests_at_the_same_time_wait_for_one_thread(hanging: Callable[[int], HangingKeyring]) -> None:
    backend = hanging(1)

    async def run() -> None:
        keys = credentials(backend, patience=0.2)
        answers = await asyncio.gather(*map(keys.get, ("stability", "replicate", "fal")), return_exceptions=True)
        assert all(isinstance(answer, MissingKey) for answer in answers)
        assert await keys.get("fal") is None

    asyncio.run(run())
    assert backend.calls == 2


def test_refresh_makes_every_keyring_key_known() -> None:
    backend = MemoryKeyring()
    backend.entries[SERVICE + "fal", "api-key"] = "id:secret"
    backend.entries[SERVICE + "replicate", "api-key"] = "r8_a"
    keys = credentials(backend, {"STABILITY_API_KEY": "sk-a"})
    asyncio.run(keys.refresh())
    assert [keys.known(name) for name in ("stability", "replicate", "fal", "local")] == [
        KeySource.ENVIRONMENT,
        KeySource.KEYRING,
        KeySource.KEYRING,
        KeySource.NOT_NEEDED,
    ]
    backend.entries.clear()
    asyncio.run(keys.refresh())
    assert keys.known("fal") is KeySource.NONE


def test_no_key_shows_in_the_representation() -> None:
    keys = credentials(MemoryKeyring())
    asyncio.run(keys.set("stability", "sk-visible"))
    assert "sk-visible" not in repr(keys)


def test_a_platform_that_is_not_named_takes_no_key() -> None:
    backend = MemoryKeyring()
    keys = credentials(backend, {"SOMEONE_KEY": "sk-a"})
    assert asyncio.run(keys.get("someone")) is None
    assert keys.known("someone") is KeySource.NOT_NEEDED
    assert backend.calls == 0


def test_a_scheme_is_taken_off_only_where_the_platform_has_one() -> None:
    assert KeyForm(scheme="Key").stripped(" KEY   a:b ") == "a:b"
    assert KeyForm(scheme="Key").stripped("keyring") == "keyring"
    assert KeyForm().stripped("Key a") == "Key a"
    with pytest.raises(InputError, match="characters that no key has"):
        KeyForm().checked("Key a")


def in_subprocess(script: str, *, environment: dict[str, str], wrapper: tuple[str, ...] = ()) -> str:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [*wrapper, sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


KEYRING_SCRIPT = """
import asyncio
from editor.storage.credentials import KeyForm, StoredCredentials

FORMS = {"stability": KeyForm()}

async def run():
    first = StoredCredentials({}, FORMS)
    kept = await first.set("stability", "sk-real")
    second = StoredCredentials({}, FORMS)
    read = await second.get("stability")
    removed = await second.delete("stability"), await second.delete("stability")
    return kept.value, read, removed, await StoredCredentials({}, FORMS).get("stability")

print(asyncio.run(run()))
"""
UNLOCKED = 'printf %s throwaway | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"'


def test_a_real_secret_service_keeps_gives_and_forgets_a_key(tmp_path: Path) -> None:
    missing = [name for name in ("dbus-run-session", "gnome-keyring-daemon", "bash") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    for name in ("cache", "share", "config"):
        (tmp_path / name).mkdir()
    answer = in_subprocess(
        KEYRING_SCRIPT,
        environment={
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(tmp_path / "share"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
        wrapper=("dbus-run-session", "--", "bash", "-euc", UNLOCKED, "_"),
    )
    assert answer == "('keyring', 'sk-real', (True, False), None)"


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_keyrings_own_empty_backends_keep_for_the_session(tmp_path: Path, backend: str) -> None:
    environment = {"HOME": str(tmp_path), "PYTHON_KEYRING_BACKEND": backend}
    assert in_subprocess(KEYRING_SCRIPT, environment=environment) == "('session', None, (False, False), None)"


def test_a_hanging_keyring_does_not_keep_the_program_from_ending(tmp_path: Path) -> None:
    script = """
import asyncio, threading
from editor.domain.errors import MissingKey
from editor.storage.credentials import KeyForm, StoredCredentials

class Hanging:
    def get_password(self, service, username):
        threading.Event().wait()

try:
    asyncio.run(StoredCredentials({}, {"fal": KeyForm()}, backend=Hanging(), patience=0.05).get("fal"))
except MissingKey:
    print("ended")
"""
    assert in_subprocess(script, environment={"HOME": str(tmp_path)}) == "ended"


def test_what_a_start_needs_loads_no_heavy_library(tmp_path: Path) -> None:
    script = """
import sys
import editor.storage.credentials, editor.storage.log_file, editor.storage.paths, editor.storage.settings
editor.storage.credentials.StoredCredentials({}, {})
print(sorted({"keyring", "PIL", "cv2"} & set(sys.modules)))
"""
    assert in_subprocess(script, environment={"HOME": str(tmp_path)}) == "[]"
