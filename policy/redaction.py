"""What of a title may reach a disk: full, redacted or off; identities and secrets survive none of them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from typing import Literal
from urllib.parse import urlsplit

from policy.identities import find_identities, shadow_of
from policy.titles import LONGEST_PHRASE, WORD, words

TitleMode = Literal["full", "redacted", "off"]

KEPT_TOGETHER = " · "
_MARKER = re.compile(r"‹[^‹›]{1,12}›")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_WEB = frozenset({"http", "https", "ws", "wss", "ftp", "ftps"})
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"^(?:localhost|[^\s/?#@:\\]+\.[^\s/?#@:\\.]{2,}|\d{1,3}(?:\.\d{1,3}){3})\.?(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
_HOST = re.compile(r"^[^\s/@?#:\\%<>\"'`{}|^\[\]]{1,253}$")


def redact_title(title: str, mode: TitleMode, vocabulary: Collection[str]) -> str | None:
    """Return what may be kept of a title.

    ```
    full      "Rahul 98765 43210 - YouTube"  ->  "Rahul ‹phone› - YouTube"
    redacted                                 ->  "YouTube"        only words of the rule book; None when none is left
    off                                      ->  None
    ```
    """
    if mode == "off":
        return None
    safe = scrub(title)
    if mode == "full":
        return safe or None
    return KEPT_TOGETHER.join(_known_phrases(_MARKER.sub(" \x00 ", safe), vocabulary)) or None


def _known_phrases(title: str, vocabulary: Collection[str]) -> list[str]:
    """Return the longest phrases of `title` that are in `vocabulary`, as they are written, in order."""
    found = list(WORD.finditer(title))
    kept: list[str] = []
    at = 0
    while at < len(found):
        size = _known_size(title, found[at : at + LONGEST_PHRASE], vocabulary)
        if size:
            kept.append(title[found[at].start() : found[at + size - 1].end()])
        at += size or 1
    return kept


def _known_size(title: str, found: list[re.Match[str]], vocabulary: Collection[str]) -> int:
    for size in range(len(found), 0, -1):
        phrase = title[found[0].start() : found[size - 1].end()]
        if len(phrase) <= 80 and "\x00" not in phrase and " ".join(words(phrase)) in vocabulary:
            return size
    return 0


def scrub(text: str) -> str:
    """Return `text` with every identity and secret in it replaced by a marker such as ‹PAN›.

    A replacement gives its neighbours a new edge, at which something may be seen that was not before, so it goes
    on until nothing is found: scrubbing what was scrubbed changes nothing.
    """
    while (scrubbed := _scrub_once(text)) != text:
        text = scrubbed
    return text


def _scrub_once(text: str) -> str:
    shadow = shadow_of(text)
    pieces: list[str] = []
    done = 0
    for start, end, what in find_identities(shadow.text):
        first, last = shadow.places[start], shadow.places[end - 1] + 1
        pieces += [text[done:first], f"‹{what}›"]
        done = last
    return "".join(pieces) + text[done:]


def clean(text: str, limit: int) -> str:
    """Return `text` fit to be stored and shown: composed, without control, direction or broken characters, at most `limit` long."""
    composed = unicodedata.normalize("NFC", "".join(_clean_letter(letter) for letter in text))
    return composed if len(composed) <= limit else _cut(composed, limit)


def _clean_letter(letter: str) -> str:
    if letter in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    kind = unicodedata.category(letter)
    unfit = kind in ("Cc", "Cs") or letter in _BIDI or (ord(letter) & 0xFFFE) == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"
    return "" if unfit else letter


def _cut(text: str, limit: int) -> str:
    """Cut before the character that does not fit whole: no accent, vowel sign or joined emoji is torn from its base."""
    end = limit
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end] if end else text[:limit]


def _continues(text: str, at: int) -> bool:
    joined = unicodedata.category(text[at])[0] == "M" or text[at] in "\u200c\u200d" or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    return joined or text[at - 1] == "\u200d" or unicodedata.combining(text[at - 1]) == 9  # 9: a virama, which joins consonants


def site_of(url: str) -> str | None:
    """Return the host of an address, without "www.", and nothing else of it; None for what is no site on a network.

    ```
    https://user:pw@Xn--Mnchen-3ya.de:8443/x?y#z  ->  münchen.de
    ```
    An IPv6 address is written as Windows writes it in paths, because a colon would read as a port: 2001-db8--1.ipv6-literal.net.
    """
    url = "".join(letter for letter in url.strip() if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    scheme = _SCHEME.match(url)
    if scheme and not _BARE_HOST.match(url):
        if scheme[1].lower() not in _WEB:
            return None
    elif _BARE_HOST.match(url):
        url = f"//{url}"
    else:
        return None
    try:
        host = urlsplit(url.replace("\\", "/")).hostname
    except ValueError:
        return None
    readable = _readable(host) if host else None
    return readable.removeprefix("www.") if readable and readable.count(".") > 1 else readable


def _readable(host: str) -> str | None:
    if ":" in host:
        return _ipv6_literal(host)
    labels = [_readable_label(label) for label in unicodedata.normalize("NFKC", host).lower().strip(".").replace("。", ".").split(".")]
    readable = ".".join(labels)
    return readable if all(labels) and _HOST.match(readable) else None


def _readable_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    # A label that mixes alphabets ("pаypal" with a Cyrillic a) is shown as it is coded, as browsers do.
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in decoded if letter.isalpha()}
    harmless = decoded == unicodedata.normalize("NFKC", decoded).lower() and all(
        letter.isalnum() or letter == "-" or unicodedata.combining(letter) or unicodedata.category(letter) == "Mc" for letter in decoded
    )
    return decoded if harmless and len(scripts) == 1 else label


def _ipv6_literal(host: str) -> str | None:
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return None
    return f"{address.compressed.replace(':', '-')}.ipv6-literal.net"


_ALWAYS_PRIVATE = ("tor browser", "torbrowser", "tor-browser", "mullvad browser", "mullvadbrowser", "mullvad-browser")
_BROWSERS = (
    r"(?:Google\s+Chrome|Chromium|Chrome|Microsoft\W*Edge|Mozilla\s+Firefox|Firefox|Brave|Opera|Vivaldi|Safari|"
    r"Waterfox|LibreWolf|Ulaa|Yandex)"
)
_PRIVATE_WORDS = "|".join(
    (
        r"Incognito|Inkognito|InPrivate|Private\s+Browsing|Private\s+Window|Private|Tor",
        r"Privater\s+Modus|Privates\s+Fenster|Privates\s+Surfen|Privat",
        r"Navigation\s+priv[ée]e|Navigation\s+InPrivate|Fen[êe]tre\s+priv[ée]e|Priv[ée]",
        r"Inc[óo]gnito|Navegaci[óo]n\s+privada|Ventana\s+privada|Navegaci[óo]n\s+de\s+inc[óo]gnito|Privado",
        r"In\s+incognito|Navigazione\s+(?:anonima|in\s+incognito|privata)|Finestra\s+anonima|Anonima",
        r"Priv[ée]navigatie|Priv[ée]venster|Priv[ée]",
        r"Tryb\s+(?:prywatny|incognito)|Okno\s+prywatne|Przegl[ąa]danie\s+prywatne|Prywatne",
        r"गुप्त(?:\s+मोड|\s+विंडो)?|निजी(?:\s+ब्राउज़िंग|\s+विंडो|\s+मोड)?",
        r"ছদ্মবেশী(?:\s+মোড|\s+উইন্ডো)?|ব্যক্তিগত(?:\s+ব্রাউজিং|\s+উইন্ডো|\s+মোড)?|প্রাইভেট(?:\s+ব্রাউজিং)?",
    )
)
_LINKS = r"(?:\s+(?:de|di|in|von|van|w|przeglądarki|mit|with))*"
_PRIVATE_TAIL = re.compile(
    "|".join(
        (
            # … - Google Chrome (Incognito)
            rf"[(\[](?:{_PRIVATE_WORDS})[)\]]\s*$",
            # … - [InPrivate] - Microsoft Edge
            rf"[-–—]\s*\[InPrivate\]\s*[-–—]\s*{_BROWSERS}\W*$|\bInPrivate\s*[-–—]\s*{_BROWSERS}\W*$",
            # … — Mozilla Firefox Privater Modus
            rf"{_BROWSERS}\s*[-–—]?\s*[(\[]?(?:{_PRIVATE_WORDS})[)\]]?\s*$",
            # … — Navigation privée de Mozilla Firefox
            rf"(?:{_PRIVATE_WORDS}){_LINKS}\s+{_BROWSERS}\W*$",
            # … (Private) - Brave
            rf"[(\[](?:{_PRIVATE_WORDS})[)\]]\s*[-–—]\s*{_BROWSERS}\W*$",
            r"[-–—]\s*(?:Tor|Mullvad)\s+Browser\s*$|^(?:Tor|Mullvad)\s+Browser\s*$",
            # Safari
            r"(?:^|[-–—]\s*)(?:Private\s+Browsing|Privates\s+Surfen|Navigation\s+privée|Navegación\s+privada|Navigazione\s+privata)\s*$",
        )
    ),
    re.IGNORECASE,
)
_PRIVATE_START = re.compile(
    r"^(?:New\s+(?:Incognito|InPrivate|Private)\s+(?:Tab|Window)|Neuer?\s+(?:Inkognito|InPrivate|privater?)[-\s]*(?:Tab|Fenster)|Nouvel\s+onglet\s+(?:de\s+navigation\s+privée|InPrivate|privé)"
    r"|Nueva\s+pestaña\s+(?:de\s+incógnito|InPrivate|privada)|Nuova\s+scheda\s+(?:in\s+incognito|InPrivate|anonima|privata)|Nieuw[e]?\s+(?:incognito|InPrivate|privé)[-\s]*(?:tabblad|venster)"
    r"|Nowa\s+karta\s+(?:incognito|InPrivate|prywatna)|नया\s+(?:गुप्त|निजी|InPrivate)\s+टैब|নতুন\s+(?:ছদ্মবেশী|ব্যক্তিগত|InPrivate)\s+ট্যাব)(?:\s*$|\s*[-–—])",
    re.IGNORECASE,
)


def is_private_window(app: str, title: str) -> bool:
    """Return whether a browser says of its window that it is private, in the languages our offices use.

    Only what the browser adds counts, at the end of the title; a page about incognito mode is a page like any other.
    """
    name = app.replace("\\", "/").rpartition("/")[2].casefold().removesuffix(".exe")
    if name in _ALWAYS_PRIVATE or "/tor browser/" in app.replace("\\", "/").casefold():
        return True
    seen = "".join(letter for letter in title if unicodedata.category(letter) != "Cf")
    return _PRIVATE_TAIL.search(seen[-200:]) is not None or _PRIVATE_START.match(seen) is not None
