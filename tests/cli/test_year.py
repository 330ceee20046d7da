"""A simulated year is the same for the same seed, and what the README claims by it is held here."""

from __future__ import annotations

import asyncio
from xml.etree import ElementTree

import pytest

from editor.cli.year import run_years, table
from editor.cli.year_books import Year
from editor.cli.year_clock import SimulatedClock
from editor.cli.year_plot import drawn
from editor.cli.year_run import ManagedChain
from editor.domain.kinds import Operation
from editor.fallback.ordering import Strategy
from editor.simulator.weather import Ending, Fate, Weather
from editor.simulator.weather_rates import CLIMATES
from editor.simulator.weather_spells import OUTAGES, Sky

SHORT = 20
"""Days."""


@pytest.fixture(scope="module")
def weather():
    return Weather(seed=4, edits=2000, days=365)


@pytest.fixture(scope="module")
def short_years():
    return run_years(list(Strategy), seed=3, days=SHORT)


def fates_of(weather, platform):
    return [weather.fate(platform, edit, call=0, second=edit.second) for edit in weather.edits]


def hold(naive, retrying, *ours):
    """What is claimed of the program beside the naive chains, in whatever order it goes."""
    assert len({year.edits for year in (naive, retrying, *ours)}) == 1
    for year in ours:
        assert year.availability >= naive.availability, year.name
        assert year.reach >= 0.999, year.name
        assert year.lost <= min(naive.lost, retrying.lost), year.name
        assert year.sent_again == 0, year.name
        assert year.erase_availability == 1.0, year.name
        assert paid_again_without_cause(year) == [], year.name


def paid_again_without_cause(year):
    """The edits for which two pictures came while they were waited for: whatever else is charged is for an answer that
    was lost, a run that was stopped, a bad picture or one that a filter blurred."""
    numbers = {charge.edit for charge in year.charges}
    at_once = {
        number: [one for one in year.of_edit(number) if one.received and not one.collected] for number in numbers
    }
    return [number for number, charges in at_once.items() if len(charges) > 1]


def test_the_weather_is_that_of_its_seed(weather):
    same, other = (Weather(seed=seed, edits=2000, days=365) for seed in (4, 5))
    assert weather.spells == same.spells != other.spells
    assert weather.edits == same.edits != other.edits
    assert fates_of(weather, "fal") == fates_of(same, "fal") != fates_of(other, "fal")


def test_outages_come_alone_in_part_and_together(weather):
    hit = {spell.platforms for spell in weather.spells if spell.sky in OUTAGES}
    assert {len(platforms) for platforms in hit} == {1, 2, 3}
    assert any(spell.operations is not None for spell in weather.spells)
    assert {spell.sky for spell in weather.spells} == {*Sky} - {Sky.CLEAR}


def test_a_call_meets_the_worst_of_what_is_wrong(weather):
    offline = next(spell for spell in weather.spells if spell.sky is Sky.OFFLINE)
    middle = (offline.start + offline.end) / 2
    assert {weather.sky(name, Operation.ERASE, middle) for name in CLIMATES} == {Sky.OFFLINE}
    assert weather.gap("fal", middle) is not None
    partial = next(spell for spell in weather.spells if spell.operations is not None)
    (platform,), middle = partial.platforms, (partial.start + partial.end) / 2
    assert {weather.sky(platform, operation, middle) for operation in partial.operations or ()} <= {*OUTAGES}


def test_every_ending_is_met_in_a_year():
    year = Weather(seed=1, edits=30_000, days=365)
    met = {fate.ending for name in CLIMATES for fate in fates_of(year, name)}
    assert met == set(Ending)


class Hidden(Weather):
    """Replicate cannot be seen for a minute when its run ends; the others are out of credit."""

    def fate(self, platform, edit, *, call, second):
        if platform == "replicate":
            return Fate(ending=Ending.LOST_RESULT, charged=True, seconds=5.0, visible=65.0)
        return Fate(ending=Ending.NO_CREDIT, charged=False)

    def gap(self, platform, second):
        return None


@pytest.mark.parametrize(("later", "lost"), [(600.0, 0), (7200.0, 1)])
def test_a_result_that_is_out_of_sight_is_collected_while_the_platform_has_it(later, lost):
    weather, clock, year = Hidden(seed=1, edits=50, days=1), SimulatedClock(), Year("fixed", 1)
    chain = ManagedChain(weather, clock, year, strategy=Strategy.FIXED, seed=1)
    edit = next(edit for edit in weather.edits if not edit.local)

    async def lived():
        assert not await chain.serve(edit)
        assert (year.lost, len(year.charges)) == (1, 1)
        clock.seconds += later
        await chain.close()

    asyncio.run(lived())
    assert (year.lost, year.charges[0].collected) == (lost, lost == 0)


def test_twenty_days_hold_what_is_claimed(short_years):
    hold(*short_years)
    assert [year.name for year in short_years] == ["naive chain", "naive, retrying", *Strategy]


def test_twenty_days_are_told_the_same_twice(short_years):
    again = run_years([Strategy.FIXED, Strategy.BEST], seed=3, days=SHORT)
    by_name = {year.name: year for year in short_years}
    assert table(again) == table([by_name[year.name] for year in again])


def test_twenty_days_can_be_drawn(short_years):
    picture = ElementTree.fromstring(drawn(short_years))
    assert len(picture.findall(".//{*}polyline")) == len(short_years)
    words = " ".join(text.text or "" for text in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert all(year.name in words and f"${year.spent:,.0f}" in words for year in short_years)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_holds_what_is_claimed(seed):
    naive, retrying, *ours = run_years(list(Strategy), seed=seed, days=365)
    hold(naive, retrying, *ours)
    by_name = {year.name: year for year in ours}
    for year in ours:
        assert year.lost < 0.8 * naive.lost, year.name
    assert by_name["price"].spent == min(year.spent for year in ours)
    assert by_name["speed"].percentile(50) == min(year.percentile(50) for year in ours)


def test_the_command_prints_a_table_and_writes_the_plot(command_line):
    words = ("simulate", "--year", "--days", "7", "--seed", "2", "--strategy", "speed")
    ran = command_line.run(*words, "--plot", "year.svg")
    assert ran.code == 0, ran.err
    assert [line.strip().split("  ")[0] for line in ran.out.splitlines()[2:5]] == [
        "naive chain",
        "naive, retrying",
        "speed",
    ]
    assert (command_line.folder / "year.svg").read_text(encoding="utf-8").startswith("<svg")
    assert command_line.run(*words, "--plot", "no/such/folder.svg").code == 2
    assert command_line.run("simulate", "--year", "--days", "0").code == 2
