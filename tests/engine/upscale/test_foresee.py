"""How long an enlargement will take, before anything has run."""

from editor.engine.upscale.foresee import LAST_RESORT, NETWORK_SECONDS, START_SECONDS, foreseen_seconds
from editor.engine.upscale.neural import KINDS
from editor.engine.upscale.result import Mode

SMALL, LARGE = (600, 400), (4000, 3000)


def seconds(source, factor, *, mode=Mode.FAITHFUL, budget=60.0, installed=frozenset(NETWORK_SECONDS)):
    target = round(source[0] * factor), round(source[1] * factor)
    return foreseen_seconds(source, target, mode=mode, budget=budget, installed=installed.__contains__)


def test_a_network_is_foreseen_where_it_keeps_the_time():
    pixels = SMALL[0] * SMALL[1]
    assert seconds(SMALL, 4) == START_SECONDS + pixels * NETWORK_SECONDS["esrgan-thick-x4"]
    assert seconds(SMALL, 2) == START_SECONDS + pixels * NETWORK_SECONDS["esrgan-thick-x2"]
    assert seconds(SMALL, 4, budget=5.0) < 5.0, "a quicker method keeps it"
    assert seconds(SMALL, 4, installed=frozenset()) < 5.0


def test_a_large_picture_is_enlarged_the_quick_way():
    assert seconds(LARGE, 2) < 60.0


def test_cleaning_up_takes_what_it_takes():
    pixels = LARGE[0] * LARGE[1]
    assert seconds(LARGE, 2, mode=Mode.CLEAN_UP) == START_SECONDS + pixels * NETWORK_SECONDS[LAST_RESORT]
    assert seconds((300, 200), 4, mode=Mode.CLEAN_UP) == START_SECONDS + 60_000 * NETWORK_SECONDS["realesrgan-x4plus"]


def test_every_network_that_enlarges_and_can_be_fetched_is_known():
    assert set(NETWORK_SECONDS) == set(KINDS) - {"realesr-general-x4v3"}
