"""Shows in the window's bars, menus and panels what is the case: the picture, its mask, its history, the platforms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor import DISPLAY_NAME
from editor.domain.document import Document
from editor.imaging.picture import Picture
from editor.operations.registry import operation_of
from editor.ui.edit_readiness import NO_PICTURE, Obstacle, obstacle
from editor.ui.edit_words import size_words
from editor.ui.mask_shaping import SHAPES
from editor.ui.picture_turns import TURNS
from editor.ui.picture_words import facts, title
from editor.ui.platform_words import NOT_OFFERED, first_models
from editor.ui.tab_order import order_tabs

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.main_window import MainWindow

GATHER_MS = 150
"""Platform states are shown at most this often while a job sends events."""

NEEDS_PICTURE = (
    *("save", "save_as", "export", "close", "crop", "select_subject", "mask_everything", "clear_mask", "bring_back"),
    *("invert_mask", "mask_transparent", "mask_from_file", "mask_to_file", "remember_mask", *SHAPES),
    *TURNS,
    *("zoom_in", "zoom_out", "fit", "actual_size", "turn_left", "turn_right", "turn_back"),
    *("keep_here", "outgoing"),
)


class WindowView(QObject):
    """Each method shows one thing as it is now. Changes nothing but what is on the screen."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._workspace = window.workspace
        self._commands = window.commands
        self._coverage = 0.0
        self._known: tuple[str, ...] = ()
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self.refresh_platforms)

    def show_picture(self, picture: Picture | None) -> None:
        """Another picture is current, or none."""
        self._window.canvas.show_picture(picture)
        for id in NEEDS_PICTURE:
            self._commands[id].setEnabled(picture is not None)
        for id in ("next_picture", "previous_picture"):
            self._commands[id].setEnabled(len(self._workspace.pictures) > 1)
        self._window.tabs.setVisible(bool(self._workspace.pictures))
        self.show_lock()
        self.show_history()
        self.show_mask()
        self.show_zoom()

    def show_history(self) -> None:
        """The current picture's steps, title, and what undo and redo would do."""
        window, picture = self._window, self._workspace.current
        window.panels.show_picture(picture, window.dialogs.names)
        history = None if picture is None else picture.document.history
        for id, words in (
            ("undo", None if history is None else history.undo_label),
            ("redo", None if history is None else history.redo_label),
        ):
            action = self._commands[id]
            action.setEnabled(words is not None)
            action.setText(f"{id.capitalize()} {words.lower()}" if words else id.capitalize())
        self._commands["receipt"].setEnabled(history is not None and history.current.receipt is not None)
        edit = window.panels.history.newest_edit
        for id in ("run_again", "run_elsewhere"):
            self._commands[id].setEnabled(edit is not None)
        more = edit is not None and edit.layer is not None and edit.layer.whole is not None
        self._commands["shown_part"].setEnabled(more)
        window.status.show_facts("" if picture is None else facts(picture.document))
        window.setWindowTitle(DISPLAY_NAME if picture is None else f"{title(picture.document)} – {DISPLAY_NAME}")

    def show_mask(self) -> None:
        """How much is masked."""
        picture = self._workspace.current
        self._coverage = 0.0 if picture is None else picture.coverage
        self._window.status.show_mask(None if picture is None else self._coverage)
        self.show_readiness()

    def show_readiness(self) -> None:
        """Whether the chosen edit can start, at what price, or why it can't."""
        panel, picture = self._window.panels.edit, self._workspace.current
        operation, options = panel.operation, panel.options
        document = None if picture is None else picture.document
        self._show_size(document)
        models = self._session.models(operation) if self._known else None
        if models is not None:
            nowhere = dict.fromkeys(self._known, NOT_OFFERED)
            self._window.panels.platforms.show_models(nowhere | first_models(models, options.mode))
        reason = obstacle(
            operation,
            options,
            document=document,
            masked=self._coverage > 0,
            models=models,
            local_only=self._session.local_only,
        )
        self._commands["compare"].setEnabled(reason is None)
        if reason is not None or picture is None:
            panel.show_obstacle(reason or Obstacle(NO_PICTURE))
        else:
            panel.show_ready(self._session.estimate(operation, options, picture))

    def _show_size(self, document: Document | None) -> None:
        panel = self._window.panels.edit
        before = (0, 0) if document is None else document.size
        after = before if document is None else operation_of(panel.operation).result_size(before, panel.options)
        panel.show_size("" if after == before else size_words(after))

    def show_zoom(self) -> None:
        """The canvas's zoom."""
        canvas = self._window.canvas
        self._window.status.show_zoom(None if self._workspace.current is None else canvas.zoom, canvas.angle)

    def refresh_platforms(self) -> None:
        """How the platforms stand for the chosen operation."""
        window = self._window
        operation = window.panels.edit.operation
        statuses = self._session.platform_statuses(operation)
        window.panels.platforms.show_operation(operation.caption)
        self._known = tuple(status.platform for status in statuses)
        rows = len(window.panels.platforms.rows)
        window.panels.show_statuses(statuses)
        if len(window.panels.platforms.rows) != rows:
            self.order_tabs()
        window.dialogs.show_statuses(statuses)
        window.tell_spending()
        self.show_readiness()

    def count_jobs(self) -> None:
        """A job began, went on or ended: the platforms follow a little later, all events together."""
        edits = self._window.edits
        self._commands["cancel"].setEnabled(edits.running)
        self._window.status.jobs.show_jobs(edits.jobs, edits.seconds)
        if not self._gather.isActive():
            self._gather.start()

    def show_lock(self) -> None:
        """Whether pictures stay on this computer."""
        picture, all_stay = self._workspace.current, self._session.local_only
        stays = picture is not None and picture.document.stays_here
        self._commands["keep_here"].setChecked(stays)
        self._commands.show_icon("local_only", "lock" if all_stay or stays else "lock-open")
        words = "Local only" if all_stay else "This picture stays here" if stays else "All platforms"
        self._commands["local_only"].setIconText(f" {words}")

    def colour_canvas(self) -> None:
        """The theme's colours round the picture."""
        theme, canvas = self._window.theme, self._window.canvas
        canvas.look.set_surround(theme.colour("surround"))
        canvas.look.set_welcome_colours(theme.colour("text"), theme.colour("muted"))

    def fill_recent(self) -> None:
        """The files of the menu “Open recent”."""
        menu, files = self._window.recent_menu, self._window.files
        menu.clear()
        for path in files.recent:
            action = menu.addAction(path.name.replace("&", "&&"), partial(files.open_paths, [path]))
            action.setToolTip(str(path))
        menu.setToolTipsVisible(True)
        menu.setEnabled(bool(files.recent))
        if files.recent:
            menu.addSeparator()
            menu.addAction("Clear the list", files.forget_recent)

    def order_tabs(self) -> None:
        """Let the Tab key walk through the window in the order in which it is read."""
        window, panels = self._window, self._window.panels
        order_tabs(
            *(window.option_bar, window.tool_bar, window.tabs, window.canvas),
            *(window.candidates, window.strip, window.messages),
            *(panels.edit, panels.platforms, panels.history, window.status),
        )
