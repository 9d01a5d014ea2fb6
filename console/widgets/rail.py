"""The tabs, down the left side so that eight of them leave the height to the figures; narrow windows show icons only."""

from __future__ import annotations

from collections.abc import Container, Sequence

from PyQt5.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QActionGroup, QButtonGroup, QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout

from console import words
from console.theme import Theme, ThemeChoice
from console.widgets.icons import icon
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, font_of, on_button, set_tip
from console.words import N_, _

WIDE, NARROW, MARGIN = 212, 58, 10
THEMES = ((ThemeChoice.SYSTEM, N_("As the system")), (ThemeChoice.LIGHT, N_("Light")), (ThemeChoice.DARK, N_("Dark")))
MENU = (
    ("settings", N_("Settings"), "Ctrl+,"),
    ("help", N_("Keys and help"), "Ctrl+F1"),
    ("password", N_("Change password"), ""),
    ("set_up", N_("Set up again"), ""),
    ("about", N_("About WorkPulse"), ""),
)
"""What is behind the lower button: key, name, and the keys that open it."""


class BadgeButton(QToolButton):
    """A tab's button with a small number at its right end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.badge = 0

    def set_badge(self, many: int) -> None:
        """Show this number; nothing is not shown."""
        self.badge = many
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the button, then the number over it."""
        super().paintEvent(event)
        if not self.badge:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font_of(Kind.SMALL, self.font()))
        text = str(self.badge) if self.badge < 100 else "99+"
        height = painter.fontMetrics().height() + 1
        width = max(height, painter.fontMetrics().horizontalAdvance(text) + 9)
        narrow = self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        left = min(self.width() / 2 + 2, self.width() - width) if narrow else float(self.iconSize().width() + 2)
        ground = QRectF(left, 1.0, width, height)  # over the icon's corner: the name keeps its room
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.accent))
        painter.drawRoundedRect(ground, height / 2, height / 2)
        painter.setPen(QColor(self._theme.colours.accent_ink))
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


class Rail(QFrame):
    """Signals: `chosen` with a tab's key, `theme_chosen`, `wanted` with what of MENU, or "administration"."""

    chosen = pyqtSignal(str)
    theme_chosen = pyqtSignal(object)
    wanted = pyqtSignal(str)

    def __init__(self, keys: Sequence[str], organisation: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._theme = theme
        self._brand = PlainLabel()
        self._name = PlainLabel("WorkPulse", Kind.HEADING)
        self._organisation = CuttingLabel(words.safe(organisation, 80), Kind.SMALL, "muted")
        self._group = QButtonGroup(self)
        self.buttons = {key: self._tab_button(place, key) for place, key in enumerate(keys, 1)}
        self.administration = self._foot_button(_("Administration"))
        self.administration.clicked.connect(lambda: self.wanted.emit("administration"))
        self.administration.hide()
        self.more = self._foot_button(_("Settings and help"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        self._lay_out()
        theme.changed.connect(self._colour)
        self._colour()
        self.set_narrow(False)

    def _tab_button(self, place: int, key: str) -> BadgeButton:
        button = BadgeButton(self._theme)
        button.setObjectName("tab")
        button.setText(f"  {on_button(words.tab(key))}")  # Qt leaves no room between icon and text
        button.setAccessibleName(words.tab(key))
        button.setCheckable(True)
        set_tip(button, _("{tab} (Ctrl+{number})").format(tab=words.tab(key), number=place))
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._group.addButton(button)
        self._dress(button)
        return button

    def _foot_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("tab")
        button.setAccessibleName(name)
        button.setText("  " + on_button(name))
        set_tip(button, name)
        self._dress(button)
        return button

    def _dress(self, button: QToolButton) -> None:
        button.setIconSize(QSize(18, 18))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(_("Settings and help"))
        for key, name, shortcut in MENU:
            action = menu.addAction(on_button(_(name)))
            assert action is not None
            action.setShortcut(shortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # the window itself listens; here it is only shown
            action.triggered.connect(lambda _checked=False, key=key: self.wanted.emit(key))
            if key == "settings":
                self._add_themes(menu)
                menu.addSeparator()
        return menu

    def _add_themes(self, menu: QMenu) -> None:
        """Light and dark stand in the menu itself: they are changed more often than anything else."""
        menu.addSeparator()
        group = QActionGroup(menu)
        for choice, name in THEMES:
            action = menu.addAction(_(name))
            assert action is not None
            action.setCheckable(True)
            action.setChecked(choice is self._theme.choice)
            action.triggered.connect(lambda _checked=False, choice=choice: self.theme_chosen.emit(choice))
            group.addAction(action)

    def _lay_out(self) -> None:
        brand = QHBoxLayout()
        brand.setSpacing(8)
        brand.addWidget(self._brand)
        brand.addWidget(self._name, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 13, MARGIN, 10)
        layout.setSpacing(3)
        layout.addLayout(brand)
        organisation = QHBoxLayout()
        organisation.setContentsMargins(4, 0, 0, 0)
        organisation.addWidget(self._organisation)
        layout.addLayout(organisation)
        layout.addSpacing(12)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.administration)
        layout.addWidget(self.more)

    def offer(self, keys: Container[str]) -> None:
        """Show only these tabs."""
        for key, button in self.buttons.items():
            button.setVisible(key in keys)

    def set_badge(self, key: str, many: int) -> None:
        """Say beside a tab's name how many things wait there to be read."""
        if key in self.buttons:
            button, name = self.buttons[key], words.tab(key)
            button.set_badge(many)
            button.setAccessibleName(_("{tab}, {n} to read").format(tab=name, n=many) if many else name)

    def choose(self, key: str) -> None:
        """Show which tab is open."""
        self.buttons[key].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, or icons and names."""
        self._name.setVisible(not narrow)
        self._organisation.setVisible(not narrow)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        buttons = (*self.buttons.values(), self.administration, self.more)
        for button in buttons:
            button.setToolButtonStyle(style)
        needed = max(button.sizeHint().width() for button in buttons) + 2 * MARGIN
        self.setFixedWidth(max(needed, NARROW if narrow else WIDE))

    def _colour(self) -> None:
        colours = self._theme.colours
        self._brand.setPixmap(icon("brand", colours.accent_text).pixmap(24, 24))
        for key, button in self.buttons.items():
            button.setIcon(icon(key, colours.muted, colours.accent_text))
        self.administration.setIcon(icon("administration", colours.muted, colours.ink))
        self.more.setIcon(icon("settings", colours.muted, colours.ink))
