"""Says who carries out each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from editor.ui.actions import THEMES
from editor.ui.mask_commands import clear_mask, invert_mask
from editor.ui.theme import ThemeChoice
from editor.ui.window_memory import PANELS

if TYPE_CHECKING:
    from editor.ui.main_window import MainWindow


def bind_commands(window: MainWindow) -> None:
    """Connect the window's commands with its parts."""
    files, canvas, dialogs = window.files, window.canvas, window.dialogs
    handlers: dict[str, Callable[[], object]] = {
        "open": files.ask_open,
        "paste": files.paste,
        "sample": window.show_sample,
        "save": lambda: window.with_picture(files.save),
        "save_as": lambda: window.with_picture(files.ask_save),
        "close": lambda: window.with_picture(files.close),
        "quit": window.close,
        "undo": window.undo,
        "redo": window.redo,
        "clear_mask": lambda: window.change(clear_mask),
        "invert_mask": lambda: window.change(invert_mask),
        "smaller": window.tools.smaller,
        "larger": window.tools.larger,
        "erase": window.erase,
        "cancel": window.edits.cancel,
        "local_only": window.set_local_only,
        "keys": dialogs.show_keys,
        "zoom_in": canvas.zoom_in,
        "zoom_out": canvas.zoom_out,
        "fit": canvas.fit,
        "actual_size": canvas.actual_size,
        "show_mask": lambda: canvas.set_mask_shown(window.commands["show_mask"].isChecked()),
        "all_panels": window.toggle_panels,
        "next_picture": window.workspace.select_next,
        "previous_picture": window.workspace.select_previous,
        "receipt": window.panels.history.show_receipt,
        "palette": dialogs.show_palette,
        "shortcuts": dialogs.show_shortcuts,
        "log_folder": window.open_log_folder,
        "about": dialogs.show_about,
    }
    for id in ("pan", "mask_brush", "mask_eraser"):
        handlers[id] = partial(window.tools.choose, id)
    for id in THEMES:
        handlers[id] = partial(window.choose_theme, ThemeChoice(id.removeprefix("theme_")))
    for id in PANELS:
        handlers[id] = window.show_panels
    window.commands.bind(handlers)
