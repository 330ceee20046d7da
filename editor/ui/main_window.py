"""The window: arranges bars, canvas and panels, and connects commands to those who carry them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from editor import DISPLAY_NAME
from editor.domain.document import Document
from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.ui.actions import THEMES, Actions
from editor.ui.canvas import Canvas
from editor.ui.command_bindings import bind_commands
from editor.ui.dialogs import Dialogs
from editor.ui.document_tabs import DocumentTabs
from editor.ui.edit_jobs import EditJobs
from editor.ui.file_commands import FileCommands
from editor.ui.icons import Icons
from editor.ui.message_bar import MessageBar
from editor.ui.option_bar import OptionBar
from editor.ui.panel_column import PanelColumn
from editor.ui.picture_words import facts, title
from editor.ui.remedies import RemedyKind
from editor.ui.route_strip import RouteStrip
from editor.ui.stage import Stage
from editor.ui.status_bar import StatusBar
from editor.ui.tab_order import order_tabs
from editor.ui.theme import Theme, ThemeChoice
from editor.ui.tool_bar import ToolBar
from editor.ui.tool_options import ToolOptions
from editor.ui.window_memory import PANELS, WindowMemory
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

LEAST_SIZE = (820, 560)
GATHER_MS = 150
"""Platform states are shown at most this often while a job sends events."""


class MainWindow(QMainWindow):
    """The editor's window. ``log_folder`` is offered in the Help menu where it is given.

    Nothing heavy is loaded before the window is on the screen. Whoever made ``runner`` shuts it down in the end.
    """

    def __init__(self, session: Session, runner: JobRunner, *, log_folder: Path | None = None) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self._log_folder = log_folder
        self._warm = False
        self._may_close = False
        self._coverage = 0.0
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
        self.dialogs = Dialogs(self, session, runner, actions=self.commands)
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self.refresh_platforms)
        self._build()
        self.tools = ToolOptions(
            session, self.workspace, canvas=self.canvas, bar=self.option_bar, actions=self.commands
        )
        self._connect_parts()
        bind_commands(self)
        self._restore()
        self._show_picture(None)

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
        self.tabs = DocumentTabs(self.icons, self.workspace)
        self.panels = PanelColumn(self.theme, self.icons, self.commands)
        self.option_bar = OptionBar(self.icons, self.commands)
        self.status = StatusBar(self.commands)
        middle = QWidget()
        _fill(QVBoxLayout(middle), self.tabs, Stage(self.canvas, self.strip, self.messages))
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
        self._recent_menu = menus["recent"]
        self._recent_menu.setTitle("Open recent")
        menus["theme"].setTitle("Theme")
        for id in THEMES:
            menus["theme"].addAction(self.commands[id])
        self.commands["log_folder"].setVisible(self._log_folder is not None)

    def _connect_parts(self) -> None:
        canvas, workspace, edits, panels = self.canvas, self.workspace, self.edits, self.panels
        edits.may_land = lambda: not canvas.stroking
        canvas.stroke_finished.connect(self._stroke_finished)
        canvas.mask_changed.connect(self._show_mask)
        canvas.zoom_changed.connect(self._show_zoom)
        canvas.files_dropped.connect(self.open_paths)
        workspace.current_changed.connect(self._show_picture)
        workspace.changed.connect(canvas.refresh)
        workspace.titled.connect(self._show_history)
        workspace.added.connect(self._order_tabs)
        self.tabs.close_wanted.connect(self.files.close)
        edits.shown.connect(self.strip.show_job)
        edits.ended.connect(self.strip.end_job)
        edits.counted.connect(self._job_counted)
        for part in (edits, self.files):
            part.told.connect(self.status.tell)
            part.noticed.connect(self.messages.tell)
        self.files.recent_changed.connect(self._fill_recent)
        self.files.saved.connect(partial(self.messages.settle, RemedyKind.SAVE_AS))
        self.strip.cancel_wanted.connect(edits.cancel)
        self.messages.remedy_chosen.connect(self._remedy)
        self.messages.resized.connect(self._order_tabs)
        panels.edit.keys_wanted.connect(self.dialogs.show_keys)
        panels.platforms.chosen.connect(self.dialogs.show_platform)
        panels.platforms.expired.connect(self.refresh_platforms)
        panels.history.travelled.connect(self._travel)
        panels.history.receipt_wanted.connect(self.dialogs.show_receipt)
        self.dialogs.platforms_changed.connect(self.refresh_platforms)
        self.theme.changed.connect(self._colour_canvas)

    def _restore(self) -> None:
        self._memory.restore(self, self._splitter)
        self.commands[f"theme_{self._memory.theme}"].setChecked(True)
        self.commands["show_mask"].setChecked(True)
        self.commands["cancel"].setEnabled(False)
        self.commands["local_only"].setChecked(self._session.local_only)
        for id in PANELS:
            self.commands[id].setChecked(id not in self._memory.hidden_panels)
        self.show_panels()
        self._show_lock()
        self._colour_canvas()
        self._fill_recent()

    # Commands

    def erase(self) -> None:
        """Erase what is masked in the current picture."""
        self.canvas.finish_stroke()
        self.messages.dismiss()
        self.with_picture(self.edits.start)

    def undo(self) -> None:
        """Take the last step back."""
        self.canvas.finish_stroke()
        label = None if self.workspace.current is None else self.workspace.current.document.history.undo_label
        self.change(Document.undo)
        self.status.tell(f"Undone: {label.lower()}." if label else "There is nothing to undo.")

    def redo(self) -> None:
        """Do the next step again."""
        label = None if self.workspace.current is None else self.workspace.current.document.history.redo_label
        self.change(Document.redo)
        self.status.tell(f"Done again: {label.lower()}." if label else "There is nothing to redo.")

    def with_picture(self, do: Callable[[Picture], object]) -> None:
        """Do something with the current picture, if there is one."""
        self.canvas.finish_stroke()
        if self.workspace.current is not None:
            do(self.workspace.current)

    def change(self, do: Callable[[Document], Dirty | None]) -> None:
        """Change the current document; ``do`` returns what has to be repainted."""
        self.canvas.finish_stroke()
        picture = self.workspace.current
        dirty = do(picture.document) if picture is not None else None
        if picture is not None and dirty is not None:
            self.workspace.touch(picture, dirty)

    def _travel(self, position: int) -> None:
        self.change(lambda document: document.travel(position))

    def _remedy(self, kind: RemedyKind) -> None:
        match kind:
            case RemedyKind.ADD_KEY:
                self.dialogs.show_keys()
            case RemedyKind.TRY_AGAIN:
                self.erase()
            case RemedyKind.DETAILS:
                self.dialogs.show_attempts(self.edits.last_attempts)
            case RemedyKind.SAVE_AS:
                self.with_picture(self.files.ask_save)
            case RemedyKind.SHOW_PICTURE if self.edits.late is not None:
                self.workspace.add(self.edits.late)
            case _:
                return

    def set_local_only(self) -> None:
        """Follow the local-only command: pictures stay on this computer, or may leave it."""
        self._session.local_only = self.commands["local_only"].isChecked()
        words = "Edits run on this computer only." if self._session.local_only else "Edits may use every platform."
        self.status.tell(words)
        self._show_lock()
        self.refresh_platforms()

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Put a theme on and remember it."""
        self._memory.theme = choice
        self.theme.choose(choice)

    def toggle_panels(self) -> None:
        """Hide all panels, or show them all where none is shown."""
        shown = any(self.commands[id].isChecked() for id in PANELS)
        for id in PANELS:
            self.commands[id].setChecked(not shown)
        self.show_panels()

    def open_log_folder(self) -> None:
        """Show the folder of the log in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_folder)))

    # Showing what is

    def refresh_platforms(self) -> None:
        """Show how the platforms stand now."""
        statuses = self._session.platform_statuses()
        rows = len(self.panels.platforms.rows)
        self.panels.show_statuses(statuses)
        if len(self.panels.platforms.rows) != rows:
            self._order_tabs()
        self.dialogs.show_statuses(statuses)
        self._show_readiness()

    def _job_counted(self) -> None:
        self.commands["cancel"].setEnabled(self.edits.running)
        if not self._gather.isActive():
            self._gather.start()

    def _stroke_finished(self) -> None:
        if self.workspace.current is not None:
            self.workspace.note(self.workspace.current)

    def _show_picture(self, picture: Picture | None) -> None:
        self.canvas.show_picture(picture)
        for id in ("save", "save_as", "close", "clear_mask", "invert_mask", "zoom_in", "zoom_out", "fit"):
            self.commands[id].setEnabled(picture is not None)
        self.commands["actual_size"].setEnabled(picture is not None)
        for id in ("next_picture", "previous_picture"):
            self.commands[id].setEnabled(len(self.workspace.pictures) > 1)
        self.status.show_facts("" if picture is None else facts(picture.document))
        self.tabs.setVisible(bool(self.workspace.pictures))
        self._show_history()
        self._show_mask()
        self._show_zoom()

    def _show_history(self) -> None:
        picture = self.workspace.current
        self.panels.show_picture(picture, self.dialogs.names)
        history = None if picture is None else picture.document.history
        for id, words in (
            ("undo", None if history is None else history.undo_label),
            ("redo", None if history is None else history.redo_label),
        ):
            action = self.commands[id]
            action.setEnabled(words is not None)
            action.setText(f"{id.capitalize()} {words.lower()}" if words else id.capitalize())
        self.commands["receipt"].setEnabled(history is not None and history.current.receipt is not None)
        self.setWindowTitle(DISPLAY_NAME if picture is None else f"{title(picture.document)} – {DISPLAY_NAME}")

    def _show_mask(self) -> None:
        picture = self.workspace.current
        self._coverage = 0.0 if picture is None else picture.coverage
        self.status.show_mask(None if picture is None else self._coverage)
        self._show_readiness()

    def _show_readiness(self) -> None:
        picture = self.workspace.current
        coverage = self._coverage
        masked = 0 if picture is None else round(coverage * picture.document.rect.area)
        estimate = self._session.erase_estimate(masked) if masked else ""
        self.panels.show_readiness(picture, coverage=coverage, estimate=estimate)

    def _show_zoom(self) -> None:
        self.status.show_zoom(None if self.workspace.current is None else self.canvas.zoom)

    def _show_lock(self) -> None:
        locked = self._session.local_only
        self.commands.show_icon("local_only", "lock" if locked else "lock-open")
        self.commands["local_only"].setIconText(" Local only" if locked else " All platforms")

    def show_panels(self) -> None:
        """Show the panels whose commands are on, and remember them."""
        shown = {id: self.commands[id].isChecked() for id in PANELS}
        self.panels.show_panels(
            edit=shown["edit_panel"], platforms=shown["platforms_panel"], history=shown["history_panel"]
        )
        self._memory.hidden_panels = tuple(id for id in PANELS if not shown[id])

    def _order_tabs(self) -> None:
        panels = self.panels
        order_tabs(
            *(self.option_bar, self.tool_bar, self.tabs, self.canvas, self.strip, self.messages),
            *(panels.edit, panels.platforms, panels.history, self.status),
        )

    def _colour_canvas(self) -> None:
        self.canvas.set_surround(self.theme.colour("surround"))
        self.canvas.set_welcome_colours(self.theme.colour("text"), self.theme.colour("muted"))

    def _fill_recent(self) -> None:
        menu: QMenu = self._recent_menu
        menu.clear()
        for path in self.files.recent:
            action = menu.addAction(path.name.replace("&", "&&"), partial(self.open_paths, [path]))
            action.setToolTip(str(path))
        menu.setToolTipsVisible(True)
        menu.setEnabled(bool(self.files.recent))
        if self.files.recent:
            menu.addSeparator()
            menu.addAction("Clear the list", self.files.forget_recent)

    # Qt's calls

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
        if not self._may_close and any(picture.document.modified for picture in self.workspace.pictures):
            event.ignore()
            self.files.close_all(self._close_now)
            return
        self._memory.keep(self, self._splitter)
        self.edits.cancel_all()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._may_close = True
        self.close()

    def _warm_up(self) -> None:
        self._runner.coroutine(
            self._session.warm_up,
            lambda _nothing: self.refresh_platforms(),
            lambda error: self.status.tell(error.message),
        )


def _fill(layout: QVBoxLayout | QHBoxLayout, *parts: QWidget) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    layout.setStretch(len(parts) - 1, 1)
