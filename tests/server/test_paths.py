"""Path patterns: what they mean, the same as the plainest way to say it, roughly the same as LIKE, and never slow."""

from __future__ import annotations

import sqlite3
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.paths import ESCAPE, LONGEST, PathPattern, fold

MEANINGS = [
    ("C:\\Clients\\*.xlsx", "C:\\Clients\\a.xlsx", True),
    ("C:\\Clients\\*.xlsx", "C:\\Clients\\2025\\a.xlsx", False),
    ("C:\\Clients\\**\\*.xlsx", "C:\\Clients\\2025\\q1\\a.xlsx", True),
    ("C:\\Clients\\**\\*.xlsx", "C:\\Clients\\a.xlsx", True),
    ("C:\\Clients\\**\\*.xlsx", "C:\\ClientsX\\a.xlsx", False),
    ("C:\\a\\**\\**\\b", "C:\\a\\b", True),
    ("c:/clients/*", "C:\\Clients\\A.XLSX", True),
    ("/home/*/x", "/home/anita/x", True),
    ("*.xlsx", "S:\\deep\\down\\a.xlsx", True),
    ("*.xlsx", "a.xlsx", True),
    ("*.xlsx", "a.xlsx.bak", False),
    ("a?c", "x\\abc", True),
    ("a?c", "x\\a\\c", False),
    ("**/b", "b", True),
    ("**/b", "ab", False),
    ("a/**", "a/b/c", True),
    ("a/**b", "a/xb", True),
    ("client", "S:\\My Clients\\x.txt", True),
    ("\\temp", "temp\\a", False),
    ("clients\\x", "S:\\My Clients/X.txt", True),
    ("100%", "S:\\100%\\a", True),
    ("100%", "S:\\1000\\a", False),
    ("a_b", "S:\\a_b", True),
    ("a_b", "S:\\axb", False),
    ("[ab].txt", "S:\\[ab].txt", True),
    ("[ab].txt", "S:\\a.txt", False),
    ("ÄRGER", "S:\\ärger.txt", True),
    ("दस्तावेज़", "S:\\दस्तावेज़\\a", True),
    ("'; DROP TABLE path;--", "S:\\'; drop table path;--", True),
]


@pytest.mark.feature("I07")
@pytest.mark.parametrize(("pattern", "path", "meant"), MEANINGS)
def test_a_pattern_means_what_people_mean_by_it(pattern: str, path: str, meant: bool) -> None:
    assert PathPattern(pattern).matches(path) is meant


LETTERS = "abBÄä/\\*?%_[.K"
TEXTS = st.text(alphabet=LETTERS, max_size=9)


@given(TEXTS, st.text(alphabet=LETTERS.replace("*", "").replace("?", ""), max_size=9))
def test_it_is_the_plain_reading_of_the_pattern(pattern: str, path: str) -> None:
    assert PathPattern(pattern).matches(path) == plainly(pattern, path)


@given(TEXTS, st.text(alphabet=LETTERS.replace("*", "").replace("?", ""), max_size=9))
def test_the_store_finds_at_least_what_is_meant(pattern: str, path: str) -> None:
    if PathPattern(pattern).matches(path):
        assert is_like(path, PathPattern(pattern).like)


def plainly(pattern: str, path: str) -> bool:
    """Return whether a pattern means a path, by trying every possibility."""
    pattern, path = fold(pattern), fold(path)
    if not set(pattern) & set("*?"):
        return pattern in path
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    return _fits(pattern, path, at_start=True)


def _fits(pattern: str, path: str, *, at_start: bool) -> bool:
    if not pattern:
        return not path
    if pattern.startswith("**"):
        rest = pattern.lstrip("*")
        if at_start and rest.startswith("/") and _fits(rest[1:], path, at_start=True):
            return True
        return any(_fits(rest, path[cut:], at_start=False) for cut in range(len(path) + 1))
    if pattern[0] == "*":
        longest = (path + "/").index("/")
        return any(_fits(pattern[1:], path[cut:], at_start=False) for cut in range(longest + 1))
    if not path:
        return False
    if pattern[0] == "?":
        return path[0] != "/" and _fits(pattern[1:], path[1:], at_start=False)
    return pattern[0] == path[0] and _fits(pattern[1:], path[1:], at_start=pattern[0] == "/")


def is_like(path: str, like: str) -> bool:
    with sqlite3.connect(":memory:") as store:
        [found] = store.execute("SELECT lower(?) LIKE ? ESCAPE ?", (path, like, ESCAPE)).fetchone()
    return bool(found)


@pytest.mark.quality("S-09")
def test_no_pattern_takes_long() -> None:
    started = time.perf_counter()
    for pattern in ("*a" * (LONGEST // 2), "**a" * (LONGEST // 3), "?*" * (LONGEST // 2), "**/" * (LONGEST // 3), "a" * LONGEST):
        assert not PathPattern(f"{pattern}b").matches("a/a" * 1365)
    assert time.perf_counter() - started < 2
