"""A number field makes the best of what is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.ui.number_box import NumberBox


@pytest.fixture
def box(qtbot: QtBot) -> NumberBox:
    made = NumberBox()
    made.setRange(-45, 45)
    made.setDecimals(1)
    made.setSuffix(" °")
    made.setValue(8)
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12.5", 12.5),
        ("12,5", 12.5),
        ("-3.26", -3.3),
        ("180", 45),
        ("-99999999", -45),
        ("7 °", 7),
        ("", 8),
        ("-", 8),
        ("abc", 8),
        ("1e3x", 13),
    ],
)
def test_what_is_typed_becomes_the_nearest_number_inside(box: NumberBox, typed: str, value: float) -> None:
    left: list[bool] = []
    box.left.connect(lambda: left.append(True))
    box.lineEdit().selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key.Key_Return)

    assert box.value() == value
    assert box.text() == f"{box.textFromValue(value)} °"
    assert left == [True]


def test_esc_leaves_the_number_as_it_was(box: NumberBox) -> None:
    left: list[bool] = []
    box.left.connect(lambda: left.append(True))
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "33")
    QTest.keyClick(box, Qt.Key.Key_Escape)

    assert box.value() == 8
    assert box.text() == f"{box.textFromValue(8)} °"
    assert left == [True]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_what_only_floating_point_calls_a_number_is_none(box: NumberBox, text: str) -> None:
    assert box.validate(text, 0)[0] is QValidator.State.Invalid
    assert box.fixup(text) == "8.0"
    assert box.valueFromText(text) == 8
