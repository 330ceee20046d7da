"""Connects the window's parts: what one tells, another shows or does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.ui.commands import CANVAS_MENU
from editor.ui.remedies import RemedyKind

if TYPE_CHECKING:
    from editor.ui.main_window import MainWindow


def connect_parts(window: MainWindow) -> None:
    """Connect every signal that goes from one part of ``window`` to another."""
    _connect_picture(window)
    _connect_edits(window)
    _connect_panels(window)
    window.theme.changed.connect(window.view.colour_canvas)


def _connect_picture(window: MainWindow) -> None:
    canvas, workspace, view = window.canvas, window.workspace, window.view
    canvas.stroke_finished.connect(window.handlers.note_stroke)
    canvas.mask_changed.connect(view.show_mask)
    canvas.menu_wanted.connect(lambda place: window.commands.popup(CANVAS_MENU, place, window))
    canvas.mask_wanted.connect(window.commands["show_mask"].trigger)
    canvas.zoom_changed.connect(view.show_zoom)
    canvas.dropped.connect(window.files.open_dropped)
    canvas.search_wanted.connect(
        lambda search: window.handlers.with_picture(lambda picture: window.things.find(picture, search))
    )
    canvas.picked.connect(window.material.take_colour)
    canvas.failed.connect(window.material.tell_error)
    canvas.told.connect(window.status.tell)
    workspace.current_changed.connect(view.show_picture)
    workspace.changed.connect(canvas.refresh)
    workspace.recoloured.connect(canvas.reload)
    workspace.titled.connect(view.show_history)
    workspace.titled.connect(window.messages.let_pass)
    workspace.current_changed.connect(window.messages.let_pass)
    workspace.added.connect(view.order_tabs)
    window.tabs.close_wanted.connect(window.files.close)
    window.files.recent_changed.connect(view.fill_recent)
    window.files.previewed.connect(canvas.look.show_opening)
    window.files.exporting.exported.connect(partial(window.messages.settle, RemedyKind.EXPORT_AGAIN))
    window.files.saved.connect(partial(window.messages.settle, RemedyKind.SAVE_AS))


def _connect_edits(window: MainWindow) -> None:
    edits, strip, canvas = window.edits, window.strip, window.canvas
    edits.may_land = lambda: not canvas.stroking
    edits.shown.connect(strip.show_job)
    edits.ended.connect(strip.end_job)
    edits.counted.connect(window.view.count_jobs)
    edits.offered.connect(window.choice.offer)
    edits.looks.changed.connect(canvas.look.show_first_look)
    window.found.may_land = lambda: not canvas.stroking
    window.found.landed.connect(window.choice.offer)
    window.found.told.connect(window.status.tell)
    strip.cancel_wanted.connect(edits.cancel)
    window.status.jobs.cancel_wanted.connect(edits.cancel_number)
    window.status.jobs.cancel_all_wanted.connect(edits.cancel_all)
    window.shown_part.offered.connect(window.choice.offer)
    window.panels.history.shown_part_wanted.connect(
        lambda entry: window.handlers.with_picture(lambda picture: window.shown_part.begin(picture, entry))
    )
    window.choice.noticed.connect(window.messages.tell)
    window.undo_bounds.noticed.connect(window.messages.tell)
    window.autosaver.noticed.connect(window.messages.tell)
    masks = (window.mask_shaping, window.mask_files, window.remembered_masks)
    others = (window.recovered, window.shown_part, window.things, window.screen_colours, window.material)
    for part in (edits, window.files, *others, *masks):
        part.told.connect(window.status.tell)
        part.noticed.connect(window.messages.tell)
    window.messages.remedy_chosen.connect(window.handlers.remedy)
    window.messages.resized.connect(window.view.order_tabs)


def _connect_panels(window: MainWindow) -> None:
    panels, dialogs, view = window.panels, window.dialogs, window.view
    panels.edit.changed.connect(view.show_readiness)
    panels.edit.operation_chosen.connect(window.handlers.keep_operation)
    panels.edit.operation_chosen.connect(view.refresh_platforms)
    panels.edit.form_made.connect(view.order_tabs)
    panels.edit.way_out_chosen.connect(window.handlers.follow)
    panels.platforms.chosen.connect(dialogs.show_platform)
    panels.platforms.expired.connect(view.refresh_platforms)
    panels.platforms.reordered.connect(window.handlers.reorder)
    panels.history.travelled.connect(window.handlers.travel)
    panels.history.candidates_wanted.connect(window.choice.offer_again)
    panels.history.again_wanted.connect(window.handlers.run_again)
    panels.history.receipt_wanted.connect(dialogs.show_receipt)
    dialogs.platforms_changed.connect(view.refresh_platforms)
