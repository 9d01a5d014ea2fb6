"""Finding payment cards, Aadhaar numbers and telephone numbers among digits, however they are grouped.

Where a shape is shared with ordinary numbers the doubt is decided for privacy, except for dates, times and years, which titles are full of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

YEAR = re.compile(r"(?:19|20)\d\d$")
_STAMP = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d$")
_CARD = re.compile(
    r"(?:4\d{12}(?:\d{3}){0,2}|5\d{15}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|"
    r"6\d{15,18}|8[12]\d{14}|5[06-8]\d{10,17})$"
)


class Found(NamedTuple):
    """A stretch of text and what stands in it."""

    start: int
    end: int
    what: str


def find_numbers(text: str) -> Iterator[Found]:
    """Find numbers in chains of digit groups, the longest run of groups first.

    ```
    +91 98765-43210, 2345 6789 0124   ->   [+91 98765-43210]   [2345 6789 0124]
    ```
    """
    for chain in _CHAIN.finditer(text):
        groups = list(_GROUP.finditer(text, *chain.span()))
        at = 0
        while at < len(groups):
            size, what = _longest(text, groups, at)
            if what:
                start = groups[at].start()
                yield Found(start - _prefix(text, start), groups[at + size - 1].end(), what)
            at += size


_CHAIN = re.compile(r"\d(?:[ .\-_/()]{0,3}\d)*")
_GROUP = re.compile(r"\d+")
MOST_GROUPS = 19


def _prefix(text: str, start: int) -> int:
    return len(match[0]) if (match := re.search(r"(?:\+|\(\+?)$", text[max(0, start - 2) : start])) else 0


def _longest(text: str, groups: list[re.Match[str]], at: int) -> tuple[int, str]:
    for size in range(min(len(groups) - at, MOST_GROUPS), 0, -1):
        if what := _number(text, groups[at : at + size], groups, at):
            return size, what
    return 1, ""


class Number(NamedTuple):
    """A run of digit groups: its digits, the sizes of its groups, the separators between them, and how it stands in the text."""

    digits: str
    sizes: tuple[int, ...]
    between: tuple[str, ...]
    plus: bool
    clean: bool

    @property
    def even(self) -> bool:
        """Whether all separators are the same."""
        return len(set(self.between)) <= 1


def _number(text: str, run: list[re.Match[str]], groups: list[re.Match[str]], at: int) -> str:
    """Return what a run of groups is, or nothing."""
    digits = "".join(group[0] for group in run)
    if not 7 <= len(digits) <= 19:
        return ""
    start, end = run[0].start(), run[-1].end()
    before = text[groups[at - 1].end() : start] if at else " "
    after = text[end : groups[at + len(run)].start()] if at + len(run) < len(groups) else " "
    between = tuple(text[a.end() : b.start()] for a, b in pairwise(run))
    plus = re.search(r"(?:^|[^\w+])\(?\+\(?$", text[max(0, start - 4) : start]) is not None
    number = Number(digits, tuple(len(group[0]) for group in run), between, plus, " " in before and " " in after)
    return next((what for what, test in _NUMBERS if test(number)), "")


def _is_card(number: Number) -> bool:
    """Return whether it is a card: issuer and Luhn's sum agree, or it is written in fours as cards (and Aadhaar's virtual ids) are."""
    if number.sizes == (4, 4, 4, 4) and number.even and number.digits[0] in "2345689":
        return not all(YEAR.match(number.digits[i : i + 4]) for i in range(0, 16, 4))
    if any(mark in "".join(number.between) for mark in "./()"):
        return False
    return _CARD.match(number.digits) is not None and luhn(number.digits)


def _is_aadhaar(number: Number) -> bool:
    """Return whether it is an Aadhaar number.

    Written in fours, the shape is enough: a mistyped one is still somebody's. Twelve bare digits could be an e-way
    bill, so they must pass Verhoeff's check, and must not be a time such as 202611201030.
    """
    if len(number.digits) != 12 or number.digits[0] in "01" or not number.even:
        return False
    if number.sizes == (4, 4, 4):
        return number.between[0] != "/" and not all(YEAR.match(number.digits[i : i + 4]) for i in (0, 4, 8))
    if len(set(number.sizes)) > 1 or any(mark in "".join(number.between) for mark in "./()"):
        return False
    return verhoeff(number.digits) and not _STAMP.match(number.digits)


def _is_phone(number: Number) -> bool:
    """Return whether it is a telephone number."""
    digits, sizes = number.digits, number.sizes
    if "/" in "".join(number.between):
        return False
    if number.plus:
        return 8 <= len(digits) <= 16 and digits[0] != "0"
    return _is_indian_mobile(digits, sizes) or (number.clean and _is_national(number))


_MOBILE_SHAPES = {(10,), (5, 5), (4, 6), (6, 4), (3, 7), (4, 3, 3), (3, 3, 4), (3, 4, 3), (2, 4, 4), (2, 8)}


def _is_indian_mobile(digits: str, sizes: tuple[int, ...]) -> bool:
    for code in ("", "0", "91", "091", "0091"):
        if digits.startswith(code) and len(digits) == 10 + len(code) and digits[len(code)] in "6789":
            rest = sizes if not code else sizes[1:] if sizes[0] == len(code) else (sizes[0] - len(code), *sizes[1:])
            return rest in _MOBILE_SHAPES and not (not code and rest in {(2, 4, 4), (2, 8)})
    return False


def _is_national(number: Number) -> bool:
    """Return whether it is written as a number is written within Germany, France, Britain, India's cities or America."""
    digits, sizes = number.digits, number.sizes
    if sizes == (2, 2, 2, 2, 2):
        return number.even and digits[0] == "0" and digits[1] != "0"
    if sizes in {(3, 3, 4), (1, 3, 3, 4)}:
        return digits[-10] in "23456789" and number.between[-1] in {"-", ".", " "} and not _is_dated(number)
    if digits.startswith("00"):
        return digits[2] != "0" and 12 <= len(digits) <= 17
    if digits[0] != "0" or not 9 <= len(digits) <= 12 or _is_dated(number):
        return False
    return (len(sizes) == 1 and len(digits) in (10, 11)) or (len(sizes) > 1 and 3 <= sizes[0] <= 6)


def _is_dated(number: Number) -> bool:
    """Return whether a later group is this century's year between dashes: "021-2026-1147" is a document, not a telephone."""
    start = number.sizes[0]
    for size, mark in zip(number.sizes[1:], number.between, strict=True):
        if size == 4 and mark == "-" and re.match(r"20[0-3]\d", number.digits[start : start + 4]):
            return True
        start += size
    return False


_NUMBERS: list[tuple[str, Callable[[Number], bool]]] = [
    ("phone", lambda n: n.plus and _is_phone(n)),
    ("card", _is_card),
    ("Aadhaar", _is_aadhaar),
    ("phone", _is_phone),
]


def luhn(digits: str) -> bool:
    """Return whether payment card digits pass their check sum."""
    total = sum(int(d) for d in digits[-1::-2]) + sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Return whether Aadhaar digits pass their check sum (Verhoeff's, over the dihedral group of the pentagon)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _turn(check, _shuffle(place, int(digit)))
    return check == 0


def _turn(a: int, b: int) -> int:
    """Multiply in the dihedral group: 0-4 are turns, 5-9 are mirrors."""
    if a < 5:
        return (a + b) % 5 + 5 * (b >= 5)
    return (a - b) % 5 + 5 * (b < 5)


def _shuffle(place: int, digit: int) -> int:
    for _ in range(place % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit
