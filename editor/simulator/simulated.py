"""All three platforms at once, and the environment that leads the editor to them."""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Self

from editor.simulator.fal import FalServer
from editor.simulator.replicate import ReplicateServer
from editor.simulator.scripts import Script, script_named
from editor.simulator.server import SimulatedServer
from editor.simulator.stability import StabilityServer

PLATFORMS = ("stability", "replicate", "fal")

STABILITY_KEY = "sk-simulated-stability-key"
REPLICATE_KEY = "r8_simulated_replicate_token"
FAL_KEY = "simulated-key-id:simulated-key-secret"


class SimulatedPlatforms:
    """Stability AI, Replicate and FAL on this computer; start them with ``with``.

    ``polls`` is the number of status requests that find a run unfinished, ``slow_seconds`` what a direct answer waits
    under the script ``slow``. The keys are made up and no others are accepted.
    """

    def __init__(self, *, polls: int = 2, slow_seconds: float = 0.2) -> None:
        self.stability = StabilityServer(key=STABILITY_KEY, polls=polls)
        self.replicate = ReplicateServer(key=REPLICATE_KEY, polls=polls)
        self.fal = FalServer(key=FAL_KEY, polls=polls)
        for server in self.servers:
            server.slow_seconds = slow_seconds
        self._running = contextlib.ExitStack()

    @property
    def servers(self) -> tuple[SimulatedServer, ...]:
        """The three, in the order of the default chain."""
        return self.stability, self.replicate, self.fal

    def server(self, platform: str) -> SimulatedServer:
        """The server of a platform; raises KeyError for an unknown one."""
        return {server.platform: server for server in self.servers}[platform]

    def environment(self) -> dict[str, str]:
        """Variables that point the editor at these servers, with the made-up keys."""
        return {
            "IMAGE_EDITOR_STABILITY_URL": self.stability.base_url,
            "IMAGE_EDITOR_REPLICATE_URL": self.replicate.base_url,
            "IMAGE_EDITOR_FAL_URL": self.fal.base_url,
            "IMAGE_EDITOR_FAL_QUEUE_URL": self.fal.base_url,
            "IMAGE_EDITOR_FAL_REST_URL": self.fal.base_url,
            "STABILITY_API_KEY": self.stability.key,
            "REPLICATE_API_TOKEN": self.replicate.key,
            "FAL_KEY": self.fal.key,
        }

    def script(self, platform: str, *names: Script | str) -> None:
        """Play the scripts on a platform: each but the last for one edit, the last for every further one.

        Raises KeyError for an unknown platform, InputError for an unknown script.
        """
        *once, last = [script_named(name) for name in names]
        server = self.server(platform)
        server.always(last)
        server.next(*once)

    def start(self) -> None:
        """Begin to answer."""
        for server in self.servers:
            self._running.enter_context(server)

    def stop(self) -> None:
        """Stop at once."""
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)
