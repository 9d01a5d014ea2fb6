"""What dialogs are made of: named fields, pages that scroll when letters grow, buttons in one order, sizes that follow the font."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFontMetrics, QGuiApplication
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.widgets.plain import Kind, PlainLabel, on_button

SCREEN_MARGIN = 48


def letters(many: int) -> int:
    """Return the width of so many letters of the application's font, so that a larger font gets a larger window."""
    return QFontMetrics(QApplication.font()).averageCharWidth() * many


def fit_on_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size, or as much of it as the screen has."""
    screen = QGuiApplication.primaryScreen()
    room = screen.availableGeometry() if screen is not None else None
    if room is not None:
        width, height = min(width, room.width() - SCREEN_MARGIN), min(height, room.height() - SCREEN_MARGIN)
    window.resize(width, height)


def column(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Return widgets below each other."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return box


def row(*widgets: QWidget | None, spacing: int = 8) -> QWidget:
    """Return widgets beside each other; None is room that stretches."""
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return box


def button(name: str, act: Callable[[], object], *, primary: bool = False, default: bool = False) -> QPushButton:
    """Return a button that does one thing."""
    made = QPushButton(on_button(name))
    made.setAccessibleName(name)
    made.setAutoDefault(default)
    made.setDefault(default)
    if primary:
        made.setProperty("primary", "true")

    def pressed(_checked: bool = False) -> None:
        act()

    made.clicked.connect(pressed)
    return made


def scrolled(inside: QWidget, name: str) -> QScrollArea:
    """Return a page that scrolls up and down when it has more to say than room, and never sideways."""
    area = QScrollArea()
    area.setObjectName("page")
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setObjectName("page")
    area.setWidget(inside)
    return area


class Fields(QWidget):
    """A form: each field below its name (long translations need the width), with a hint below where one helps."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        self.blocks: list[tuple[str, QWidget]] = []

    def add(self, name: str, field: QWidget, hint: str = "") -> None:
        """Add a field under its name; the name is its label, its buddy and what a screen reader says."""
        block = QWidget()
        layout = QVBoxLayout(block)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if isinstance(field, QCheckBox):
            field.setText(on_button(name))
        else:
            label = PlainLabel(name, tone="muted", wrap=True)
            label.setBuddy(field)
            layout.addWidget(label)
        if isinstance(field, QComboBox):  # it fills the form's width; its longest entry must not be what the form needs
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(14)
        name_field(field, name, hint)
        layout.addWidget(field)
        if hint:
            layout.addWidget(PlainLabel(hint, Kind.SMALL, "muted", wrap=True))
        self._add(f"{name} {hint}", block)

    def section(self, name: str) -> None:
        """Begin a part of the form."""
        self._add("", PlainLabel(name, Kind.STRONG, wrap=True))

    def text(self, text: str, tone: str = "") -> PlainLabel:
        """Add a sentence."""
        label = PlainLabel(text, tone=tone, wrap=True)
        self._add(text, label)
        return label

    def widget(self, widget: QWidget, searched: str = "") -> None:
        """Add anything else."""
        self._add(searched, widget)

    def _add(self, searched: str, block: QWidget) -> None:
        self._layout.addWidget(block)
        self.blocks.append((searched, block))

    def close_off(self) -> None:
        """Leave the room that is left below the last field."""
        self._layout.addStretch(1)


def name_field(field: QWidget, name: str, description: str = "") -> None:
    """Give a control the name a screen reader says."""
    field.setAccessibleName(name)
    if description:
        field.setAccessibleDescription(description)


def choice(options: Iterable[tuple[Any, str]], current: Any) -> QComboBox:
    """Return a list of which one is chosen; each option has a value and a name."""
    box = QComboBox()
    for value, name in options:
        box.addItem(on_button(name), value)
    place = box.findData(current)
    box.setCurrentIndex(max(place, 0))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return box


def line(text: str = "", placeholder: str = "", longest: int = 128) -> QLineEdit:
    """Return a field for one line."""
    edit = QLineEdit(text)
    edit.setPlaceholderText(placeholder)
    edit.setMaxLength(longest)
    return edit


def select_quietly(box: QComboBox, value: Any) -> None:
    """Show another choice without telling anybody."""
    box.blockSignals(True)
    box.setCurrentIndex(max(box.findData(value), 0))
    box.blockSignals(False)
