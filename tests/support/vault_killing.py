"""Kills a program that has an edit made, at a boundary between two of the vault's records."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).parents[1]
KEYS = {"stability": "STABILITY_API_KEY", "replicate": "REPLICATE_API_TOKEN", "fal": "FAL_KEY"}


def kill_an_edit(platform: str, boundary: str, vault: Path, environment: Mapping[str, str]) -> None:
    """Have ``harbour.png`` edited by a program that keeps its results in ``vault``, and kill it at ``boundary``.

    ``environment`` leads to the simulated platforms and holds their keys.
    """
    vault.mkdir(parents=True, exist_ok=True)
    words = [platform, boundary, str(vault), json.dumps(dict(environment)), environment[KEYS[platform]]]
    folders = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(
        [sys.executable, "-m", "support.vault_child", *words],
        env={**os.environ, "PYTHONPATH": folders},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
