"""The platforms' keys, as window and command line set, test and delete them."""

from __future__ import annotations

from collections.abc import Callable

from editor.domain.blocking import run_blocking
from editor.domain.errors import MissingKey
from editor.domain.status import KeySource
from editor.session.services import Services


class Keys:
    """Keys by platform; a key itself is never given out. Every method loads the heavy parts, and raises InputError
    where the platform is not one that takes a key."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def require(self, platform: str) -> None:
        """Nothing, where the platform takes a key."""
        self._services().platform_with_key(platform)

    async def set(self, platform: str, key: str) -> KeySource:
        """Keep a key; the answer says whether the keyring took it. Raises InputError for a malformed key."""
        services = await run_blocking(self._services)
        services.platform_with_key(platform)
        source = await services.keys.set(platform, key)
        services.health.forget(platform)
        return source

    async def test(self, platform: str, key: str | None = None) -> str:
        """Ask the platform whether it knows the key; returns a sentence. Raises PlatformError."""
        from editor.fallback.attempts import how_to_give_a_key

        services = await run_blocking(self._services)
        adapter = services.platform_with_key(platform)
        key = key or await services.keys.get(platform)
        if key is None:
            raise MissingKey(how_to_give_a_key(adapter))
        return await adapter.check_key(key)

    async def delete(self, platform: str) -> bool:
        """Remove a kept key; False where there was none."""
        services = await run_blocking(self._services)
        services.platform_with_key(platform)
        return await services.keys.delete(platform)
