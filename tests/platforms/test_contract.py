"""Every outside platform that comes with the program keeps the contract."""

from __future__ import annotations

from support.platform_contract import PlatformContract


class TestContract(PlatformContract):
    """Over real sockets against the simulated platforms; ``bench`` is each of them in turn."""
