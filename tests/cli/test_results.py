"""``image-editor results`` finds, collects and saves what an earlier start of the program paid for."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
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


def aged(command_line, *platforms):
    """Let what is kept of ``platforms`` be years old."""
    path = Path(command_line.environment["XDG_DATA_HOME"], "image-editor", "vault", "records.sqlite")
    with closing(sqlite3.connect(path)) as connection, connection:
        for platform in platforms:
            connection.execute(
                "UPDATE vault_run SET changed = '2020-01-01T00:00:00+00:00' WHERE platform = ?", (platform,)
            )


def kept_files(command_line):
    folder = Path(command_line.environment["XDG_DATA_HOME"], "image-editor", "vault", "results")
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_over_the_bounds_is_told_and_deleted_where_that_is_said(command_line, simulated):
    killed(command_line, simulated, "replicate", "delivered")
    killed(command_line, simulated, "fal", "complete")
    fresh = command_line.run("results").out
    assert "fal        erase                harbour.png: ready to be saved" in fresh
    assert re.search(r"Kept: 2 results, \d+ kB of 500 MB\.", fresh)
    assert "older" not in fresh
    aged(command_line, "replicate", "fal")
    files = len(kept_files(command_line))
    told = command_line.run("results").out
    assert "2 kept results are older than 30 days. Nothing is deleted unless you say so." in told
    assert "“image-editor results --prune” deletes 1 result that you have already." in told
    assert "“image-editor results --prune --all” deletes 1 result that you never saved." in told
    assert len(kept_files(command_line)) == files

    pruned = command_line.run("results", "--prune").out.splitlines()
    assert pruned[0].startswith("Deleted harbour.png: Erase by Replicate, ")
    assert pruned[0].endswith(", delivered")
    assert re.fullmatch(r"Deleted 1 result, \d+ kB\.", pruned[1])
    assert pruned[2].startswith("Over the bounds, but never saved")
    assert pruned[3].strip().startswith("harbour.png: Erase by FAL, ")
    assert [one["platform"] for one in json.loads(command_line.run("results", "--json").out)] == ["fal"]

    assert "Deleted harbour.png: Erase by FAL" in command_line.run("results", "--prune", "--all").out
    assert command_line.run("results", "--prune", "--all").out == "Nothing was deleted.\n"
    assert kept_files(command_line) == []


def test_all_without_prune_deletes_nothing(command_line):
    ran = command_line.run("results", "--all")
    assert (ran.code, ran.out) == (2, "")
    assert "“--all” goes with “--prune”" in ran.err


def test_with_local_only_nobody_is_asked(command_line, simulated):
    settings = Path(command_line.environment["XDG_CONFIG_HOME"], "image-editor", "settings.json")
    settings.parent.mkdir(parents=True)
    settings.write_text('{"local_only": true}')
    ran = command_line.run("results", "--collect")
    assert ran.code == 2
    assert "“Local only” is on" in ran.err


def test_a_vault_that_cannot_be_opened_is_told(command_line):
    Path(command_line.environment["XDG_DATA_HOME"], "image-editor", "vault", "records.sqlite").mkdir(parents=True)
    ran = command_line.run("results")
    assert ran.err.strip() == "Results cannot be kept: the folder for them cannot be written."
    assert (ran.code, ran.out) == (3, "")
