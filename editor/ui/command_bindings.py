"""Says who carries out each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from editor.tools.registry import TOOLS
from editor.ui.commands import OPERATIONS, RUN, THEMES
from editor.ui.mask_commands import (
    bring_back,
    clear_mask,
    crop_to_mask,
    invert_mask,
    mask_everything,
    mask_transparent,
)
from editor.ui.mask_shaping import SHAPES
from editor.ui.picture_turns import TURNS, turn_picture
from editor.ui.theme import ThemeChoice
from editor.ui.window_memory import PANELS

if TYPE_CHECKING:
    from editor.ui.main_window import MainWindow

TURN = 15
"""Degrees by which a command turns the view."""


def bind_commands(window: MainWindow) -> None:
    """Connect the window's commands with its parts."""
    files, canvas, dialogs, do = window.files, window.canvas, window.dialogs, window.handlers
    handlers: dict[str, Callable[[], object]] = {
        "open": files.ask_open,
        "paste": files.paste,
        "sample": window.show_sample,
        "save": lambda: do.with_picture(files.save),
        "save_as": lambda: do.with_picture(files.ask_save),
        "export": lambda: do.with_picture(files.exporting.ask),
        "close": lambda: do.with_picture(files.close),
        "quit": window.close,
        "undo": do.undo,
        "redo": do.redo,
        "select_subject": lambda: do.with_picture(window.things.begin),
        "mask_everything": lambda: do.change(mask_everything),
        "bring_back": lambda: do.change(bring_back),
        "mask_transparent": lambda: do.change(mask_transparent),
        "mask_from_file": lambda: do.with_picture(window.mask_files.ask_open),
        "mask_to_file": lambda: do.with_picture(window.mask_files.ask_save),
        "remember_mask": lambda: do.with_picture(window.remembered_masks.ask),
        "clear_mask": lambda: do.change(clear_mask),
        "invert_mask": lambda: do.change(invert_mask),
        "crop": lambda: do.change(crop_to_mask),
        **{id: partial(do.change, partial(turn_picture, command=id)) for id in TURNS},
        "smaller": window.tools.smaller,
        "larger": window.tools.larger,
        "softer": window.tools.softer,
        "harder": window.tools.harder,
        RUN: do.run_edit,
        "compare": do.compare,
        "run_again": window.panels.history.run_again,
        "run_elsewhere": partial(window.panels.history.run_again, elsewhere=True),
        "shown_part": window.panels.history.choose_shown_part,
        "cancel": window.edits.cancel,
        "local_only": do.set_local_only,
        "keep_here": lambda: do.with_picture(do.keep_here),
        "outgoing": lambda: do.with_picture(do.show_outgoing),
        "ai_settings": dialogs.show_settings,
        "file_settings": dialogs.show_file_settings,
        "keys": dialogs.show_keys,
        "results_kept": window.found.show_kept,
        "local_models": dialogs.show_models,
        "zoom_in": canvas.zoom_in,
        "zoom_out": canvas.zoom_out,
        "fit": canvas.fit,
        "actual_size": canvas.actual_size,
        "turn_left": lambda: canvas.turn_to(canvas.angle - TURN),
        "turn_right": lambda: canvas.turn_to(canvas.angle + TURN),
        "turn_back": lambda: canvas.turn_to(0),
        "show_mask": lambda: canvas.look.set_mask_shown(window.commands["show_mask"].isChecked()),
        "screen_system": window.screen_colours.follow,
        "screen_srgb": window.screen_colours.follow,
        "screen_file": window.screen_colours.ask,
        "reduce_motion": do.set_motion,
        "all_panels": do.toggle_panels,
        "next_picture": window.workspace.select_next,
        "previous_picture": window.workspace.select_previous,
        "receipt": window.panels.history.show_receipt,
        "palette": dialogs.show_palette,
        "shortcuts": dialogs.show_shortcuts,
        "help_tools": partial(dialogs.show_help, "tools.md"),
        "help_ai": partial(dialogs.show_help, "ai-platforms.md"),
        "help_here": partial(dialogs.show_help, "on-this-computer.md"),
        "help_files": partial(dialogs.show_help, "files.md"),
        "help_platforms": partial(dialogs.show_help, "adding-a-platform.md"),
        "log_folder": do.open_log_folder,
        "about": dialogs.show_about,
    }
    for id in SHAPES:
        handlers[id] = partial(do.with_picture, partial(window.mask_shaping.begin, id))
    for group in ("mask_view", "tint", "opacity"):
        for action in window.commands.group(group):
            handlers[action.objectName()] = window.mask_view.follow
    for tool in TOOLS:
        handlers[tool.id] = partial(window.tools.choose, tool.id)
    for operation in OPERATIONS:
        handlers[operation.value] = partial(do.choose_operation, operation)
    for id in THEMES:
        handlers[id] = partial(do.choose_theme, ThemeChoice(id.removeprefix("theme_")))
    for id in PANELS:
        handlers[id] = do.show_panels
    window.commands.bind(handlers)
