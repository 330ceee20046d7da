"""``image-editor simulate``: the editor against servers on this computer, with made-up keys."""

from __future__ import annotations

import signal
import threading
from argparse import Namespace
from collections.abc import Sequence

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.errors import InputError
from editor.simulator.scripts import Script, script_named
from editor.simulator.simulated import PLATFORMS, SimulatedPlatforms

REAL_KEYS = ("STABILITY_API_KEY", "REPLICATE_API_TOKEN", "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "FAL_API_KEY")


def run_simulate(options: Namespace, surroundings: Surroundings) -> int:
    """Serve, with the window or without; or run a year of edits on a clock of its own."""
    if options.year:
        from editor.cli.year import simulate_year

        return simulate_year(options, surroundings)
    scripts = parse_scripts(options.script)
    with SimulatedPlatforms() as simulated:
        for platform, played in scripts.items():
            simulated.script(platform, *played)
        addresses = simulated.environment()
        if options.serve:
            return _serve(addresses)
        # Real keys are not even read: they are taken out before the made-up ones are put in.
        environment = {name: value for name, value in surroundings.environment.items() if name not in REAL_KEYS}
        return surroundings.show_window(options.files, {**environment, **addresses}, use_keyring=False)


def parse_scripts(words: Sequence[str]) -> dict[str, list[Script]]:
    """``[PLATFORM=]NAME``, each → a platform's scripts in the order of its edits; the last one stays.

    Raises InputError for an unknown word.
    """
    parsed: dict[str, list[Script]] = {}
    for word in words:
        platform, _, name = word.rpartition("=")
        platform = platform or PLATFORMS[0]
        if platform not in PLATFORMS:
            raise InputError(f"“{platform}” is not simulated. Simulated platforms: {', '.join(PLATFORMS)}.")
        parsed.setdefault(platform, []).append(script_named(name))
    return parsed


def _serve(addresses: dict[str, str]) -> int:
    for name, value in addresses.items():
        answer(f"{name}={value}")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    stop.wait()
    return DONE
