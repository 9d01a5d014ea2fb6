"""Searching paths: what somebody means by `C:\\Clients\\**\\*.xlsx`, told exactly, and roughly for the store.

`?` is one character and `*` any number of them within a name, `**` also crosses folders, and `**` between two separators may
be no folder at all. Both separators are one, and so are capitals and small letters. A pattern without a separator is about
a name in any folder; a text without wildcards is found anywhere in a path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import Enum, auto

LONGEST = 512
MOST_KNOWN = 2_000
"""So many paths a pattern remembers: many things happen to one file."""
ESCAPE = "\\"
TRIGRAM = 3
_TOKENS = re.compile(r"\*\*+|.", re.DOTALL)
_FOLDERS = re.compile(r"(?<![^/])(?:\*\*+/){2,}")
_SPECIAL = frozenset("%_\\")


class _Wild(Enum):
    ONE = auto()
    NAME = auto()
    DEEP = auto()


_Token = str | _Wild
_WILD = {"*": _Wild.NAME, "?": _Wild.ONE}


def fold(text: str) -> str:
    """Return `text` with one kind of separator and small letters; no letter becomes another number of letters."""
    text = text.replace("\\", "/")
    return text.lower() if text.isascii() else "".join(map(_small, text))


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 and small.isascii() == letter.isascii() else letter


class PathPattern:
    """A search for paths; `matches` decides in time that grows with pattern times path and no faster, whatever was typed."""

    def __init__(self, text: str) -> None:
        found = _TOKENS.findall(_FOLDERS.sub("**/", fold(text)))
        tokens: list[_Token] = [_Wild.DEEP if one.startswith("**") else _WILD.get(one, one) for one in found]
        self._plain = not any(isinstance(token, _Wild) for token in tokens)
        self._text = fold(text)
        self._known: dict[str, bool] = {}
        if self._plain:
            tokens = [_Wild.DEEP, *tokens, _Wild.DEEP]
        elif "/" not in tokens:
            tokens = [_Wild.DEEP, "/", *tokens]
        self._tokens = _simplified(tokens)
        self._letters: dict[str, int] = defaultdict(int)
        self._one = self._name = self._deep = self._skip = 0
        for at, token in enumerate(self._tokens):
            self._note(at, token)

    @property
    def like(self) -> str:
        """A LIKE pattern, escaped by ESCAPE, that every matching path in small letters fits; some others fit it too."""
        parts = ["%" if isinstance(token, _Wild) else _like_letter(token) for token in self._tokens]
        parts = ["%" if at and self._skip >> (at - 1) & 1 else part for at, part in enumerate(parts)]
        return "".join(part for at, part in enumerate(parts) if part != "%" or parts[at - 1 : at] != ["%"])

    def is_only(self, text: str) -> bool:
        """Return whether this means every path with `text` in it, and nothing else."""
        return self._plain and self._text == text

    @property
    def literals(self) -> list[str]:
        """Texts of three letters or more that are in every matching path, capitals aside: what an index of trigrams can look for.

        A separator may be either, and stores disagree on capitals beyond ASCII: neither is in them.
        """
        letters = (one if isinstance(one, str) and one.isascii() else "/" for one in self._tokens)
        runs = "".join(letters).split("/")
        return [run for run in runs if len(run) >= TRIGRAM]

    def matches(self, path: str) -> bool:
        """Return whether `path` is meant.

        Bit i of `states` says: the first i tokens may have been read when the path is read so far.
        """
        if self._plain:
            return self._text in fold(path)
        if path not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[path] = self._reads(fold(path))
        return self._known[path]

    def _reads(self, path: str) -> bool:
        states = self._closed(1)
        for letter in path:
            inside = letter != "/"
            read = states & (self._letters.get(letter, 0) | (self._one if inside else 0))
            stay = states & (self._deep | (self._name if inside else 0))
            states = self._closed(read << 1) | self._past(stay)
            if not states:
                return False
        return bool(states >> len(self._tokens) & 1)

    def _note(self, at: int, token: _Token) -> None:
        bit = 1 << at
        if token is _Wild.ONE:
            self._one |= bit
        elif token is _Wild.NAME:
            self._name |= bit
        elif token is _Wild.DEEP:
            self._deep |= bit
            before = self._tokens[at - 1] if at else "/"
            if before == "/" and self._tokens[at + 1 : at + 2] == ["/"] and not self._plain:
                self._skip |= bit
        elif isinstance(token, str):
            self._letters[token] |= bit

    def _closed(self, entered: int) -> int:
        """Return what may have been read besides: a star may be nothing, and "**/" no folder, but only where it is entered."""
        return self._past(entered | (entered & self._skip) << 2)

    def _past(self, states: int) -> int:
        return states | (states & (self._name | self._deep)) << 1


def _simplified(tokens: list[_Token]) -> list[_Token]:
    """Return the tokens without a star beside a star: the deeper of the two says it all."""
    simple: list[_Token] = []
    for token in tokens:
        if simple and _is_star(simple[-1]) and _is_star(token):
            simple[-1] = _Wild.DEEP if _Wild.DEEP in (simple[-1], token) else _Wild.NAME
        else:
            simple.append(token)
    return simple


def _is_star(token: _Token) -> bool:
    return token is _Wild.NAME or token is _Wild.DEEP


def _like_letter(letter: str) -> str:
    """Return what LIKE needs for a letter: stores disagree on capitals beyond ASCII, and a separator may be either."""
    if letter == "/":
        return "_"
    if not letter.isascii():
        return "%"
    return ESCAPE + letter if letter in _SPECIAL else letter
