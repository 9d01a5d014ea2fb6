"""How a window title is cut into words and parts, so that names are compared whole and never by substring."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

Words = tuple[str, ...]

# Python's \w knows letters and digits but not the vowel signs of Indian scripts, which would cut every Hindi word in two.
WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u200c\u200d]+[+#]*")
_SEPARATOR = re.compile(r"\s+[-–—|·•»]\s+|\s*\|\s*|:\s+")
_COUNTER = re.compile(r"^\s*[(\[]\d{1,4}\+?[)\]]\s*")
_MORE_TABS = re.compile(r"\s+\S+\s+\d+\s+(?:\S+\s+){0,3}\S+$")
LONGEST_TITLE = 1024
"""More of a title than this is never looked at."""
LONGEST_PHRASE = 6
"""A phrase a redacted title may keep has at most so many words."""


@lru_cache(maxsize=8192)
def words(text: str) -> Words:
    """Return the words of `text`, folded for comparison: "zoom_level.css" is two words, neither of them "zoom"."""
    return tuple(found.casefold() for found in WORD.findall(text[:LONGEST_TITLE]))


def contains(haystack: Words, needle: Words) -> bool:
    """Return whether `needle` stands in `haystack` as whole, neighbouring words."""
    size = len(needle)
    return any(haystack[i : i + size] == needle for i in range(len(haystack) - size + 1)) if needle else False


def phrases(texts: Iterable[str]) -> frozenset[Words]:
    """Return `texts` as comparable phrases."""
    return frozenset(found for text in texts if (found := words(text)))


def contains_any(haystack: Words, needles: Iterable[Words]) -> bool:
    """Return whether any of `needles` stands in `haystack`."""
    return any(contains(haystack, needle) for needle in needles)


def parts(title: str) -> list[str]:
    """Return what a title says between its dashes, bars and colons, without the counter of unread things in front.

    ```
    (3) Weekly sync | Contoso | Microsoft Teams  ->  Weekly sync · Contoso · Microsoft Teams
    ```
    """
    return [part for part in _SEPARATOR.split(_COUNTER.sub("", title[:LONGEST_TITLE])) if part.strip()]


def page_parts(title: str, browsers: Container[Words]) -> list[str]:
    """Return the parts of a browser's title that belong to the page.

    ```
    Page - Site - Google Chrome - Person 1  ->  Page · Site
    Site and 3 more pages - Work - Microsoft Edge  ->  Site · Work
    ```
    """
    found = parts(title)
    at = max((i for i, part in enumerate(found) if is_browser_name(words(part), browsers)), default=len(found))
    page = found[:at] if at else found
    return [_MORE_TABS.sub("", part) if i >= len(page) - 2 else part for i, part in enumerate(page)]


def is_browser_name(part: Words, browsers: Container[Words]) -> bool:
    """Return whether `part` is a browser naming itself, alone or with a word such as "(Incognito)" behind."""
    return any(part[:size] in browsers for size in range(1, min(len(part), 4) + 1)) and len(part) <= 5


def follows(found: Sequence[str], suffix: Words) -> bool:
    """Return whether one of several parts after the first is exactly `suffix`; a browser may add its profile behind."""
    return any(words(part) == suffix for part in found[1:])
