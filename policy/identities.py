"""Finding identities and secrets in text: PAN, Aadhaar, cards, bank branches, telephone numbers, addresses, keys.

What is looked at is a *shadow* of the text: full-width, Devanagari and Bengali digits become 0-9, every dash "-", every
space " ", and invisible characters are gone; each character of the shadow remembers where it stands in the text.
```
text     २३४५<zero-width>-6789‑0124
shadow   2345-6789-0124
```
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from policy.numbers import YEAR, Found, find_numbers

_D = tuple("0123456789")
_BANKS = re.compile(
    r"SBIN|HDFC|ICIC|UTIB|PUNB|BARB|CNRB|UBIN|KKBK|YESB|IDIB|IOBA|IDFB|INDB|FDRL|MAHB|BKID|CBIN|UCBA|PSIB|RATN|KARB|KVBL|SIBL|TMBL|DCBL|"
    r"CIUB|AUBL|BDBL|ESFB|UJVN|AIRP|PYTM|IPOS|SCBL|CITI|HSBC|DEUT|JAKA|DLXB|NTBL|CSBK|SURY|JSFB|USFB|NSPB|RBIS|IBKL|SRCB|COSB|SVCB|DBSS|ESMF|UTKS|FINO|JIOP",
    re.IGNORECASE,
)


class Shadow(NamedTuple):
    """What is searched, and for each of its characters the place in the text it came from."""

    text: str
    places: list[int]


def shadow_of(text: str) -> Shadow:
    """Return the shadow of `text`."""
    if text.isascii() and text.isprintable():
        return Shadow(text, list(range(len(text))))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = _plain(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return Shadow("".join(letters), places)


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Return how one character looks to the searches; nothing for one that is not seen."""
    kind = unicodedata.category(letter)
    if letter in "\t\n\x0b\x0c\r\x85" or kind in ("Zl", "Zp"):
        return " "
    if kind in ("Cf", "Cc", "Cs", "Cn") or "\ufe00" <= letter <= "\ufe0f" or letter in "\u034f\u115f\u1160\u3164\uffa0":
        return ""
    if kind == "Nd":
        return _D[unicodedata.decimal(letter)]
    if kind == "Pd" or letter in "−⁃":
        return "-"
    return " " if kind == "Zs" else unicodedata.normalize("NFKC", letter)


def find_identities(text: str) -> list[Found]:
    """Return every identity and secret in a shadow, first found first, without overlaps; what is listed first in FINDERS wins."""
    found: list[Found] = []
    for finder in FINDERS:
        for one in finder(text):
            if all(one.end <= other.start or other.end <= one.start for other in found):
                found.append(one)
    return sorted(found)


def _each(pattern: str, what: str, group: int = 0, sure: Callable[[re.Match[str]], bool] | None = None) -> Callable[[str], Iterator[Found]]:
    """Return a finder of the `group` of each match of `pattern` that is `sure`; an unsure one hides none that begins within it."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def find(text: str) -> Iterator[Found]:
        match = compiled.search(text)
        while match:
            taken = sure is None or sure(match)
            if taken:
                yield Found(*match.span(group), what)
            match = compiled.search(text, match.end() if taken else match.start() + 1)

    return find


def _is_alone(match: re.Match[str]) -> bool:
    around = match.string[match.start() - 1 : match.start()] if match.start() else ""
    return not (around + match.string[match.end() : match.end() + 1]).isalnum()


def _is_pan(match: re.Match[str]) -> bool:
    """Return whether five letters, four digits and a letter are a PAN.

    Alone, the shape is enough, but "Sales 2026 b" spelled with blanks is not meant. Glued to other letters
    ("budget2026v2") a year is believed to be a year, unless the fourth letter says it is a natural person's.
    """
    letters, digits = match[1], match[2]
    year, person = bool(YEAR.match(digits)), letters[3] in "Pp"
    if len(match[0]) > len(letters) + len(digits) + 1:
        return _is_alone(match) and (not year or match[0].isupper())
    return _is_alone(match) or (person and not year) or (match[0].isupper() and (person or not year))


def _is_ifsc(match: re.Match[str]) -> bool:
    """Return whether a branch code's shape is one: "scan0001234.pdf" is a scan, "sbin0001234" is a branch."""
    compact = len(match[0]) == 11
    return _BANKS.fullmatch(match[1]) is not None or (compact and match[0].isupper())


