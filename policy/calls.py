"""Whether a window is the window of a call: what call windows of meeting apps and meeting sites are titled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from policy.titles import Words, contains_any, follows, phrases, words


class CallWindows(Struct, frozen=True):
    """How one app or site titles its call windows; `defaults/titles.toml` says what the fields mean.

    The order decides: `never` -> no, `calls` -> yes, `rooms` -> no, else `others`.
    """

    apps: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    calls: frozenset[Words] = frozenset()
    symbols: frozenset[str] = frozenset()
    rooms: frozenset[Words] = frozenset()
    suffix: Words = ()
    others: bool = False
    bare: bool = False

    def has_call(self, title: str, parts: list[str]) -> bool:
        """Return whether a window titled `title`, already cut into `parts`, is a call."""
        if not parts:
            return self.bare
        if any(sign in title.casefold() for sign in self.never):
            return False
        if contains_any(words(title), self.calls) or any(sign in title for sign in self.symbols):
            return True
        if words(parts[0]) in self.rooms or not self.others:
            return False
        return not self.suffix or follows(parts, self.suffix)


def read_call_windows(tables: Iterable[dict[str, Any]]) -> list[CallWindows]:
    """Return the tables of `defaults/titles.toml` as values."""
    return [_read(table) for table in tables]


def _read(table: dict[str, Any]) -> CallWindows:
    calls = table.get("calls", ())
    return CallWindows(
        apps=frozenset(table.get("apps", ())),
        sites=frozenset(table.get("sites", ())),
        never=frozenset(table.get("never", ())),
        calls=phrases(calls),
        symbols=frozenset(sign for sign in calls if not words(sign)),
        rooms=phrases(table.get("rooms", ())),
        suffix=words(table.get("suffix", "")),
        others=table.get("others", False),
        bare=table.get("bare", False),
    )
