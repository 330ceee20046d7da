"""The window: arranges bars, canvas and panels, and connects commands to those who carry them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from editor import DISPLAY_NAME
from editor.ui.actions import Actions
from editor.ui.autosaver import Autosaver
from editor.ui.candidate_bar import CandidateBar
from editor.ui.candidate_choice import CandidateChoice
from editor.ui.canvas import Canvas
from editor.ui.command_bindings import bind_commands
from editor.ui.command_handlers import CommandHandlers
from editor.ui.dialogs import Dialogs
from editor.ui.document_tabs import DocumentTabs
from editor.ui.edit_jobs import EditJobs
from editor.ui.extend_handles import ExtendHandles
from editor.ui.file_commands import FileCommands
from editor.ui.form_material import FormMaterial
from editor.ui.found_results import FoundResults
from editor.ui.icons import Icons
from editor.ui.mask_files import MaskFiles
from editor.ui.mask_shaping import MaskShaping
from editor.ui.mask_view import MaskViewChoice
from editor.ui.message_bar import MessageBar
from editor.ui.option_bar import OptionBar
from editor.ui.panel_column import PanelColumn
from editor.ui.recovered_pictures import RecoveredPictures
from editor.ui.remedies import Notice
from editor.ui.remembered_masks import RememberedMasks
from editor.ui.route_strip import RouteStrip
from editor.ui.screen_colours import ScreenColours
from editor.ui.shown_part import ShownPart
from editor.ui.stage import Stage
from editor.ui.status_bar import StatusBar
from editor.ui.theme import Theme
from editor.ui.thing_selection import ThingSelection
from editor.ui.tool_bar import ToolBar
from editor.ui.tool_options import ToolOptions
from editor.ui.undo_bounds import UndoBounds
from editor.ui.window_connections import connect_parts
from editor.ui.window_memory import PANELS, WindowMemory
from editor.ui.window_view import WindowView
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

LEAST_SIZE = (820, 560)
SUBMENUS = {
    "mask_view": "Show mask as",
    "tint": "Mask color",
    "opacity": "Mask opacity",
    "theme": "Theme",
    "screen": "Screen colors",
}
"""The View menu's choices, by the group of their commands."""


