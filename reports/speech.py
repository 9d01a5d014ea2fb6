"""How a report speaks: its language's texts, numbers, durations and days; a value, so that two reports in two languages never meet."""

from __future__ import annotations

import functools
import gettext
import unicodedata
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).resolve().parent / "i18n"
DOMAIN = "reports"
LOCALES = {"en": "en_GB", "hi": "hi_IN", "bn": "bn_IN"}
NBSP = "\u00a0"
NOTHING = "–"
UP, DOWN = "▲", "▼"
LONGEST = 300
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def safe(text: str, longest: int = LONGEST) -> str:
    """Return foreign text as one line that shows what it is: controls and bidi overrides become visible, the rest is cut.

    Joiners stay, because Hindi and Bengali need them.
    """
    cut = text[: longest - 1] + "…" if len(text) > longest else text
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_visible(sign) for sign in cut)


def _visible(sign: str) -> str:
    if sign in "\n\r\t\u2028\u2029":
        return " "
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Cs") or sign in "\ufffe\uffff" or unicodedata.bidirectional(sign) in _TURNING:
        return f"‹U+{ord(sign):04X}›"
    return sign


class Speech:
    """One language: called with a text it says it, with the other methods it says figures."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language if language in LOCALES else "en"
        self.locale = Locale.parse(LOCALES[self.language])
        self.zone = ZoneInfo(zone)
        self._whole = "#,##0" if self.language == "en" else "#,##,##0"
        self._texts = gettext.NullTranslations() if self.language == "en" else gettext.translation(DOMAIN, CATALOGUES, [self.language])

    def __call__(self, text: str, **values: object) -> str:
        """Say a text; values are put in after it is translated, so nothing foreign is ever a pattern."""
        said = self._texts.gettext(text) if text else ""
        return said.format(**values) if values else said

    def many(self, one: str, many: str, number: int, **values: object) -> str:
        """Say the form of a text that fits a number, which it calls `n`."""
        return self._texts.ngettext(one, many, number).format(n=self.count(number), **values)

    # --- numbers ------------------------------------------------------------------------------------------------------

    def count(self, value: float) -> str:
        """`12,345`."""
        return _number(round(value), self._whole, self.locale)

    def decimal(self, value: float) -> str:
        """`41.2`, `12`: at most one place."""
        return _number(value, f"{self._whole}.#", self.locale)

    def duration(self, seconds: float | None) -> str:
        """`6 h 12 min`; under a minute says so, nothing is `0 min`."""
        if seconds is None:
            return NOTHING
        minutes = int(abs(seconds) + 30) // 60
        if minutes == 0:
            return (self("under 1 min") if seconds else self("{n} min", n=0)).replace(" ", NBSP)
        hours, rest = divmod(minutes, 60)
        parts = [self("{n} h", n=self.count(hours))] if hours else []
        parts += [self("{n} min", n=rest)] if rest else []
        return " ".join(parts).replace(" ", NBSP)

    def hours(self, seconds: float) -> str:
        """`41.2 h`; from a hundred on without tenths."""
        value = seconds / 3600
        return self("{n} h", n=self.count(value) if abs(value) >= 100 else self.decimal(value)).replace(" ", NBSP)

    def size(self, many: float) -> str:
        """`1.4 GB`, in thousands as disks and network tariffs count."""
        value, units, place = float(many), ("B", "kB", "MB", "GB", "TB", "PB"), 0
        while abs(value) >= 999.5 and place < len(units) - 1:
            value, place = value / 1000, place + 1
        return f"{self.decimal(value) if place and abs(value) < 100 else self.count(value)}{NBSP}{units[place]}"

    def share(self, value: float | None) -> str:
        """`63 %`."""
        if value is None:
            return NOTHING
        return f"<{NBSP}1{NBSP}%" if 0 < value < 0.005 else f"{self.count(value * 100)}{NBSP}%"

    # --- days and instants --------------------------------------------------------------------------------------------

    def local(self, instant_ms: int) -> datetime:
        """Return an instant as the organisation's clocks show it."""
        return datetime.fromtimestamp(instant_ms / 1000, self.zone)

    def clock(self, instant_ms: int) -> str:
        """`14:02`."""
        return f"{self.local(instant_ms):%H:%M}"

    def moment(self, instant_ms: int) -> str:
        """`Thu 20 Nov 14:02`."""
        then = self.local(instant_ms)
        return f"{self.day(then.date())} {then:%H:%M}"

    def day(self, value: date) -> str:
        """`Mon 3 Nov`."""
        return _day(value, "EEE d MMM", self.locale)

    def short_day(self, value: date) -> str:
        """`3 Nov`."""
        return _day(value, "d MMM", self.locale)

    def span(self, first: date, last: date) -> str:
        """`Mon 3 Nov 2025` or `3–9 Nov 2025`."""
        if first == last:
            return _day(first, "EEE d MMM y", self.locale)
        start = "d MMM y" if first.year != last.year else "d MMM" if first.month != last.month else "d"
        dash = "–" if start == "d" else " – "
        return f"{_day(first, start, self.locale)}{dash}{_day(last, 'd MMM y', self.locale)}"

    # --- changes ------------------------------------------------------------------------------------------------------

    def turned(self, difference: float, amount: str) -> str:
        """`▲ up 3 h 10 min`: an arrow and a word, because colour says nothing on grey paper."""
        arrow, word = (UP, self("up")) if difference > 0 else (DOWN, self("down"))
        return f"{arrow} {word} {amount}"

    def change(self, value: float) -> str:
        """`+6 %`, `−12 %`: in a table, where an arrow has no room."""
        whole = round(value * 100)
        sign = "+" if whole > 0 else "−" if whole < 0 else "±"
        return f"{sign}{self.count(abs(whole))}{NBSP}%"

    def change_of_duration(self, now: float | None, before: float | None) -> str:
        """`▲ up 3 h 10 min`."""
        if now is None or before is None:
            return self("nothing to compare")
        return self.turned(now - before, self.duration(abs(now - before))) if abs(now - before) >= 30 else self("no change")

    def change_of_share(self, now: float | None, before: float | None) -> str:
        """`▼ down 4 points`: percentage points, never percent of percent."""
        if now is None or before is None:
            return self("nothing to compare")
        points = round(now * 100) - round(before * 100)
        return self.turned(points, self.many("{n} point", "{n} points", abs(points))) if points else self("no change")

    def change_of_count(self, now: float | None, before: float | None) -> str:
        """`▲ up 2`."""
        if now is None or before is None:
            return self("nothing to compare")
        difference = round(now) - round(before)
        return self.turned(difference, self.count(abs(difference))) if difference else self("no change")


@functools.lru_cache(maxsize=65_536)
def _number(value: float, pattern: str, locale: Locale) -> str:
    """Babel takes a tenth of a millisecond, and a report says many thousand numbers."""
    return str(format_decimal(value, format=pattern, locale=locale))


@functools.lru_cache(maxsize=4096)
def _day(value: date, pattern: str, locale: Locale) -> str:
    return str(format_date(value, pattern, locale=locale))
