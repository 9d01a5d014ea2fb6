"""The rule book answers by token and by domain, never by substring, and an owner's word is above its own."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy
from policy.categories import REMEMBERED, Category, Rule, RuleBook, SiteKind, load_rule_book
from policy.matching import longest_suffix, site_pattern
from policy.presence import Presence
from policy.titles import LONGEST_PHRASE, contains, page_parts, parts, words

BOOK = load_rule_book()
DEFAULTS = Path(policy.__file__).parent / "defaults"
PRODUCTIVE, NEUTRAL, UNPRODUCTIVE = Category.PRODUCTIVE, Category.NEUTRAL, Category.UNPRODUCTIVE
EDGE = "Microsoft\u200b Edge"


def category_of(app: str, site: str | None = None, book: RuleBook = BOOK, team: int | None = None) -> Category:
    return book.classify(app, site, None, team).category


@pytest.mark.feature("D07")
def test_citrix_is_not_x() -> None:
    assert category_of("chrome.exe", "citrix.com") is PRODUCTIVE
    assert category_of("chrome.exe", "mobile.x.com") is UNPRODUCTIVE
    with_rule = BOOK.with_overrides([Rule("site", "x.com", PRODUCTIVE)])
    assert category_of("chrome.exe", "x.com", with_rule) is PRODUCTIVE
    assert category_of("chrome.exe", "netflix.com", with_rule) is UNPRODUCTIVE


@pytest.mark.feature("D07")
def test_a_steam_turbine_in_a_workbook_is_not_steam() -> None:
    title = "Steam turbine.xlsx - Excel"
    assert category_of("excel.exe") is PRODUCTIVE
    assert not BOOK.is_distraction("excel.exe", title, None)
    assert BOOK.site_from_title("excel.exe", title) is None
    assert not BOOK.classify("Steam Turbine Designer.exe", None).classified
    assert category_of("steam.exe") is UNPRODUCTIVE


@pytest.mark.feature("D07")
@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12))
def test_no_letters_in_front_of_a_domain_make_it_that_domain(front: str) -> None:
    table = {"x.com": 1}
    assert longest_suffix(f"{front}x.com", table) is None
    assert longest_suffix(f"{front}.x.com", table) == 1
    assert longest_suffix(f"x.com.{front}", table) is None


def test_the_longest_domain_decides() -> None:
    assert category_of("chrome.exe", "youtube.com") is UNPRODUCTIVE
    assert category_of("chrome.exe", "studio.youtube.com") is PRODUCTIVE
    assert category_of("chrome.exe", "WWW.YouTube.com.") is UNPRODUCTIVE


@pytest.mark.feature("D09")
@pytest.mark.parametrize(
    ("app", "site", "category"),
    [
        ("chrome.exe", "services.gst.gov.in", PRODUCTIVE),
        ("chrome.exe", "anything.gov.in", PRODUCTIVE),
        ("msedge.exe", "www.elster.de", PRODUCTIVE),
        ("firefox", "acme.atlassian.net", PRODUCTIVE),
        ("chrome.exe", "www.linkedin.com", NEUTRAL),
        ("chrome.exe", "web.whatsapp.com", NEUTRAL),
        ("chrome.exe", "www.irctc.co.in", NEUTRAL),
        ("chrome.exe", "netbanking.hdfcbank.com", NEUTRAL),
        ("chrome.exe", "www.thehindu.com", NEUTRAL),
        ("chrome.exe", "www.google.com", NEUTRAL),
        ("chrome.exe", "www.flipkart.com", UNPRODUCTIVE),
        ("chrome.exe", "old.reddit.com", UNPRODUCTIVE),
        ("chrome.exe", "www.hotstar.com", UNPRODUCTIVE),
        ("tallyprime.exe", None, PRODUCTIVE),
        ("saplogon.exe", None, PRODUCTIVE),
        ("WhatsApp.exe", None, NEUTRAL),
        ("spotify.exe", None, UNPRODUCTIVE),
        ("ms-teams.exe", None, PRODUCTIVE),
    ],
)
def test_categories_follow_sense(app: str, site: str | None, category: Category) -> None:
    verdict = BOOK.classify(app, site)
    assert verdict.category is category
    assert verdict.classified


@pytest.mark.feature("D09")
def test_what_no_rule_names_is_neutral_and_says_so() -> None:
    assert BOOK.classify("acme-erp.exe", None) == BOOK.classify("acme-erp.exe", None, Presence.ACTIVE)
    verdict = BOOK.classify("C:\\Acme\\Acme-ERP.exe", None)
    assert (verdict.category, verdict.classified, verdict.name) == (NEUTRAL, False, "Acme-ERP")
    unknown = BOOK.classify("chrome.exe", "intranet.acme.example")
    assert (unknown.category, unknown.classified, unknown.name) == (NEUTRAL, False, "intranet.acme.example")


@pytest.mark.feature("D02")
def test_a_meeting_is_productive_before_anything_else() -> None:
    book = BOOK.with_overrides([Rule("app", "discord.exe", UNPRODUCTIVE, team=1), Rule("site", "youtube.com", UNPRODUCTIVE)])
    assert book.classify("discord.exe", None, Presence.MEETING, 1).category is PRODUCTIVE
    assert book.classify("chrome.exe", "youtube.com", Presence.MEETING).category is PRODUCTIVE
    assert book.classify("discord.exe", None, Presence.ACTIVE, 1).category is UNPRODUCTIVE


@pytest.mark.feature("D09")
def test_a_team_is_above_the_company_and_the_company_above_the_packaged_rules() -> None:
    rules = [
        Rule("site", "https://www.YouTube.com/", NEUTRAL),
        Rule("site", "*.youtube.com", PRODUCTIVE, team=7),
        Rule("app", "Excel", UNPRODUCTIVE, team=7),
    ]
    book = BOOK.with_overrides(rules)
    assert category_of("chrome.exe", "m.youtube.com") is UNPRODUCTIVE
    assert category_of("chrome.exe", "m.youtube.com", book) is NEUTRAL
    assert category_of("chrome.exe", "m.youtube.com", book, team=3) is NEUTRAL
    assert category_of("chrome.exe", "m.youtube.com", book, team=7) is PRODUCTIVE
    assert category_of("excel.exe", None, book, team=7) is UNPRODUCTIVE
    assert category_of("excel.exe", None, book) is PRODUCTIVE
    assert category_of("chrome.exe", "m.youtube.com", BOOK) is UNPRODUCTIVE, "the packaged book itself must not change"


def test_new_overrides_replace_the_old_ones() -> None:
    book = BOOK.with_overrides([Rule("site", "youtube.com", PRODUCTIVE)]).with_overrides([Rule("site", "netflix.com", NEUTRAL)])
    assert category_of("chrome.exe", "youtube.com", book) is UNPRODUCTIVE
    assert category_of("chrome.exe", "netflix.com", book) is NEUTRAL


@pytest.mark.feature("D07")
@pytest.mark.parametrize(
    ("pattern", "app", "fits"),
    [
        ("excel", "EXCEL.EXE", True),
        ("Microsoft Excel", "excel.exe", True),
        ("photoshop", "photoshop.exe", True),
        ("acme", "ACME Billing", True),
        ("acme billing", "ACME Billing 2026", True),
        ("acme", "Acmeology", False),
        ("acme.exe", "ACME Billing", False),
        ("acme.exe", "C:\\Acme\\ACME.EXE", True),
        ("Steam", "Steam Turbine Designer", False),
        ("LibreOffice Calc", "libreoffice-calc", True),
    ],
)
def test_an_owners_app_rule_fits_an_executable_or_whole_words_of_a_name(pattern: str, app: str, fits: bool) -> None:
    before = category_of(app)
    wanted = UNPRODUCTIVE if before is not UNPRODUCTIVE else PRODUCTIVE
    assert (category_of(app, None, BOOK.with_overrides([Rule("app", pattern, wanted)])) is wanted) == fits


def test_a_site_decides_over_the_browser_it_was_seen_in() -> None:
    book = BOOK.with_overrides([Rule("app", "chrome.exe", UNPRODUCTIVE)])
    assert category_of("chrome.exe", "github.com", book) is PRODUCTIVE
    assert not book.classify("chrome.exe", "intranet.acme.example").classified
    assert category_of("chrome.exe", None, book) is UNPRODUCTIVE


def test_a_single_word_pattern_is_a_host_and_never_a_whole_top_level_domain() -> None:
    book = BOOK.with_overrides([Rule("site", "com", UNPRODUCTIVE), Rule("site", "intranet", PRODUCTIVE)])
    assert not book.classify("chrome.exe", "acme-unknown.com").classified
    assert category_of("chrome.exe", "intranet", book) is PRODUCTIVE
    assert site_pattern(" HTTPS://Sub.Example.com:8080/path ") == "sub.example.com"


@pytest.mark.feature("D06")
@pytest.mark.feature("E04")
@pytest.mark.parametrize(
    ("app", "title", "site"),
    [
        ("discord.exe", "Discord call", None),
        ("zoom.exe", "YouTube walkthrough", None),
        ("zoom.exe", "Zoom Meeting", None),
        ("zoom", "Zoom Meeting 40-Minutes", None),
        ("ms-teams.exe", "Weekly sync | Microsoft Teams", None),
        ("ms-teams.exe", "Meeting compact view | Weekly sync | Microsoft Teams", None),
        ("ms-teams.exe", "Besprechung mit Anna | Microsoft Teams", None),
        ("ciscocollabhost.exe", "Anita's Personal Room", None),
        ("atmgr.exe", "Cisco Webex Meetings", None),
        ("slack.exe", "Huddle with Anita - Acme - Slack", None),
        ("whatsapp.exe", "Video call - WhatsApp", None),
        ("whatsapp.exe", "WhatsApp वीडियो कॉल", None),
        ("lync.exe", "Conversation (3 Participants)", None),
        ("chrome.exe", None, "meet.google.com"),
        ("chrome.exe", "Meet – Weekly sync - Google Chrome", "meet.google.com"),
        ("chrome.exe", "Meet - abc-defg-hij - Google Chrome", None),
        ("chrome.exe", "Zoom Meeting - Google Chrome", None),
        ("msedge.exe", f"Weekly sync | Microsoft Teams and 3 more pages - Work - {EDGE}", None),
        ("firefox.exe", "Weekly sync | Microsoft Teams — Mozilla Firefox", "teams.microsoft.com"),
    ],
)
def test_the_window_of_a_call_is_a_meeting_and_no_distraction(app: str, title: str | None, site: str | None) -> None:
    assert BOOK.is_meeting(app, title, site)
    assert not BOOK.is_distraction(app, title, site)


@pytest.mark.feature("D06")
@pytest.mark.parametrize(
    ("app", "title", "site"),
    [
        ("code.exe", "zoom_level.css - site - Visual Studio Code", None),
        ("notepad.exe", "Zoom Meeting.txt - Notepad", None),
        ("ms-teams.exe", "Teams window open", None),
        ("ms-teams.exe", "Microsoft Teams", None),
        ("ms-teams.exe", "(2) Chat | Anita | Acme | Microsoft Teams", None),
        ("ms-teams.exe", "Kalender | Microsoft Teams", None),
        ("ms-teams.exe", None, None),
        ("zoom.exe", "Zoom Workplace - Free Account", None),
        ("zoom.exe", "Settings", None),
        ("discord.exe", "#call-centre | Acme - Discord", None),
        ("slack.exe", "huddle-notes (Channel) - Acme - Slack", None),
        ("whatsapp.exe", "WhatsApp", None),
        ("chrome.exe", "Google Meet - Google Chrome", "meet.google.com"),
        ("chrome.exe", "Launch Meeting - Zoom - Google Chrome", "zoom.us"),
        ("chrome.exe", "Zoom Meeting etiquette - YouTube - Google Chrome", "youtube.com"),
        ("chrome.exe", "Meet the team - Google Chrome", None),
    ],
)
def test_a_window_that_shows_no_call_is_no_meeting(app: str, title: str | None, site: str | None) -> None:
    assert not BOOK.is_meeting(app, title, site)


def test_whether_an_app_may_hold_a_call_does_not_depend_on_its_window() -> None:
    assert BOOK.may_hold_call("discord.exe", None)
    assert BOOK.may_hold_call("chrome.exe", "teams.microsoft.com")
    assert not BOOK.may_hold_call("chrome.exe", "youtube.com")
    assert not BOOK.may_hold_call("excel.exe", None)


@pytest.mark.feature("E04")
@pytest.mark.parametrize(
    ("app", "title", "site", "distracts"),
    [
        ("chrome.exe", "(3) Cats - YouTube - Google Chrome", None, True),
        ("chrome.exe", "Cats - YouTube - Google Chrome", "www.youtube.com", True),
        ("chrome.exe", "Picture in picture", None, True),
        ("spotify.exe", "Spotify Premium", None, True),
        ("discord.exe", "#general | Acme - Discord", None, True),
        ("chrome.exe", "How YouTube works - Acme wiki - Google Chrome", None, False),
        ("vlc.exe", "training.mp4 - VLC media player", None, False),
        ("excel.exe", "YouTube budget.xlsx - Excel", None, False),
    ],
)
def test_a_distraction_is_an_unproductive_window_in_view(app: str, title: str, site: str | None, distracts: bool) -> None:
    assert BOOK.is_distraction(app, title, site) == distracts


@pytest.mark.feature("D08")
@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("(3) Cats - YouTube - Google Chrome", "youtube.com"),
        ("YouTube - Wikipedia — Mozilla Firefox", "wikipedia.org"),
        (f"YouTube and 3 more pages - Personal - {EDGE}", "youtube.com"),
        ("Inbox (3) - anita@acme.in - Gmail – Google Chrome - Person 1", "mail.google.com"),
        ("Home / X - Google Chrome", "x.com"),
        ("Amazon.in: Buy shoes online - Google Chrome", "amazon.in"),
        ("Budget 2026 - Google Sheets - Google Chrome", "docs.google.com"),
        ("irctc.co.in - Google Chrome", "irctc.co.in"),
        ("Netflix", "netflix.com"),
        ("Steam - Thermodynamics lecture - Google Chrome", None),
        ("How YouTube works - Acme wiki - Google Chrome", None),
        ("report.pdf - Google Chrome", None),
        ("Untitled - Google Chrome", None),
        ("Google Chrome", None),
        ("", None),
    ],
)
def test_a_browsers_title_names_its_site_or_none(title: str, site: str | None) -> None:
    assert BOOK.site_from_title("chrome.exe", title) == site


@pytest.mark.feature("F13")
@pytest.mark.parametrize(
    "app",
    [
        "LockApp.exe",
        "C:\\Windows\\SystemApps\\SearchHost.exe",
        "ShellExperienceHost.exe",
        "dwm.exe",
        "Aquarium.scr",
        "gnome-shell",
        "loginwindow",
    ],
)
def test_the_systems_own_passing_windows_are_ghosts(app: str) -> None:
    assert BOOK.is_ghost(app)


@pytest.mark.feature("F13")
@pytest.mark.parametrize("app", ["explorer.exe", "excel.exe", "chrome.exe", "screwdriver.exe", "unknown.exe", ""])
def test_windows_people_work_in_are_no_ghosts(app: str) -> None:
    assert not BOOK.is_ghost(app)


def test_names_people_know() -> None:
    assert BOOK.display_name("WINWORD.EXE") == "Microsoft Word"
    assert BOOK.display_name("Microsoft Teams (work or school)") == "Microsoft Teams"
    assert BOOK.display_name("Google Chrome Canary") == "Google Chrome"
    assert BOOK.display_name("/usr/bin/soffice.bin") == "LibreOffice"
    assert BOOK.display_name("AcmeTool.EXE") == "AcmeTool"
    assert BOOK.is_browser("MSEdge.exe")
    assert BOOK.is_browser("Google Chrome")
    assert not BOOK.is_browser("Chrome Hearts Designer.exe")


def test_the_packaged_list_is_long_and_says_everything_once() -> None:
    books = {name: tomllib.loads((DEFAULTS / f"{name}.toml").read_text("utf-8")) for name in ("apps", "sites", "sites_v2fly")}
    apps = [row for group in books["apps"].values() for rows in group.values() for row in rows]
    names = Counter(row[0].casefold() for row in apps)
    executables = Counter(key for row in apps for key in {file.casefold().removesuffix(".exe") for file in row[1:]})
    domains = Counter(
        domain for name in ("sites", "sites_v2fly") for group in books[name].values() for some in group.values() for domain in some
    )
    assert len(apps) >= 400
    assert len(domains) >= 4000
    assert [said for counted in (names, executables, domains) for said, times in counted.items() if times > 1] == []
    assert all(domain == site_pattern(domain) for domain in domains)


def test_every_app_named_among_the_calls_is_a_packaged_app() -> None:
    titles = tomllib.loads((DEFAULTS / "titles.toml").read_text("utf-8"))
    for window in titles["meeting"]:
        for app in window.get("apps", []):
            assert BOOK.display_name(app) == app
            assert BOOK.classify(app, None).classified


@pytest.mark.feature("N03")
def test_the_vocabulary_has_whole_phrases_and_no_single_letters() -> None:
    assert {"youtube", "microsoft teams", "zoom meeting", "inbox"} <= BOOK.vocabulary
    assert not {"x", "r", "claude", "charles", "bruno"} & BOOK.vocabulary
    assert all(len(phrase.split(" ")) <= LONGEST_PHRASE for phrase in BOOK.vocabulary)
    assert all(" ".join(words(phrase)) == phrase for phrase in BOOK.vocabulary)


def test_words_and_parts() -> None:
    assert words("zoom_level.css") == ("zoom_level", "css")
    assert words("Notepad++ ≠ Notepad") == ("notepad++", "notepad")
    assert words("हिन्दी टाइपिंग") == ("हिन्दी", "टाइपिंग")
    assert contains(("a", "b", "c"), ("b", "c"))
    assert not contains(("ab", "c"), ("b", "c"))
    assert parts("(3) Weekly sync | Acme | Microsoft Teams") == ["Weekly sync", "Acme", "Microsoft Teams"]
    assert page_parts("Page - Site - Google Chrome - Person 1", {("google", "chrome")}) == ["Page", "Site"]


@given(
    st.text(max_size=200), st.sampled_from(["chrome.exe", "ms-teams.exe", "zoom.exe", "discord.exe", "x"]), st.none() | st.text(max_size=40)
)
def test_no_title_and_no_site_upsets_the_rule_book(title: str, app: str, site: str | None) -> None:
    BOOK.is_meeting(app, title, site)
    BOOK.is_distraction(app, title, site)
    BOOK.site_from_title(app, title)
    BOOK.classify(title, site)


def test_what_is_remembered_is_bounded() -> None:
    book = BOOK.with_overrides([])
    for i in range(REMEMBERED + 10):
        book.classify("chrome.exe", f"a{i}.example")
    assert len(book._remembered) <= REMEMBERED


def test_a_verdict_known_already_costs_next_to_nothing() -> None:
    BOOK.classify("chrome.exe", "docs.google.com")
    started = time.perf_counter()
    for _ in range(20_000):
        BOOK.classify("chrome.exe", "docs.google.com")
    assert (time.perf_counter() - started) / 20_000 < 10e-6  # measured: 0.3 microseconds


@pytest.mark.feature("K01")
@pytest.mark.parametrize(
    ("site", "kind"),
    [
        ("www.naukri.com", SiteKind.JOB_SEARCH),
        ("resdex.naukri.com", None),  # where recruiters work
        ("linkedin.com", None),
        ("wetransfer.com", SiteKind.FILE_SHARING),
        ("rediffmail.com", SiteKind.PERSONAL_MAIL),
        ("outlook.office.com", None),
        ("www.bet365.com", SiteKind.GAMBLING),
        ("mail.google.com", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_a_site_is_of_a_kind_by_its_nearest_packaged_domain(site: str, kind: SiteKind | None) -> None:
    assert BOOK.kind_of(site) is kind


def test_every_kind_of_site_has_some() -> None:
    assert {BOOK.kind_of(site) for site in ("naukri.com", "dropbox.com", "gmx.de", "stake.com")} == set(SiteKind)
