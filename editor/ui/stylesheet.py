"""The one style sheet, built from a theme's tokens. Spacing is 4, 8, 12 or 16; corners have radius 8 or 6."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from editor.resource_files import resource

if TYPE_CHECKING:
    from editor.ui.theme import Tokens

_BARS = Template("""
QMainWindow, QDialog { background: $window; }
QMenuBar { background: $bar; color: $text; padding: 3px 6px; border-bottom: 1px solid $line; }
QMenuBar::item { background: transparent; padding: 5px 8px; border-radius: 6px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $line; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 6px; }
QMenu::item:selected { background: $accent_quiet; color: $on_accent_quiet; }
QMenu::item:disabled { color: $faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }
QStatusBar { background: $bar; color: $muted; border-top: 1px solid $line; min-height: 27px; }
QStatusBar::item { border: none; }
#optionBar { background: $bar; border-bottom: 1px solid $line; }
#toolBar { background: $bar; border-right: 1px solid $line; }
#tabStrip { background: $window; border-bottom: 1px solid $surround; }
#stage { background: $surround; }
#panelColumn { background: $panel; border-left: 1px solid $line; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QFrame[role="drop"] { background: $accent; border: none; }
QFrame[role="rule"] { background: $line; border: none; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $muted; padding: 7px 10px 8px 14px; border: none;
  border-top-left-radius: 8px; border-top-right-radius: 8px; margin-top: 1px; }
QTabBar::tab:selected { background: $surround; color: $text; }
QTabBar::tab:hover:!selected { color: $text; }
QTabBar::tab:focus { color: $local; }
QTabBar::scroller { width: 44px; }
#ScrollLeftButton, #ScrollRightButton { background: $window; border: none; border-radius: 0; padding: 2px; }
#ScrollLeftButton:hover, #ScrollRightButton:hover { background: $hover; }
""")

_WORDS = Template("""
QLabel { color: $text; background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: 12px; }
QLabel[role="title"] { color: $muted; font-weight: 600; }
QLabel[role="strong"] { color: $text; font-weight: 600; }
QLabel[role="heading"] { color: $text; font-weight: 600; font-size: 16px; }
QLabel[role="ok"] { color: $ok; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"] { color: $bad; }
QLabel:disabled { color: $faint; }
""")

_BUTTONS = Template("""
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 8px;
  padding: 6px 12px; min-height: 18px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $well; }
