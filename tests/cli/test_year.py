"""A simulated year is the same for the same seed, and the manager wastes less on outages than a naive chain."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from editor.cli.year import run_years, table
from editor.cli.year_plot import drawn
from editor.fallback.ordering import Strategy
from editor.simulator.weather import Weather


def test_the_weather_is_that_of_its_seed():  # type: ignore[no-untyped-def]
    one, same, other = (Weather(seed=seed, edits=300, days=30) for seed in (4, 4, 5))
    assert one.spells == same.spells != other.spells
    assert one.arrivals == same.arrivals != other.arrivals
    assert one.draw("fal", 7, 1) == same.draw("fal", 7, 1)
    for spells in one.spells.values():
        assert all(before.end <= after.start for before, after in pairwise(spells))


def test_a_week_is_told_the_same_twice_and_can_be_drawn():  # type: ignore[no-untyped-def]
    years = run_years(list(Strategy), seed=3, days=7)
    assert table(years) == table(run_years(list(Strategy), seed=3, days=7))
    assert [year.name for year in years] == ["naive chain", *Strategy]
    for year in years:
        assert len(year.seconds) + year.unserved == year.edits
    assert len(ElementTree.fromstring(drawn(years)).findall("{*}polyline")) == len(years)


@pytest.mark.long
def test_a_year():  # type: ignore[no-untyped-def]
    naive, fixed, *learned = run_years(list(Strategy), seed=1, days=365)
    assert fixed.unserved <= naive.unserved
    assert fixed.dead < 0.5 * naive.dead
    by_name = {year.name: year for year in learned}
    assert by_name["price"].spent < fixed.spent
    assert by_name["speed"].percentile(50) < fixed.percentile(50)


def test_the_command_prints_a_table_and_writes_the_plot(command_line):  # type: ignore[no-untyped-def]
    words = ("simulate", "--year", "--days", "7", "--seed", "2", "--strategy", "speed")
    ran = command_line.run(*words, "--plot", "year.svg")
    assert ran.code == 0, ran.err
    assert [line.split()[0] for line in ran.out.splitlines()[2:]] == ["naive", "speed"]
    assert (command_line.folder / "year.svg").read_text(encoding="utf-8").startswith("<svg")
    assert command_line.run(*words, "--plot", "no/such/folder.svg").code == 2
    assert command_line.run("simulate", "--year", "--days", "0").code == 2
