"""The employee's page and the dashboard as people meet them: opened, pressed and read in a real browser, at two sizes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from policy.summaries import Overview
from policy.wire import EnrolReply
from server.models import PersonRequest, PurposeRecord
from tests.browser.chromium import Chromium
from tests.browser.conftest import Served
from tests.events import ANITA, activity, notice
from tests.server.asking import a_monday, answer, people_of
from tests.server.conftest import PASSWORD
from tests.server.test_own_page import link

DAY = "2025-11-17"
DESKTOP, PHONE = (1280, 900), (390, 844)
HOSTILE = "X\\<img src=x onerror=alert(1)><script>alert(2)</script>"
EVIL = '"><svg onload=alert(3)>.exe'
SCRIPTED = "{{7*7}}</textarea></p><script>alert(4)</script><a href=javascript:alert(5)>x</a>"


@pytest.fixture(scope="session")
def pcs(served: Served) -> dict[str, EnrolReply]:
    """Three people with a Monday each; one is called, works with and says what would be markup if anything were."""
    made = {}
    for number, account in enumerate((ANITA, "MERIDIAN\\বর্ণা", HOSTILE)):
        pc = made[account] = served.enrol(account=account, hostname=f"PC-{number}")
        events = a_monday(account)
        if account == HOSTILE:
            events = [notice(account=account), *(activity(minute, account=account, app=EVIL) for minute in range(90))]
        assert served.deliver(pc, events, epoch=str(number) * 16, machine=f"m{number}").status_code == 200
    while served.rebuild():
        pass
    return made


@pytest.fixture
def page(chromium: Chromium, served: Served, pcs: dict[str, EnrolReply]) -> Iterator[Chromium]:
    """The browser, fresh; afterwards nothing may have been asked for elsewhere, nothing complained of, and no script have run."""
    chromium.ask("Network.clearBrowserCookies")
    chromium.look(*DESKTOP)
    chromium.forget()
    yield chromium
    assert {urlsplit(one).netloc for one in chromium.requests if not one.startswith("data:")} == {urlsplit(served.url).netloc}
    assert chromium.dialogs == []
    assert [one for one in chromium.complaints if "status of 40" not in one] == []


def well_made(page: Chromium) -> None:
    """No two elements share an id, every field has a label, and the page says its language and title."""
    assert page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at)") == []
    fields = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
    assert page.evaluate(f"{fields}.filter(e => !e.labels.length).map(e => e.name)") == []
    assert page.evaluate("!!(document.documentElement.lang && document.title)")


SCREENS = ((DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True))


def pictures(page: Chromium, folder: Path, name: str, screens: tuple[tuple[tuple[int, int], bool], ...] = SCREENS) -> None:
    """Take the page at both sizes, light and dark; nothing may stick out on a telephone."""
    well_made(page)
    for size, dark in screens:
        page.look(*size, dark=dark)
        assert page.overflow() <= 0, (name, size)
        path = Path(os.environ.get("WORKPULSE_PICTURES", folder)) / f"{name}-{size[0]}{'-dark' if dark else ''}.png"
        page.picture(path)
        assert path.stat().st_size > 10_000
    page.look(*DESKTOP)


def sign_in(page: Chromium, served: Served, user: str = "olga", language: str = "en") -> None:
    page.open(f"{served.url}/dashboard?lang={language}&day={DAY}")
    page.type("#user", user)
    page.type("#password", PASSWORD)
    page.press("form button")
    page.open(f"{served.url}/dashboard?lang={language}&day={DAY}")


def open_own(page: Chromium, served: Served, pc: EnrolReply, account: str = ANITA, language: str = "en") -> None:
    page.open(served.url + link(served, pc, account).json["path"])
    page.open(f"{served.url}/me?day={DAY}&lang={language}")


@pytest.mark.feature("I10", "A20", "C04")
def test_somebody_signs_in_reads_the_figures_and_looks_at_one_person(page: Chromium, served: Served, tmp_path: Path) -> None:
    page.open(f"{served.url}/admin/")
    assert "Sign in" in page.text()
    pictures(page, tmp_path, "sign-in", SCREENS[2:3])
    sign_in(page, served)
    anita = people_of(served)["anita"]
    engaged = answer(served, "overview", Overview, person=anita).people[0].times.engaged
    assert int(page.evaluate(f"document.querySelector('#person-{anita} data').value")) == engaged
    assert page.evaluate("document.querySelectorAll('svg.chart rect.whole').length") == 1
    pictures(page, tmp_path, "dashboard")
    page.press(f"#person-{anita} a")
    assert page.text("h1") == "anita"
    page.press("nav.tabs a + a")
    assert "Productive" in page.text()
    pictures(page, tmp_path, "leaderboard")
    page.press("nav.tabs button")
    assert "Sign in" in page.text()
    page.open(f"{served.url}/dashboard")
    assert "Sign in" in page.text(), "the session is over"


@pytest.mark.feature("I10")
@pytest.mark.parametrize(("language", "words"), [("hi", "वास्तविक कार्य घंटे"), ("bn", "প্রকৃত কর্মঘণ্টা")])
def test_the_dashboard_speaks_the_other_languages(page: Chromium, served: Served, tmp_path: Path, language: str, words: str) -> None:
    sign_in(page, served, language=language)
    assert words in page.text()
    assert page.evaluate("document.documentElement.lang") == language
    pictures(page, tmp_path, f"dashboard-{language}", SCREENS[2:3])


@pytest.mark.feature("I13", "N10")
@pytest.mark.quality("P-09")
def test_a_person_opens_their_page_contests_a_stretch_and_withdraws_one_purpose_in_two_clicks(
    page: Chromium, served: Served, pcs: dict[str, EnrolReply], tmp_path: Path
) -> None:
    open_own(page, served, pcs[ANITA])
    assert page.text("h1") == "anita"
    assert page.evaluate("document.querySelector('meta[http-equiv=refresh]').content") == "30"
    pictures(page, tmp_path, "own")
    page.press("nav a[href^='/me/ask']")
    page.choose("#day", DAY)
    page.choose("#start", "11:05")
    page.choose("#end", "11:10")
    page.type("#said", "I was on the telephone")
    pictures(page, tmp_path, "ask", SCREENS[2:3])
    page.press("form button")
    assert "I was on the telephone" in page.text("#requests")
    assert [row.text for row in served.rows(PersonRequest)] == ["I was on the telephone"]
    page.press("nav a[href^='/me/notice']")
    pictures(page, tmp_path, "notice")
    page.press("#purpose-files button")
    assert "Agree to this" in page.text("#purpose-files")
    hers = [row for row in served.rows(PurposeRecord) if row.person_id == people_of(served)["anita"]]
    assert [(row.purpose, row.answer) for row in hers] == [("files", "withdrawn")]


@pytest.mark.feature("I13")
@pytest.mark.parametrize("language", ["hi", "bn"])
def test_the_own_page_speaks_the_other_languages_and_fits_a_telephone(
    page: Chromium, served: Served, pcs: dict[str, EnrolReply], tmp_path: Path, language: str
) -> None:
    open_own(page, served, pcs[ANITA], language=language)
    pictures(page, tmp_path, f"own-{language}", SCREENS[2:3])
    page.open(f"{served.url}/me/notice?lang={language}")
    pictures(page, tmp_path, f"notice-{language}", SCREENS[2:3])


def test_a_link_that_is_used_up_is_a_page_with_what_to_do(
    page: Chromium, served: Served, pcs: dict[str, EnrolReply], tmp_path: Path
) -> None:
    path = link(served, pcs[ANITA], ANITA).json["path"]
    page.open(served.url + path)
    page.ask("Network.clearBrowserCookies")
    page.open(served.url + path)
    assert "What to do" in page.text()
    pictures(page, tmp_path, "used-up", SCREENS[2:3])


@pytest.mark.quality("S-13")
def test_nothing_from_a_pc_or_a_person_runs_or_becomes_an_element(page: Chromium, served: Served, pcs: dict[str, EnrolReply]) -> None:
    open_own(page, served, pcs[HOSTILE], HOSTILE)
    assert "onload" in page.text("#day").lower(), "the name is shown as it is"
    page.open(f"{served.url}/me/ask")
    page.type("#words", SCRIPTED)
    page.press("section:nth-of-type(2) form button")
    assert "{{7*7}}" in page.text("#requests")
    sign_in(page, served)
    person = next(number for name, number in people_of(served).items() if "script" in name)
    for path in (f"/dashboard?day={DAY}", f"/dashboard?day={DAY}&person={person}", f"/dashboard?day={DAY}&view=leaderboard&span=day"):
        page.open(served.url + path)
        assert "alert(2)" in page.text()
        assert page.evaluate("document.querySelectorAll('script, img, svg [onload], [onerror], a[href^=javascript]').length") == 0
    page.open(f"{served.url}/me")
    assert page.evaluate("document.querySelectorAll('script, img, svg, a[href^=javascript]').length") == 0


@pytest.mark.quality("S-13")
def test_even_markup_that_came_through_would_not_run(page: Chromium, served: Served) -> None:
    """The policy of the pages is the second wall: a script and a picture put into one do nothing, and the browser says why."""
    sign_in(page, served)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(6)><iframe srcdoc=\"<script>alert(7)</script>\">')"
    )
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'alert(8)'}))")
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    page.text()
    refused = [one for one in page.complaints if re.search("Content Security Policy", one)]
    assert len(refused) >= 2
    page.complaints.clear()


def test_the_browser_does_tell_of_a_script_that_runs_and_of_a_request_elsewhere(chromium: Chromium, tmp_path: Path) -> None:
    """Without this the checks above could not fail."""
    chromium.forget()
    place = tmp_path / "bad.html"
    place.write_text("<p>bad</p><script>alert('ran')</script><img src='https://elsewhere.example/x.png'>")
    chromium.open(place.as_uri())
    chromium.text()
    assert chromium.dialogs == ["ran"]
    assert "https://elsewhere.example/x.png" in chromium.requests
    assert any("ERR_NAME_NOT_RESOLVED" in one for one in chromium.complaints)