QPushButton:disabled { color: $faint; background: transparent; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
  min-height: 24px; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_quiet; color: $on_accent_quiet; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 5px 11px; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[role="link"] { background: transparent; color: $local; border: 1px solid transparent; padding: 2px 0;
  min-height: 16px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $faint; }
QPushButton[role="link"]:focus { border: 1px solid $accent; border-radius: 4px; }
QPushButton[role="quiet"] { background: transparent; border: 1px solid transparent; color: $muted; padding: 2px 6px; }
QPushButton[role="quiet"]:hover { color: $text; background: $hover; }
QPushButton[role="quiet"]:disabled { color: $faint; }
QPushButton[role="quiet"]:focus { border: 1px solid $accent; }
QPushButton[role="row"] { background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 0;
  min-height: 38px; }
QPushButton[role="row"]:hover { background: $raised; border: 1px solid $line; }
QPushButton[role="row"]:focus { background: $raised; border: 1px solid $accent; }
QPushButton[role="candidate"] { background: transparent; border: 2px solid transparent; border-radius: 8px;
  padding: 0; }
QPushButton[role="candidate"]:hover { background: $raised; }
QPushButton[role="candidate"]:checked { background: $raised; border: 2px solid $accent; }
QPushButton[role="candidate"]:focus { border: 2px solid $text; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 8px; padding: 5px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $accent_quiet; color: $on_accent_quiet; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:disabled { color: $faint; }
QToolButton[role="operation"] { background: $raised; border: 1px solid $tile_edge; padding: 6px 0; font-size: 12px; }
QToolButton[role="operation"]:hover { background: $hover; }
QToolButton[role="operation"]:checked { background: $accent_quiet; border-color: $accent_quiet; }
QToolButton[role="operation"]:focus { border: 1px solid $accent; }
#segments { background: $well; border: 1px solid $line; border-radius: 8px; }
QToolButton[role="segment"] { color: $muted; padding: 3px 4px; border-radius: 6px; }
QToolButton[role="segment"]:hover { color: $text; }
QToolButton[role="segment"]:checked { background: $accent_quiet; color: $on_accent_quiet; }
QToolButton[role="segment"]:focus { border: 1px solid $accent; }
QToolButton[role="fold"] { color: $muted; padding: 2px 6px 2px 0; border-radius: 6px; font-size: 12px; }
QToolButton[role="fold"]:hover { color: $text; background: transparent; }
QToolButton[role="fold"]:checked { background: transparent; color: $muted; }
QToolButton[role="fold"]:focus { border: 1px solid $accent; }
QToolButton[role="tool"] { padding: 7px; }
QToolButton[role="tab-close"] { padding: 1px; border-radius: 4px; }
QToolButton[role="status"] { padding: 2px 6px; border-radius: 6px; color: $muted; }
QToolButton[role="status"]:checked { background: $accent_quiet; color: $on_accent_quiet; }
""")

_FIELDS = Template("""
QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: $well; color: $text; border: 1px solid $line;
  border-radius: 8px; padding: 5px 8px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus { border: 1px solid $accent; }
QLineEdit:disabled { color: $faint; }
QAbstractSpinBox[role="value"] { background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 2px 4px; }
QAbstractSpinBox[role="value"]:hover { border: 1px solid $line; }
QAbstractSpinBox[role="value"]:focus { border: 1px solid $accent; background: $well; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; padding: 0 0 0 6px;
  background: transparent; border-radius: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 0; height: 0;
  border: none; }
QSlider { min-height: 20px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $local; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $knob; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 10px; height: 10px; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider::handle:horizontal:disabled { background: $faint; }
QComboBox { background: $raised; color: $text; border: 1px solid $line; border-radius: 8px; padding: 5px 10px;
  min-height: 18px; }
QComboBox:focus { border: 1px solid $accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $line; border-radius: 0;
  selection-background-color: $accent_quiet; selection-color: $on_accent_quiet; }
QCheckBox, QRadioButton { color: $text; spacing: 8px; padding: 2px 0; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator, QListView::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 4px;
  background: $well; }
QCheckBox::indicator:checked, QListView::indicator:checked { border: 1px solid $accent; background: $accent;
  image: url("$check"); }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 7px; background: $well; }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 6px; height: 6px; background: $on_accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $faint; background: transparent; }
#choices { background: $well; border: 1px solid $line; border-radius: 8px; padding: 4px; }
#choices::item { padding: 8px 6px; border-radius: 6px; color: $text; }
#choices::item:selected { background: $accent_quiet; color: $on_accent_quiet; }
QListView { background: transparent; border: 1px solid transparent; border-radius: 8px; outline: none; }
QTreeView, QTableView { background: $well; border: 1px solid $line; border-radius: 8px; outline: none; }
QTreeView::item { padding: 4px 6px; border: none; }
QTreeView::item:selected { background: $accent_quiet; color: $on_accent_quiet; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $muted; border: none; padding: 6px 6px; }
QProgressBar { background: $line; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $local; border-radius: 2px; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
#card { background: $bar; border: 1px solid $line; border-radius: 10px; }
#popover { background: $bar; border: 1px solid $line; border-radius: 10px; }
#palette { background: $bar; border: 1px solid $line; border-radius: 10px; }
#palette QListView::item { padding: 6px 8px; border-radius: 6px; color: $text; }
#palette QListView::item:selected { background: $accent_quiet; color: $on_accent_quiet; }
""")


def stylesheet(tokens: Tokens) -> str:
    """The style sheet of the whole application in the colours of ``tokens``."""
    colours = {name: getattr(tokens, name) for name in tokens.__slots__}
    dark = tokens.text > tokens.window
    colours["knob"] = tokens.text if dark else tokens.local
    # In the light theme raised and panel are almost one colour.
    colours["check"] = resource("icons/check-on-accent.svg").as_posix()
    colours["tile_edge"] = tokens.raised if dark else tokens.line
    return "".join(part.substitute(colours) for part in (_BARS, _WORDS, _BUTTONS, _FIELDS))
