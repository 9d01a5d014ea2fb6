"""The URL Report: exact times at sites, equal to Applications, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from policy.categories import Category, load_rule_book
from policy.summaries import Applications, SitePeople, Sites
from server.models import CategoryRule
from server.queries import urls
from tests.events import activity, notice
from tests.server.asking import WEEK, a_monday, answer, people_of, two_people
from tests.server.conftest import Office


@pytest.mark.feature("I02")
def test_a_monday_becomes_exact_times_at_sites(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    found = answer(office, "urls", Sites)
    assert [(one.site, one.engaged, one.people) for one in found.sites] == [("github.com", 1200, 1), ("youtube.com", 600, 1)]
    assert (found.without_site.engaged, found.without_site.site, found.browsers, found.elsewhere) == (300, "", 2100, 0)
    assert [(one.category, one.classified) for one in found.sites] == [(Category.PRODUCTIVE, True), (Category.UNPRODUCTIVE, True)]
    assert (found.categories.productive, found.categories.unproductive, found.categories.neutral) == (1200, 600, 300)


@pytest.mark.feature("I02")
def test_the_hours_are_of_the_local_day(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    github = answer(office, "urls", Sites).sites[0]
    assert {hour: seconds for hour, seconds in enumerate(github.by_hour) if seconds} == {10: 1200}
    assert len(github.by_hour) == 24


@pytest.mark.feature("I02")
def test_sites_and_the_time_without_one_are_the_time_in_browsers(office: Office) -> None:
    two_people(office)
    found = answer(office, "urls", Sites)
    rules = load_rule_book()
    browsers = sum(one.engaged for one in answer(office, "applications", Applications).apps if rules.is_browser(one.app))
    assert sum(one.engaged for one in found.sites) + found.rest + found.without_site.engaged == browsers == found.browsers
    for one in (*found.sites, found.without_site):
        assert sum(one.daily) == sum(one.by_hour) == one.engaged
    assert found.categories.total == found.browsers


def test_a_site_in_an_app_that_is_no_browser_is_told_apart(office: Office) -> None:
    office.deliver(
        office.enrol(), [notice(), activity(0, app="kiosk.exe", site="github.com"), activity(1, app="chrome.exe", site="github.com")]
    )
    office.rebuild()
    found = answer(office, "urls", Sites)
    assert (found.sites[0].engaged, found.browsers, found.elsewhere) == (120, 60, 60)


def test_what_is_left_out_of_the_list_is_added_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "MOST_SITES", 3)
    spans = [activity(minute, app="chrome.exe", site=f"site-{minute // 2}.example") for minute in range(20)]
    office.deliver(office.enrol(), [notice(), *spans])
    office.rebuild()
    found = answer(office, "urls", Sites)
    assert (len(found.sites), found.truncated, found.rest) == (3, 7, 7 * 120)
    assert sum(one.engaged for one in found.sites) + found.rest == found.browsers == 1200


def test_the_period_before_and_every_day_of_this_one(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    week = answer(office, "urls", Sites, **WEEK)
    assert week.sites[0].daily == [1200, 0, 0, 0, 0, 0, 0]
    assert week.sites[0].previous == 0
    after = answer(office, "urls", Sites, **{"from": "2025-11-18", "to": "2025-11-18"})
    assert after.sites == []
    office.deliver(
        office.enrol(hostname="PC-9"), [notice(), activity(1440, app="chrome.exe", site="github.com")], epoch="9" * 16, machine="9"
    )
    office.rebuild()
    [tuesday] = answer(office, "urls", Sites, **{"from": "2025-11-18", "to": "2025-11-18"}).sites
    assert (tuesday.engaged, tuesday.previous) == (60, 1200)


def test_drilling_to_a_person_and_a_teams_own_rules(office: Office) -> None:
    people = two_people(office)
    rule = {"team_id": office.team("Sales"), "kind": "site", "pattern": "youtube.com", "category": "productive"}
    office.core.writer.do(lambda connection: connection.execute(insert(CategoryRule).values(rule)))
    both = answer(office, "urls", Sites)
    assert (both.categories.productive, both.categories.unproductive) == (1200 * 2 + 600, 600)
    assert [one.people for one in both.sites] == [2, 2]
    boris = answer(office, "urls", Sites, person=people["boris"])
    assert {one.site: one.category for one in boris.sites}["youtube.com"] is Category.PRODUCTIVE
    assert {one.site: one.engaged for one in boris.sites} == {"github.com": 1200, "youtube.com": 600}


@pytest.mark.quality("S-23")
def test_another_teams_manager_sees_nothing(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    found = answer(office, "urls", Sites, "sunil")
    assert (found.sites, found.browsers, found.coverage) == ([], 0, None)
    person = people_of(office)["anita"]
    assert office.get("/api/v1/urls", "sunil", person=person, **WEEK).status_code == 403


@pytest.mark.quality("S-09")
def test_hostile_sites_stay_text(office: Office) -> None:
    hostile = ("'or'1'='1", "<img>.example", "%", "=cmd|!A1", "\u202egro.evil")
    spans = [activity(minute, app="chrome.exe", site=site) for minute, site in enumerate(hostile)]
    office.deliver(office.enrol(), [notice(), *spans])
    office.rebuild()
    found = sorted((one.site, one.engaged) for one in answer(office, "urls", Sites).sites)
    assert found == sorted((site.replace("\u202e", ""), 60) for site in hostile)


@pytest.mark.feature("I02", "I15")
def test_the_people_at_a_site_and_their_hours_add_up_to_its_row(office: Office) -> None:
    people = two_people(office)
    found = answer(office, "urls", Sites)
    for row in (*found.sites, found.without_site):
        there = answer(office, "urls/people", SitePeople, site=row.site)
        assert there.site == row.site
        assert len(there.people) == row.people
        assert [sum(hours) for hours in zip(*(one.by_hour for one in there.people), strict=True)] == row.by_hour
        assert sum(one.engaged for one in there.people) == row.engaged
    boris = answer(office, "urls/people", SitePeople, site="github.com", person=people["boris"])
    assert [one.person.name for one in boris.people] == ["boris"]
    assert answer(office, "urls/people", SitePeople, site="nobody-was.here").people == []


def test_a_manager_sees_nobody_of_another_team_at_a_site(office: Office) -> None:
    people = two_people(office)
    mine = {one.person.name for one in answer(office, "urls/people", SitePeople, "sunil", site="github.com").people}
    assert mine < set(people)
