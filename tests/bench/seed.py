"""A store of many people and days for the other benchmarks: `python -m tests.bench.seed FOLDER PEOPLE DAYS [SPANS A DAY]`.

Everything goes through the server's own ingest and ledger, in this process and without the network, so that ten million
spans take minutes. The last day is yesterday.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from policy.events import MINUTE_MS, Event, Notice, Session
from policy.roles import Role
from policy.wire import EnrolRequest, Envelope
from server import enrolment, ingest, ledger, users
from server.clock import now_ms
from server.core import Core
from server.enrolment import KnownDevice
from server.models import Device
from server.organisation import change_organisation
from server.settings import load
from tests.bench.fleet import Habit

TEAMS = 10
DAY_MS = 86_400_000
NINE = 9 * 60
PASSWORD = "long enough password"


def seed(folder: Path, people: int, days: int, spans: int) -> None:
    """Fill an empty folder."""
    core = Core(load({"data": folder}, {}))
    try:
        devices = core.writer.do(lambda connection: _found(connection, people))
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        numbers = dict.fromkeys(devices, 1)
        started = time.perf_counter()
        for back in range(days, 0, -1):
            midnight = int((today - timedelta(days=back)).timestamp() * 1000)
            for first in range(0, people, 50):
                group = list(devices.items())[first : first + 50]
                core.writer.do(partial(_day, core, group=group, midnight=midnight, spans=spans, numbers=numbers))
            if back % 10 == 1:
                print(f"{days - back + 1} days in after {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        started, rebuilt = time.perf_counter(), 0
        while done := ledger.rebuild(core.readers, core.writer, core.rules, core.thresholds, now_ms(), 500):
            rebuilt += done
        seconds = time.perf_counter() - started
        print(
            f"{rebuilt} person-days rebuilt in {seconds:.0f} s, {seconds / max(1, rebuilt) * 1000:.1f} ms each", file=sys.stderr, flush=True
        )
    finally:
        core.close()


def _found(connection: Connection, people: int) -> dict[KnownDevice, str]:
    """Make the organisation, an owner and one PC a person; return {device: account}."""
    now = now_ms()
    change_organisation(connection, name="Seeded office", zone="UTC")
    users.add_user(connection, "owner", Role.OWNER, users.new_password_hash(PASSWORD), now)
    devices = {}
    for number in range(people):
        account = f"FLEET\\person{number:04d}"
        code = enrolment.make_code(connection, "0" * 64, now, team=f"Team {number % TEAMS:02d}")
        reply = enrolment.enrol(connection, EnrolRequest(code, f"PC-{number:04d}", "Windows 11", account, "0.1.0"), "seed", now)
        row = connection.execute(Device.__table__.select().where(Device.public_id == reply.device_id)).one()
        devices[KnownDevice(row.id, row.public_id, row.team_id, row.token_hash)] = account
    return devices


Group = list[tuple[KnownDevice, str]]


def _day(core: Core, connection: Connection, group: Group, midnight: int, spans: int, numbers: dict[KnownDevice, int]) -> None:
    """Store one working day of some people; weekends are off."""
    if datetime.fromtimestamp(midnight / 1000, UTC).weekday() > 4:
        return
    for device, account in group:
        events = list(_events(device, account, midnight, spans))
        first = numbers[device]
        if first == 1:
            events.insert(0, Notice(midnight, account, "2026-11", "en", "acknowledged"))
        envelope = Envelope(1, f"{device.id:016x}", first, f"machine {device.id}", now_ms(), "boot", 1)
        decoded = ingest.Decoded(envelope, list(enumerate(events, start=first)), [])
        stored = ingest.store(connection, core.dictionaries, device, decoded, now_ms())
        core.dictionaries.learn_all(stored.learned)
        numbers[device] += len(events)


def _events(device: KnownDevice, account: str, midnight: int, spans: int) -> list[Event]:
    chance = random.Random(f"{device.id} {midnight}")
    start = midnight + (NINE + chance.randint(-20, 20)) * MINUTE_MS
    step, habit = 480 / spans, Habit(account, random.Random(device.id))
    return [
        Session(start - MINUTE_MS, account, "boot"),
        *(habit.minute(start + int(at * step) * MINUTE_MS) for at in range(spans)),
        Session(start + 481 * MINUTE_MS, account, "shutdown"),
    ]


if __name__ == "__main__":
    seed(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 200)
