"""``why`` tells who would serve, without calling anybody."""

from __future__ import annotations

import json

from editor.simulator.simulated import SimulatedPlatforms


def test_why_names_who_serves_and_every_obstacle(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("why", "erase", "--json", extra={"FAL_KEY": "an-id:a-secret"})
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["serves"] == "fal"
    assert told["after"] == told["before"] == ["stability", "replicate", "fal", "local"]
    links = {link["platform"]: link for link in told["links"]}
    assert "STABILITY_API_KEY" in links["stability"]["obstacle"]
    assert links["fal"]["obstacle"] == ""
    assert links["fal"]["samples"] == 0
    assert links["local"]["price_usd"] == 0
    assert links["local"]["reason"] == "This computer stays where your order has it."


def test_why_without_a_platform_calls_nobody(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    assert "Stability AI would serve it" in command_line.run("why", "upscale").out
    ran = command_line.run("why", "upscale", "--without", "stability")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "Upscale: Replicate would serve it."
    assert "Stability AI: Taken as down, as you asked." in ran.out
    assert "This computer does not offer replace." in command_line.run("why", "search-and-replace").out


def test_why_without_an_unknown_platform(command_line):  # type: ignore[no-untyped-def]
    ran = command_line.run("why", "erase", "--without", "nobody")
    assert ran.code == 2
    assert "“nobody”" in ran.err


def test_why_tells_what_an_edit_costs_at_worst(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    lines = command_line.run("why", "erase").out.splitlines()
    assert lines[-1] == "At worst a result costs about $0.23: if every one of them were paid before one serves."
    told = json.loads(command_line.run("why", "inpaint", "--json").out)
    assert (told["worst_usd"], told["worst_is_open"]) == (0.15, True)
