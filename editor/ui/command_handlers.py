"""Carries out the commands that concern the whole window: edits, undo, remedies, theme, panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.history import Dirty, HistoryEntry
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.outgoing import Outgoing
from editor.imaging.picture import Picture
from editor.ui.compare_dialog import CompareDialog
from editor.ui.edit_jobs import EditOrder
from editor.ui.edit_readiness import WayOut
from editor.ui.remedies import Notice, RemedyKind
from editor.ui.theme import ThemeChoice
from editor.ui.window_memory import PANELS, WindowMemory

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner
    from editor.ui.main_window import MainWindow


class CommandHandlers(QObject):
    """What stands behind menus, keys and buttons."""

    def __init__(self, window: MainWindow, session: Session, runner: JobRunner, *, memory: WindowMemory) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._memory = memory
        self._workspace = window.workspace
        self._step_words = ""

    # Pictures

    def run_edit(self) -> None:
        """Start the chosen edit of the current picture."""
        self._window.messages.dismiss()
        panel = self._window.panels.edit
        self.with_picture(lambda picture: self._window.edits.start(EditOrder(picture, panel.operation, panel.options)))

    def run_again(self, entry: HistoryEntry, elsewhere: bool) -> None:
        """Run the edit of a step once more; ``elsewhere`` not on the platform that served it."""
        receipt = entry.receipt
        if receipt is None:
            return
        served = receipt.served_by
        without = (served.platform,) if elsewhere and served is not None else ()
        self._window.messages.dismiss()
        self.with_picture(
            lambda picture: self._window.edits.start(
                EditOrder(picture, receipt.operation, EditOptions(), without=without, again=entry)
            )
        )

    def compare(self) -> None:
        """Ask which platforms are to do the chosen edit side by side, and start it."""
        self.with_picture(self._ask_compared)

    def _ask_compared(self, picture: Picture) -> None:
        if picture.document.stays_here:
            words = f"{picture.document.name} stays on this computer, so there is no other platform to compare."
            self._window.messages.tell(Notice(words=words))
            return
        panel = self._window.panels.edit
        operation, options = panel.operation, replace(panel.options, variations=1)

        def start(names: tuple[str, ...]) -> None:
            self._window.messages.dismiss()
            self._window.edits.start(EditOrder(picture, operation, options, compared=names))

        dialog = CompareDialog(
            f"Compare platforms: {operation.caption.lower()}",
            self._session.face_off_offers(operation, options),
            self._window,
        )
        dialog.wanted.connect(start)
        dialog.show()

    def choose_operation(self, operation: Operation) -> None:
        """Choose an operation in the Edit panel, with the cursor in its first field."""
        commands, panel = self._window.commands, self._window.panels.edit
        if not commands["edit_panel"].isChecked():
            commands["edit_panel"].setChecked(True)
            self.show_panels()
        panel.choose(operation)
        panel.form.focus_first()

    def keep_operation(self, operation: Operation) -> None:
        """Another operation was chosen: tick its command, and begin with it the next time."""
        self._window.commands[operation.value].setChecked(True)
        self._memory.operation = operation

    def follow(self, way_out: WayOut) -> None:
        """Do what the link under the run button offers."""
        if way_out is WayOut.ADD_KEY:
            self._window.dialogs.show_keys()
        elif way_out is WayOut.USE_PLATFORMS:
            self._window.commands["local_only"].setChecked(False)
            self.set_local_only()

    def undo(self) -> None:
        """Take the last step back, or the last corner of what a tool keeps open."""
        self._window.canvas.finish_stroke()
        if self._window.canvas.step_back():
            return
        label = None if self._workspace.current is None else self._workspace.current.document.history.undo_label
        if self.change(Document.undo):
            self._tell_step(f"Undone: {label.lower()}." if label else "There is nothing to undo.")

    def redo(self) -> None:
        """Do the next step again."""
        label = None if self._workspace.current is None else self._workspace.current.document.history.redo_label
        if self.change(Document.redo):
            self._tell_step(f"Done again: {label.lower()}." if label else "There is nothing to redo.")

    def _tell_step(self, words: str) -> None:
        self._step_words = words
        self._window.status.tell(words)

    def _forget_step_words(self) -> None:
        """What was undone is no news any more once there is another step."""
        if self._step_words and self._window.status.sentence == self._step_words:
            self._window.status.tell("")

    def travel(self, position: int) -> None:
        """Go to a place in the current picture's history."""
        self.change(lambda document: document.travel(position))

    def with_picture(self, do: Callable[[Picture], object]) -> None:
        """Do something with the current picture, if there is one."""
        self._window.canvas.finish_stroke()
        if self._workspace.current is not None:
            do(self._workspace.current)

    def change(self, do: Callable[[Document], Dirty | None]) -> bool:
        """Change the current document; ``do`` returns what has to be repainted. False where it could not be done,
        which was told."""
        self._window.canvas.finish_stroke()
        picture = self._workspace.current
        if picture is None:
            return True
        try:
            dirty = do(picture.document)
        except EditorError as error:
            # A step lies on the disk, and the disk may be gone; or there is nothing to change.
            self._window.messages.tell(Notice(words=error.message, passing=isinstance(error, InputError)))
            return False
        if dirty is not None:
            self._forget_step_words()
            self._workspace.touch(picture, dirty)
        return True

    def note_stroke(self) -> None:
        """A tool has put a step into the history of the picture on the canvas."""
        # The workspace may have gone on to another picture, which ended what was open on this one.
        picture = self._window.canvas.picture
        if picture is not None:
            self._forget_step_words()
            self._workspace.note(picture)

    def remedy(self, kind: RemedyKind) -> None:
        """Do what a notice's button offers."""
        window = self._window
        match kind:
            case RemedyKind.ADD_KEY:
                window.dialogs.show_keys()
            case RemedyKind.TRY_AGAIN:
                window.edits.try_again()
            case RemedyKind.TRY_NEXT:
                window.edits.try_next()
            case RemedyKind.DETAILS:
                window.dialogs.show_attempts(window.edits.last_attempts)
            case RemedyKind.SAVE_AS:
                self.with_picture(window.files.ask_save)
            case RemedyKind.SAVE_OVER:
                window.files.saving.save_over()
            case RemedyKind.EXPORT_AGAIN:
                window.files.exporting.ask_again()
            case RemedyKind.SHOW_PICTURE if window.edits.late is not None:
                self._workspace.add(window.edits.late)
            case _:
                return

    # The window

    def set_local_only(self) -> None:
        """Follow the local-only command: pictures stay on this computer, or may leave it."""
        self._session.local_only = self._window.commands["local_only"].isChecked()
        words = "Edits run on this computer only." if self._session.local_only else "Edits may use every platform."
        self._window.status.tell(words)
        self._window.view.show_lock()
        self._window.view.refresh_platforms()
        self._window.found.follow_local_only()

    def reorder(self, names: tuple[str, ...]) -> None:
        """Keep the order of the Platforms panel for the chosen operation."""
        operation = self._window.panels.edit.operation
        if self._session.local_only:
            self._window.status.tell("“Local only” is on: edits run on this computer, whatever the order.")
            return
        self._session.chains.set_order(names, operation)
        first = self._window.dialogs.names.get(names[0], names[0])
        self._window.status.tell(f"{operation.caption} tries {first} first now. AI settings order all edits.")
        self._window.view.refresh_platforms()

    def keep_here(self, picture: Picture) -> None:
        """Follow the command: the current picture stays on this computer, or may leave it."""
        kept = self._window.commands["keep_here"].isChecked()
        self._session.chains.keep_here(picture.document, kept)
        words = "stays on this computer" if kept else "may leave this computer"
        self._window.status.tell(f"{picture.document.name} {words}.")
        self._window.tabs.draw()
        self._window.view.show_lock()
        self._window.view.show_readiness()

    def show_outgoing(self, picture: Picture) -> None:
        """Show what the chosen edit would send; nothing is sent."""
        panel = self._window.panels.edit
        try:
            edits = self._session.prepare_each(panel.operation, picture.document, panel.options)
        except InputError as error:
            self._window.messages.tell(Notice(words=error.message, passing=True))
            return

        def close() -> None:
            for prepared in edits:
                prepared.source.close()

        def done(orders: tuple[Outgoing, ...]) -> None:
            close()
            self._window.dialogs.show_outgoing(orders)

        def failed(error: EditorError) -> None:
            close()
            self._window.messages.tell(Notice(words=error.message))

        self._runner.coroutine(partial(self._session.outgoing, *edits), done, failed)

    def set_motion(self) -> None:
        """Follow the command: what fades and slides does so, or not."""
        self._memory.reduced_motion = self._window.commands["reduce_motion"].isChecked()
        self._window.strip.animated = not self._memory.reduced_motion

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Put a theme on and remember it."""
        self._memory.theme = choice
        self._window.theme.choose(choice)

    def show_panels(self) -> None:
        """Show the panels whose commands are on, and remember them."""
        shown = {id: self._window.commands[id].isChecked() for id in PANELS}
        self._window.panels.show_panels(
            edit=shown["edit_panel"], platforms=shown["platforms_panel"], history=shown["history_panel"]
        )
        self._memory.hidden_panels = tuple(id for id in PANELS if not shown[id])

    def toggle_panels(self) -> None:
        """Hide all panels, or show them all where none is shown."""
        shown = any(self._window.commands[id].isChecked() for id in PANELS)
        for id in PANELS:
            self._window.commands[id].setChecked(not shown)
        self.show_panels()

    def open_log_folder(self) -> None:
        """Show the folder of the log in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._window.log_folder)))
