"""``image-editor models``, and what it says after the platforms were asked."""

from __future__ import annotations

import json
from dataclasses import replace

from editor.simulator.replicate_models import REPLICATE_MODELS
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms


def test_without_a_refresh_nothing_is_asked(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    ran = command_line.run("models", "--operation", "erase")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].split()[-1] == "AVAILABILITY"
    assert [server.requests for server in simulated.servers] == [(), (), ()]


def test_a_refresh_tells_what_changed_in_the_table_and_in_sentences(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    simulated.replicate.withdraw("bria/eraser")
    lama = next(model for model in REPLICATE_MODELS if model.name == "allenhooo/lama")
    simulated.replicate.change(replace(lama, version="f" * 64))
    simulated.fal.prices["fal-ai/object-removal/mask"] = (0.5, "images")
    ran = command_line.run("models", "--operation", "erase", "--refresh")
    assert ran.code == 0, ran.err
    rows = {tuple(line.split()[1:3]): line.split()[-1] for line in ran.out.splitlines() if line.startswith("erase")}
    assert rows["replicate", "bria/eraser"] == "gone"
    assert rows["replicate", "lama"] == "changed"
    assert rows["fal", "object-removal/mask"] == "changed"
    assert rows["fal", "bria/eraser"] == "unchanged"
    assert "replicate, bria/eraser: Replicate does not have it any more." in ran.out
    assert "replicate, lama: It has a newer version, ffffffffffff" in ran.out
    assert "fal, object-removal/mask: Its price is 0.5 USD" in ran.out
    assert "Stability AI: 1000.0 credits left." in ran.out


def test_a_refresh_as_json_keeps_sentences_about_platforms_out_of_the_way(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    simulated.replicate.withdraw("bria/eraser")
    ran = command_line.run("models", "--operation", "erase", "--refresh", "--json")
    assert ran.code == 0, ran.err
    rows = {(row["platform"], row["name"]): row for row in json.loads(ran.out)}
    assert rows["replicate", "bria/eraser"]["availability"] == "gone"
    assert rows["replicate", "bria/eraser"]["gone"] == "Replicate does not have it any more."
    assert rows["fal", "bria/eraser"]["since"] == "unchanged"
    assert "credits left" in ran.err


def test_a_refresh_without_keys_or_with_a_platform_down_still_lists(command_line, simulated: SimulatedPlatforms):  # type: ignore[no-untyped-def]
    simulated.script("fal", Script.SERVER_ERROR)
    ran = command_line.run(
        "models", "--operation", "erase", "--refresh", extra={"STABILITY_API_KEY": "", "REPLICATE_API_TOKEN": ""}
    )
    assert ran.code == 0, ran.err
    for name in ("Stability AI", "Replicate", "FAL"):
        assert f"{name} could not be asked" in ran.out
    assert simulated.replicate.requests == ()
