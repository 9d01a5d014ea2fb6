"""What a person likes, out of what the console remembers: language, looks, clock, notifications, where exports go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import platformdirs

from console.i18n.language import Clock, Digits, Language, Usage
from console.settings import Settings
from console.theme import ThemeChoice

FONT_STEPS = (100, 110, 125, 150, 175, 200)
INTERVALS = (0, 30, 60, 300)
QUIET_FROM, QUIET_TO = time(19, 0), time(9, 0)

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Preferences:
    """One person's choices; `font` is percent, `refresh` seconds (0 is off), `notify` is off until somebody wants it."""

    usage: Usage = field(default_factory=Usage)
    theme: ThemeChoice = ThemeChoice.SYSTEM
    font: int = 100
    refresh: int = 30
    notify: bool = False
    quiet_from: time = QUIET_FROM
    quiet_to: time = QUIET_TO
    exports: Path | None = None

    @property
    def export_folder(self) -> Path:
        """Where exports are offered to be saved."""
        return self.exports or platformdirs.user_documents_path()

    def may_notify(self, at: time) -> bool:
        """Whether an alert may show itself on the desktop at this time of day; equal ends mean no quiet hours."""
        return self.notify and not is_within(at, self.quiet_from, self.quiet_to)


def is_within(at: time, start: time, end: time) -> bool:
    """Whether a time of day lies in [start, end), which may go over midnight."""
    return start <= at < end if start <= end else at >= start or at < end


def preferences_of(settings: Settings) -> Preferences:
    """Return what was chosen; whatever cannot be read falls back to the default."""
    plain = Preferences()
    usage = Usage(
        _one(settings, "language", Language, plain.usage.language),
        _one(settings, "digits", Digits, plain.usage.digits),
        _one(settings, "clock", Clock, plain.usage.clock),
    )
    folder = settings.text("exports")
    return Preferences(
        usage=usage,
        theme=_one(settings, "theme", ThemeChoice, plain.theme),
        font=_number(settings, "font", FONT_STEPS, plain.font),
        refresh=_number(settings, "refresh", INTERVALS, plain.refresh),
        notify=settings.text("notify") == "yes",
        quiet_from=_time(settings, "quiet/from", plain.quiet_from),
        quiet_to=_time(settings, "quiet/to", plain.quiet_to),
        exports=Path(folder) if folder else None,
    )


def keep(settings: Settings, chosen: Preferences) -> None:
    """Remember these choices."""
    for key, value in (
        ("language", chosen.usage.language.value),
        ("digits", chosen.usage.digits.value),
        ("clock", chosen.usage.clock.value),
        ("theme", chosen.theme.value),
        ("font", str(chosen.font)),
        ("refresh", str(chosen.refresh)),
        ("notify", "yes" if chosen.notify else "no"),
        ("quiet/from", chosen.quiet_from.isoformat("minutes")),
        ("quiet/to", chosen.quiet_to.isoformat("minutes")),
        ("exports", str(chosen.exports) if chosen.exports else ""),
    ):
        settings.put(key, value)
    settings.save()


def _one(settings: Settings, key: str, kind: type[Choice], default: Choice) -> Choice:
    text = settings.text(key)
    return kind(text) if text in list(kind) else default


def _number(settings: Settings, key: str, allowed: tuple[int, ...], default: int) -> int:
    text = settings.text(key)
    return int(text) if text.isdecimal() and int(text) in allowed else default


def _time(settings: Settings, key: str, default: time) -> time:
    try:
        return time.fromisoformat(settings.text(key))
    except ValueError:
        return default
