"""“Export”: in which format a picture goes out, how good, and with what of its metadata."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSlider, QSpinBox, QWidget

from editor.domain.export_options import EXPORT_FORMATS, ExportOptions, MetadataChoice, SizeEstimate
from editor.ui.edit_fields import WheelGuard
from editor.ui.export_choices import (
    DEEP,
    FORMAT_WORDS,
    METADATA,
    SUBSAMPLINGS,
    WITH_LOSSLESS,
    WITH_QUALITY,
    WITH_SUBSAMPLING,
    ExportMemory,
    size_words,
)
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import ElidedLabel, button, label, row, rule, set_role
from editor.ui.segments import Segments

WIDTH = 460
MEASURING = "Measuring…"
RECEIPTS = (
    "How each AI edit was made: platform, model, time, cost, and your prompts. Whoever gets the file can read them."
)
NO_RECEIPTS = "This picture went through no AI edits."


class QualityField(QWidget):
    """A slider and a number from 1 to 100. ``changed`` tells that :attr:`value` is another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Quality slider")
        self.number = QSpinBox()
        self.number.setAccessibleName("Quality from 1 to 100")
        self.number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.number.setProperty("role", "value")
        self.number.setFixedWidth(44)
        for part in (self.slider, self.number):
            part.setRange(1, 100)
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            part.installEventFilter(WheelGuard(part))
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(self._take)
        self.number.valueChanged.connect(self._take)
        self.setLayout(row(self.slider, self.number, spacing=12))

    @property
    def value(self) -> int:
        """The quality."""
        return self.number.value()

    def show_value(self, value: int) -> None:
        """Show a quality without telling anyone."""
        for part in (self.slider, self.number):
            with QSignalBlocker(part):
                part.setValue(value)

    def _take(self, value: int) -> None:
        self.show_value(value)
        self.changed.emit()


