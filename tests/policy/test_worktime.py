"""Local days tile time in every zone, and work hours keep their meaning when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.worktime import (
    DEFAULT_HOURS,
    QUARTER_MS,
    WorkHours,
    day_bounds,
    is_work_time,
    local_day,
    quarter_of,
    work_intervals,
)

HOUR = 3_600_000
ALL_ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
DAY_ONE, DAY_LAST = date(2000, 1, 1), date(2037, 12, 31)

days = st.dates(DAY_ONE, DAY_LAST)
zones = st.sampled_from(ALL_ZONES)
instants = st.integers(946_684_800_000, 2_145_916_800_000)


def hours_of(day: date, zone: str) -> float:
    start, end = day_bounds(day, zone)
    return (end - start) / HOUR


def instant(*parts: int, zone: str = "UTC", fold: int = 0) -> int:
    return round(datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)  # type: ignore[arg-type,misc]


@pytest.mark.quality("C-02")
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2025, 3, 30), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("Europe/Berlin", date(2024, 2, 29), 24),
        ("Europe/Berlin", date(2025, 12, 31), 24),
        ("America/New_York", date(2025, 3, 9), 23),
        ("America/New_York", date(2025, 11, 2), 25),
        ("Australia/Lord_Howe", date(2025, 10, 5), 23.5),
        ("Australia/Lord_Howe", date(2025, 4, 6), 24.5),
        ("Pacific/Chatham", date(2025, 9, 28), 23),
        ("Pacific/Chatham", date(2025, 4, 6), 25),
        ("America/St_Johns", date(2025, 3, 9), 23),
        ("Asia/Kolkata", date(2025, 3, 30), 24),
        ("Asia/Kathmandu", date(2025, 10, 26), 24),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Africa/Cairo", date(2024, 4, 26), 23),
        ("Africa/Cairo", date(2024, 10, 31), 25),
        ("Asia/Beirut", date(2024, 3, 31), 23),
        ("America/Havana", date(2024, 11, 3), 25),
    ],
)
def test_a_local_day_has_its_real_length(zone: str, day: date, hours: float) -> None:
    assert hours_of(day, zone) == hours


@pytest.mark.quality("C-02")
@pytest.mark.parametrize(
    ("zone", "day"), [("America/Sao_Paulo", date(2018, 11, 4)), ("Africa/Cairo", date(2024, 4, 26)), ("Asia/Beirut", date(2024, 3, 31))]
)
def test_a_day_without_midnight_begins_at_one_o_clock(zone: str, day: date) -> None:
    start, _ = day_bounds(day, zone)
    assert datetime.fromtimestamp(start / 1000, ZoneInfo(zone)).replace(tzinfo=None) == datetime(day.year, day.month, day.day, 1)


@pytest.mark.quality("C-02")
def test_days_in_kolkata_and_kathmandu_begin_where_their_odd_offsets_say() -> None:
    assert day_bounds(date(2025, 11, 20), "Asia/Kolkata")[0] == instant(2025, 11, 19, 18, 30)
    assert day_bounds(date(2025, 11, 20), "Asia/Kathmandu")[0] == instant(2025, 11, 19, 18, 15)


@pytest.mark.quality("C-02")
def test_a_day_that_ends_twice_is_not_gone_back_to() -> None:
    """St John's went from 00:01 back to 23:01: the hour that came again belongs to the day that had begun."""
    zone, sunday = "America/St_Johns", date(2009, 11, 1)
    begins, ends = day_bounds(sunday, zone)
    assert (ends - begins) / HOUR == 25
    again = begins + 30 * 60_000
    assert datetime.fromtimestamp(again / 1000, ZoneInfo(zone)).date() == sunday - timedelta(days=1)
    assert local_day(again, zone) == sunday
    assert local_day(begins - 1, zone) == sunday - timedelta(days=1)


@pytest.mark.quality("C-02")
@pytest.mark.parametrize(
    "zone", ["America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Gaza", "America/Nuuk"]
)
def test_every_minute_around_every_change_of_the_clock_lies_in_the_day_that_claims_it(zone: str) -> None:
    many = [DAY_ONE + timedelta(days=number) for number in range(27 * 365)]
    odd = [day for day in many if hours_of(day, zone) != 24]
    assert odd
    for day in odd:
        start, end = day_bounds(day, zone)
        for moment in range(start - 2 * HOUR, end + 2 * HOUR, 17 * 60_000):
            assert (local_day(moment, zone) == day) == (start <= moment < end)


@pytest.mark.quality("C-02")
@given(instants, zones)
def test_each_instant_lies_in_exactly_the_day_it_is_said_to(moment: int, zone: str) -> None:
    day = local_day(moment, zone)
    start, end = day_bounds(day, zone)
    assert start <= moment < end


