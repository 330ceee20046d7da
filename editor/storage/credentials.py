"""Keys of the platforms: from the environment, else the system's keyring, else memory until the program ends."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from editor import APPLICATION_ID
from editor.domain.errors import InputError, KeyringUnavailable, MissingKey
from editor.domain.status import KeySource
from editor.storage.keyring_thread import KeyringBackend, KeyringLockedError, KeyringSilentError, KeyringThread

USERNAME = "api-key"
PATIENCE_WITH_DISPLAY = 60.0
PATIENCE_WITHOUT_DISPLAY = 8.0
"""Seconds that a keyring may take: with a display it may be asking a person for its password."""

_AND = " + "


@dataclass(frozen=True, slots=True)
class KeyForm:
    """What a platform's key looks like, and the environment variables that may hold it.

    ``variables`` are in the words shown to the user, best first; in ``NAME_ID + NAME_SECRET`` the two values are joined
    by a colon, and every key of such a platform has that colon. ``scheme`` is a word before the key in the platform's
    header, which is taken off where it was copied along.
    """

    variables: tuple[str, ...] = ()
    scheme: str = ""

    @property
    def has_two_parts(self) -> bool:
        """Whether the key is an id and a secret with a colon between them."""
        return any(_AND in words for words in self.variables)

    def found_in(self, environment: Mapping[str, str]) -> str:
        """The key in the environment, or ""."""
        for words in self.variables:
            parts = [environment.get(name, "").strip() for name in words.split(_AND)]
            if all(parts):
                return self.stripped(":".join(parts))
        return ""

    def stripped(self, key: str) -> str:
        """``key`` without blanks around it and without the scheme's word."""
        key = key.strip()
        word, blank, rest = key.partition(" ")
        return rest.strip() if blank and self.scheme and word.lower() == self.scheme.lower() else key

    def checked(self, key: str) -> str:
        """``key`` as it is kept. Raises InputError, which does not repeat it, for what cannot be one."""
        key = self.stripped(key)
        if not key:
            raise InputError("The key is empty. Paste the key from the platform’s page.")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise InputError("The key holds characters that no key has. Copy it again from the platform’s page.")
        if self.has_two_parts and ":" not in key:
            raise InputError("This key has two parts with a colon between them. Copy both from the platform’s page.")
        return key


def service_name(platform: str) -> str:
    """The keyring's name for a platform's entry.

    One service a platform: the Windows store renames entries when two users share a service.
    """
    return f"{APPLICATION_ID}/{platform}"


class StoredCredentials:
    """Implements :class:`editor.domain.protocols.Credentials`. Coroutines belong to one event loop.

    ``environment`` is usually ``os.environ``; ``forms`` tells of each platform that takes a key what it looks like, and
    no other takes one; ``backend`` is the module ``keyring``, imported only when it is asked.
    A key that was read is remembered, so that an edit does not ask the keyring again.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        forms: Mapping[str, KeyForm],
        *,
        backend: KeyringBackend | None = None,
        patience: float | None = None,
    ) -> None:
        self._environment = environment
        self._forms = dict(forms)
        seconds = _usual_patience(environment) if patience is None else patience
        self._keyring = KeyringThread(backend, patience=seconds)
        self._read: dict[str, str] = {}
        self._session: dict[str, str] = {}

    async def get(self, platform: str) -> str | None:
        """The key of ``platform``, or None where it takes none, there is none, or there is no keyring.

        Raises :class:`MissingKey` where the keyring is locked or did not answer in time; that is not remembered.
        """
        if platform not in self._forms:
            return None
        if key := self._at_hand(platform):
            return key
        try:
            return await self._from_keyring(platform)
        except (KeyringLockedError, KeyringSilentError) as error:
            raise MissingKey(error.message, detail=error.detail) from error
        except KeyringUnavailable:
            # A system without any keyring is no fault: there is just no key in it.
            return None

    async def set(self, platform: str, key: str) -> KeySource:
        """Keep ``key`` and say where: in the keyring, or for this session only where no keyring holds it.

        Raises :class:`InputError` for something that cannot be this platform's key.
        """
        key = self._form(platform).checked(key)
        service = service_name(platform)

        def store(backend: KeyringBackend) -> None:
            backend.set_password(service, USERNAME, key)
            # A null backend takes everything and keeps nothing.
            if backend.get_password(service, USERNAME) != key:
                raise KeyringUnavailable("The system’s keyring did not keep the key.")

        self._forget(platform)
        try:
            await self._keyring.ask(store)
        except KeyringUnavailable:
            self._session[platform] = key
            return KeySource.SESSION
        self._read[platform] = key
        return KeySource.KEYRING

    async def delete(self, platform: str) -> bool:
        """Forget the platform's key; False where none was kept. A key in the environment stays there.

        Raises :class:`InputError` for a platform without keys and :class:`KeyringUnavailable` where the keyring is
        locked or did not answer, so that a key may still be in it.
        """
        self._form(platform)
        service = service_name(platform)

        def remove(backend: KeyringBackend) -> bool:
            if backend.get_password(service, USERNAME) is None:
                return False
            backend.delete_password(service, USERNAME)
            return True

        kept = platform in self._session
        self._forget(platform)
        try:
            return await self._keyring.ask(remove) or kept
        except (KeyringLockedError, KeyringSilentError):
            if kept:
                return True
            raise
        except KeyringUnavailable:
            return kept

    async def source(self, platform: str) -> KeySource:
        """Where the key comes from; asks the keyring where that is not known yet. NONE where it does not answer."""
        known = self.known(platform)
        if known is not KeySource.NONE:
            return known
        try:
            await self._from_keyring(platform)
        except KeyringUnavailable:
            return KeySource.NONE
        return self.known(platform)

    def known(self, platform: str) -> KeySource:
        """Where the key comes from as far as is known without asking; may be called from any thread."""
        if platform not in self._forms:
            return KeySource.NOT_NEEDED
        if self._from_environment(platform):
            return KeySource.ENVIRONMENT
        if platform in self._session:
            return KeySource.SESSION
        return KeySource.KEYRING if platform in self._read else KeySource.NONE

    async def refresh(self) -> None:
        """Ask the keyring for every platform anew, so that :meth:`known` is up to date. Never raises for a keyring."""
        for platform in self._forms:
            if self._from_environment(platform) or platform in self._session:
                continue
            try:
                await self._from_keyring(platform)
            except KeyringUnavailable:
                # What one platform's entry could not get, the next would not get either.
                return

    def _at_hand(self, platform: str) -> str | None:
        return self._from_environment(platform) or self._session.get(platform) or self._read.get(platform)

    def _from_environment(self, platform: str) -> str:
        return self._forms[platform].found_in(self._environment)

    def _form(self, platform: str) -> KeyForm:
        form = self._forms.get(platform)
        if form is None:
            raise InputError(f"“{platform}” needs no key.")
        return form

    async def _from_keyring(self, platform: str) -> str | None:
        service = service_name(platform)
        key = await self._keyring.ask(lambda backend: backend.get_password(service, USERNAME))
        key = self._forms[platform].stripped(key or "")
        if not key:
            self._read.pop(platform, None)
            return None
        self._read[platform] = key
        return key

    def _forget(self, platform: str) -> None:
        self._read.pop(platform, None)
        self._session.pop(platform, None)


def _usual_patience(environment: Mapping[str, str]) -> float:
    display = sys.platform in ("win32", "darwin") or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return PATIENCE_WITH_DISPLAY if display else PATIENCE_WITHOUT_DISPLAY
