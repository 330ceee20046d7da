"""The window's commands as Qt's actions, with their icons, keys and menus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from editor.ui.commands import COMMANDS, MENUS, SEPARATOR, Command
from editor.ui.icons import Icons


class Actions(QObject):
    """The commands as :class:`QAction`, by id."""

    def __init__(self, window: QWidget, icons: Icons) -> None:
        super().__init__(window)
        self._icons = icons
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._icon_names = {command.id: command.icon for command in COMMANDS if command.icon}
        for command in COMMANDS:
            self._actions[command.id] = self._made(command, window)
        icons.theme.changed.connect(self.draw)
        self.draw()

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def group(self, name: str) -> list[QAction]:
        """The commands of which exactly one is on."""
        return self._groups[name].actions()

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Let each command call its handler; a checkable one asks its action for the state."""
        for id, handler in handlers.items():
            self._actions[id].triggered.connect(lambda _checked=False, call=handler: call())

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Put the menus into ``bar``; returns the submenus that the window fills, by name."""
        open_menus: dict[str, QMenu] = {}
        for title, entries in MENUS:
            # Alt and a title's first letter open it; no two titles share one.
            menu = bar.addMenu(f"&{title}")
            for entry in entries:
                if entry == SEPARATOR:
                    menu.addSeparator()
                elif entry.endswith(">"):
                    open_menus[entry[:-1]] = menu.addMenu("")
                else:
                    menu.addAction(self._actions[entry])
        return open_menus

    def popup(self, entries: Iterable[str], place: QPoint, parent: QWidget) -> None:
        """Show a menu of these commands at a place on the desktop."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in entries:
            if entry == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(_alone(self._actions[entry], menu))
        menu.popup(place)

    def draw(self) -> None:
        """Take all icons in the theme's present colours."""
        for id, name in self._icon_names.items():
            self._actions[id].setIcon(self._icons.icon(name))

    def show_icon(self, id: str, name: str) -> None:
        """Give a command another icon."""
        self._icon_names[id] = name
        self.draw()

    def _made(self, command: Command, window: QWidget) -> QAction:
        action = QAction(command.text, window)
        action.setObjectName(command.id)
        action.setData(command.alone)
        action.setCheckable(command.checkable)
        # In a menu the tick stands where the icon would.
        action.setIconVisibleInMenu(not command.checkable)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{command.text} ({key})" if key else command.text)
        if command.group:
            group = self._groups.setdefault(command.group, QActionGroup(window))
            group.addAction(action)
        window.addAction(action)
        return action


def _alone(action: QAction, menu: QMenu) -> QAction:
    """The command with words that tell what it does where its menu's name does not stand above it."""
    words = action.data()
    if not words:
        return action
    stand_in = QAction(action.icon(), words, menu)
    stand_in.setShortcuts(action.shortcuts())
    stand_in.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    stand_in.setEnabled(action.isEnabled())
    stand_in.triggered.connect(action.trigger)
    return stand_in
