"""P-03: 10,000 planted identities and secrets, in titles and addresses, reach no file of agent or server, and nothing that is given out."""

from __future__ import annotations

import io
import random
import string
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.clock import Moment
from agent.collectors import Foreground
from agent.desktop.base import Window
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.log import log, start_log
from agent.tabs import Tab, Tabs
from policy.categories import load_rule_book
from policy.events import Activity, Event
from policy.wire import AgentPolicy
from tests.agent.builders import START, open_buffer
from tests.events import ANITA, batch, notice
from tests.server.asking import people_of
from tests.server.conftest import Office

COUNT = 10_000
DAY = "2025-11-20"
PLACES = ("Invoice {} - Excel", "{} - Google Chrome", "Re: {} | Outlook", "scan_{}.pdf - Adobe Acrobat Reader", "KYC ({}) - Google Chrome")
_D = (
    *((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6), (3, 4, 0, 1, 2, 8, 9, 5, 6, 7)),
    *((4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1), (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3)),
    *((8, 7, 6, 5, 9, 3, 2, 1, 0, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)),
)
_P = [(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)]
while len(_P) < 8:
    _P.append(tuple(_P[-1][_P[1][digit]] for digit in range(10)))


def digits(rng: random.Random, count: int, first: str = "123456789") -> str:
    return rng.choice(first) + "".join(rng.choices(string.digits, k=count - 1))


def pan(rng: random.Random) -> str:
    upper = string.ascii_uppercase
    return "".join(rng.choices(upper, k=3)) + rng.choice("PCHABGJLFT") + rng.choice(upper) + digits(rng, 4) + rng.choice(upper)


def aadhaar(rng: random.Random) -> str:
    number = digits(rng, 11, "23456789")
    check = next(digit for digit in string.digits if _verhoeff(number + digit) == 0)
    whole = number + check
    return rng.choice((whole, f"{whole[:4]} {whole[4:8]} {whole[8:]}", f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"))


def _verhoeff(number: str) -> int:
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _D[check][_P[place % 8][int(digit)]]
    return check


def card(rng: random.Random) -> str:
    number = rng.choice(("4", "51", "55", "6011", "37"))
    length = 15 if number == "37" else 16
    number += "".join(rng.choices(string.digits, k=length - 1 - len(number)))
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    whole = number + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
    return whole if length == 15 or rng.random() < 0.5 else " ".join(whole[place : place + 4] for place in range(0, 16, 4))


def phone(rng: random.Random) -> str:
    number = digits(rng, 10, "6789")
    return rng.choice((f"+91 {number[:5]} {number[5:]}", f"+91{number}", f"0{number}", f"+91-{number}"))


def mail(rng: random.Random) -> str:
    name = "".join(rng.choices(string.ascii_lowercase, k=9))
    return f"{name}.{rng.randint(10, 999)}@{rng.choice(('gmail.com', 'example.co.in', 'firma.de'))}"


KINDS = (pan, aadhaar, card, phone, mail)


def planted() -> Iterator[tuple[str, str, str]]:
    """(secret, title, address): five kinds in titles, and a token in each address."""
    rng = random.Random(20261120)
    for number in range(COUNT // 2):
        secret, token = KINDS[number % len(KINDS)](rng), "tok" + "".join(rng.choices(string.ascii_letters + string.digits, k=24))
        yield secret, rng.choice(PLACES).format(secret), f"https://user:{token}@shop.example.com/pay/{token}?session={token}#{token}"


@pytest.mark.quality("P-03")
@pytest.mark.feature("N02", "N03", "G05")
@pytest.mark.timeout(240)
def test_of_10_000_planted_secrets_none_is_in_any_file(tmp_path: Path) -> None:
    rows = list(planted())
    secrets = {secret for secret, _, _ in rows} | {address.split("/")[4].split("?")[0] for _, _, address in rows}
    assert len(secrets) > 0.98 * COUNT
    events = _recorded(rows)
    office = Office(tmp_path / "server")
    agent = tmp_path / "agent"
    agent.mkdir()
    start_log(agent / "agent.log", "DEBUG")
    buffer = open_buffer(agent)
    buffer.append(events, START)
    log.info("recorded", count=len(events))
    waiting = [row.event for row in buffer.peek(100_000, 1 << 30, START).rows]
    assert len(waiting) == len(events)
    device = office.enrol()
    told = [msgspec.to_builtins(notice()), *(msgspec.json.decode(event) for event in waiting)]
    for place in range(0, len(told), 1_000):
        assert office.send(device, batch(told[place : place + 1_000], first=place + 1)).status_code == 200
    files = [path for root in (agent, tmp_path / "server") for path in root.rglob("*") if path.is_file()]
    assert {"buffer.db", "agent.log", "workpulse.db", "workpulse.db-wal"} <= {path.name for path in files}
    everything = b"\n".join((*waiting, *(path.read_bytes() for path in files), *_given_out(office)))
    found = [secret for secret in secrets if secret.encode() in everything]
    assert found == []
    assert b"shop.example.com" in everything, "the site itself is what may be known"
    assert b"Excel" in everything
    buffer.close()
    office.close()


def _given_out(office: Office) -> Iterator[bytes]:
    """What leaves the server: the answers from which the console's exports are made, and the copy a person asks for."""
    office.rebuild()
    for tab in ("overview", "urls", "applications", "timeline", "inactivity"):
        reply = office.get(f"/api/v1/{tab}", "olga", **{"from": DAY, "to": DAY})
        assert reply.status_code == 200, reply.text
        yield reply.data
    with zipfile.ZipFile(io.BytesIO(office.get(f"/api/v1/people/{people_of(office)['anita']}/export", "clara").data)) as copy:
        assert any(copy.getinfo(name).file_size > 100_000 for name in copy.namelist()), "her records are in it"
        yield from (copy.read(name) for name in copy.namelist())


def _recorded(rows: list[tuple[str, str, str]]) -> list[Event]:
    """What the collector makes of an hour in front of them, with whole titles allowed: the least careful setting there is."""
    clock = {"mono": 0}
    tabs = Tabs()
    scenes = []
    for number, (_, title, address) in enumerate(rows, 1):
        app = "chrome.exe" if "Chrome" in title else "excel.exe"
        scenes.append(Scene(number * 1_000, Window(app, title, address if app == "chrome.exe" else None)))
        tabs.tell("aw-watcher-web-chrome", Tab(title, address, number * 1_000, str(number)))
    desktop = ScriptedDesktop(scenes, lambda: clock["mono"], ANITA)
    desktop._scene = lambda: scenes[max(0, clock["mono"] // 1_000 - 1)]  # type: ignore[method-assign]
    collector = Foreground(load_rule_book(), AgentPolicy(revision=1, notice="1", titles="full"), 3.0, tabs)
    collector.begin(desktop, Moment(START, 0))
    events: list[Event] = []
    for number in range(1, len(rows) + 1):
        clock["mono"] = number * 1_000
        events += collector.collect(desktop, Moment(START + clock["mono"], clock["mono"]))
    events += collector.finish(desktop, Moment(START + clock["mono"], clock["mono"]))
    assert sum(isinstance(event, Activity) for event in events) > len(rows) * 0.9
    return events
