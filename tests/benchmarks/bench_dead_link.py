"""What a dead first link costs: eleven edits with it and eleven without, in turns, over real sockets.

The platform behind it answers after about 200 ms. The first edit pays for finding out; the others must not.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.fakes import FakeCredentials, accept
from support.platform_bench import make_request

from editor import __version__
from editor.domain.attempt import Link
from editor.domain.clock import SystemClock
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.platforms.catalogue import Catalogue
from editor.platforms.fal import FalPlatform
from editor.platforms.parts import PlatformParts
from editor.platforms.serving import Polarities
from editor.platforms.stability import StabilityPlatform
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.transport.http import Transport

CALLS = 11
TARGET_MS = 50.0
DEADLINE = 2.0
"""Seconds that the dead platform is given in this benchmark; the catalogue's limit is longer."""
FAULTS = (Script.SERVER_ERROR, Script.BAD_GATEWAY, Script.HANG, Script.OUT_OF_CREDIT)


async def measured(simulated: SimulatedPlatforms) -> tuple[float, Sequence[float]]:
    """Seconds that the dead link added to the first edit, and to each of the others."""
    clock, environment = SystemClock(), simulated.environment()
    transport = Transport(clock=clock, version=__version__)
    catalogue = Catalogue.load().changed("stability", deadline=DEADLINE)
    parts = PlatformParts(
        transport=transport, catalogue=catalogue, environment=environment, clock=clock, polarities=Polarities()
    )
    manager = FallbackManager(
        platforms={"stability": StabilityPlatform(parts), "fal": FalPlatform(parts)},
        credentials=FakeCredentials({"stability": simulated.stability.key, "fal": simulated.fal.key}),
        health=Health(clock=clock),
        clock=clock,
        chance=Random(1),
        check=accept,
    )
    request, alive = make_request(512, 384), Link("fal", "bench")

    async def timed(*chain: Link) -> float:
        began = time.perf_counter()
        await manager.run(request, chain=chain, job="bench", on_event=lambda event: None)
        return time.perf_counter() - began

    await timed(alive)
    extra = []
    for _ in range(CALLS):
        without = await timed(alive)
        extra.append(await timed(Link("stability", "dead"), alive) - without)
    await manager.close()
    await transport.aclose()
    return extra[0], extra[1:]


def main() -> int:
    print(f"{'first link':<18}{'first edit':>12}{'the others, median':>21}{'most':>10}{'target':>10}")
    for fault in FAULTS:
        with SimulatedPlatforms(slow_seconds=0.2) as simulated:
            simulated.stability.always(fault)
            first, others = asyncio.run(measured(simulated))
        middle, most = median(others) * 1000, max(others) * 1000
        kept = "ok" if middle < TARGET_MS and first <= DEADLINE + 0.5 else "OVER"
        print(f"{fault:<18}{first:>10.2f} s{middle:>18.1f} ms{most:>7.0f} ms{TARGET_MS:>7.0f} ms  {kept}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
