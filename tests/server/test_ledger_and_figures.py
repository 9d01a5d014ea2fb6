"""From events to figures: the ledger is rebuilt and replaced, and the tabs' figures are sums of it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import date

import msgspec
import pytest
from msgspec.structs import astuple, replace
from sqlalchemy import insert

from policy.presence import Presence
from policy.summaries import Applications, Overview, Times
from policy.wire import EnrolReply
from server.clock import now_ms
from server.days.dirty import days_without_word
from server.days.packed import Table, latest_of, unpack_day, unpack_quarters
from server.models import App, CategoryRule, DirtyDay, LedgerDay, LedgerQuarter
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, batch, notice, session
from tests.server.conftest import Office

MONDAY = {"from": "2025-11-17", "to": "2025-11-17"}


def overview(office: Office, who: str = "olga", **query: object) -> Overview:
    reply = office.get("/api/v1/overview", who, **(MONDAY | query))
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=Overview)


def applications(office: Office, **query: object) -> Applications:
    return msgspec.json.decode(office.get("/api/v1/applications", **(MONDAY | query)).data, type=Applications)


def a_morning(account: str = ANITA) -> list[object]:
    """An hour in Excel, ten minutes at YouTube, a lock, and the PC off in the evening."""
    return [
        notice(account=account),
        session(-1, "boot", account=account),
        *(activity(minute, account=account) for minute in range(60)),
        *(activity(60 + minute, account=account, app="chrome.exe", site="youtube.com", keys=0, clicks=4) for minute in range(10)),
        session(70, "lock", account=account),
        session(100, "unlock", account=account),
        *(
            activity(100 + minute, account=account, keys=0, clicks=0, pointer_px=0, moving_samples=0, zero_samples=60, idle_ms=90_000)
            for minute in range(5)
        ),
        session(480, "shutdown", account=account),
    ]


@pytest.mark.feature("I01", "D09", "D10")
def test_a_morning_becomes_exact_figures(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    [person] = overview(office).people
    times = person.times
    assert (times.active, times.idle, times.locked) == (70 * 60, 5 * 60, 30 * 60)
    assert times.total == 86_400
    assert times.off == 86_400 - (9 * 60 + 480) * 60
    assert (person.categories.productive, person.categories.unproductive, person.categories.neutral) == (3600, 600, 0)
    assert (person.first, person.last) == (MONDAY_NINE, MONDAY_NINE + 70 * 60_000)


@pytest.mark.feature("J12")
def test_below_seventy_percent_coverage_no_productivity_is_shown(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    [person] = overview(office).people
    # 09:00 to 18:00 is expected; known are 09:00-10:45 and from 17:00 on
    assert person.coverage == pytest.approx((105 + 60) / 540)
    assert person.productivity is None
    assert overview(office).productivity.value is None


@pytest.mark.feature("I03")
def test_applications_are_sums_of_the_same_ledger(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    found = applications(office)
    apps = {one.app: one for one in found.apps}
    assert {app: one.engaged for app, one in apps.items()} == {"excel.exe": 3600, "chrome.exe": 600}
    assert (apps["excel.exe"].keys, apps["excel.exe"].clicks, apps["chrome.exe"].clicks) == (60 * 40, 60 * 4, 40)
    assert apps["excel.exe"].name == "Microsoft Excel"
    assert apps["excel.exe"].idle == 300
    assert sum(one.engaged for one in found.apps) == found.categories.total == overview(office).engaged.value


@pytest.mark.feature("D09")
def test_a_changed_rule_changes_history_at_once_and_for_one_team_only(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.deliver(office.enrol("Sales", BORIS, "PC-2"), a_morning(BORIS), epoch="b" * 16)
    office.rebuild()
    before = {person.person.name: person.categories.unproductive for person in overview(office).people}
    rule = {"team_id": office.team("Sales"), "kind": "site", "pattern": "youtube.com", "category": "productive"}
    office.core.writer.do(lambda connection: connection.execute(insert(CategoryRule).values(rule)))
    after = {person.person.name: person.categories.unproductive for person in overview(office).people}
    assert before == {"anita": 600, "boris": 600}
    assert after == {"anita": 600, "boris": 0}
    assert office.rows(DirtyDay) == []


def words_of(packed: bytes, app_of: dict[int, str]) -> list[object]:
    (apps, sites), *rest = unpack_day(packed, *Table)
    places = [(app_of[app], site) for app, site in zip(apps.tolist(), sites.tolist(), strict=True)]
    tables = [list(zip(*(column.tolist() for column in columns), strict=True)) for columns in rest]
    numbered = [sorted((places[place], *row) for place, *row in rows) for rows in tables[:2]]
    *latest, app = latest_of([packed])[0].tolist()
    return [*numbered, tables[2], latest, app_of.get(app, "")]


def ledger_of(office: Office) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    app_of = {row.id: row.text for row in office.rows(App)}  # the numbers depend on who came first, the words do not
    days = sorted((*row[:-3], words_of(row.packed, app_of)) for row in office.rows(LedgerDay))  # all but what tells of its making
    quarters = [(row.person_id, row.day, quarter) for row in office.rows(LedgerQuarter) for quarter in unpack_quarters(row.packed, 0)]
    told = ((person, day, app_of.get(one.app or 0, ""), *astuple(replace(one, app=None))) for person, day, one in quarters)
    return days, sorted(told, key=repr)


def test_rebuilt_twice_is_rebuilt_once(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, a_morning())
    office.rebuild()
    first = ledger_of(office)
    from server.days import dirty

    office.core.writer.do(lambda connection: dirty.put(connection, [(row.person_id, row.day) for row in office.rows(LedgerDay)]))
    assert office.rebuild() == 1
    assert ledger_of(office) == first


@pytest.mark.quality("C-02")
def test_the_order_of_arrival_does_not_matter(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same facts in other orders, from two PCs, with rebuilds in between: the same ledger."""
    pieces = [a_morning()[1:40], a_morning()[40:], [activity(minute, app="code.exe", keys=90) for minute in range(30, 50)]]
    seen = []
    for order in itertools.permutations(range(3)):
        office = Office(tmp_path_factory.mktemp("office"))
        pcs = [office.enrol(hostname=f"PC-{at % 2}") for at in range(2)]
        for pc, epoch in zip(pcs, "ab", strict=True):
            assert office.deliver(pc, [notice()], epoch=epoch * 16, machine=epoch).status_code == 200
        sent = {"a": 1, "b": 1}
        for at in order:
            epoch = "b" if at == 2 else "a"
            events = pieces[at] if at else random.Random(str(order)).sample(pieces[at], len(pieces[at]))
            reply = office.deliver(pcs[epoch == "b"], events, first=sent[epoch] + 1, epoch=epoch * 16, machine=epoch)
            assert reply.status_code == 200, reply.text
            sent[epoch] += len(events)
            if random.Random(f"{order}{at}").random() < 0.5:
                office.rebuild()
        while office.rebuild():
            pass
        seen.append(ledger_of(office))
        office.close()
    assert all(ledger == seen[0] for ledger in seen)


