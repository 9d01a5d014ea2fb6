"""Timeline & Heatmap: a day without a hole, hours that agree with the ledger, and totals by day, week and month."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from policy.presence import Presence
from policy.summaries import Inactivity, Overview, Timeline
from server.clock import now_ms
from server.models import Person
from server.organisation import change_organisation
from server.queries import band
from tests.events import BORIS, MONDAY_NINE, activity, notice, session
from tests.server.asking import MONDAY, WEEK, a_monday, answer, people_of, two_people
from tests.server.conftest import Office

MINUTE = 60_000


@pytest.mark.feature("I04")
def test_a_persons_day_is_a_band_without_a_hole(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    person = people_of(office)["anita"]
    shown = answer(office, "timeline", Timeline, person=person).band
    assert shown is not None
    told = [((part.start - MONDAY_NINE) // MINUTE, part.presence.value, part.name) for part in shown.parts]
    assert told == [
        (-540, "unknown", None),
        (0, "active", "Microsoft Excel"),
        (60, "active", "youtube.com"),
        (70, "active", "github.com"),
        (90, "active", "Google Chrome"),
        (95, "locked", None),
        (125, "idle", "Microsoft Excel"),
        (130, "active", "Microsoft Excel"),
        (140, "unknown", None),
        (480, "off", None),
    ]
    assert all(one.end == other.start for one, other in zip(shown.parts, shown.parts[1:], strict=False))
    assert (shown.parts[0].start, shown.parts[-1].end) == (shown.start, shown.end)
    assert shown.times == answer(office, "overview", Overview, person=person).people[0].times
    assert shown.merged_below == 0


def test_the_band_is_one_persons_and_one_days(office: Office) -> None:
    people = two_people(office)
    assert answer(office, "timeline", Timeline).band is None
    assert answer(office, "timeline", Timeline, person=people["anita"], **WEEK).band is None
    assert answer(office, "timeline", Timeline, team=office.team("Sales")).band is None  # one person, but not asked for as one


def test_a_day_of_very_many_parts_says_that_it_joined_some(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    spans = [
        activity(
            start=start, end=start + 3000, app=("code.exe", "excel.exe")[start // 3000 % 2], samples=3, zero_samples=1, moving_samples=1
        )
        for start in range(MONDAY_NINE, MONDAY_NINE + 300_000, 3000)
    ]
    office.deliver(office.enrol(), [notice(), *spans])
    office.rebuild()
    person = people_of(office)["anita"]
    exact = answer(office, "timeline", Timeline, person=person).band
    monkeypatch.setattr(band, "MOST_PARTS", 20)
    few = answer(office, "timeline", Timeline, person=person).band
    assert exact is not None and few is not None
    assert len(exact.parts) > 100 and exact.merged_below == 0
    assert len(few.parts) <= 20 and few.merged_below > 3
    assert few.times == exact.times
    assert sum(part.end - part.start for part in few.parts) == 86_400_000


@pytest.mark.feature("I04")
def test_the_heatmap_is_the_engaged_time_by_local_weekday_and_hour(office: Office) -> None:
    two_people(office)
    found = answer(office, "timeline", Timeline)
    monday = {hour: seconds for hour, seconds in enumerate(found.heatmap[0]) if seconds}
    assert monday == {9: 2 * 3600, 10: 2 * 35 * 60, 11: 2 * 600}
    assert sum(map(sum, found.heatmap)) == answer(office, "overview", Overview).engaged.value
    assert all(cell <= 3600 * 2 for row in found.heatmap for cell in row)


@pytest.mark.feature("I04", "P04")
def test_no_hour_holds_more_than_there_was_of_it_even_when_the_clocks_change(office: Office) -> None:
    change_zone(office, "Europe/Berlin")
    sunday_one = round(datetime(2025, 10, 26, 1, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) * 1000
    spans = [activity(start=sunday_one + minute * MINUTE) for minute in range(240)]  # 01:00 to 04:00, an hour of it twice
    office.deliver(office.enrol(), [notice(at=sunday_one - MINUTE), *spans])
    office.rebuild()
    found = answer(office, "timeline", Timeline, **{"from": "2025-10-26", "to": "2025-10-26"})
    assert found.heatmap[6][:5] == [0, 3600, 7200, 3600, 0]
    assert found.room[6] == [3600, 3600, 7200, *[3600] * 21]
    assert sum(map(sum, found.room)) == 25 * 3600


@pytest.mark.feature("P03")
def test_people_in_other_zones_are_each_on_their_own_clock(office: Office) -> None:
    people = two_people(office, rebuilt=False)
    office.core.writer.do(
        lambda connection: connection.execute(update(Person).where(Person.id == people["boris"]).values(zone="Europe/Berlin"))
    )
    office.rebuild()
    found = answer(office, "timeline", Timeline)
    # 09:00 in Kolkata is 04:30 in Berlin
    assert found.heatmap[0][9] == 3600
    assert found.heatmap[0][4] == 1800
    assert sum(map(sum, found.heatmap)) == answer(office, "overview", Overview).engaged.value


@pytest.mark.feature("I04", "B12")
def test_totals_by_day_week_and_month(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, a_monday())
    office.deliver(pc, [activity(minute) for minute in range(14 * 1440, 14 * 1440 + 30)], first=len(a_monday()) + 1)  # Monday 1 December
    while office.rebuild():
        pass
    found = answer(office, "timeline", Timeline, **{"from": "2025-11-17", "to": "2025-12-03"})
    assert [(week.first.isoformat(), week.last.isoformat(), week.whole, week.engaged) for week in found.weeks] == [
        ("2025-11-17", "2025-11-23", True, 105 * 60),
        ("2025-11-24", "2025-11-30", True, 0),
        ("2025-12-01", "2025-12-03", False, 1800),
    ]
    assert [(month.first, month.last, month.whole, month.engaged, month.people) for month in found.months] == [
        (date(2025, 11, 17), date(2025, 11, 30), False, 6300, 1),
        (date(2025, 12, 1), date(2025, 12, 3), False, 1800, 1),
    ]
    assert sum(day.engaged for day in found.days) == sum(week.engaged for week in found.weeks) == 8100
    assert [day.people for day in found.days] == [1, *[0] * 13, 1, 0, 0]


def test_a_running_day_ends_now(office: Office) -> None:
    minute = now_ms() // MINUTE * MINUTE
    office.deliver(
        office.enrol(),
        [notice(at=minute - 4 * MINUTE), activity(start=minute - 2 * MINUTE), session((minute - MONDAY_NINE) / MINUTE - 1, "lock")],
    )
    office.rebuild()
    today = office.get("/api/v1/choices").json["today"]
    shown = answer(office, "timeline", Timeline, person=people_of(office)["anita"], **{"from": today, "to": today}).band
    assert shown is not None
    assert shown.parts[-1].end == shown.end <= now_ms()
    assert (shown.parts[-1].presence, shown.times.active) == (Presence.LOCKED, 60)
    assert shown.times.locked <= 120


@pytest.mark.quality("S-23")
def test_another_teams_manager_sees_an_empty_week(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    found = answer(office, "timeline", Timeline, "sunil")
    assert (sum(map(sum, found.heatmap)), sum(map(sum, found.room)), found.band) == (0, 0, None)
    assert sum(day.engaged for day in found.days) == 0
    assert office.get("/api/v1/timeline", "sunil", person=people_of(office)["anita"], **MONDAY).status_code == 403


def test_every_tab_tells_the_same_engaged_time(office: Office) -> None:
    two_people(office)
    office.deliver(
        office.enrol("Sales", BORIS, "PC-3"),
        [notice(account=BORIS), *(activity(minute, account=BORIS) for minute in range(3000, 3050))],
        epoch="c" * 16,
        machine="m3",
    )
    while office.rebuild():
        pass
    heat = answer(office, "timeline", Timeline, **WEEK)
    quiet = answer(office, "inactivity", Inactivity, **WEEK)
    engaged = answer(office, "overview", Overview, **WEEK).engaged
    assert (
        sum(map(sum, heat.heatmap))
        == sum(day.engaged for day in heat.days)
        == sum(day.times.engaged for day in quiet.days)
        == engaged.value
    )
    assert [day.engaged for day in heat.days] == engaged.daily


def change_zone(office: Office, zone: str) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, zone=zone))
