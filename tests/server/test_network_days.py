"""Days of traffic: at every instant the sum of the events, whatever came late, twice or from a PC of somebody in another zone."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import date

import pytest
from sqlalchemy import update

from policy.events import Event
from policy.summaries import Bandwidth
from policy.worktime import local_day
from server import read_ahead
from server.clock import now_ms
from server.days.day_pages import Figures
from server.days.doctor import examine
from server.models import NetworkDay, Person
from server.organisation import AnySession, note_traffic_from, organisation
from server.queries import chunks
from server.queries import network_days as reading
from tests.events import activity, network, notice
from tests.server.asking import WEEK, answer, people_of
from tests.server.conftest import Office

NAMES = ("anita", "boris", "carla")
TWO_DAYS = 2 * 1440


def deliver_some(office: Office, seed: int) -> None:
    """Three PCs' traffic of three days, in batches of which every other one comes twice."""
    for number, name in enumerate(NAMES):
        chance, account = random.Random(seed * 10 + number), f"ACME\\{name}"
        pc = office.enrol(("Accounts", "Sales")[number % 2], account, f"PC-{number}")
        events: list[Event] = [notice(account=account)]
        events += [
            network(
                *(chance.randrange(-TWO_DAYS, TWO_DAYS),),
                app=chance.choice(("a.exe", "b.exe", "c.exe")),
                sent=chance.randrange(1 << 40),
                received=chance.randrange(999),
                estimated=chance.random() < 0.5,
            )
            for _ in range(60)
        ]
        for first in range(0, len(events), 20):
            for _ in range(1 + first % 40 // 20):
                reply = office.deliver(pc, events[first : first + 20], first + 1, epoch=f"{number}" * 16, machine=name)
                assert reply.status_code == 200, reply.text


def told(office: Office) -> list[Bandwidth]:
    scopes: list[dict[str, object]] = [{}, {"team": office.team("Sales")}, {"person": people_of(office)["anita"]}]
    return [answer(office, "bandwidth", Bandwidth, **WEEK, **scope) for scope in scopes]


def from_events(office: Office) -> list[Bandwidth]:
    """The same answers, made from the events alone."""
    office.core.writer.do(lambda connection: note_traffic_from(connection, date.max))
    return told(office)


@pytest.mark.feature("I06")
@pytest.mark.parametrize("seed", [1, 2])
def test_they_are_the_sum_of_the_events(office: Office, seed: int) -> None:
    deliver_some(office, seed)
    office.core.writer.do(lambda connection: connection.execute(update(Person).where(Person.name == "carla").values(zone="Europe/Berlin")))
    added_up = told(office)
    assert added_up[0].total.total > 0
    assert {len(one.apps) for one in added_up} == {3}
    assert added_up == from_events(office)


def test_what_comes_late_changes_a_remembered_day_and_only_that_pc_is_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_some(office, 3)
    before = told(office)[0]
    read: list[int] = []
    honest = reading._read

    def watched(session: AnySession, devices: Collection[int], first: int, last: int) -> reading.Days:
        read.extend(devices)
        return honest(session, devices, first, last)

    monkeypatch.setattr(reading, "_read", watched)
    assert told(office)[0] == before
    assert read == [], "all of these days are over"
    late = office.enrol("Sales", "ACME\\late", "PC-9")
    office.deliver(late, [notice(account="ACME\\late"), network(5, sent=7, received=0)], epoch="9" * 16, machine="late")
    assert told(office)[0].total.total == before.total.total + 7
    office.deliver(late, [network(6, sent=5, received=0)], 3, epoch="9" * 16, machine="late")
    assert told(office)[0].total.total == before.total.total + 12
    assert len(set(read)) == 1


def test_when_the_organisation_moves_to_another_zone_its_days_are_told_from_the_events(office: Office) -> None:
    deliver_some(office, 4)
    before = told(office)[0]
    with office.core.readers.connect() as connection:
        revision = organisation(connection).revision
    change = {"changes": {"zone": "America/New_York"}, "revision": revision}
    assert office.post("/api/v1/settings", "olga", change, "PATCH").status_code == 200
    after = told(office)
    assert after[0].daily != before.daily
    assert after == from_events(office)


def test_the_doctor_names_a_day_that_is_not_the_sum(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), activity(), network(0), network(1)])
    core = office.core

    def found() -> tuple[int, list[str]]:
        return next(
            (one.sound, one.faults) for one in examine(core.readers, core.rules, core.thresholds, now_ms(), 14) if "traffic" in one.what
        )

    assert found() == (1, [])
    core.writer.do(lambda connection: connection.execute(update(NetworkDay).values(sent=NetworkDay.sent + 1)))
    sound, faults = found()
    assert (sound, len(faults)) == (0, 1)
    assert "2025-11-17" in faults[0]


def test_after_a_start_what_is_asked_first_has_been_read_already(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    start = now_ms() // 60_000 * 60_000 - 3 * 86_400_000
    events = [
        notice(at=start),
        *(activity(start=start + minute * 60_000) for minute in range(30)),
        network(start=start, end=start + 60_000),
    ]
    office.deliver(office.enrol(), events)
    while office.rebuild():
        pass
    read_ahead.read_ahead(office.core.readers, now_ms())
    day = local_day(start, "UTC")
    with office.core.readers.connect() as connection:
        for module, name in ((chunks, "person_days"), (reading, "_read")):
            monkeypatch.setattr(module, name, None)  # nothing is left to read with
        chunks.remember(connection, Figures, day, day)
        traffic = reading.network_days(connection, [1], day, day, now_ms())
    assert traffic.sent.sum() == 100