def test_every_days_row_sums_to_its_length_and_every_quarter_to_no_more_than_900(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    for row in office.rows(LedgerDay):
        assert sum(getattr(row, presence.value) for presence in Presence) == row.length
    for row in office.rows(LedgerQuarter):
        quarters = Counter[int]()
        for one in unpack_quarters(row.packed, 0):
            quarters[one.start_ms] += one.seconds
        assert max(quarters.values()) <= 900


def test_a_day_marked_while_it_is_rebuilt_stays_marked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.days import dirty, ledger

    office.deliver(office.enrol(), a_morning())
    real = ledger._partition

    def partition_and_be_interrupted(*arguments: object) -> object:
        made = real(*arguments)  # type: ignore[arg-type]
        office.core.writer.do(lambda connection: dirty.put(connection, [(row.person_id, row.day) for row in office.rows(DirtyDay)]))
        return made

    monkeypatch.setattr(ledger, "_partition", partition_and_be_interrupted)
    office.rebuild()
    assert len(office.rows(DirtyDay)) == 1
    monkeypatch.setattr(ledger, "_partition", real)
    office.rebuild()
    assert office.rows(DirtyDay) == []


def test_a_silent_yesterday_after_a_shutdown_becomes_a_day_of_its_own(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, a_morning())
    office.rebuild()
    wednesday = MONDAY_NINE + 2 * 86_400_000
    with office.core.readers.connect() as connection:
        missing = days_without_word(connection, wednesday)
    from server.days import dirty

    office.core.writer.do(lambda connection: dirty.put(connection, missing))
    office.rebuild()
    tuesday = next(row for row in office.rows(LedgerDay) if row.day == date(2025, 11, 18))
    assert tuesday.off == 86_400


@pytest.mark.feature("I14")
def test_an_unchanged_tab_costs_nothing(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    first = office.get("/api/v1/overview", **MONDAY)
    headers = {"Authorization": f"Bearer {office.tokens['olga']}", "If-None-Match": first.headers["ETag"]}
    again = office.client.get("/api/v1/overview", query_string=MONDAY, headers=headers)
    assert (again.status_code, again.data) == (304, b"")


def test_who_is_active_now(office: Office) -> None:
    minute = now_ms() // 60_000 * 60_000
    spans = [activity(start=minute - back * 60_000) for back in (3, 2, 1)]
    office.deliver(office.enrol(), [notice(at=minute - 240_000), *spans])
    office.rebuild()
    [now] = overview(office).now
    assert (now.person.name, now.presence, now.app) == ("anita", Presence.ACTIVE, "Microsoft Excel")
    assert (now.since, now.seen) == (minute - 180_000, minute)


@pytest.mark.feature("I01", "P04")
def test_a_running_day_shows_only_what_is_over(office: Office) -> None:
    minute = now_ms() // 60_000 * 60_000
    events = [notice(at=minute - 240_000), activity(start=minute - 120_000), session((minute - MONDAY_NINE) / 60_000 - 1, "lock")]
    office.deliver(office.enrol(), events)
    office.rebuild()
    choices = office.get("/api/v1/choices").json
    [person] = overview(office, **{"from": choices["today"], "to": choices["today"]}).people
    assert person.times.total <= 86_400
    assert person.times.locked <= 120
    assert person.times.active == 60


def test_the_period_before_is_as_long_and_just_before(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    office.rebuild()
    tuesday = overview(office, **{"from": "2025-11-18", "to": "2025-11-18"})
    assert (tuesday.engaged.value, tuesday.engaged.previous) == (0, 4200)
    assert overview(office).engaged.previous is None


def test_attention_names_what_was_refused_and_who_waits(office: Office) -> None:
    pc = office.enrol()
    waiting = office.enrol("Sales", BORIS, "PC-2")
    office.deliver(pc, [notice(), {"kind": "x"}], sent_at=now_ms())
    office.deliver(waiting, [activity(account=BORIS)], epoch="b" * 16)
    found = {(one.kind, one.name): one.amount for one in overview(office).attention}
    assert found["quarantined", "PC-1"] == 1
    assert found["no_notice", "PC-2"] == 1
    assert ("no_notice", "PC-2") not in {(one.kind, one.name) for one in overview(office, "meera").attention}


@pytest.mark.quality("S-09")
@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE span;--",
        '" OR 1=1 --',
        "%' ESCAPE '",
        "=cmd|'/c calc'!A1",
        "<img src=x onerror=alert(1)>",
        "\u202egnp.exe",
        "🧮" * 60,
    ],
)
def test_hostile_names_are_kept_as_text(office: Office, text: str) -> None:
    pc = office.enrol()
    reply = office.deliver(pc, [notice(), activity(app=text[:256], title=text), activity(1)])
    assert reply.status_code == 200, reply.text
    office.rebuild()
    assert {one.engaged for one in applications(office).apps} == {60}
    assert len(applications(office).apps) == 2


def test_times_know_their_engaged_part_and_their_total() -> None:
    times = Times(active=1, reading=2, meeting=4, idle=8, locked=16, paused=32, asleep=64, off=128, unknown=256)
    assert (times.engaged, times.total) == (7, 511)


def test_batches_of_other_devices_do_not_touch_each_other(office: Office) -> None:
    pcs: list[EnrolReply] = [office.enrol(hostname=f"PC-{at}") for at in range(3)]
    for at, pc in enumerate(pcs):
        body = batch([notice(), activity(at)], epoch=f"{at:016x}", machine=str(at))
        assert office.send(pc, body).status_code == 200
    office.rebuild()
    assert overview(office).people[0].times.active == 180


def test_the_days_between_a_shutdown_and_the_next_boot_are_known(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, a_morning())
    office.deliver(pc, [session(3 * 1440, "boot")], first=len(a_morning()) + 1)
    while office.rebuild():
        pass
    off = {row.day.isoformat(): row.off for row in office.rows(LedgerDay)}
    assert off["2025-11-18"] == off["2025-11-19"] == 86_400
    assert off["2025-11-20"] == 9 * 3600


def test_the_newest_day_with_figures_is_offered_to_those_who_may_see_them(office: Office) -> None:
    office.deliver(office.enrol(), a_morning())
    assert office.get("/api/v1/choices").json["latest"] is None
    office.rebuild()
    assert office.get("/api/v1/choices").json["latest"] == "2025-11-17"
    assert office.get("/api/v1/choices", "sunil").json["latest"] is None