@pytest.mark.quality("C-02")
@given(days, zones)
def test_days_follow_one_another_without_hole_or_overlap(day: date, zone: str) -> None:
    bounds = [day_bounds(day + timedelta(days=number), zone) for number in range(-2, 5)]
    assert all(before[1] == after[0] for before, after in pairwise(bounds))
    assert all(start <= end for start, end in bounds)


@pytest.mark.quality("C-02")
@given(days, zones)
def test_every_day_begins_on_a_quarter_hour(day: date, zone: str) -> None:
    start, _ = day_bounds(day, zone)
    assert start % QUARTER_MS == 0


def test_quarters_are_counted_from_the_epoch() -> None:
    assert quarter_of(instant(2025, 11, 20, 10, 14, 59)) == instant(2025, 11, 20, 10)
    assert quarter_of(instant(2025, 11, 20, 10, 15)) == instant(2025, 11, 20, 10, 15)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "zone.tab", "Europe/Berlin\0"])
def test_an_unknown_zone_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone; names look like"):
        local_day(0, name)
    with pytest.raises(ValueError, match="is not a time zone"):
        day_bounds(DAY_ONE, name)


def test_by_default_work_is_monday_to_friday_nine_to_six() -> None:
    hours = msgspec.structs.replace(DEFAULT_HOURS, zone="Asia/Kolkata")
    friday, saturday = date(2025, 11, 21), date(2025, 11, 22)
    assert work_intervals(hours, friday) == [
        (instant(2025, 11, 21, 9, zone="Asia/Kolkata"), instant(2025, 11, 21, 18, zone="Asia/Kolkata"))
    ]
    assert work_intervals(hours, saturday) == []


def every_day(*shifts: tuple[int, int], zone: str = "Europe/Berlin") -> WorkHours:
    return WorkHours(zone, [list(shifts)] * 7)


@pytest.mark.quality("C-02")
@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 29), 7), (date(2025, 10, 25), 9), (date(2025, 6, 1), 8)])
def test_a_night_shift_lasts_as_long_as_the_night_did(day: date, hours: int) -> None:
    ((start, end),) = work_intervals(every_day((22 * 60, 30 * 60)), day)
    assert end - start == hours * HOUR
    assert local_day(end, "Europe/Berlin") == day + timedelta(days=1)


@pytest.mark.quality("C-02")
def test_a_shift_within_the_hour_that_is_skipped_does_not_take_place() -> None:
    assert work_intervals(every_day((120, 180)), date(2025, 3, 30)) == []
    assert work_intervals(every_day((150, 300)), date(2025, 3, 30)) == [(instant(2025, 3, 30, 1), instant(2025, 3, 30, 3))]


@pytest.mark.quality("C-02")
def test_two_shifts_that_meet_in_the_hour_that_comes_twice_stay_side_by_side() -> None:
    ((start, end),) = work_intervals(every_day((0, 150), (150, 360)), date(2025, 10, 26))
    assert (start, end) == (instant(2025, 10, 25, 22), instant(2025, 10, 26, 5))
    ((_, first_end),) = work_intervals(every_day((0, 150)), date(2025, 10, 26))
    ((second_start, _),) = work_intervals(every_day((150, 360)), date(2025, 10, 26))
    assert first_end == second_start


@pytest.mark.quality("C-02")
def test_nobody_works_on_a_day_that_was_skipped() -> None:
    assert work_intervals(every_day((540, 1080), zone="Pacific/Apia"), date(2011, 12, 30)) == []


def test_last_nights_shift_is_work_time_this_morning() -> None:
    hours = WorkHours("UTC", [[(22 * 60, 30 * 60)], [], [], [], [], [], []])
    tuesday = instant(2025, 11, 18)
    assert is_work_time(hours, tuesday + 6 * HOUR - 1)
    assert not is_work_time(hours, tuesday + 6 * HOUR)
    assert not is_work_time(hours, tuesday - 2 * HOUR - 1)
    assert is_work_time(hours, tuesday - 2 * HOUR)


@pytest.mark.parametrize("week", [[], [[]] * 6, [[(600, 600)]] * 7, [[(-1, 600)]] * 7, [[(1440, 1500)]] * 7, [[(600, 2041)]] * 7])
def test_nonsensical_work_hours_are_refused(week: list[list[tuple[int, int]]]) -> None:
    with pytest.raises(ValueError, match=r"must|need"):
        WorkHours("UTC", week)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"zone": "UTC", "week": week}), type=WorkHours)


def test_instants_before_the_epoch_are_days_too() -> None:
    assert local_day(-1, "UTC") == date(1969, 12, 31)
    assert datetime.fromtimestamp(day_bounds(date(2025, 1, 1), "UTC")[0] / 1000, UTC) == datetime(2025, 1, 1, tzinfo=UTC)
