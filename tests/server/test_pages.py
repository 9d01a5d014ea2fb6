"""Every tab's sums, read from pages or person by person, are those of the spans' partition added up the plain way."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select, update

from policy.categories import load_rule_book
from policy.presence import ENGAGED, Presence
from policy.summaries import Applications, Inactivity, Overview, Sites, Timeline
from policy.worktime import QUARTER_MS, WorkHours, day_bounds, quarter_of, work_intervals
from server.clock import now_ms
from server.days import day_pages, dirty, ledger
from server.days.partition import PartitionedDay, partition_day
from server.models import App, CategoryRule, LedgerDay, LedgerPage, LedgerStamp, Person, Site
from server.organisation import AnySession, change_organisation, organisation
from server.queries import chunks
from server.rules import rule_book
from tests.events import activity, notice, session
from tests.server.asking import answer
from tests.server.conftest import Office

TABS = ("overview", "urls", "applications", "timeline", "inactivity")
PERIOD = {"from": "2025-10-24", "to": "2025-10-29"}
"""Over a change of Berlin's clock, on a Sunday."""
DAYS = [date(2025, 10, 24) + timedelta(days=number) for number in range(6)]
NAMES = ("anita", "boris", "carla", "dev")
APPS = ("excel.exe", "chrome.exe", "zoom.exe", "unheard.exe")
SITES = (None, None, "youtube.com", "github.com", "nobody-knows.example")


def a_history(seed: int, account: str) -> list[Any]:
    """Some stretches of spans and some session changes, also over midnight."""
    chance = random.Random(f"{seed} {account}")
    began = int(datetime(2025, 10, 23, 20, tzinfo=ZoneInfo("UTC")).timestamp()) * 1000
    events: list[Any] = [notice(at=began, account=account)]
    at = began
    while at < began + 6 * 86_400_000:
        at += chance.choice((1, 7, 45, 400)) * 60_000
        if chance.random() < 0.25:
            events.append(session(0, chance.choice(("lock", "unlock", "shutdown", "boot", "sleep", "wake")), account=account, at=at))
            continue
        app = chance.choice(APPS)
        for _ in range(chance.randint(1, 30)):
            site = chance.choice(SITES) if app == "chrome.exe" else None
            still = {"keys": 0, "clicks": 0, "pointer_px": 0, "moving_samples": 0} if chance.random() < 0.3 else {}
            events.append(activity(start=at, account=account, app=app, site=site, **still))
            at += 60_000
    return events


@pytest.fixture(params=[1, 2])
def histories(office: Office, request: pytest.FixtureRequest) -> Office:
    """Four people of two teams in two zones, night shifts, and a rule of one team's own."""
    for number, name in enumerate(NAMES):
        account = f"ACME\\{name}"
        pc = office.enrol(("Accounts", "Sales")[number % 2], account, f"PC-{number}")
        events = a_history(request.param, account)
        for first in range(0, len(events), 400):
            reply = office.deliver(pc, events[first : first + 400], first + 1, epoch=f"{number}" * 16, machine=name)
            assert (reply.status_code, reply.json["refused"]) == (200, [])
    rule = {"team_id": office.team("Sales"), "kind": "site", "pattern": "youtube.com", "category": "productive"}
    night = WorkHours(zone="UTC", week=[*[[(9 * 60, 13 * 60), (20 * 60, 28 * 60)]] * 5, [], []])

    def prepare(connection: Any) -> None:
        connection.execute(insert(CategoryRule).values(rule))
        connection.execute(update(Person).where(Person.name == "boris").values(zone="Europe/Berlin"))
        connection.execute(update(Person).where(Person.name == "carla").values(since=int(datetime(2025, 10, 27).timestamp()) * 1000))
        change_organisation(connection, hours=night)
        rows = connection.execute(select(LedgerDay.person_id, LedgerDay.day)).all()
        people = connection.execute(select(Person.id)).scalars().all()
        dirty.put(connection, [(person, day) for person in people for day in [*DAYS, date(2025, 10, 23), date(2025, 10, 30)]])
        assert rows == []

    office.core.writer.do(prepare)
    while office.rebuild():
        pass
    return office


def answers(office: Office, **query: object) -> list[bytes]:
    replies = [office.get(f"/api/v1/{tab}", **(PERIOD | query)) for tab in TABS]
    assert {reply.status_code for reply in replies} == {200}
    return [reply.data for reply in replies]