class ExportDialog(FactsDialog):
    """Not modal, and about one picture. ``changed`` tells that :attr:`options` are others, ``wanted`` that the user
    wants a file of them."""

    changed = Signal()
    wanted = Signal()

    def __init__(self, name: str, memory: ExportMemory, parent: QWidget, *, deep: bool, receipts: bool) -> None:
        """``deep`` where the picture has 16 bits a channel, ``receipts`` where there are some that could go along."""
        super().__init__("Export", parent)
        self._memory = memory
        self._has_receipts = receipts
        self._deep = deep
        self._chosen: dict[str, ExportOptions] = {}
        """What was chosen for other formats while the dialog is open."""
        self._make_controls()
        self._lay_out(name)
        self._show(memory.of(memory.format))
        self.formats.parts[self.formats.place].setFocus()
        self._connect()
        self.show_measuring()

    @property
    def options(self) -> ExportOptions:
        """What is chosen now."""
        return ExportOptions(
            format=EXPORT_FORMATS[self.formats.place],
            quality=self.quality.value,
            subsampling=SUBSAMPLINGS[self.subsampling.place][0],
            lossless=self.lossless.isChecked(),
            eight_bits=self.eight_bits.isChecked(),
            metadata=METADATA[self.metadata.place][0],
            location=self.location.isChecked(),
            receipt=self.receipts.isChecked(),
            to_srgb=self.to_srgb.isChecked(),
        )

    @property
    def size_told(self) -> str:
        """What stands for the file's size."""
        return self._size.text()

    @property
    def losses_told(self) -> str:
        """What stands about what the file will not hold."""
        return "" if self._losses.isHidden() else self._losses.text()

    def take(self, options: ExportOptions) -> None:
        """Show other choices."""
        self._show(options)
        self.changed.emit()

    def show_measuring(self) -> None:
        """What is told of the file is not true any more."""
        self._tell_size(MEASURING, "muted")

    def show_size(self, estimate: SizeEstimate) -> None:
        """Tell how large the file will be, and what it will lose."""
        self._tell_size(size_words(estimate), "strong", estimate.losses)
        self.export.setEnabled(True)

    def show_refusal(self, words: str) -> None:
        """Tell why there can be no such file."""
        self._tell_size("–", "muted", (words,))
        self.export.setEnabled(False)

    def _make_controls(self) -> None:
        self.formats = Segments([FORMAT_WORDS[one] for one in EXPORT_FORMATS], name="Format")
        self.quality = QualityField()
        self.lossless = QCheckBox("Lossless")
        self.subsampling = Segments([words for _, words in SUBSAMPLINGS], name="Color detail")
        for (word, _), part in zip(SUBSAMPLINGS, self.subsampling.parts, strict=True):
            part.setToolTip(f"Chroma subsampling {word}")
        self.eight_bits = QCheckBox("Reduce to 8 bits per channel")
        self.to_srgb = QCheckBox("Convert to sRGB")
        self.to_srgb.setToolTip("For screens and programs that do not follow color profiles")
        self.metadata = Segments([words for _, words in METADATA], name="Metadata")
        self.location = QCheckBox("Include where it was taken")
        self.receipts = QCheckBox("Include receipts")
        self.receipts.setEnabled(self._has_receipts)
        self.receipts.setAccessibleDescription(RECEIPTS)
        self._size = label("", "strong")
        self._size.setAccessibleName("File size")
        self._losses = label("", wrap=True)
        self.export = button("Export…", "primary")

    def _lay_out(self, name: str) -> None:
        words = label(RECEIPTS if self._has_receipts else NO_RECEIPTS, "small", wrap=True)
        words.setContentsMargins(22, 0, 0, 0)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(10)
        self._rows.setColumnStretch(1, 1)
        self._captions: dict[QWidget, QLabel] = {}
        for caption, part in (
            ("Format", self.formats),
            ("Quality", self.quality),
            ("", self.lossless),
            ("Color detail", self.subsampling),
            ("Color", self.to_srgb),
            ("", self.eight_bits),
            ("Metadata", self.metadata),
            ("", self.location),
            ("Receipts", self.receipts),
            ("", words),
        ):
            place = self._rows.rowCount()
            self._captions[part] = label(caption, "muted")
            self._rows.addWidget(self._captions[part], place, 0)
            self._rows.addWidget(part, place, 1)
        self.body.addWidget(ElidedLabel(name, "muted"))
        self.body.addLayout(self._rows)
        self.body.addWidget(rule())
        self.body.addLayout(row(label("File size", "muted"), self._size, 1, spacing=16))
        self.body.addWidget(self._losses)
        self.body.addStretch(1)
        self.finish(self.export)
        self.setMinimumWidth(WIDTH)

    def _connect(self) -> None:
        self.formats.chosen.connect(self._choose_format)
        for segments in (self.subsampling, self.metadata):
            segments.chosen.connect(self._change)
        for box in (self.lossless, self.eight_bits, self.to_srgb, self.location, self.receipts):
            box.toggled.connect(self._change)
        # While the slider moves, the size before is told until the new one is known.
        self.quality.changed.connect(self._change)
        self.export.clicked.connect(self.wanted)

    def _choose_format(self, place: int) -> None:
        """Take the choices that belong to the format; where it was taken and receipts are about the picture."""
        name = EXPORT_FORMATS[place]
        self._show(self._chosen.get(name) or self._memory.of(name), of_picture=False)
        self._change()

    def _change(self) -> None:
        options = self.options
        self._chosen[options.format] = options
        self._show_rows(options)
        self.changed.emit()

    def _show(self, options: ExportOptions, *, of_picture: bool = True) -> None:
        parts = (self.formats, self.quality, self.subsampling, self.metadata)
        boxes = (self.lossless, self.eight_bits, self.to_srgb, self.location, self.receipts)
        blockers = [QSignalBlocker(part) for part in (*parts, *boxes)]
        self.formats.choose(EXPORT_FORMATS.index(options.format))
        self.quality.show_value(options.quality)
        self.subsampling.choose([word for word, _ in SUBSAMPLINGS].index(options.subsampling))
        self.metadata.choose([choice for choice, _ in METADATA].index(options.metadata))
        self.lossless.setChecked(options.lossless)
        self.eight_bits.setChecked(options.eight_bits)
        self.to_srgb.setChecked(options.to_srgb)
        if of_picture:
            self.location.setChecked(options.location)
            self.receipts.setChecked(options.receipt and self._has_receipts)
        for blocker in blockers:
            blocker.unblock()
        self._show_rows(options)

    def _show_rows(self, options: ExportOptions) -> None:
        """Only what the format can be told."""
        name = options.format
        for part, shown in (
            (self.quality, name in WITH_QUALITY),
            (self.lossless, name in WITH_LOSSLESS),
            (self.subsampling, name in WITH_SUBSAMPLING),
            (self.eight_bits, self._deep and name in DEEP),
        ):
            part.setVisible(shown)
            self._captions[part].setVisible(shown)
        self.quality.setEnabled(not (name in WITH_LOSSLESS and options.lossless))
        self.location.setEnabled(options.metadata is not MetadataChoice.NOTHING)

    def _tell_size(self, words: str, role: str, losses: tuple[str, ...] = ()) -> None:
        self._size.setText(words)
        set_role(self._size, role)
        self._losses.setText("\n".join(losses))
        self._losses.setVisible(bool(losses))
