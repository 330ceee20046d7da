"""Every command of the window in one table: its words, icon, key and place in the menus."""

from __future__ import annotations

from dataclasses import dataclass

from editor.tools.registry import TOOLS
from editor.ui.edit_words import TILES
from editor.ui.mask_view import HUES, OPACITIES, VIEWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. ``group`` names the set of commands of which exactly one is on; ``alone`` are its words outside
    its menu, where ``text`` would not say enough."""

    id: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    checkable: bool = False
    group: str = ""
    alone: str = ""


def _command(
    id: str, text: str, icon: str = "", *keys: str, checkable: bool = False, group: str = "", alone: str = ""
) -> Command:
    return Command(id=id, text=text, icon=icon, keys=keys, checkable=checkable or bool(group), group=group, alone=alone)


RUN = "run_edit"
"""The command that starts the chosen edit; its words say what will happen."""

OPERATIONS = tuple(operation for tile in TILES for operation in tile.operations)
"""The operations in the order of the grid. The value of each is the id of the command that chooses it."""

COMMANDS = (
    _command("open", "Open…", "folder-open", "Ctrl+O"),
    _command("paste", "Paste as new picture", "clipboard-paste", "Ctrl+V"),
    _command("save", "Save", "save", "Ctrl+S"),
    _command("save_as", "Save as…", "", "Ctrl+Shift+S"),
    _command("export", "Export…", "", "Ctrl+Shift+E"),
    _command("file_settings", "File settings…"),
    _command("close", "Close", "x", "Ctrl+W"),
    _command("quit", "Quit", "log-out", "Ctrl+Q"),
    _command("undo", "Undo", "undo-2", "Ctrl+Z"),
    _command("redo", "Redo", "redo-2", "Ctrl+Shift+Z", "Ctrl+Y"),
    _command("select_subject", "Subject", "", "Ctrl+Alt+A", alone="Select subject"),
    _command("mask_everything", "Everything", "", "Ctrl+A", alone="Mask everything"),
    _command("clear_mask", "Clear mask", "brush-cleaning", "Ctrl+D"),
    _command("bring_back", "Bring the last mask back", "", "Ctrl+Shift+D"),
    _command("invert_mask", "Invert mask", "contrast", "Ctrl+I"),
    _command("grow_mask", "Grow…", alone="Grow mask…"),
    _command("shrink_mask", "Shrink…", alone="Shrink mask…"),
    _command("feather_mask", "Feather…", alone="Feather mask…"),
    _command("smooth_mask", "Smooth…", alone="Smooth mask…"),
    _command("border_mask", "Border…", alone="Border of the mask…"),
    _command("fill_holes", "Fill holes", alone="Fill holes of the mask"),
    _command("mask_transparent", "Mask from transparency"),
    _command("mask_from_file", "Mask from file…"),
    _command("mask_to_file", "Save mask as file…"),
    _command("remember_mask", "Remember this mask…"),
    _command("crop", "Crop to mask", "crop"),
    _command("rotate_right", "Rotate right", "rotate-cw-square", "Ctrl+R", alone="Rotate the picture right"),
    _command("rotate_left", "Rotate left", "rotate-ccw-square", "Ctrl+Shift+R", alone="Rotate the picture left"),
    _command("rotate_half", "Rotate by 180°", alone="Rotate the picture by 180°"),
    # Lucide names these by the axis that the two halves lie along.
    _command("mirror", "Flip horizontally", "flip-vertical-2", alone="Flip the picture horizontally"),
    _command("overturn", "Flip vertically", "flip-horizontal-2", alone="Flip the picture vertically"),
    *(_command(tool.id, tool.caption, tool.icon, tool.key, group="tool") for tool in TOOLS),
    _command("smaller", "Smaller brush", "", "["),
    _command("larger", "Larger brush", "", "]"),
    _command("softer", "Softer brush", "", "{"),
    _command("harder", "Harder brush", "", "}"),
    _command(RUN, "Erase masked area", "sparkles", "Ctrl+Return", "Ctrl+Enter"),
    *(_command(one.value, one.caption, group="operation", alone=f"Edit: {one.caption}") for one in OPERATIONS),
    _command("compare", "Compare platforms…", "replace"),
    _command("run_again", "Run the newest edit again", "", "Ctrl+Shift+Return"),
    _command("run_elsewhere", "Run it again on another platform"),
    _command("shown_part", "Choose what the newest edit shows…"),
    _command("cancel", "Cancel the edit", "ban", "Ctrl+."),
    _command("local_only", "Local only", "lock", "Ctrl+L", checkable=True),
    _command("keep_here", "Keep this picture on this computer", checkable=True),
    _command("outgoing", "Show what will be sent…"),
    _command("ai_settings", "AI settings…", "", "Ctrl+,"),
    _command("keys", "Keys…", "key-round", "Ctrl+Shift+K"),
    _command("results_kept", "Results kept…", "save"),
    _command("local_models", "Models on this computer…"),
    _command("zoom_in", "Zoom in", "zoom-in", "Ctrl++", "Ctrl+="),
    _command("zoom_out", "Zoom out", "zoom-out", "Ctrl+-"),
    _command("fit", "Fit in the window", "maximize", "Ctrl+0"),
    _command("actual_size", "Actual size (100 %)", "one-to-one", "Ctrl+1"),
    _command("turn_left", "Turn the view left", "", "4"),
    _command("turn_right", "Turn the view right", "", "6"),
    _command("turn_back", "View upright again", "", "5"),
    _command("show_mask", "Show mask", "", "Ctrl+M", checkable=True),
    *(
        _command(f"mask_{view.value}", words, group="mask_view", alone=f"Mask as {words.lower()}")
        for view, words in VIEWS
    ),
    *(_command(f"tint_{id}", words, group="tint", alone=f"Mask color: {words.lower()}") for id, words in HUES),
    *(
        _command(f"opacity_{share}", f"{share} %", group="opacity", alone=f"Mask opacity: {share} %")
        for share in OPACITIES
    ),
    _command("screen_system", "As the system says", group="screen", alone="Screen colors: as the system says"),
    _command("screen_srgb", "sRGB", group="screen", alone="Screen colors: sRGB"),
    _command("screen_file", "From a profile file…", group="screen", alone="Screen colors: from a profile file…"),
    _command("reduce_motion", "Reduce motion", "", checkable=True),
    _command("theme_dark", "Dark", group="theme", alone="Theme: dark"),
    _command("theme_light", "Light", group="theme", alone="Theme: light"),
    _command("theme_system", "As the system", group="theme", alone="Theme: as the system"),
    _command("edit_panel", "Edit panel", "", checkable=True),
    _command("platforms_panel", "Platforms panel", "", checkable=True),
    _command("history_panel", "History panel", "", checkable=True),
    _command("all_panels", "Show or hide all panels", "", "F8"),
    _command("next_picture", "Next picture", "", "Ctrl+Tab"),
    _command("previous_picture", "Previous picture", "", "Ctrl+Shift+Tab"),
    _command("receipt", "Receipt…", "receipt-text"),
    _command("palette", "Find a command…", "search", "Ctrl+K"),
    _command("help_tools", "Tools and masks"),
    _command("help_ai", "How the AI platforms work together"),
    _command("help_here", "What this computer does by itself"),
    _command("help_files", "Your files, and what is kept where"),
    _command("help_platforms", "Adding a platform"),
    _command("shortcuts", "Keyboard shortcuts", "keyboard", "F1"),
    _command("sample", "Open the sample photo", "image"),
    _command("log_folder", "Open log folder", "file-text"),
    _command("about", "About Image Editor", "info"),
)

SEPARATOR = "-"

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "File",
        ("open", "recent>", "paste", "-", "save", "save_as", "export", "-", "file_settings", "-", "close", "quit"),
    ),
    ("Edit", ("undo", "redo")),
    ("Image", ("crop", "-", "rotate_right", "rotate_left", "rotate_half", "-", "mirror", "overturn")),
    (
        "Select",
        (
            *("mask_everything", "select_subject", "-"),
            *("clear_mask", "bring_back", "invert_mask", "-"),
            *("grow_mask", "shrink_mask", "feather_mask", "smooth_mask", "border_mask", "fill_holes", "-"),
            *("mask_transparent", "mask_from_file", "mask_to_file", "-", "remember_mask", "remembered>"),
        ),
    ),
    (
        "AI",
        (
            RUN,
            "compare",
            "run_again",
            "run_elsewhere",
            "shown_part",
            "cancel",
            "-",
            *OPERATIONS,
            "-",
            "local_only",
            "keep_here",
            "outgoing",
            "-",
            "ai_settings",
            "keys",
            "local_models",
            "results_kept",
        ),
    ),
    (
        "View",
        (
            *("zoom_in", "zoom_out", "fit", "actual_size", "-"),
            *("turn_left", "turn_right", "turn_back", "-"),
            *("show_mask", "mask_view>", "tint>", "opacity>", "-"),
            "theme>",
            "screen>",
            "reduce_motion",
        ),
    ),
    (
        "Window",
        ("edit_panel", "platforms_panel", "history_panel", "-", "all_panels", "-", "next_picture", "previous_picture"),
    ),
    (
        "Help",
        (
            "palette",
            "shortcuts",
            "help_tools",
            "help_files",
            "help_here",
            "help_ai",
            "help_platforms",
            "sample",
            "-",
            "log_folder",
            "about",
        ),
    ),
)
"""The menus in order. ``name>`` is a submenu that the window fills, ``-`` a separator."""

CANVAS_MENU = (
    *(RUN, "-", "undo", "redo", "-", "mask_everything", "select_subject", "invert_mask", "clear_mask", "-"),
    *("grow_mask", "shrink_mask", "feather_mask", "-", "zoom_in", "zoom_out", "fit", "actual_size"),
)
"""What a press of the right button on the picture offers."""

THEMES = ("theme_dark", "theme_light", "theme_system")
