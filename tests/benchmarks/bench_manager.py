"""What the fallback manager adds to a call: the same erase of the same server, bare, by the adapter, by the manager.

The three take turns, so that the machine's other work falls on all alike. The simulated platform answers after about
200 ms, which is far less than a real one takes: the share is the worst there will be.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from statistics import median

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.fakes import FakeCredentials
from support.platform_bench import make_request

from editor import __version__
from editor.domain.attempt import Link
from editor.domain.blocking import run_blocking
from editor.domain.clock import SystemClock
from editor.domain.kinds import Operation
from editor.domain.request import EditRequest, EditResult
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.imaging.result_check import check_result
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.orders.build import Bounds, build_order
from editor.platforms.parts import PlatformParts
from editor.platforms.serving import Polarities
from editor.platforms.stability import StabilityPlatform
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.transport.http import Transport

ROUNDS = 40
TARGET_MS = 5.0
TARGET_SHARE = 0.05


async def measured(simulated: SimulatedPlatforms) -> dict[str, float]:
    """Median seconds of the three."""
    clock, environment = SystemClock(), simulated.environment()
    transport = Transport(clock=clock, version=__version__)
    catalogue, key = Catalogue.load(), simulated.stability.key
    parts = PlatformParts(
        transport=transport, catalogue=catalogue, environment=environment, clock=clock, polarities=Polarities()
    )
    platform = StabilityPlatform(parts)
    health = Health(clock=clock)
    manager = FallbackManager(
        platforms={"stability": platform},
        credentials=FakeCredentials({"stability": key}),
        health=health,
        clock=clock,
        chance=Random(1),
        check=checked,
    )
    request = make_request(512, 384)
    model = catalogue.models("stability", Operation.ERASE)[0]
    order = build_order(model, request, Bounds())
    files = [(sent.field, (sent.file_name, sent.data, sent.media_type)) for sent in order.pictures]
    files += [(name, (None, str(value))) for name, value in order.values.items()]
    url = f"{environment['IMAGE_EDITOR_STABILITY_URL']}/{model.endpoint}"

    async with httpx.AsyncClient(timeout=30.0) as client:

        async def bare() -> None:
            answer = await client.post(
                url, files=files, headers={"authorization": f"Bearer {key}", "accept": "image/*"}
            )
            answer.raise_for_status()

        async def adapter() -> None:
            await platform.run(request, Call(key=key, report=lambda progress: None))

        async def managed() -> None:
            await manager.run(request, chain=[Link("stability", "bench")], job="bench", on_event=lambda event: None)

        medians = await taking_turns({"bare": bare, "adapter": adapter, "manager": managed})
    await transport.aclose()
    return medians


async def taking_turns(calls: dict[str, Callable[[], Awaitable[None]]]) -> dict[str, float]:
    """The median seconds of each call over all rounds but the first."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS + 1):
        for name, call in calls.items():
            began = time.perf_counter()
            await call()
            seconds[name].append(time.perf_counter() - began)
    return {name: median(taken[1:]) for name, taken in seconds.items()}


async def checked(request: EditRequest, result: EditResult) -> None:
    await run_blocking(lambda: check_result(request, result))


def main() -> int:
    with SimulatedPlatforms(slow_seconds=0.2) as simulated:
        simulated.stability.always(Script.SLOW)
        medians = asyncio.run(measured(simulated))
    bare, adapter, managed = (medians[name] * 1000 for name in ("bare", "adapter", "manager"))
    print(f"{'':<36}{'median':>10}{'over bare':>12}{'target':>12}")
    print(f"{'bare HTTP call':<36}{bare:>7.1f} ms")
    print(f"{'adapter: fit, encode, send, decode':<36}{adapter:>7.1f} ms{adapter - bare:>9.1f} ms")
    print(f"{'manager: all that, and the check':<36}{managed:>7.1f} ms{managed - bare:>9.1f} ms")
    own = managed - adapter
    kept = own < TARGET_MS and own < TARGET_SHARE * bare
    print(f"{'the manager alone':<36}{own:>7.1f} ms{own / bare:>11.1%}{'5 ms, 5 %':>12}  {'ok' if kept else 'OVER'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
