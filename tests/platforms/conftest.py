"""A picture with a mark on it, a clock that only tests move, and the three adapters over a real transport."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest
from editor.platforms.addresses import Addresses
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.fal import FalPlatform
from editor.platforms.replicate import ReplicatePlatform
from editor.platforms.stability import StabilityPlatform
from editor.simulator.simulated import SimulatedPlatforms
from editor.transport.http import Transport

KINDS = {"stability": StabilityPlatform, "replicate": ReplicatePlatform, "fal": FalPlatform}


class QuickClock:
    """Sleeping takes no time but counts as if it had."""

    def __init__(self):
        self.slept = []

    def monotonic(self):
        return time.monotonic() + sum(self.slept)

    def now(self):
        return datetime.now(UTC)

    async def sleep(self, seconds):
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Bench:
    """One adapter in front of the simulated platforms; every run has a loop and a transport of its own."""

    def __init__(self, simulated, platform):
        self.simulated = simulated
        self.id = platform
        self.server = simulated.server(platform)
        self.clock = QuickClock()
        self.catalogue = Catalogue.load()
        self.environment = simulated.environment()
        self.key = self.server.key
        self.progress = []

    def limits(self, **changes):
        self.catalogue = self.catalogue.changed(self.id, **changes)

    def within(self, scenario):
        """Run ``scenario(platform)`` and return what it returns."""

        async def whole():
            transport = Transport(clock=self.clock, version="1.0")
            addresses = Addresses.from_environment(self.environment)
            try:
                return await scenario(
                    KINDS[self.id](transport=transport, catalogue=self.catalogue, addresses=addresses, clock=self.clock)
                )
            finally:
                await transport.aclose()

        return asyncio.run(whole())

    @property
    def call(self):
        return Call(key=self.key, report=self.progress.append)

    def run(self, request):
        return self.within(lambda platform: platform.run(request, self.call))

    def check_key(self, key=None):
        return self.within(lambda platform: platform.check_key(self.key if key is None else key))


@pytest.fixture
def simulated():
    with SimulatedPlatforms(polls=2) as platforms:
        yield platforms


@pytest.fixture(params=list(KINDS))
def bench(request, simulated):
    return Bench(simulated, request.param)


@pytest.fixture
def bench_of(simulated):
    return lambda platform: Bench(simulated, platform)


def make_request(width=200, height=150, *, seed=None):
    """A soft gradient with a red block that is marked, with a soft edge to the mark."""
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.stack([columns * 200 // width, rows * 200 // height, np.full_like(rows, 90)], axis=2).astype(np.uint8)
    top, left = height // 3, width // 3
    mask = np.zeros((height, width), np.uint8)
    mask[top - 2 : 2 * top + 2, left - 2 : 2 * left + 2] = 60
    mask[top : 2 * top, left : 2 * left] = 255
    image[top : 2 * top, left : 2 * left] = (230, 20, 20)
    region = Rect(0, 0, width, height)
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=region, seed=seed)


@pytest.fixture
def edit():
    return make_request()


@pytest.fixture
def edit_of():
    return make_request
