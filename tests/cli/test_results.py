"""``image-editor results`` finds, collects and saves what an earlier start of the program paid for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.vault_killing import kill_an_edit

PLATFORMS = ("replicate", "fal")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is for other systems")


def killed(command_line, simulated, platform, boundary):
    """An edit whose program is killed."""
    vault = Path(command_line.environment["XDG_DATA_HOME"], "image-editor", "vault")
    kill_an_edit(platform, boundary, vault, simulated.environment())


def test_nothing_owed_is_said(command_line, simulated):
    ran = command_line.run("results")
    assert (ran.code, ran.out) == (0, "There is nothing to collect and nothing to save.\n")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_run_that_the_program_did_not_live_to_see_is_collected_and_saved(command_line, simulated, platform):
    killed(command_line, simulated, platform, "before fetched")
    orders = simulated.server(platform).runs
    (owed,) = json.loads(command_line.run("results", "--json").out)
    assert (owed["platform"], owed["state"], owed["document"]) == (platform, "running", "harbour.png")
    ran = command_line.run("results", "--collect", "-o", "found")
    assert "finished an edit while you were away." in ran.out
    picture = np.asarray(Image.open(command_line.folder / "found" / "harbour-erase.png"))
    assert picture.shape[:2] == (150, 200)
    assert simulated.server(platform).runs == orders == 1
    assert json.loads(command_line.run("results", "--json").out) == []


def test_a_saved_edit_leaves_nothing_to_save(command_line, simulated, photo):
    words = ("--mask", "mask.png", "-o", "out.png", "--platforms", "replicate")
    ran = command_line.run("edit", "erase", "photo.png", *words)
    assert ran.code == 0, ran.err
    assert json.loads(command_line.run("results", "--json").out) == []
    kept = Path(command_line.environment["XDG_DATA_HOME"], "image-editor", "vault", "results")
    assert len([path for path in kept.rglob("*") if path.is_file()]) == 2, "the picture and the mask"
