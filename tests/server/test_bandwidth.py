"""Bandwidth: every byte that was reported, once, with the person whose PC it was."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select, update

from policy.events import Network
from policy.summaries import Bandwidth, Traffic
from server.models import NetworkSpan, Person
from server.queries import bandwidth
from tests.events import ANITA, BORIS, activity, network, notice, session
from tests.server.asking import MONDAY, WEEK, answer, people_of
from tests.server.conftest import Office


@pytest.mark.feature("I06", "F08", "M01b")
def test_bytes_are_told_by_app_with_estimated_ones_apart(office: Office) -> None:
    events = [
        network(0, sent=100, received=900, estimated=False),
        network(1, sent=7, received=70, estimated=True),
        network(2, app="chrome.exe", sent=5, received=50_000, estimated=False),
        network(1440, app="chrome.exe", sent=1, received=1, estimated=True),
    ]
    office.deliver(office.enrol(), [notice(), *events])
    found = answer(office, "bandwidth", Bandwidth, **WEEK)
    assert [(one.app, one.name, one.people) for one in found.apps] == [
        ("chrome.exe", "Google Chrome", 1),
        ("excel.exe", "Microsoft Excel", 1),
    ]
    assert found.apps[0].traffic == Traffic(sent=5, received=50_000, sent_estimated=1, received_estimated=1)
    assert found.apps[1].traffic == Traffic(sent=100, received=900, sent_estimated=7, received_estimated=70)
    assert found.apps[0].daily == [50_005, 2, 0, 0, 0, 0, 0]
    assert found.daily[0] == Traffic(sent=105, received=50_900, sent_estimated=7, received_estimated=70)
    assert [(one.person.name, one.traffic) for one in found.people] == [("anita", found.total)]
    assert found.total.total == 105 + 50_900 + 77 + 2
    assert found.nobody == Traffic()


@pytest.mark.feature("M01b")
def test_an_owner_sees_every_byte_once_whatever_the_pc(office: Office) -> None:
    chance = random.Random(4)
    for number, account in enumerate((ANITA, BORIS, None)):
        pc = office.enrol("Accounts" if account == ANITA else "Sales", account or ANITA, f"PC-{number}")
        shared = (
            [notice(account=BORIS), session(100, "logon", account=ANITA), session(500, "unlock", account=BORIS)] if account is None else []
        )
        events = [
            network(
                chance.randrange(1400),
                app=chance.choice(("a.exe", "b.exe")),
                sent=chance.randrange(9999),
                received=1,
                estimated=chance.random() < 0.5,
            )
            for _ in range(200)
        ]
        reply = office.deliver(pc, [notice(account=account or ANITA), *shared, *events], epoch=str(number) * 16, machine=str(number))
        assert reply.status_code == 200, reply.text
    with office.core.readers.connect() as connection:
        stored = connection.execute(select(func.sum(NetworkSpan.sent + NetworkSpan.received))).scalar_one()
    found = answer(office, "bandwidth", Bandwidth, **WEEK)
    assert found.nobody is not None and found.nobody.total > 0
    assert found.total.total == stored
    assert sum(one.traffic.total for one in found.people) + found.nobody.total == stored
    assert sum(one.traffic.total for one in found.apps) == sum(day.total for day in found.daily) == stored
    assert all(sum(one.daily) == one.traffic.total for one in found.apps)


@pytest.mark.feature("I06")
def test_a_shared_pc_belongs_to_whom_came_last_and_before_that_to_nobody(office: Office) -> None:
    events = [
        notice(),
        notice(account=BORIS),
        network(0, sent=1, received=0),
        session(10, "logon"),
        network(11, sent=10, received=0),
        session(20, "lock"),
        network(21, sent=100, received=0),
        session(30, "unlock", account=BORIS),
        network(31, sent=1000, received=0),
        session(40, "resume"),
        network(1440, sent=10_000, received=0),
    ]
    office.deliver(office.enrol(), events)
    found = answer(office, "bandwidth", Bandwidth, **WEEK)
    assert {one.person.name: one.traffic.total for one in found.people} == {"anita": 10_110, "boris": 1000}
    assert found.nobody is not None and found.nobody.total == 1
    assert [one.people for one in found.apps] == [2]
    tuesday = answer(office, "bandwidth", Bandwidth, **{"from": "2025-11-18", "to": "2025-11-18"})
    assert {one.person.name: one.traffic.total for one in tuesday.people} == {"anita": 10_000}  # since the day before
    assert (tuesday.total.total, tuesday.previous.total) == (10_000, 1111)


def test_only_the_owner_of_everything_sees_nobodys_bytes(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), notice(account=BORIS), network(0)])
    assert answer(office, "bandwidth", Bandwidth).nobody == Traffic(sent_estimated=100, received_estimated=900)
    for who, query in (("meera", {}), ("olga", {"team": office.team("Accounts")}), ("olga", {"person": people_of(office)["anita"]})):
        found = answer(office, "bandwidth", Bandwidth, who, **query)
        assert (found.nobody, found.total.total) == (None, 0)


def test_a_day_is_the_persons_own(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), network(13 * 60 + 30), network(15 * 60 - 1), network(15 * 60)])  # 22:30, 23:59 and 00:00
    assert [day.total for day in answer(office, "bandwidth", Bandwidth, **WEEK).daily][:2] == [2000, 1000]
    berlin = update(Person).values(zone="Europe/Berlin")
    office.core.writer.do(lambda connection: connection.execute(berlin))
    assert [day.total for day in answer(office, "bandwidth", Bandwidth, **WEEK).daily][:2] == [3000, 0]


def test_what_is_left_out_of_the_list_is_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bandwidth, "MOST_APPS", 2)
    events: list[Network] = [network(number, app=f"{number}.exe", sent=number, received=0) for number in range(1, 6)]
    office.deliver(office.enrol(), [notice(), *events])
    found = answer(office, "bandwidth", Bandwidth)
    assert ([one.app for one in found.apps], found.truncated, found.total.total) == (["5.exe", "4.exe"], 3, 15)


@pytest.mark.quality("S-23")
def test_another_teams_manager_sees_no_byte(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), activity(), network(0)])
    found = answer(office, "bandwidth", Bandwidth, "sunil")
    assert (found.apps, found.people, found.total, found.nobody) == ([], [], Traffic(), None)
    assert office.get("/api/v1/bandwidth", "sunil", person=people_of(office)["anita"], **MONDAY).status_code == 403
    assert answer(office, "bandwidth", Bandwidth, "meera").total.total == 1000


def test_figures_larger_than_32_bits_are_told_exactly(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), network(0, sent=2**52, received=2**52 + 1, estimated=False)])
    assert answer(office, "bandwidth", Bandwidth).total == Traffic(sent=2**52, received=2**52 + 1)
