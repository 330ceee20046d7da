"""While a paid result is being saved, one Ctrl-C is let pass."""

from __future__ import annotations

import signal

import pytest

from editor.cli.interruption import undisturbed


@pytest.fixture(autouse=True)
def python_handles_ctrl_c():  # type: ignore[no-untyped-def]
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def test_a_first_ctrl_c_has_no_effect_and_leaves_none_behind() -> None:
    with undisturbed():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_ends_it() -> None:
    with pytest.raises(KeyboardInterrupt), undisturbed():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
