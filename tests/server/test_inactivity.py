"""The Inactivity Monitor: what was counted each minute, presences apart, quiet stretches, and evidence without a verdict."""

from __future__ import annotations

import msgspec
import pytest

from policy.presence import Presence
from policy.summaries import Inactivity, Overview, Review
from server.days.packed import unpack_quarters
from server.models import LedgerDay, LedgerQuarter
from tests.events import MONDAY_NINE, activity, notice, session
from tests.server.asking import MONDAY, WEEK, a_monday, answer, people_of, two_people
from tests.server.conftest import Office

MINUTE = 60_000


@pytest.mark.feature("I05")
def test_input_is_told_minute_by_minute(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    found = answer(office, "inactivity", Inactivity, person=people_of(office)["anita"])
    assert found.minutes is not None
    told = {(one.start - MONDAY_NINE) // MINUTE: (one.keys, one.clicks, one.scrolls, one.pointer_px) for one in found.minutes}
    assert list(told) == [*range(95), *range(125, 140)]
    assert (told[0], told[60], told[70], told[125]) == ((40, 4, 0, 200), (0, 4, 0, 200), (40, 4, 3, 200), (0, 0, 0, 0))


@pytest.mark.feature("I05")
def test_the_minutes_of_two_pcs_are_added_and_agree_with_the_ledger(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.deliver(office.enrol(hostname="PC-2"), a_monday(), epoch="2" * 16, machine="m2")
    office.rebuild()
    found = answer(office, "inactivity", Inactivity, person=people_of(office)["anita"])
    assert found.minutes is not None
    assert found.minutes[0].keys == 80
    rows = [quarter for row in office.rows(LedgerQuarter) for quarter in unpack_quarters(row.packed, 0)]
    for name in ("keys", "clicks", "scrolls", "pointer_px"):
        assert sum(getattr(one, name) for one in found.minutes) == sum(getattr(row, name) for row in rows)


def test_what_a_pause_holds_is_not_told(office: Office) -> None:
    events = [notice(), activity(0), session(1, "pause"), activity(2), session(3, "resume"), activity(4)]
    office.deliver(office.enrol(), events)
    office.rebuild()
    found = answer(office, "inactivity", Inactivity, person=people_of(office)["anita"])
    assert found.minutes is not None
    assert [(one.start - MONDAY_NINE) // MINUTE for one in found.minutes] == [0, 4]


@pytest.mark.feature("I05")
def test_each_presence_is_kept_apart_by_day_and_by_person_as_the_ledger_has_it(office: Office) -> None:
    two_people(office)
    found = answer(office, "inactivity", Inactivity, **WEEK)
    monday = found.days[0].times
    assert (monday.idle, monday.locked, monday.paused) == (2 * 300, 2 * 1800, 0)
    assert {one.person.name: (one.times.idle, one.times.locked) for one in found.people} == {"anita": (300, 1800), "boris": (300, 1800)}
    for presence in Presence:
        ledger = sum(getattr(row, presence.value) for row in office.rows(LedgerDay))
        assert sum(day.times.of(presence) for day in found.days) == sum(one.times.of(presence) for one in found.people) == ledger
    assert found.days[0].times == answer(office, "overview", Overview).days[0].times


@pytest.mark.feature("I05")
def test_the_longest_quiet_stretches_come_first(office: Office) -> None:
    two_people(office)
    found = answer(office, "inactivity", Inactivity)
    assert [(one.person.name, one.presence.value, (one.end - one.start) // MINUTE) for one in found.quiet] == [
        ("anita", "locked", 30),
        ("boris", "locked", 30),
        ("anita", "idle", 5),
        ("boris", "idle", 5),
    ]
    assert found.quiet[0].start == MONDAY_NINE + 95 * MINUTE
    assert (found.unsearched, found.unsearched_most) == (0, 0)


def test_idle_time_in_several_apps_is_one_stretch(office: Office) -> None:
    quiet_minutes = [
        activity(
            minute,
            app=("excel.exe", "code.exe")[minute % 2],
            keys=0,
            clicks=0,
            pointer_px=0,
            moving_samples=0,
            zero_samples=60,
            idle_ms=90_000,
        )
        for minute in range(1, 9)
    ]
    office.deliver(office.enrol(), [notice(), activity(0), *quiet_minutes, activity(9)])
    office.rebuild()
    [one] = answer(office, "inactivity", Inactivity).quiet
    assert (one.presence, one.end - one.start) == (Presence.IDLE, 8 * MINUTE)


@pytest.mark.feature("E05")
def test_review_is_suggested_with_the_numbers_and_changes_no_total(office: Office) -> None:
    regular = [activity(minute, keys=60, zero_samples=0, distinct_counts=1, samples=60) for minute in range(2)]
    repeated = [activity(minute, keys=31, clicks=7, pointer_px=123) for minute in range(10, 17)]
    office.deliver(office.enrol(), [notice(), *regular, activity(5), *repeated])
    office.rebuild()
    found = answer(office, "inactivity", Inactivity, person=people_of(office)["anita"])
    assert found.review is not None
    told = {(one.start - MONDAY_NINE) // MINUTE: (one.keys, one.zero_samples, one.distinct_counts, one.repeats) for one in found.review}
    assert told == {0: (60, 0, 1, 2), 1: (60, 0, 1, 2)} | dict.fromkeys(range(10, 17), (31, 30, 5, 7))
    assert found.people[0].review_minutes == found.days[0].review_minutes == len(found.review) == 9
    assert found.people[0].times.active == 10 * 60


def test_evidence_is_numbers_and_no_word_that_judges() -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(Review)}
    assert set(fields.values()) == {int}


def test_minutes_are_one_persons_and_one_days(office: Office) -> None:
    people = two_people(office)
    everybody = answer(office, "inactivity", Inactivity)
    assert (everybody.minutes, everybody.review) == (None, None)
    week = answer(office, "inactivity", Inactivity, person=people["anita"], **WEEK)
    assert (week.minutes, week.review) == (None, None)


@pytest.mark.quality("S-23")
def test_another_teams_manager_sees_nobody(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    found = answer(office, "inactivity", Inactivity, "sunil")
    assert (found.people, found.quiet, found.days[0].times.total) == ([], [], 0)
    assert office.get("/api/v1/inactivity", "sunil", person=people_of(office)["anita"], **MONDAY).status_code == 403
