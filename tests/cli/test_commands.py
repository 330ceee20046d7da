"""The commands besides ``edit``: platforms, keys, simulate, and bad usage."""

from __future__ import annotations

import json
import signal

import pytest

from editor.cli.simulate import parse_scripts
from editor.domain.errors import InputError
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms


def test_platforms_names_each_and_how_to_give_a_key(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("platforms")
    assert ran.code == 0, ran.err
    rows = {line.split()[0]: line for line in ran.out.splitlines()}
    assert list(rows) == ["stability", "replicate", "fal", "local"]
    assert "No key" in rows["stability"]
    assert "STABILITY_API_KEY" in rows["stability"]
    assert "Ready" in rows["local"]


def test_platforms_as_json_shows_changed_addresses(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    ran = command_line.run("platforms", "--json")
    assert ran.code == 0, ran.err
    rows = {row["platform"]: row for row in json.loads(ran.out)}
    assert rows["stability"]["key_source"] == "environment"
    assert rows["stability"]["address"] == simulated.stability.base_url
    assert rows["local"]["address"] is None


def test_keys_test_good_refused_and_missing(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    for platform in ("stability", "replicate", "fal"):
        ran = command_line.run("keys", "test", platform)
        assert ran.code == 0, ran.err
    simulated.script("replicate", Script.BAD_KEY)
    refused = command_line.run("keys", "test", "replicate", extra={"REPLICATE_API_TOKEN": "r8_wrong"})
    assert refused.code == 3
    assert "r8_wrong" not in refused.err + refused.out
    assert command_line.run("keys", "test", "fal", extra={"FAL_KEY": " "}).code == 2


def test_keys_set_without_a_keyring_names_the_variable(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("keys", "set", "stability", stdin="sk-some-key\n")
    assert ran.code == 2
    assert "STABILITY_API_KEY" in ran.err
    assert "sk-some-key" not in ran.err + ran.out


def test_keys_set_needs_a_key(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("keys", "set", "stability", stdin="\n")
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_simulate_serves_until_it_is_stopped(command_line):  # type: ignore[no-untyped-def]
    process = command_line.start("simulate", "--serve", "--script", "out-of-credit", "--script", "fal=hang")
    assert process.stdout is not None
    names = [process.stdout.readline().split("=")[0] for _ in range(8)]
    assert "IMAGE_EDITOR_STABILITY_URL" in names
    assert "FAL_KEY" in names
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_bad_usage_is_two(command_line):  # type: ignore[no-untyped-def]
    for words in (("edit",), ("edit", "erase"), ("keys", "set", "nobody"), ("simulate", "--script", "nothing")):
        ran = command_line.run(*words)
        assert ran.code == 2, words
        assert ran.out == ""
        assert "Traceback" not in ran.err


def test_a_platforms_scripts_are_played_in_order() -> None:
    parsed = parse_scripts(["out-of-credit", "stability=ok", "fal=hang"])
    assert parsed == {"stability": [Script.OUT_OF_CREDIT, Script.OK], "fal": [Script.HANG]}


def test_unknown_scripts_and_platforms_are_named() -> None:
    with pytest.raises(InputError, match="local"):
        parse_scripts(["local=ok"])
    with pytest.raises(InputError, match="nothing"):
        parse_scripts(["nothing"])
