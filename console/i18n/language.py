"""The language in use: `_` and `_n` translate into it when they are called, so a window built anew speaks the new one."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from babel import Locale

CATALOGUES = Path(__file__).resolve().parent
DOMAIN = "console"
NBSP = "\u00a0"


class Language(StrEnum):
    """What a person may choose; each is named in itself, so that whoever reads only that one finds it."""

    ENGLISH = "en"
    HINDI = "hi"
    BENGALI = "bn"


OWN_NAMES = {Language.ENGLISH: "English", Language.HINDI: "हिन्दी", Language.BENGALI: "বাংলা"}


class Digits(StrEnum):
    """How large numbers are grouped: as is usual in the language, 12,34,567, or 1,234,567."""

    USUAL = "usual"
    INDIAN = "indian"
    THREES = "threes"


class Clock(StrEnum):
    """How a time of day is written: 14:02, or 2:02 pm."""

    DAY = "24"
    HALF_DAY = "12"


GROUPS = {Digits.INDIAN: "#,##,##0", Digits.THREES: "#,##0"}
LOCALES = {Language.ENGLISH: "en_GB", Language.HINDI: "hi_IN", Language.BENGALI: "bn_IN"}


@dataclass(frozen=True)
class Usage:
    """One way of speaking: everything that `words` needs to know."""

    language: Language = Language.ENGLISH
    digits: Digits = Digits.USUAL
    clock: Clock = Clock.DAY

    @property
    def locale(self) -> Locale:
        """Babel's names of days and months."""
        return Locale.parse(LOCALES[self.language])

    @property
    def whole(self) -> str:
        """The pattern of a whole number."""
        usual = Digits.THREES if self.language is Language.ENGLISH else Digits.INDIAN
        return GROUPS[usual if self.digits is Digits.USUAL else self.digits]


class _Speech:
    usage = Usage()
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(usage: Usage) -> None:
    """Speak like this from now on; what is already on the screen stays as it is until it is built anew."""
    _Speech.catalogue = catalogue_of(usage.language)
    _Speech.usage = usage


def in_use() -> Usage:
    """Return how the console speaks now."""
    return _Speech.usage


def catalogue_of(language: Language) -> gettext.NullTranslations:
    """Return the compiled catalogue of a language; English is what the program itself is written in."""
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, CATALOGUES, [language.value])


def _(text: str) -> str:
    """Return this text in the language in use."""
    return _Speech.catalogue.gettext(text) if text else ""


def _n(one: str, many: str, number: int) -> str:
    """Return the form for this number, in the language in use."""
    return _Speech.catalogue.ngettext(one, many, number)


def N_(text: str) -> str:
    """Mark a text for the translators where it is written down, to be said later by `_`."""
    return text
