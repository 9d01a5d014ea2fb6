"""What employees are told before anything is collected, in each language, and which version of it this is."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

VERSION = "2026-11"
"""Raised with every change of what is recorded; an answer to an older version counts no more."""

LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""The languages there are, each under its own name."""


@lru_cache(maxsize=len(LANGUAGES))
def text(language: str) -> str:
    """Return the notice in `language` as Markdown; KeyError for a language there is none in."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return (files(__name__) / f"notice.{language}.md").read_text("utf-8")