def test_one_by_one_from_pages_and_from_stored_pages_alike(histories: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    scopes: list[dict[str, object]] = [{}, {"team": histories.team("Sales")}]
    one_by_one = [answers(histories, **scope) for scope in scopes]
    monkeypatch.setattr(chunks, "FEW", 0)
    core = histories.core
    assert [answers(histories, **scope) for scope in scopes] == one_by_one
    while day_pages.make_pages(core.readers, core.writer, now_ms()):
        pass
    assert len({row.day for row in histories.rows(LedgerPage)}) == len(histories.rows(LedgerStamp)) >= len(DAYS)
    core.writer.do(lambda connection: connection.execute(update(LedgerDay).values(packed=b"")))  # nothing but pages is left to read
    fresh = Office(core.settings.data, core.settings.database_uri, twin=histories)
    try:
        assert [answers(fresh, **scope) for scope in scopes] == one_by_one
    finally:
        fresh.close()


def test_a_page_is_out_of_date_when_one_of_its_person_days_is_replaced(histories: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "FEW", 0)
    core = histories.core
    while day_pages.make_pages(core.readers, core.writer, now_ms()):
        pass
    before = answers(histories)
    pc = histories.enrol("Sales", "ACME\\new", "PC-9")
    start = int(datetime(2025, 10, 28, 9, tzinfo=ZoneInfo("UTC")).timestamp()) * 1000
    events = [notice(at=start, account="ACME\\new"), activity(start=start, account="ACME\\new", app="new.exe")]
    assert histories.deliver(pc, events, epoch="e" * 16, machine="new").status_code == 200
    while histories.rebuild():
        pass
    after = answers(histories)
    assert after != before
    assert b"new.exe" in after[TABS.index("applications")]
    while day_pages.make_pages(core.readers, core.writer, now_ms()):
        pass
    assert answers(histories) == after
    core.writer.do(lambda connection: connection.execute(delete(LedgerPage)))
    assert answers(histories) == after


def test_of_a_day_that_changes_only_the_replaced_person_days_are_read_again(histories: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "FEW", 0)
    core = histories.core
    read: list[int] = []

    def watched(session: AnySession, asked: Any) -> list[Any]:
        rows = day_pages.person_days(session, asked)
        read.append(len(rows))
        return rows

    monkeypatch.setattr(chunks, "person_days", watched)
    answers(histories)
    whole, read[:] = sum(read), []
    start = int(datetime(2025, 10, 28, 9, tzinfo=ZoneInfo("UTC")).timestamp()) * 1000
    pc = histories.enrol("Sales", "ACME\\new", "PC-9")
    for number, app in enumerate(("new.exe", "newer.exe")):
        event = activity(start=start + number * 600_000, account="ACME\\new", app=app)
        assert (
            histories.deliver(pc, [notice(at=start, account="ACME\\new"), event], 1 + 2 * number, epoch="e" * 16, machine="n").status_code
            == 200
        )
        while histories.rebuild():
            pass
        after = answers(histories)
        assert app.encode() in after[TABS.index("applications")]
    assert 0 < sum(read) < whole / 4
    core.writer.do(lambda connection: connection.execute(delete(LedgerDay).where(LedgerDay.person_id == 1)))
    core.writer.do(lambda connection: connection.execute(update(LedgerStamp).values(stamp=LedgerStamp.stamp + 1)))
    without = answers(histories)
    assert without != after
    fresh = Office(core.settings.data, core.settings.database_uri, twin=histories)
    try:
        assert answers(fresh) == without, "made step by step or at once, it is the same"
    finally:
        fresh.close()


class Plain:
    """The same sums, made from the partition of each person's days, quarter hour by quarter hour."""

    def __init__(self, office: Office) -> None:
        core = office.core
        self.seconds: Counter[Any] = Counter()
        self.quiet: list[tuple[int, int, int]] = []
        self.covered: Counter[int] = Counter()
        self.expected: Counter[int] = Counter()
        with core.readers.connect() as connection:
            apps = {row.id: row.text for row in connection.execute(select(App.id, App.text))}
            sites = {row.id: row.text for row in connection.execute(select(Site.id, Site.text))}
            self.rules = rule_book(connection, load_rule_book())
            ours = organisation(connection)
            for person in connection.execute(select(Person.__table__)).all():
                zone, made = person.zone or ours.zone, {}
                for day in [*DAYS, DAYS[-1] + timedelta(days=1)]:
                    bounds = day_bounds(day, zone)
                    facts = ledger.facts_between(connection, person.id, *bounds, self.rules)
                    made[day] = partition_day(*bounds, facts, core.thresholds)
                for day in DAYS:
                    self._add(person, day, made[day], zone, apps, sites)
                self._cover(person, made, WorkHours(zone, ours.hours.week))

    def _add(self, person: Any, day: date, made: PartitionedDay, zone: str, apps: dict[int, str], sites: dict[int, str]) -> None:
        for presence, seconds in made.seconds.items():
            self.seconds["day", day, presence] += seconds
            self.seconds["person", person.id, presence] += seconds
        for one in made.quarters:
            if one.presence not in ENGAGED or one.app is None:
                continue
            local = datetime.fromtimestamp(one.start_ms / 1000, ZoneInfo(zone))
            app, site = apps[one.app], sites.get(one.site or 0)
            verdict = self.rules.classify(app, site, one.presence, person.team_id)
            kind = verdict.category.value if verdict.classified else "unclassified"
            for key in (("app", app, day), ("site", site, local.hour), ("hour", local.weekday(), local.hour), ("kind", person.id, kind)):
                self.seconds[key] += one.seconds
            self.seconds["used", app, person.id] += 1
        for one in made.quarters:
            self.seconds["keys", apps.get(one.app or 0)] += one.keys
        for presence, run in groupby((part for part in made.parts if _within(part, made)), key=lambda part: part.presence):
            parts = list(run)
            if presence not in ENGAGED:
                self.quiet.append((parts[0].start - parts[-1].end, parts[0].start, person.id))

    def _cover(self, person: Any, made: dict[date, PartitionedDay], hours: WorkHours) -> None:
        known: Counter[int] = Counter()
        for day in made.values():
            for quarter in day.quarters:
                known[quarter.start_ms] += quarter.seconds
        for day in DAYS:
            shifts = work_intervals(hours, day)
            first, last = made[day].first, made[day].last
            if not shifts and first is not None and last is not None:
                shifts = [(first, last)]
            window = [
                start for begin, end in shifts for start in range(quarter_of(begin), end, QUARTER_MS) if start >= person.since - QUARTER_MS
            ]
            self.expected[person.id] += 900 * len(window)
            self.covered[person.id] += sum(known[start] for start in window)


def _within(part: Any, made: PartitionedDay) -> bool:
    return made.first is not None and made.last is not None and made.first <= part.start and part.end <= made.last


@pytest.mark.parametrize("few", [0, 12], ids=["from pages", "one by one"])
@pytest.mark.feature("I01", "I02", "I03", "I04", "I05")
def test_every_tab_is_the_plain_sum_of_the_spans_partition(histories: Office, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(chunks, "FEW", few)
    plain = Plain(histories)
    overview = answer(histories, "overview", Overview, **PERIOD)
    for day in overview.days:
        assert {presence: day.times.of(presence) for presence in Presence} == {one: plain.seconds["day", day.day, one] for one in Presence}
    for person in overview.people:
        at = person.person.id
        assert [person.times.of(one) for one in Presence] == [plain.seconds["person", at, one] for one in Presence]
        told = (person.categories.productive, person.categories.unproductive, person.categories.unclassified)
        assert told == tuple(plain.seconds["kind", at, kind] for kind in ("productive", "unproductive", "unclassified"))
        assert person.coverage == (plain.covered[at] / plain.expected[at] if plain.expected[at] else None)
    apps = answer(histories, "applications", Applications, **PERIOD)
    for app in apps.apps:
        assert app.daily == [plain.seconds["app", app.app, day] for day in DAYS]
        assert app.keys == plain.seconds["keys", app.app]
        assert app.people >= sum(1 for key, amount in plain.seconds.items() if key[:2] == ("used", app.app) and amount)
    by_site: dict[str, list[int]] = defaultdict(lambda: [0] * 24)
    for key, amount in plain.seconds.items():
        if key[0] == "site" and key[1]:
            by_site[key[1]][key[2]] += amount
    assert {site.site: site.by_hour for site in answer(histories, "urls", Sites, **PERIOD).sites} == dict(by_site)
    heat = answer(histories, "timeline", Timeline, **PERIOD)
    assert heat.heatmap == [[plain.seconds["hour", weekday, hour] for hour in range(24)] for weekday in range(7)]
    quiet = answer(histories, "inactivity", Inactivity, **PERIOD)
    assert [(one.start - one.end, one.start, one.person.id) for one in quiet.quiet] == sorted(plain.quiet)[:10]
    assert (quiet.unsearched, quiet.unsearched_most) == (0, 0)
