"""The local clock in SQL: the same hours and days as Python's own zones, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, MetaData, Table, create_engine, insert, select

from policy.worktime import QUARTER_MS
from server.days import wall

ZONES = ("Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham", "UTC")
MOMENTS = Table("moment", MetaData(), Column("at", BigInteger))


@pytest.mark.quality("C-02")
@given(st.sampled_from(ZONES), st.dates(date(2010, 1, 1), date(2027, 1, 1)), st.integers(1, 200))
def test_the_room_of_a_period_is_all_of_it(zone: str, first: date, days: int) -> None:
    start, end = wall.period_bounds(first, first + timedelta(days=days - 1), zone)
    assert sum(wall.room(start, end, zone)) == (end - start) // 1000
    stretches = wall.offsets(start, end, zone)
    assert stretches[0][0] == start and stretches[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(stretches))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("first", [date(2025, 3, 1), date(2025, 10, 1), date(2025, 4, 2)])
def test_sql_and_python_read_the_same_clock(zone: str, first: date) -> None:
    start, end = wall.period_bounds(first, first + timedelta(days=40), zone)
    stretches = wall.offsets(start, end, zone)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        MOMENTS.create(connection)
        connection.execute(insert(MOMENTS), [{"at": at} for at in range(start, end, QUARTER_MS)])
        read = (wall.hour_of(MOMENTS.c.at, stretches), wall.hour_of_week(MOMENTS.c.at, stretches), wall.day_of(MOMENTS.c.at, stretches))
        rows = connection.execute(select(MOMENTS.c.at, *read)).all()
    engine.dispose()
    for at, hour, hour_of_week, day in rows:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone))
        assert (hour, hour_of_week, day) == (local.hour, local.weekday() * 24 + local.hour, local.toordinal())
