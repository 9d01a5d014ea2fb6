"""What employees are told before anything is collected, in each language, and which version of it this is."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

VERSION = "2026-11"
"""Raised with every change of what is recorded; an answer to an older version counts no more."""

PICTURES = "+pictures"
"""Ends the version of the notice that is shown where pictures of the screen are switched on."""

LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""The languages there are, each under its own name."""


_PICTURES = {
    "en": "Your office has turned on pictures of the screen for your team. Each one is announced on your screen before it is taken.",
    "hi": "आपके कार्यालय ने आपकी टीम के लिए स्क्रीन की तस्वीरें चालू की हैं। हर तस्वीर लेने से पहले आपकी स्क्रीन पर बताया जाता है।",
    "bn": "আপনার অফিস আপনার দলের জন্য পর্দার ছবি চালু করেছে। প্রতিটি ছবি তোলার আগে আপনার পর্দায় জানানো হয়।",
}


def version(*, pictures: bool) -> str:
    """Return the version of the notice for a team whose screens are captured, or are not."""
    return VERSION + PICTURES if pictures else VERSION


@lru_cache(maxsize=len(LANGUAGES))
def text(language: str) -> str:
    """Return the notice in `language` as Markdown; KeyError for a language there is none in."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return (files(__name__) / f"notice.{language}.md").read_text("utf-8")


def text_of(language: str, shown: str) -> str | None:
    """Return the notice of version `shown` in `language`; None when this program does not have that version."""
    if shown not in (version(pictures=False), version(pictures=True)):
        return None
    heading, _, rest = text(language).partition("\n")
    return f"{heading}\n\n**{_PICTURES[language]}**\n{rest}" if shown.endswith(PICTURES) else text(language)
