"""Every figure can be taken apart: its parts sum to it, the rule that decided is named, and the records are there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.categories import Category, Rule, load_rule_book
from policy.presence import Presence
from policy.summaries import Applications, Overview, Sites, Why
from policy.summaries.times import Times
from server.models import AuditEntry
from server.queries.why import FIGURES, WITHOUT_APPS
from tests.server.asking import MONDAY, WEEK, answer, people_of, two_people
from tests.server.conftest import Office

APPS = ("excel.exe", "chrome.exe", "tally-helper.exe", "Zoom.exe", "vlc.exe", "some tool.exe")
SITES = (None, "youtube.com", "docs.google.com", "intra.example", "www.bbc.co.uk", "localhost")


def why(office: Office, figure: str, who: str = "olga", **query: object) -> Why:
    return answer(office, "why", Why, who, figure=figure, **query)


@pytest.mark.feature("D13")
def test_every_figure_is_the_sum_of_its_parts_and_what_the_tabs_say(office: Office) -> None:
    people = two_people(office)
    for query in (MONDAY, WEEK, MONDAY | {"person": people["anita"]}):
        overview = answer(office, "overview", Overview, **query)
        shown = {name: sum(getattr(day.times, name) for day in overview.days) for name in Times.__struct_fields__}
        for name in ("productive", "neutral", "unproductive", "unclassified"):
            shown[name] = sum(getattr(day.categories, name) for day in overview.days)
        shown |= {name: getattr(overview, name).value for name in ("engaged", "productivity", "coverage", "active_people")}
        assert shown.keys() == FIGURES
        for figure, value in shown.items():
            found = why(office, figure, **query)
            assert found.value == value, figure
            assert sum(one.seconds for one in found.days) + found.days_rest == found.seconds
            if figure not in WITHOUT_APPS | {"active", "reading"}:
                assert sum(one.seconds for one in found.uses) + found.uses_rest == found.seconds, figure
            if found.of is not None:
                assert sum(one.of or 0 for one in found.days) == found.of


def test_an_apps_and_a_sites_time_is_taken_apart_too(office: Office) -> None:
    two_people(office)
    for app in answer(office, "applications", Applications).apps:
        found = why(office, "engaged", app=app.app)
        assert (found.value, {one.app for one in found.uses}) == (app.engaged, {app.app})
    for site in answer(office, "urls", Sites).sites:
        found = why(office, "engaged", site=site.site)
        assert (found.value, {one.site for one in found.uses}) == (site.engaged, {site.site})
        assert why(office, site.category.value, site=site.site).value == site.engaged
        assert why(office, "meeting", site=site.site).value == 0
    assert why(office, "engaged", app="nothing.exe").value == 0


def test_the_rule_that_decided_is_named(office: Office) -> None:
    two_people(office)
    [youtube] = [one for one in why(office, "unproductive").uses if one.site == "youtube.com"]
    assert (youtube.because.level, youtube.because.kind, youtube.because.pattern) == ("packaged", "site", "youtube.com")
    rule = {"kind": "site", "pattern": "youtube.com", "category": "neutral", "team": office.team("Sales")}
    office.post("/api/v1/rules", "olga", rule)
    [sales] = [one for one in why(office, "neutral").uses if one.site == "youtube.com"]
    assert (sales.because.level, sales.people) == ("team", 1)
    assert [one.because.level for one in why(office, "unproductive").uses] == ["packaged"]


@given(st.sampled_from(APPS), st.sampled_from(SITES), st.booleans(), st.sampled_from((None, 1, 2)), st.data())
def test_the_rule_book_gives_its_reason(app: str, site: str | None, in_meeting: bool, team: int | None, data: st.DataObject) -> None:
    """What is classified has a reason, what is not has none, and the rule that is named is one that is there."""
    patterns = st.sampled_from((*APPS, *filter(None, SITES), "tool", "google.com"))
    made = st.builds(Rule, st.sampled_from(("app", "site")), patterns, st.sampled_from(Category), st.sampled_from((None, 1, 2)))
    rules = data.draw(st.lists(made, max_size=4))
    book, presence = load_rule_book().with_overrides(rules), Presence.MEETING if in_meeting else None
    verdict, because = book.classify(app, site, presence, team), book.because(app, site, presence, team)
    assert verdict.classified == (because.level != "none")
    if because.level in ("team", "office"):
        of = [rule for rule in rules if rule.team == (team if because.level == "team" else None) and rule.kind == because.kind]
        assert verdict.category in {rule.category for rule in of}
    elif because.level == "packaged":
        assert verdict == load_rule_book().classify(app, site, presence, team)


def test_the_records_behind_one_persons_figure_are_walked(office: Office) -> None:
    people = two_people(office)
    assert why(office, "engaged").spans == []
    whole = why(office, "engaged", person=people["anita"], limit=500)
    assert (len(whole.spans), whole.next) == (110, None)
    assert [one.change for one in whole.changes] == ["boot", "lock", "unlock", "shutdown"]
    assert {one.host for one in whole.spans} == {"PC-1"}
    walked, after = [], {}
    while True:
        page = why(office, "engaged", person=people["anita"], limit=30, **after)
        walked += page.spans
        if page.next is None:
            break
        after = {"cursor": page.next}
    assert walked == whole.spans
    youtube = why(office, "unproductive", person=people["anita"], site="youtube.com", limit=500)
    assert [(one.site, one.keys, one.clicks) for one in youtube.spans] == [("youtube.com", 0, 4)] * 10


@pytest.mark.quality("S-23", "P-06")
def test_taking_somebodys_figure_apart_is_a_look_at_them(office: Office) -> None:
    people = two_people(office)
    why(office, "idle", "meera", person=people["anita"])
    assert [(row.actor, row.subject) for row in office.rows(AuditEntry) if row.action == "looked at why idle"] == [
        ("meera", f"person {people['anita']}")
    ]
    asked = {"figure": "engaged", "person": people["boris"]}
    assert office.get("/api/v1/why", "meera", **asked, **MONDAY).status_code == 403
    assert {one.person.name for one in why(office, "engaged", "meera").days} == {"anita"}
    assert people_of(office) == people


@pytest.mark.parametrize("query", [{}, {"figure": "salary"}, {"figure": "locked", "app": "excel.exe"}, {"figure": "engaged", "limit": 0}])
def test_what_is_no_figure_gets_a_sentence(office: Office, query: dict[str, object]) -> None:
    reply = office.get("/api/v1/why", **query, **MONDAY)
    assert (reply.status_code, bool(reply.json["message"])) == (400, True)


def test_a_cursor_that_is_none_gets_a_sentence(office: Office) -> None:
    office.enrol()
    person = people_of(office)["anita"]
    assert office.get("/api/v1/why", figure="engaged", person=person, cursor="x", **MONDAY).status_code == 400
