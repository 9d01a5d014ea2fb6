"""Rules: what one would move is known before it is saved, history follows at once, and it can be undone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from policy.categories import Category
from policy.summaries import Applications, Overview, RuleEffect, Rules, RuleSaved, Sites, Unclassified
from server.models import AuditEntry
from tests.events import activity, notice
from tests.server.asking import MONDAY, answer, two_people
from tests.server.conftest import Office

YOUTUBE = {"kind": "site", "pattern": "youtube.com", "category": "productive", "team": None}
MINUTE = 60


def sent(office: Office, path: str, who: str, body: Any, kind: type, **query: Any) -> Any:
    reply = office.post(f"/api/v1/{path}", who, body, **query)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=kind)


def save(office: Office, rule: dict[str, Any], who: str = "olga") -> int | None:
    saved: RuleSaved = sent(office, "rules", who, rule, RuleSaved)
    return saved.change


def preview(office: Office, rule: dict[str, Any], who: str = "olga") -> RuleEffect:
    effect: RuleEffect = sent(office, "rules/preview", who, rule, RuleEffect, **MONDAY)
    return effect


@pytest.mark.feature("D09")
def test_the_preview_is_what_happens(office: Office) -> None:
    two_people(office)
    before = answer(office, "overview", Overview).people[0].categories
    effect = preview(office, YOUTUBE)
    assert answer(office, "overview", Overview).people[0].categories == before  # nothing was saved
    assert save(office, YOUTUBE) is not None
    after = answer(office, "applications", Applications).categories
    assert (effect.after, effect.before.unproductive, effect.after.unproductive) == (after, 2 * 600, 0)
    assert [(one.before, one.after, one.seconds) for one in effect.moved] == [(Category.UNPRODUCTIVE, Category.PRODUCTIVE, 2 * 600)]
    assert [(one.site, one.people, one.seconds) for one in effect.matches] == [("youtube.com", 2, 2 * 600)]


@pytest.mark.feature("D09")
def test_history_follows_at_once_and_comes_back(office: Office) -> None:
    two_people(office)
    whole = answer(office, "urls", Sites)
    change = save(office, YOUTUBE)
    site = next(one for one in answer(office, "urls", Sites).sites if one.site == "youtube.com")
    assert site.category is Category.PRODUCTIVE
    sent(office, "rules/undo", "olga", {"change": change}, RuleSaved)
    assert answer(office, "urls", Sites) == whole
    assert office.post("/api/v1/rules/undo", "olga", {"change": change}).status_code == 409


def test_saying_the_same_again_is_no_change(office: Office) -> None:
    assert save(office, YOUTUBE) is not None
    assert save(office, YOUTUBE | {"pattern": "https://www.YouTube.com/watch"}) is None
    assert save(office, {"kind": "app", "pattern": "Foo.exe", "category": None, "team": None}) is None


def test_a_change_that_was_changed_again_cannot_be_undone_first(office: Office) -> None:
    first, second = save(office, YOUTUBE), save(office, YOUTUBE | {"category": "neutral"})
    assert [(one.id, one.can_undo) for one in answer(office, "rules", Rules).changes] == [(second, True), (first, False)]
    reply = office.post("/api/v1/rules/undo", "olga", {"change": first})
    assert (reply.status_code, reply.json["reason"]) == (409, "stale")
    sent(office, "rules/undo", "olga", {"change": second}, RuleSaved)
    assert [one.category for one in answer(office, "rules", Rules).overrides] == [Category.PRODUCTIVE]
    sent(office, "rules/undo", "olga", {"change": first}, RuleSaved)
    assert answer(office, "rules", Rules).overrides == []


@pytest.mark.quality("S-23")
def test_a_manager_rules_for_own_teams_only(office: Office) -> None:
    two_people(office)
    accounts, sales = office.team("Accounts"), office.team("Sales")
    for team in (None, sales, 999):
        for path in ("rules", "rules/preview"):
            assert office.post(f"/api/v1/{path}", "meera", YOUTUBE | {"team": team}, **MONDAY).status_code == 403
    change = save(office, YOUTUBE | {"team": accounts}, "meera")
    assert preview(office, YOUTUBE | {"team": sales}, "sunil").matches[0].people == 1
    unproductive = {one.person.name: one.categories.unproductive for one in answer(office, "overview", Overview).people}
    assert unproductive == {"anita": 0, "boris": 600}
    assert answer(office, "rules", Rules, "sunil").overrides == answer(office, "rules", Rules, "sunil").changes == []
    assert office.post("/api/v1/rules/undo", "sunil", {"change": change}).status_code == 403
    assert office.post("/api/v1/rules/undo", "olga", {"change": change}).status_code == 200


def test_a_teams_rule_is_stronger_than_everybodys(office: Office) -> None:
    two_people(office)
    save(office, YOUTUBE | {"team": office.team("Accounts"), "category": "neutral"}, "meera")
    effect = preview(office, YOUTUBE)
    assert [(one.site, one.people) for one in effect.matches] == [("youtube.com", 1)]  # only Boris: Anita's team has its own
    assert sum(one.seconds for one in effect.moved) == 600


def test_an_app_rule_by_name_says_what_it_means(office: Office) -> None:
    two_people(office)
    for pattern in ("EXCEL.EXE", "excel", "Microsoft Excel"):
        effect = preview(office, {"kind": "app", "pattern": pattern, "category": "neutral", "team": None})
        told = [(one.app, one.before, one.after, one.people) for one in effect.matches]
        assert told == [("excel.exe", Category.PRODUCTIVE, Category.NEUTRAL, 2)]
    assert preview(office, {"kind": "app", "pattern": "Exc", "category": "neutral", "team": None}).matches == []  # never a part of a word


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "site", "pattern": "not a site"},
        {"kind": "site", "pattern": "https://"},
        {"kind": "app", "pattern": ".exe"},
        {"kind": "app", "pattern": "\u202e\u0000"},
        {"kind": "title", "pattern": "x"},
        {"kind": "app", "pattern": ""},
        {"kind": "app", "pattern": "x" * 257},
        {"kind": "app", "pattern": "x", "colour": "red"},
        {"kind": "app", "pattern": "x", "team": 999},
    ],
)
def test_what_is_no_rule_gets_a_sentence(office: Office, rule: dict[str, Any]) -> None:
    reply = office.post("/api/v1/rules", "olga", {"category": "neutral"} | rule)
    assert (reply.status_code, bool(reply.json["message"])) == (400, True)
    assert answer(office, "rules", Rules).overrides == []


def test_a_change_is_written_down_with_before_and_after(office: Office) -> None:
    change = save(office, YOUTUBE)
    save(office, YOUTUBE | {"category": "neutral"})
    rows = [row for row in office.rows(AuditEntry) if row.action == "changed rule"]
    assert [(row.actor, row.subject, row.detail, row.before, row.after) for row in rows] == [
        ("olga", "site youtube.com of everybody", f"change {change}", None, '"productive"'),
        ("olga", "site youtube.com of everybody", f"change {(change or 0) + 1}", '"productive"', '"neutral"'),
    ]


@pytest.mark.feature("D09")
def test_what_no_rule_names_is_listed_until_one_does(office: Office) -> None:
    mystery = [activity(minute, app="tally-helper.exe") for minute in range(200, 215)]
    strange = [activity(minute, app="chrome.exe", site="intra.example") for minute in range(215, 225)]
    office.deliver(office.enrol(), [notice(), *mystery, *strange, activity(230)])
    office.rebuild()
    found = answer(office, "unclassified", Unclassified)
    assert [(one.kind, one.pattern, one.engaged, one.people, one.days) for one in found.rows] == [
        ("app", "tally-helper.exe", 15 * MINUTE, 1, 1),
        ("site", "intra.example", 10 * MINUTE, 1, 1),
    ]
    assert (found.unclassified, found.engaged) == (25 * MINUTE, 26 * MINUTE)
    assert answer(office, "overview", Overview).people[0].categories.unclassified == found.unclassified
    for one in found.rows:
        rule = {"kind": one.kind, "pattern": one.pattern, "category": "productive", "team": None}
        assert preview(office, rule).moved[0].seconds == one.engaged
        save(office, rule)
    assert answer(office, "unclassified", Unclassified).rows == []


def test_the_packaged_vocabulary_is_counted(office: Office) -> None:
    found = answer(office, "rules", Rules)
    assert all(found.apps[category] > 20 and found.sites[category] > 20 for category in (Category.PRODUCTIVE, Category.UNPRODUCTIVE))
