"""A report says what the tabs say: every figure of it beside the API's answer, over random periods and scopes, on both stores."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policy.summaries import Alerts, Applications, Bandwidth, ClientRule, Files, Inactivity, Overview, Report, Rhythm, Sites, Timeline
from policy.summaries.report import Arrival, Load
from server.clock import now_ms
from server.organisation import change_organisation
from server.queries.report import COMPANY, Scope, Wanted, report
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, file, network, notice, session
from tests.server.asking import answer, people_of
from tests.server.conftest import Office
from tests.server.test_figures_agree import MONDAY, some_days

DAY_MS = 86_400_000
RULES = [
    ClientRule("github", "C-17", "Acme", "Portal"),
    ClientRule("excel", "C-2", "Bose", billable=False),
    ClientRule("youtube com", "C-17", "Acme", "Portal"),
]


@pytest.fixture
def filled(office: Office) -> Office:
    """Two people with days of every kind of record."""
    more = [*(network(minute) for minute in range(0, 60, 7)), *(file(minute, action="deleted") for minute in range(3))]
    assert office.deliver(office.enrol(), [*some_days(ANITA, 1), *more]).status_code == 200
    boris = office.enrol("Sales", BORIS, "PC-2")
    burst = [file(5, account=BORIS, action="deleted", path=f"C:\\{number}.txt") for number in range(25)]
    assert office.deliver(boris, [*some_days(BORIS, 2), *burst], epoch="b" * 16, machine="m2").status_code == 200
    office.core.writer.do(lambda connection: change_organisation(connection, client_rules=RULES))
    office.rebuild()
    return office


def made(office: Office, wanted: Wanted) -> Report:
    core = office.core
    with core.readers.connect() as connection:
        return report(connection, wanted, core.rules, core.thresholds, now_ms())


SCOPES = {"everybody": "company", "Accounts": "team", "Sales": "team", "anita": "person", "boris": "person"}


def scope_of(office: Office, whom: str) -> tuple[Scope, dict[str, int]]:
    """Return a scope as a report knows it, and as the API is asked for it."""
    kind = SCOPES[whom]
    if kind == "company":
        return COMPANY, {}
    number = office.team(whom) if kind == "team" else people_of(office)[whom]
    return Scope(kind, number), {kind: number}  # type: ignore[arg-type]


@pytest.mark.feature("J01", "J02", "J04", "J06", "J11")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(-8, 8), rhythm=st.sampled_from(Rhythm), whom=st.sampled_from(list(SCOPES)))
def test_every_figure_is_the_tabs(filled: Office, offset: int, rhythm: Rhythm, whom: str) -> None:
    scope, asked = scope_of(filled, whom)
    wanted = Wanted(rhythm, MONDAY + timedelta(days=offset), scope)
    found = made(filled, wanted)
    first, last = wanted.days
    query: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()} | asked
    assert found.overview == replace(answer(filled, "overview", Overview, **query), now=[])
    assert found.applications == answer(filled, "applications", Applications, **query)
    assert found.sites == answer(filled, "urls", Sites, **query)
    assert found.inactivity == replace(answer(filled, "inactivity", Inactivity, **query), minutes=None, review=None)
    bytes_of = answer(filled, "bandwidth", Bandwidth, **query)
    assert found.bandwidth == bytes_of
    alerts = answer(filled, "alerts", Alerts, **query, all=1, limit=500).alerts
    assert [one.id for one in found.alerts] == [one.id for one in alerts if one.kind != "looks" or whom == "everybody"]
    events = answer(filled, "files", Files, **query, limit=500)
    assert found.files.total == len(events.rows)
    assert {(one.person.id, one.count) for one in found.files.bursts} == {(one.person.id, one.count) for one in events.bursts or []}
    in_itself(found, answer(filled, "timeline", Timeline, **query))


def in_itself(found: Report, timeline: Timeline) -> None:
    """See that the parts of a report that no tab has are made of what the tabs have."""
    engaged = found.overview.engaged.value or 0
    assert engaged == sum(one.engaged for one in timeline.days) == sum(one.engaged for one in found.days)
    assert engaged == sum(one.times.engaged for one in found.teams) == found.trend[-1].times.engaged
    assert found.attribution is not None and found.attribution.total == engaged and found.attribution.unattributed >= 0
    assert (
        (found.overview.engaged.previous or 0) == sum(one.engaged or 0 for one in found.before) == sum(one.previous for one in found.teams)
    )
    assert (found.trend[-1].first, found.trend[-1].last) == (found.period.first, found.period.last)
    assert found.trend[-1].productivity == found.overview.productivity.value
    assert found.trend[-1].coverage == found.overview.coverage.value
    assert sum(one.real_hours for one in found.days) == sum(one.real_hours for one in found.teams)
    assert all(0 <= one.in_shift <= one.engaged for one in found.days if one.shift_start)
    assert {one.arrival for one in found.days} <= set(Arrival)
    assert len(found.days) == len(found.overview.people) * len(found.overview.days)
    assert found.coverage.missing <= found.coverage.expected


@pytest.mark.feature("J06")
def test_time_goes_to_the_client_whose_token_is_in_app_site_or_title_and_only_the_code_is_shown(filled: Office) -> None:
    shares = made(filled, Wanted(Rhythm.WEEK, MONDAY)).attribution
    assert shares is not None
    assert {(one.person.name, one.code, one.billable) for one in shares.rows} == {
        ("anita", "C-17", True), ("anita", "C-2", False), ("boris", "C-17", True), ("boris", "C-2", False),
    }  # fmt: skip
    times = answer(filled, "urls", Sites, **{"from": "2025-11-17", "to": "2025-11-23"})
    at = {one.site: one.engaged for one in times.sites}
    assert sum(one.seconds for one in shares.rows if one.code == "C-17") == at["github.com"] + at["youtube.com"]
    assert b"github" not in msgspec.json.encode(shares)


@pytest.mark.feature("J07", "J11")
def test_a_night_shift_belongs_to_the_day_it_begins_on(office: Office) -> None:
    night = MONDAY_NINE + 13 * 3_600_000  # 22:00
    events = [notice(), session(-1, "boot"), *(activity(start=night + minute * 60_000) for minute in range(5, 7 * 60))]
    assert office.deliver(office.enrol(), events).status_code == 200
    office.rebuild()
    week = {"zone": "Asia/Kolkata", "week": [[(22 * 60, 30 * 60)]] * 5 + [[], []]}
    office.core.writer.do(lambda connection: change_organisation(connection, hours=week))
    monday, tuesday, *_ = made(office, Wanted(Rhythm.WEEK, MONDAY)).days
    assert (monday.arrival, monday.first, monday.last) == (Arrival.ON_TIME, night + 5 * 60_000, night + 7 * 3_600_000)
    assert monday.in_shift == (7 * 60 - 5) * 60
    assert (tuesday.arrival, tuesday.first, tuesday.engaged) == (Arrival.NOT_SEEN, None, 5 * 3600)
    assert (monday.real_hours, tuesday.real_hours) == (2, 8), "each counts on the date its forty minutes complete"


@pytest.mark.feature("J11")
@pytest.mark.parametrize(("minutes", "arrival"), [(0, Arrival.ON_TIME), (10, Arrival.ON_TIME), (11, Arrival.LATE)])
def test_ten_minutes_are_on_time_and_eleven_are_late(office: Office, minutes: int, arrival: Arrival) -> None:
    assert office.deliver(office.enrol(), [notice(), *(activity(minute) for minute in range(minutes, minutes + 5))]).status_code == 200
    office.rebuild()
    monday, tuesday, *_, saturday, _sunday = made(office, Wanted(Rhythm.WEEK, MONDAY)).days
    assert (monday.arrival, tuesday.arrival, saturday.arrival) == (arrival, Arrival.NOT_SEEN, Arrival.FREE)


@pytest.mark.feature("J09")
def test_load_is_held_against_the_teams_own_median_and_not_said_of_very_few(filled: Office) -> None:
    assert {one.load for one in made(filled, Wanted(Rhythm.WEEK, MONDAY)).workload} == {Load.UNKNOWN}


def test_the_usual_is_the_median_of_four_periods_before(filled: Office) -> None:
    later = made(filled, Wanted(Rhythm.DAY, MONDAY + timedelta(days=4)))
    days = [made(filled, Wanted(Rhythm.DAY, MONDAY + timedelta(days=number))).overview.engaged.value or 0 for number in range(4)]
    assert later.usual.engaged == (sum(days) - max(days) - min(days)) / 2
    assert [one.times.engaged for one in later.trend[-5:-1]] == days