def _is_iban(match: re.Match[str]) -> bool:
    """Return whether an account number passes its check: the country moved behind, letters as numbers, leaves 1 of 97."""
    plain = match[0].replace(" ", "").upper()
    return plain.isascii() and 15 <= len(plain) <= 34 and int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def _is_secret(match: re.Match[str]) -> bool:
    value = match["value"]
    return any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)


_HIDES = (
    r"pass(?:word|wd|phrase|code|wort)?|pwd|secret|token|jwt|bearer|auth|authorization|api[_-]?key|access[_-]?key|private[_-]?key|key|otp|pin|cvv|code|"
    r"session(?:id)?|sid|sig|signature|credential|client[_-]?secret|mot[_-]?de[_-]?passe|contraseña|kennwort|wachtwoord|hasło"
)
_HIDES_WITH_ANY_FRONT = r"token|secret|password|passwd|passwort|signature|apikey|sessionid|credential"
_SAID = r"password|passwd|passcode|passwort|kennwort|passphrase|pwd|otp|cvv"
_KEYS = (
    r"gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|[sr]k_live_\w{8,}|rzp_live_\w{8,}|xox[abprs]-[\w-]{8,}|"
    r"A[KS]IA[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"
)
FINDERS: list[Callable[[str], Iterator[Found]]] = [
    _each(r"(?<=://)[^\s/@?#‹›]+(?=@)", "secret"),
    _each(rf"[?&;#](?:[\w.\[\]-]{{0,64}}[_.-])?(?:{_HIDES})(?:[_.-][\w.\[\]-]{{0,64}})?=([^&\s#;‹›]+)", "secret", 1),
    _each(rf"[?&;#][\w.\[\]-]{{0,64}}(?:{_HIDES_WITH_ANY_FRONT})=([^&\s#;‹›]+)", "secret", 1),
    _each(r"[?&;#][\w.\[\]-]{1,64}=(?P<value>[\w+/%~.=-]{20,})", "secret", 1, _is_secret),
    _each(rf"\b(?:{_KEYS})", "secret"),
    _each(rf"\b(?:{_SAID}|api[_-]?key|secret|token|wachtwoord|hasło)\s?=\s?([^\s‹›]+)", "secret", 1),
    _each(rf"\b(?:{_SAID})\s?:\s?([^\s‹›]+)", "secret", 1),
    _each(r"\bbearer\s+([^\s‹›]{8,})", "secret", 1),
    _each(r"[\w.%+'’-]{0,63}[\w%+-](?:\s?@\s?|%40|\s?[(\[]at[)\]]\s?)[\w-]+(?:(?:\.|\s?[(\[](?:dot|punkt)[)\]]\s?)[\w-]+)+", "e-mail"),
    _each(r"[\w.+-]{0,63}\w@[a-z]{2}[a-z0-9]*(?!\w)", "account"),
    _each(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])", "IBAN", 0, _is_iban),
    _each(r"(?<!\d)\d{2}[A-Z]{3}[PCHFATBLJGE][A-Z]\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]", "GSTIN"),
    _each(r"([A-Z]{3}[PCHFATBLJGE][A-Z])[ ._-]{0,2}(\d{4})[ ._-]{0,2}[A-Z]", "PAN", 0, _is_pan),
    _each(r"([A-Z]{4})[ -]?0[ -]?[A-Z0-9]{6}", "IFSC", 0, _is_ifsc),
    find_numbers,
]
"""What is looked for, the surer first."""