class MainWindow(QMainWindow):
    """The editor's window. ``log_folder`` is offered in the Help menu where it is given.

    Nothing heavy is loaded before the window is on the screen. Whoever made ``runner`` shuts it down in the end.
    """

    def __init__(self, session: Session, runner: JobRunner, *, log_folder: Path | None = None) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self.log_folder = log_folder
        self._warm = False
        self._may_close = False
        self._memory = WindowMemory(session)
        self.setWindowTitle(DISPLAY_NAME)
        self.setMinimumSize(*LEAST_SIZE)
        self.theme = Theme(self)
        self.theme.choose(self._memory.theme)
        self.icons = Icons(self.theme)
        self.commands = Actions(self, self.icons)
        self.workspace = Workspace(self)
        self.files = FileCommands(self, session, runner, self.workspace)
        self.edits = EditJobs(session, runner, self.workspace)
        self.dialogs = Dialogs(self, session, runner, actions=self.commands, theme=self.theme)
        self._build()
        self.tools = ToolOptions(
            session, self.workspace, canvas=self.canvas, bar=self.option_bar, actions=self.commands
        )
        self.found = FoundResults(self, session, runner, self.workspace, messages=self.messages)
        self.autosaver = Autosaver(session, runner, self.workspace, may_save=lambda: not self.canvas.stroking)
        self.things = ThingSelection(session, runner, self.workspace)
        self.material = FormMaterial(session, runner, self.workspace, panel=self.panels.edit)
        self.mask_shaping = MaskShaping(self, session, runner, self.workspace, canvas=self.canvas)
        self.mask_files = MaskFiles(self, runner, self.workspace, messages=self.messages)
        self.remembered_masks = RememberedMasks(self, self.workspace, menu=self.remembered_menu)
        self.screen_colours = ScreenColours(self, session, runner, self.workspace, commands=self.commands)
        self.mask_view = MaskViewChoice(session, self.canvas, self.commands)
        self.extend_handles = ExtendHandles(self.canvas, self.panels.edit)
        self.shown_part = ShownPart(session, runner, self.workspace, messages=self.messages)
        self.undo_bounds = UndoBounds(self.workspace)
        self.recovered = RecoveredPictures(
            self, session, runner, self.workspace, messages=self.messages, then=self.found.start
        )
        self.view = WindowView(self, session)
        self.handlers = CommandHandlers(self, session, runner, memory=self._memory)
        self.choice = CandidateChoice(
            self.workspace,
            self.candidates,
            names=lambda: self.dialogs.names,
            before_change=self.canvas.finish_stroke,
        )
        connect_parts(self)
        bind_commands(self)
        self._restore()
        self.view.show_picture(None)

    # For the program's start

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files in the background."""
        self.files.open_paths(paths)

    def show_sample(self) -> None:
        """Open the sample photo, with its mask, in the background."""
        self.files.open_sample()

    # Building

    def _build(self) -> None:
        self.canvas = Canvas()
        self.strip = RouteStrip(self.icons)
        self.messages = MessageBar(self.icons)
        self.candidates = CandidateBar()
        self.tabs = DocumentTabs(self.icons, self.workspace)
        self.panels = PanelColumn(self.theme, self.icons, self.commands)
        self.option_bar = OptionBar(self.icons, self.commands)
        self.status = StatusBar(self.commands)
        middle = QWidget()
        _fill(QVBoxLayout(middle), self.tabs, Stage(self.canvas, self.strip, self.messages, self.candidates))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(middle)
        self._splitter.addWidget(self.panels)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        below = QWidget()
        self.tool_bar = ToolBar(self.commands)
        _fill(QHBoxLayout(below), self.tool_bar, self._splitter)
        central = QWidget()
        _fill(QVBoxLayout(central), self.option_bar, below)
        self.setCentralWidget(central)
        self.setStatusBar(self.status)
        menus = self.commands.fill(self.menuBar())
        self.recent_menu = menus["recent"]
        self.recent_menu.setTitle("Open recent")
        for name, title in SUBMENUS.items():
            menus[name].setTitle(title)
            menus[name].addActions(self.commands.group(name))
        self.remembered_menu = menus["remembered"]
        self.commands["log_folder"].setVisible(self.log_folder is not None)

    def _restore(self) -> None:
        self._memory.restore(self, self._splitter)
        self.commands[f"theme_{self._memory.theme}"].setChecked(True)
        self.commands["show_mask"].setChecked(True)
        self.commands["reduce_motion"].setChecked(self._memory.reduced_motion)
        self.strip.animated = not self._memory.reduced_motion
        self.commands["cancel"].setEnabled(False)
        # Its lists are made of the platforms, which are known once the heavy parts are there.
        self.commands["ai_settings"].setEnabled(False)
        self.commands["local_only"].setChecked(self._session.local_only)
        for id in PANELS:
            self.commands[id].setChecked(id not in self._memory.hidden_panels)
        self.handlers.show_panels()
        self.panels.edit.choose(self._memory.operation)
        self.handlers.keep_operation(self._memory.operation)
        self.view.show_lock()
        self.view.colour_canvas()
        self.view.fill_recent()

    # Qt's calls

    def event(self, event: QEvent) -> bool:
        """Have sharp icons on a screen with another pixel ratio."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.icons.sharpen(self.devicePixelRatioF())
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Load the heavy parts once the window is on the screen."""
        super().showEvent(event)
        if not self._warm:
            self._warm = True
            self.canvas.setFocus()
            QTimer.singleShot(0, self, self._warm_up)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not saved; stop what runs."""
        self.canvas.finish_stroke()
        if not self._may_close and any(picture.document.unsaved for picture in self.workspace.pictures):
            event.ignore()
            self.files.close_all(self._close_now)
            return
        self._memory.keep(self, self._splitter)
        self.autosaver.stop()
        self.edits.cancel_all()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._may_close = True
        self.close()

    def _warm_up(self) -> None:
        self._runner.coroutine(
            self._session.warm_up,
            lambda _nothing: self._warmed_up(),
            lambda error: self.status.tell(error.message),
        )

    def tell_spending(self) -> None:
        """Ask what was spent today, and show it in the Edit panel."""
        # What is wrong with the caps is told where it matters: at the edit that they keep back.
        self._runner.coroutine(self._session.money.spending, self.panels.edit.show_spent, lambda _error: None)

    def _warmed_up(self) -> None:
        self.commands["ai_settings"].setEnabled(True)
        self.view.refresh_platforms()
        self.screen_colours.start()
        if self._session.notices:
            self.messages.tell(Notice(words=" ".join(self._session.notices)))
        self.recovered.start()


def _fill(layout: QVBoxLayout | QHBoxLayout, *parts: QWidget) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    layout.setStretch(len(parts) - 1, 1)
