"""No identity and no secret reaches a disk, and ordinary titles stay as they are."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy.categories import load_rule_book
from policy.identities import shadow_of
from policy.numbers import luhn, verhoeff
from policy.redaction import TitleMode, clean, is_private_window, redact_title, scrub, site_of

VOCABULARY = load_rule_book().vocabulary
MODES: tuple[TitleMode, ...] = ("full", "redacted", "off")
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(count: int, first: str = "0123456789") -> st.SearchStrategy[str]:
    return st.builds(str.__add__, st.sampled_from(first), st.text("0123456789", min_size=count - 1, max_size=count - 1))


def with_check_digit(body: str, passes: object) -> str:
    assert callable(passes)
    return next(body + last for last in "0123456789" if passes(body + last))


pans = st.builds(
    "{}{}{}{}{}".format,
    st.text(UPPER, min_size=3, max_size=3),
    st.sampled_from("PCHFATBLJGE"),
    st.sampled_from(UPPER),
    digits(4),
    st.sampled_from(UPPER),
)
aadhaars = digits(11, "23456789").map(lambda body: with_check_digit(body, verhoeff)).filter(lambda n: not re.match(r"20[0-4]", n))
cards = st.one_of(
    digits(15, "4").map(lambda body: with_check_digit(body, luhn)),
    st.sampled_from(["51", "52", "53", "54", "55", "2221", "2720", "6521", "6071", "6011", "8172", "3528"]).flatmap(
        lambda issuer: digits(15 - len(issuer)).map(lambda rest: with_check_digit(issuer + rest, luhn))
    ),
    st.sampled_from(["34", "37"]).flatmap(lambda issuer: digits(12).map(lambda rest: with_check_digit(issuer + rest, luhn))),
)
ifscs = st.builds("{}0{}".format, st.text(UPPER, min_size=4, max_size=4), st.text(UPPER + "0123456789", min_size=6, max_size=6))
mobiles = digits(10, "6789")
addresses = st.from_regex(r"[a-z][a-z0-9._-]{0,12}[a-z0-9]@[a-z][a-z0-9-]{0,10}(\.co)?\.(com|in|de|org|bank)", fullmatch=True)

DIGITS = ["0123456789", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"]


def grouped(number: str, sizes: tuple[int, ...], mark: str) -> str:
    places = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    return mark.join(number[a:b] for a, b in pairwise(places))


@st.composite
def disguised(draw: st.DrawFn, plain: st.SearchStrategy[str]) -> str:
    """The same text with other digits, and with characters between that nobody sees."""
    text = draw(plain).translate(str.maketrans(DIGITS[0], draw(st.sampled_from(DIGITS))))
    for unseen in draw(st.lists(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad"), max_size=3)):
        at = draw(st.integers(1, len(text) - 1))
        text = text[:at] + unseen + text[at:]
    return text.replace(" ", draw(st.sampled_from(" \u00a0\u202f"))).replace("-", draw(st.sampled_from("-‐‑–—")))


spelled_pans = st.one_of(pans, pans.map(lambda p: grouped(p, (5, 4, 1), " ")), pans.map(lambda p: grouped(p, (5, 4, 1), "-")))
spelled_aadhaars = st.builds(lambda n, mark: grouped(n, (4, 4, 4), mark), aadhaars, st.sampled_from(["", " ", "-", "  ", "."]))
spelled_cards = st.builds(
    lambda n, mark: grouped(n, (4, 4, 4, 4) if len(n) == 16 else (4, 6, 5), mark), cards, st.sampled_from(["", " ", "-"])
)
spelled_mobiles = st.one_of(
    st.builds(lambda code, n: code + n, st.sampled_from(["", "0", "+91", "+91 ", "+91-", "0091 ", "91 ", "(+91) "]), mobiles),
    st.builds(lambda code, n: code + grouped(n, (5, 5), " "), st.sampled_from(["", "+91 ", "0"]), mobiles),
    st.builds(lambda code, n: code + grouped(n, (5, 5), "-"), st.sampled_from(["", "+91-"]), mobiles),
    st.builds(lambda n: "+91 " + grouped(n, (3, 3, 4), " "), mobiles),
)
world_phones = st.sampled_from(
    [
        "+49 30 123456",
        "+49 (0)171 1234567",
        "+44 20 7946 0958",
        "+33 6 12 34 56 78",
        "+1 (555) 123-4567",
        "+31-20-1234567",
        "+48 123 456 789",
        "+880 1712-345678",
        "06 12 34 56 78",
        "030 12345678",
        "(022) 2345 6789",
        "0120-4567890",
        "555-123-4567",
    ]
)
around = st.text(st.characters(exclude_categories=("Nd", "No", "Nl", "Cs", "Cc", "Cf", "Mn", "Mc")), max_size=12)
IDENTITIES = {
    "PAN": disguised(spelled_pans),
    "Aadhaar": disguised(spelled_aadhaars),
    "card": disguised(spelled_cards),
    "IFSC": disguised(ifscs),
    "phone": disguised(spelled_mobiles),
    "e-mail": addresses,
}


def bare(text: str) -> str:
    """The letters and digits of a text as an attacker who wants the number would read them."""
    return "".join(letter for letter in shadow_of(text).text.casefold() if letter.isalnum() or letter == "@")


@pytest.mark.feature("N03")
@pytest.mark.parametrize("kind", IDENTITIES)
@given(data=st.data())
def test_no_identity_in_any_spelling_survives_any_mode(kind: str, data: st.DataObject) -> None:
    identity = data.draw(IDENTITIES[kind])
    title = f"{data.draw(around)} {identity} {data.draw(around)}"
    for mode in MODES:
        assert bare(identity) not in bare(redact_title(title, mode, VOCABULARY) or "")


@pytest.mark.feature("N03")
@given(before=around, after=around, identity=st.one_of(pans.filter(lambda p: p[3] == "P"), ifscs, aadhaars, cards, mobiles))
def test_an_identity_glued_to_its_neighbours_does_not_survive_either(before: str, after: str, identity: str) -> None:
    assume(not before.endswith("@"))
    assert identity not in scrub(f"{before}{identity}{after}")


@pytest.mark.feature("N03")
@given(before=around, phone=world_phones, after=around)
def test_telephone_numbers_of_other_countries_do_not_survive(before: str, phone: str, after: str) -> None:
    assert bare(phone)[-7:] not in bare(scrub(f"{before} {phone} {after}"))


pieces = st.one_of(
    around,
    st.text(max_size=20),
    st.sampled_from(["‹", "›", "‹PAN›", "@", "=", "?token=", "https://", "-", " ", "0", "12"]),
    *IDENTITIES.values(),
    world_phones,
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    assert scrub(scrub(text)) == scrub(text)


@given(st.lists(st.one_of(pieces, st.sampled_from("\x00\x1b\x7f\x9d\u202e\ud800\t\n")), max_size=8).map("".join))
def test_cleaning_what_was_scrubbed_brings_no_identity_back(text: str) -> None:
    cleaned = clean(scrub(text), 4096)
    assert scrub(cleaned) == cleaned


def test_an_identity_cut_by_control_characters_does_not_survive() -> None:
    assert clean(scrub("PAN ABCPE\x001234\x7fF"), 64) == "PAN ‹PAN›"
    assert clean(scrub("98765\ud80043210"), 64) == "‹phone›"


@given(st.lists(pieces, max_size=8).map("".join))
def test_a_redacted_title_consists_of_words_of_the_vocabulary(text: str) -> None:
    kept = redact_title(text, "redacted", VOCABULARY)
    assert kept is None or redact_title(kept, "redacted", VOCABULARY) == kept


ORDINARY = [
    "Invoice 2026-114 – FY 2025-26.xlsx",
    "GST return Q3",
    "GSTR-3B Nov 2026 final.pdf",
    "Meeting 20-11-2026 10:30-11:45",
    "Scan 2026-11-20 1030.pdf",
    "Screenshot 2026-11-20 103045.png",
    "backup_20261120103045.zip",
    "202611200906.csv",  # passes Verhoeff's check by chance
    "2026-11-20T10:30:45.123Z",
    "version 15.0.2 build 10.0.19045.3803",
    "192.168.100.200 - Remote Desktop Connection",
    "report (1.5 GB, 12345678 bytes)",
    "Total ₹ 1,25,000.00",
    "Umsatz 1.250.000,00 €",
    "Budget 2025 2026 2027.xlsx",
    "Sales 2026 b.xlsx",
    "sales2026Q3.xlsx",
    "budget2026v2.xlsx",
    "BUDGET2026V2.xlsx",
    "scan0001234.pdf",
    "IMG_20261120_103045.jpg",
    "DOC-021-2026-1147",
    "PO 4500012345 - SAP",
    "Rechnung 2026/0114 vom 20.11.2026",
    "C:\\Users\\anita\\Documents\\Bilanz 2025\\GuV.xlsx",
    "Class 10 Maths | Chapter 12 | 45 of 120",
    "Password policy - Confluence",
    "Token ring - Wikipedia",
    "npm @types/node 20.11.5",
    "मासिक रिपोर्ट नवंबर २०२६",
    "মাসিক রিপোর্ট নভেম্বর ২০২৬",
    "https://example.com/search?q=invoice+2026&page=2",
    "2 items @ 500",
    "+5:30 India time",
    "Growth +12.5 % (+1,250,000)",
]


@pytest.mark.feature("N03")
@pytest.mark.parametrize("title", ORDINARY)
def test_an_ordinary_title_stays_as_it_is(title: str) -> None:
    assert scrub(title) == title


@pytest.mark.feature("N03")
@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("PAN ABCPE1234F scan.pdf", "PAN ‹PAN› scan.pdf"),
        ("pan_abcpe1234f_scan.pdf", "pan_abcpe1234f_scan.pdf".replace("abcpe1234f", "‹PAN›")),
        ("GSTIN 27ABCPE1234F1Z5", "GSTIN ‹GSTIN›"),
        ("aadhaar 2345 6789 0124.jpg", "aadhaar ‹Aadhaar›.jpg"),
        ("४१११ ११११ ११११ ११११", "‹card›"),
        ("Amex 3782-822463-10005 expires", "Amex ‹card› expires"),
        ("NEFT SBIN0001234 / sbin0001234", "NEFT ‹IFSC› / ‹IFSC›"),
        ("Call (+91) 98765-43210 now", "Call ‹phone› now"),
        ("Rahul <rahul.sharma@example.co.in> - Gmail", "Rahul <‹e-mail›> - Gmail"),
        ("pay rahul@okhdfcbank", "pay ‹account›"),
        ("https://anita:geheim@intranet.example/x", "https://‹secret›@intranet.example/x"),
        ("https://x.example/cb?code=abc123&state=1", "https://x.example/cb?code=‹secret›&state=1"),
        ("https://x.example/r?accessToken=abc", "https://x.example/r?accessToken=‹secret›"),
        ("https://x.example/d?blob=deadbeefdeadbeef0123456789", "https://x.example/d?blob=‹secret›"),
        ("Password: hunter2 - Notepad", "Password: ‹secret› - Notepad"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1 - jwt.io", "‹secret› - jwt.io"),
        ("IBAN DE89 3704 0044 0532 0130 00 / DE89370400440532013000", "IBAN ‹IBAN› / ‹IBAN›"),
        ("user＠example．com", "‹e-mail›"),
        ("user [at] example [dot] com", "‹e-mail›"),
        ("Sales 2026 ABCPE1234F", "Sales 2026 ‹PAN›"),
    ],
)
def test_what_is_found_is_named_and_the_rest_is_kept(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


@pytest.mark.quality("S-12")
@pytest.mark.parametrize(
    "hostile", ["a" * 40_000, "1 " * 4_000, "?a" * 4_000, "a.b" * 4_000, "@" * 9_000, "+(" * 4_000, "x@y" * 3_000, "12-" * 3_000]
)
@pytest.mark.timeout(20)
def test_a_hostile_title_is_scrubbed_in_bounded_time(hostile: str) -> None:
    scrub(hostile)
    redact_title(hostile, "redacted", VOCABULARY)


@pytest.mark.feature("N03")
def test_a_redacted_title_keeps_the_words_of_the_rule_book_in_order() -> None:
    assert redact_title("Rahul's salary.xlsx - Excel", "redacted", VOCABULARY) == "Excel"
    assert redact_title("(3) Zoom Meeting with Anita | YouTube walkthrough", "redacted", VOCABULARY) == "Zoom Meeting · YouTube"
    assert redact_title("Divorce lawyers near me", "redacted", VOCABULARY) is None
    assert redact_title("zoom_level.css", "redacted", VOCABULARY) is None
    assert redact_title("Claude Dupont 98765 43210", "redacted", VOCABULARY) is None


@pytest.mark.feature("N03")
def test_a_title_that_is_off_is_not_kept_at_all() -> None:
    assert redact_title("YouTube", "off", VOCABULARY) is None


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_clean_text_is_short_composed_and_has_nothing_unseen_to_do_harm(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(unicodedata.category(letter) not in ("Cc", "Cs") for letter in cleaned)
    assert clean(cleaned, limit) == cleaned


@pytest.mark.quality("S-12")
@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        ("a\x00b\x1b[31mc\x9d", 20, "ab[31mc"),
        ("tab\there\r\n", 20, "tab here  "),
        ("half \ud83d emoji", 20, "half  emoji"),
        ("exe.\u202egpj", 20, "exe.gpj"),
        ("cafe\u0301", 20, "café"),
        ("n\u0303\u0304", 1, "ñ"),
        ("ab👨‍👩‍👧", 4, "ab"),
        ("क्ष", 2, "क्"[:2]),
        ("पुनर्निर्माण", 5, "पुन"),
        ("plain", 5, "plain"),
    ],
)
def test_cleaning(text: str, limit: int, cleaned: str) -> None:
    assert clean(text, limit) == cleaned


@pytest.mark.feature("F05")
@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://User:pw@WWW.Example.COM:8443/a?b#c", "example.com"),
        ("example.com/path", "example.com"),
        ("example.com:8080", "example.com"),
        ("localhost:5000/x", "localhost"),
        ("http://intranet/x", "intranet"),
        ("http://192.168.1.10:5050/", "192.168.1.10"),
        ("192.168.1.10:5050", "192.168.1.10"),
        ("http://[2001:db8::1]:443/", "2001-db8--1.ipv6-literal.net"),
        ("https://xn--mnchen-3ya.de/", "münchen.de"),
        ("https://MÜNCHEN.de", "münchen.de"),
        ("https://xn--h2brj9c.example", "भारत.example"),
        ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com"),
        ("https://example.com.", "example.com"),
        ("  https://example.com/\n", "example.com"),
        ("https://user@evil.example\\@good.example", "evil.example"),
        ("file:///C:/salary.xlsx", None),
        ("C:\\salary.xlsx", None),
        ("chrome://settings", None),
        ("edge://newtab", None),
        ("about:blank", None),
        ("data:text/html,hello", None),
        ("javascript:alert(1)", None),
        ("view-source:https://example.com", None),
        ("moz-extension://0000/x.html", None),
        ("mailto:anita@example.com", None),
        ("anita@example.com", None),
        ("how to resign politely", None),
        ("hunter2", None),
        ("https://", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_the_site_of_an_address_is_its_host_and_nothing_else(url: str, site: str | None) -> None:
    assert site_of(url) == site


@given(st.one_of(st.text(max_size=60), st.text("abc.:/@?#[]%\\0123-", max_size=40).map("https://".__add__)))
def test_a_site_never_carries_a_path_a_port_or_a_user(url: str) -> None:
    site = site_of(url)
    assert site is None or re.match(r"^[^\s/@?#:]{1,253}$", site)


PRIVATE = [
    "YouTube - Google Chrome (Incognito)",
    "New Incognito Tab - Google Chrome",
    "Neuer Inkognito-Tab",
    "Suche – Google Chrome (Inkognito)",
    "Recherche - Google Chrome (Navigation privée)",
    "Buscar - Google Chrome (Incógnito)",
    "Cerca - Google Chrome (In incognito)",
    "खोज - Google Chrome (गुप्त)",
    "অনুসন্ধান - Google Chrome (ছদ্মবেশী)",
    "Bing - [InPrivate] - Microsoft\u200b Edge",
    "Bing and 2 more pages - [InPrivate] - Microsoft\u200b Edge",
    "New InPrivate tab - [InPrivate] - Microsoft Edge",
    "example — Mozilla Firefox Private Browsing",
    "Mozilla Firefox (Private Browsing)",
    "beispiel — Mozilla Firefox Privater Modus",
    "exemple — Navigation privée de Mozilla Firefox",
    "ejemplo — Navegación privada de Mozilla Firefox",
    "esempio — Mozilla Firefox Navigazione anonima",
    "voorbeeld — Mozilla Firefox-privénavigatie",
    "przykład — Mozilla Firefox (Tryb prywatny)",
    "उदाहरण — Mozilla Firefox निजी ब्राउज़िंग",
    "উদাহরণ — Mozilla Firefox ব্যক্তিগত ব্রাউজিং",
    "New Private Tab - Brave",
    "example (Private) - Brave",
    "example - Opera (Private)",
    "Example — Private Browsing",
    "Welcome - Tor Browser",
]


@pytest.mark.feature("N03")
@pytest.mark.parametrize("title", PRIVATE)
def test_a_private_window_is_known_by_what_its_browser_says(title: str) -> None:
    assert is_private_window("chrome.exe", title)


@pytest.mark.feature("N03")
@pytest.mark.parametrize(
    "title",
    [
        "Incognito (band) - Wikipedia - Google Chrome",
        "How to use InPrivate browsing - Microsoft Support - Microsoft\u200b Edge",
        "Private Limited Company registration - Google Chrome",
        "Navigation privée : comment ça marche ? - Le Monde — Mozilla Firefox",
        "Gehaltsliste (Privat).xlsx - Excel",
        "Private Wealth — Mozilla Firefox",
        "New Private Tabs API - GitHub - Google Chrome",
        "",
    ],
)
def test_a_page_about_privacy_is_not_a_private_window(title: str) -> None:
    assert not is_private_window("chrome.exe", title)


def test_tor_browser_is_always_private() -> None:
    assert is_private_window("Tor Browser", "anything")
    assert is_private_window("C:\\Tor Browser\\Browser\\firefox.exe", "anything")
    assert is_private_window("MullvadBrowser.exe", "")
