"""Light and dark: every colour used, the Qt palette and style sheet made from them, and the switch between them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PyQt5.QtCore import QObject, QSettings, pyqtSignal
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

from console import words
from console.words import _
from policy.categories import Category
from policy.presence import Presence
from reports.charts import Look, Series

ART = Path(__file__).resolve().parent / "art"


class ThemeChoice(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Colours:
    """One theme; texts and their grounds are listed in TEXT_ON so that a test can measure every pair."""

    name: str
    window: str
    card: str
    rail: str
    field: str
    border: str
    hover: str
    ink: str
    muted: str
    accent: str
    accent_ink: str
    accent_soft: str
    accent_text: str
    warn_soft: str
    warn_ink: str
    warn_edge: str
    stop_soft: str
    stop_ink: str
    presences: Mapping[Presence, str]
    categories: Mapping[Category, str]
    unclassified: str


LIGHT = Colours(
    name="light",
    window="#F3F5F8",
    card="#FFFFFF",
    rail="#FFFFFF",
    field="#FFFFFF",
    border="#DFE4EB",
    hover="#EEF1F6",
    ink="#18202C",
    muted="#566173",
    accent="#2F5BD7",
    accent_ink="#FFFFFF",
    accent_soft="#E8EEFC",
    accent_text="#2850C4",
    warn_soft="#FFF6E5",
    warn_ink="#7A4600",
    warn_edge="#C98A12",
    stop_soft="#FDECEC",
    stop_ink="#9B1C1C",
    presences={
        Presence.ACTIVE: "#2F5BD7",
        Presence.READING: "#6A91EC",
        Presence.MEETING: "#0B8A7B",
        Presence.IDLE: "#C68414",
        Presence.LOCKED: "#6F7A8B",
        Presence.PAUSED: "#8A94A4",
        Presence.ASLEEP: "#8A94A4",
        Presence.OFF: "#8A94A4",
        Presence.UNKNOWN: "#8A94A4",
    },
    categories={Category.PRODUCTIVE: "#2F5BD7", Category.NEUTRAL: "#7F8BA0", Category.UNPRODUCTIVE: "#C9720F"},
    unclassified="#8893A6",
)

DARK = Colours(
    name="dark",
    window="#11151B",
    card="#191F28",
    rail="#151A22",
    field="#1F2631",
    border="#2C3542",
    hover="#232B37",
    ink="#E6EBF2",
    muted="#9DA9BA",
    accent="#7FA3FF",
    accent_ink="#0D1322",
    accent_soft="#22304F",
    accent_text="#A3BDFF",
    warn_soft="#2E2512",
    warn_ink="#F6CB80",
    warn_edge="#D9A441",
    stop_soft="#391B1D",
    stop_ink="#FFB4B0",
    presences={
        Presence.ACTIVE: "#6E97FF",
        Presence.READING: "#A9C2FF",
        Presence.MEETING: "#2DBBA8",
        Presence.IDLE: "#DFA640",
        Presence.LOCKED: "#8792A3",
        Presence.PAUSED: "#727D8E",
        Presence.ASLEEP: "#727D8E",
        Presence.OFF: "#727D8E",
        Presence.UNKNOWN: "#727D8E",
    },
    categories={Category.PRODUCTIVE: "#6E97FF", Category.NEUTRAL: "#6C788B", Category.UNPRODUCTIVE: "#EE9B45"},
    unclassified="#8B97A9",
)

TEXT_ON = (
    ("ink", "window"), ("ink", "card"), ("ink", "rail"), ("ink", "field"), ("ink", "hover"), ("ink", "accent_soft"),
    ("muted", "window"), ("muted", "card"), ("muted", "rail"), ("muted", "field"), ("muted", "hover"), ("muted", "accent_soft"),
    ("accent_ink", "accent"), ("accent_text", "accent_soft"), ("accent_text", "card"), ("accent_text", "window"),
    ("warn_ink", "warn_soft"), ("stop_ink", "stop_soft"),
)  # fmt: skip
"""Every (text, ground) pair that occurs on the screen."""


def luminance(colour: str) -> float:
    """Return the relative luminance of `#RRGGBB` (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


PRESENCE_HATCH = {Presence.READING: "////", Presence.IDLE: "....", Presence.PAUSED: "xxxx", Presence.UNKNOWN: "\\\\\\\\"}


def look_of(colours: Colours) -> Look:
    """Return the look of charts in this theme."""
    return Look(
        ink=colours.ink,
        muted=colours.muted,
        grid=colours.border,
        surface=colours.card,
        presences={
            one: Series(words.presence_short(one), colour, PRESENCE_HATCH.get(one, "")) for one, colour in colours.presences.items()
        },
        categories={
            one: Series(words.category(one), colour, "////" if one is Category.UNPRODUCTIVE else "")
            for one, colour in colours.categories.items()
        },
        unclassified=Series(words.unclassified(), colours.unclassified, "...."),
        hours=words.hours,
        duration=words.duration_short,
        day=words.short_day,
        received=Series(_("received"), colours.presences[Presence.ACTIVE]),
        sent=Series(_("sent"), colours.presences[Presence.MEETING]),
        received_estimated=Series(_("received") + " ≈", colours.presences[Presence.ACTIVE], "////"),
        sent_estimated=Series(_("sent") + " ≈", colours.presences[Presence.MEETING], "////"),
        amount=words.size,
    )


Ink = QPalette.ColorRole


def qt_palette(colours: Colours) -> QPalette:
    """Return Fusion's palette in these colours."""
    palette = QPalette()
    roles = {
        Ink.Window: colours.window, Ink.WindowText: colours.ink, Ink.Base: colours.card,
        Ink.AlternateBase: colours.hover, Ink.Text: colours.ink, Ink.Button: colours.card,
        Ink.ButtonText: colours.ink, Ink.BrightText: colours.stop_ink, Ink.ToolTipBase: colours.card,
        Ink.ToolTipText: colours.ink, Ink.Highlight: colours.accent, Ink.HighlightedText: colours.accent_ink,
        Ink.Link: colours.accent_text, Ink.PlaceholderText: colours.muted, Ink.Mid: colours.border,
    }  # fmt: skip
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (Ink.WindowText, Ink.Text, Ink.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette


def style_sheet(colours: Colours) -> str:
    """Return the sheet for what a palette cannot say: borders, corners, paddings, focus."""
    template = (ART / "console.qss").read_text(encoding="utf-8")
    for name in Colours.__dataclass_fields__:
        value = getattr(colours, name)
        if isinstance(value, str):
            template = template.replace(f"@{name}@", value)
    return template.replace("@art@", ART.as_posix())


class Theme(QObject):
    """The theme in use; widgets that paint themselves follow `changed`."""

    changed = pyqtSignal()

    def __init__(self, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__()
        self._system_is_dark = system_is_dark()
        self.choice = choice
        self.colours = self._wanted()

    @property
    def look(self) -> Look:
        """The look of charts."""
        return look_of(self.colours)

    def choose(self, choice: ThemeChoice) -> None:
        """Take this theme and show it at once."""
        self.choice = choice
        self.colours = self._wanted()
        self.apply()
        self.changed.emit()

    def apply(self) -> None:
        """Give the application this theme's palette and sheet."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(qt_palette(self.colours))
        application.setStyleSheet(style_sheet(self.colours))

    def _wanted(self) -> Colours:
        dark = self._system_is_dark if self.choice is ThemeChoice.SYSTEM else self.choice is ThemeChoice.DARK
        return DARK if dark else LIGHT


def system_is_dark() -> bool:
    """Return whether the desktop asks for dark windows: Windows says so in the registry, elsewhere its own palette does."""
    if sys.platform == "win32":
        themes = QSettings(r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize", QSettings.Format.NativeFormat)
        return str(themes.value("AppsUseLightTheme", 1)) == "0"
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return False
    style = application.style()
    assert style is not None
    return style.standardPalette().color(Ink.Window).lightness() < 128
