"""AI settings: every control writes what it says, and shows what is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QWidget
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession

from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.money import Balance
from editor.session.money import Account
from editor.ui.settings_dialog import PAGES, SettingsDialog
from editor.ui.settings_money import NO_CAP

# What Qt says of every window on its offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

OWN = ["fal", "stability", "replicate", "local"]


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def dialog(qtbot: QtBot, session: FakeSession) -> Iterator[SettingsDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SettingsDialog(session, FakeRunner(), parent)  # type: ignore[arg-type]
    made.show()
    yield made


def opened_again(session: FakeSession, qtbot: QtBot) -> SettingsDialog:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SettingsDialog(session, FakeRunner(), parent)  # type: ignore[arg-type]
    made.held = parent  # type: ignore[attr-defined]
    return made


def written(session: FakeSession, name: str) -> object:
    return session.settings.get(name, None)


def test_the_keys_move_a_platform_and_the_order_is_kept(
    dialog: SettingsDialog, session: FakeSession, qtbot: QtBot
) -> None:
    page = dialog.platforms
    page.list.setCurrentRow(2)
    for _ in range(2):
        qtbot.keyClick(page.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert page.names == ("fal", "stability", "replicate", "local")
    assert written(session, "chain") == OWN
    page.down.click()
    assert page.names == ("stability", "fal", "replicate", "local")
    page.list.setCurrentRow(0)
    assert not page.up.isEnabled() and page.down.isEnabled()


def test_one_operation_has_an_order_of_its_own_until_it_follows_all_again(
    dialog: SettingsDialog, session: FakeSession
) -> None:
    page = dialog.platforms
    page.edits.setCurrentText(Operation.UPSCALE.caption)
    assert not page.follow.isEnabled()
    page.list.setCurrentRow(2)
    page.up.click()
    assert session.chains.has_own_order(Operation.UPSCALE)
    assert page.names[1] == "fal"
    page.edits.setCurrentIndex(0)
    assert page.names == ("stability", "replicate", "fal", "local")
    page.edits.setCurrentText(Operation.UPSCALE.caption)
    page.follow.click()
    assert not session.chains.has_own_order(Operation.UPSCALE)
    assert page.names == ("stability", "replicate", "fal", "local")


def test_a_platform_without_a_tick_is_not_used_and_this_computer_has_none(
    dialog: SettingsDialog, session: FakeSession
) -> None:
    items = [dialog.platforms.list.item(place) for place in range(4)]
    items[1].setCheckState(Qt.CheckState.Unchecked)
    assert not session.chains.is_used("replicate")
    items[1].setCheckState(Qt.CheckState.Checked)
    assert session.chains.is_used("replicate")


def test_the_order_goes_by_what_is_chosen_and_says_why(dialog: SettingsDialog, session: FakeSession) -> None:
    page = dialog.order
    assert not page.pinned.isEnabled(), "an order of one's own needs no pins"
    page.choices.button(3).click()
    assert written(session, "order_strategy") == "price"
    page.pinned.setChecked(True)
    assert written(session, "pins") == {"stability": 0}
    page.explore.setValue(10)
    assert written(session, "order_explore") == pytest.approx(0.1)
    page.edits.setCurrentText(Operation.OUTPAINT.caption)
    assert page.why.toPlainText() == f"{Operation.OUTPAINT.caption}: nobody knows."
    page.forget.click()
    assert session.forgotten


def test_the_pin_follows_the_order(dialog: SettingsDialog, session: FakeSession) -> None:
    dialog.order.choices.button(2).click()
    dialog.order.pinned.setChecked(True)
    dialog.platforms.list.setCurrentRow(1)
    dialog.platforms.up.click()
    assert written(session, "pins") == {"replicate": 0}


def test_caps_are_written_in_dollars_and_taken_away(dialog: SettingsDialog, session: FakeSession) -> None:
    page = dialog.money
    page.caps["day"].setValue(5.0)
    page.caps["edit"].setValue(0.0)
    page.platforms["fal"].setValue(10.0)
    assert written(session, "caps") == {"edit": 0.0, "day": 5.0, "platforms": {"fal": 10.0}}
    page.caps["edit"].setValue(page.caps["edit"].minimum())
    assert page.caps["edit"].text() == NO_CAP
    assert written(session, "caps") == {"day": 5.0, "platforms": {"fal": 10.0}}
    assert "local" not in page.platforms, "this computer costs nothing"


def test_the_accounts_are_asked_on_demand(dialog: SettingsDialog, session: FakeSession) -> None:
    session.money.held = (
        Account(
            platform="stability",
            name="Stability AI",
            words="995 credits",
            balance=Balance(credits=995.0),
            drift="It fell by 12 credits.",
        ),
        Account(platform="replicate", name="Replicate", words="does not tell its balance to this key"),
    )
    assert dialog.money.held.text() == ""
    dialog.money.ask.click()
    assert dialog.money.held.text().splitlines() == [
        "Stability AI: 995 credits",
        "It fell by 12 credits.",
        "Replicate: does not tell its balance to this key",
    ]
    assert dialog.money.ask.isEnabled()


def test_a_question_that_fails_is_told(dialog: SettingsDialog, session: FakeSession) -> None:
    session.money.fault = InputError("“Local only” is on.")
    dialog.money.ask.click()
    assert dialog.money.held.text() == "“Local only” is on."
    assert dialog.money.ask.isEnabled()


def test_retries_refusals_and_second_calls(dialog: SettingsDialog, session: FakeSession) -> None:
    page = dialog.rules
    page.refusals.button(1).click()
    page.numbers["cycles"].setValue(2)
    page.numbers["platform_jobs"].setValue(3)
    assert not page.share.isEnabled()
    page.hedge.setChecked(True)
    page.share.setValue(25)
    names = ("after_refusal", "cycles", "platform_jobs", "hedge", "hedge_share")
    assert [written(session, name) for name in names] == ["ask", 2, 3, True, pytest.approx(0.25)]


def test_what_was_set_is_shown_again(dialog: SettingsDialog, session: FakeSession, qtbot: QtBot) -> None:
    dialog.order.choices.button(4).click()
    dialog.money.caps["month"].setValue(40.0)
    dialog.rules.refusals.button(2).click()
    dialog.rules.numbers["cycles"].setValue(3)
    again = opened_again(session, qtbot)
    assert again.order.choices.checkedId() == 4
    assert again.money.caps["month"].value() == 40.0
    assert again.rules.refusals.checkedId() == 2
    assert again.rules.numbers["cycles"].value() == 3


@pytest.mark.parametrize(
    "strange",
    [
        {"caps": "five"},
        {"caps": {"day": "five", "platforms": 3}},
        {"cycles": "many"},
        {"order_explore": 7},
        {"pins": 3},
    ],
    ids=str,
)
def test_a_settings_file_by_hand_does_no_harm(session: FakeSession, qtbot: QtBot, strange: dict[str, object]) -> None:
    for name, value in strange.items():
        session.settings.set(name, value)
    assert opened_again(session, qtbot).money.caps["day"].text() == NO_CAP


def test_each_page_is_reached_and_every_control_has_a_name(dialog: SettingsDialog) -> None:
    for place, page in enumerate((dialog.platforms, dialog.order, dialog.money, dialog.rules)):
        dialog.tabs.choose(place)
        assert page.isVisible(), PAGES[place]
        for control in page.findChildren(QWidget):
            if isinstance(control, QAbstractButton):
                assert control.text() or control.accessibleName()
            elif isinstance(control, QAbstractSpinBox | QComboBox):
                assert control.accessibleName()


def test_a_change_is_told_to_the_window(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.changed):
        dialog.rules.numbers["cycles"].setValue(4)
    with qtbot.waitSignal(dialog.changed):
        dialog.money.caps["day"].setValue(1.0)
