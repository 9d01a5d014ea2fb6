"""Two servers on one PostgreSQL database: who comes second yields, waits or takes over, and nobody is told what is not so."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select, text, update

from policy.wire import Ack, EnrolRequest
from server import enrolment, migrations, users
from server.clock import now_ms
from server.days import dirty, ledger
from server.models import (
    Account,
    App,
    Device,
    DirtyDay,
    Epoch,
    LedgerDay,
    OwnerLink,
    Person,
    SessionToken,
    Setting,
    Span,
    Team,
    Title,
    User,
    UserTeam,
)
from server.models import Path as PathText
from server.organisation import change_organisation, ledger_revision, note_ledger_revision, organisation
from server.people import account_of, team_named
from server.store.db import UnfitStoreError, database_url
from server.store.dictionary import Dictionaries
from server.store.election import Election
from server.store.writer import StoreUnavailableError, Writer
from tests.events import ANITA, MONDAY_NINE, activity, notice, session
from tests.postgres import Postgres
from tests.server.conftest import HASHED, Office

ROUNDS = 12
DAY_MS = 86_400_000


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each in a thread of its own; return what came of it."""
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(one, act) for act in acts]]


def both(twins: tuple[Office, Office], work: Callable[[Connection], Any]) -> list[Any]:
    """Let both servers write the same at the same moment."""
    return at_once(*(partial(twin.core.writer.do, work) for twin in twins))


def test_both_may_be_first_with_a_team_an_account_and_a_text(twins: tuple[Office, Office]) -> None:
    first, _ = twins
    people = len(first.rows(Person))
    for number in range(ROUNDS):
        for make in (
            lambda connection, number=number: team_named(connection, f"Team {number}"),
            lambda connection, number=number: account_of(connection, f"OFFICE\\person{number}", None, 1),
            lambda connection, number=number: Dictionaries().numbers_of(connection, App, [f"app{number}.exe", None]),
        ):
            one, other = both(twins, make)
            assert one == other
    assert len(first.rows(Person)) == people + ROUNDS, "a person was made for an account that another server had made"


def test_words_met_in_opposite_orders_make_nobody_wait_in_a_ring(twins: tuple[Office, Office]) -> None:
    words = [f"title {number}" for number in range(40)]

    def learn(connection: Connection, order: list[str]) -> None:
        for word in order:
            Dictionaries().numbers_of(connection, Title, [word])

    first, second = twins
    began = time.monotonic()
    at_once(
        partial(first.core.writer.do, partial(learn, order=words)),
        partial(second.core.writer.do, partial(learn, order=words[::-1])),
    )
    assert sorted(row.text for row in first.rows(Title)) == sorted(words)
    assert time.monotonic() - began < 0.9, "they waited until PostgreSQL found the deadlock"


def test_every_change_of_the_organisation_counts(twins: tuple[Office, Office]) -> None:
    first, second = twins
    before = organisation_of(first).revision
    for number in range(ROUNDS):
        at_once(
            partial(first.core.writer.do, lambda connection, number=number: change_organisation(connection, name=f"Office {number}")),
            partial(second.core.writer.do, lambda connection, number=number: change_organisation(connection, sample_every=1.0 + number)),
        )
    ours = organisation_of(second)
    assert (ours.revision, ours.name, ours.sample_every) == (before + 2 * ROUNDS, f"Office {ROUNDS - 1}", float(ROUNDS))


def organisation_of(office: Office) -> Any:
    with office.core.readers.connect() as connection:
        return organisation(connection)


def test_no_two_changes_of_the_ledger_have_one_number(twins: tuple[Office, Office]) -> None:
    def note(connection: Connection) -> int:
        note_ledger_revision(connection, 7)
        return ledger_revision(connection)

    numbers = [number for _ in range(ROUNDS) for number in both(twins, note)]
    assert len(set(numbers)) == len(numbers)
    assert [row.value for row in twins[0].rows(Setting) if row.name == "ledger_revision"] == [str(max(numbers))]


def test_the_same_first_batch_at_both_is_stored_once(twins: tuple[Office, Office]) -> None:
    first, second = twins
    for number in range(ROUNDS):
        pc = first.enrol(account=f"OFFICE\\{number}", hostname=f"PC-{number}")
        events = [notice(account=f"OFFICE\\{number}"), *(activity(minute, account=f"OFFICE\\{number}") for minute in range(20))]
        replies = at_once(*(partial(twin.deliver, pc, events, epoch=f"{number:016x}") for twin in (first, second)))
        assert [msgspec.json.decode(reply.data, type=Ack).acked for reply in replies] == [21, 21], [reply.text for reply in replies]
    assert len(first.rows(Span)) == 20 * ROUNDS
    assert [row.duplicates for row in first.rows(Epoch)] == [21] * ROUNDS


@pytest.mark.quality("S-22")
def test_a_code_raced_for_at_two_servers_serves_one_pc(twins: tuple[Office, Office]) -> None:
    for number in range(4):
        code = twins[0].code()

        def enrol(twin: Office, at: int, code: str = code) -> int:
            wanted = EnrolRequest(code, f"PC-{at}", "Windows 11", ANITA, "0.1.0")
            address = {"REMOTE_ADDR": f"192.0.2.{at}"}
            return twin.app.test_client().post("/api/v1/enrol", data=msgspec.json.encode(wanted), environ_base=address).status_code

        statuses = at_once(*(partial(enrol, twin, number * 20 + 2 * at + side) for at in range(8) for side, twin in enumerate(twins)))
        assert sorted(statuses) == [201] + [401] * 15
    assert len(twins[0].rows(Device)) == 4


@pytest.mark.quality("S-04")
def test_two_links_at_two_servers_make_one_owner(twins: tuple[Office, Office]) -> None:
    first, _ = twins
    first.core.writer.do(lambda connection: [connection.execute(table.__table__.delete()) for table in (SessionToken, UserTeam, User)])
    keys = both(twins, lambda connection: users.make_owner_link(connection, now_ms()))
    assert len(first.rows(OwnerLink)) == 1, "only the newest link works"

    def become(twin: Office, name: str) -> list[str]:
        made = []
        for key in keys:
            try:
                twin.core.writer.do(lambda connection, key=key: users.make_first_owner(connection, key, name, HASHED, now_ms()))
                made.append(name)
            except users.NotSignedInError:
                continue
        return made

    owners = at_once(*(partial(become, twin, name) for twin, name in zip(twins, ("nina", "omar"), strict=True)))
    assert [[row.name] for row in first.rows(User)] == [one for one in owners if one]


def test_a_user_added_at_both_is_a_conflict_at_one(twins: tuple[Office, Office]) -> None:
    def add(twin: Office) -> str:
        try:
            twin.core.writer.do(lambda connection: users.add_user(connection, "new", users.Role.OWNER, HASHED, 1))
        except users.ConflictError:
            return "taken"
        return "added"

    assert sorted(at_once(*(partial(add, twin) for twin in twins))) == ["added", "taken"]


def test_servers_that_wait_for_each_other_both_get_through(twins: tuple[Office, Office]) -> None:
    """Two groups that lock rows in opposite orders: PostgreSQL undoes one, and its works are done again one by one.

    ```
    first    |-Accounts-|-Sales: waits
    second   |-Sales----|-Accounts: waits
    ```
    """
    names = ("Accounts", "Sales")
    gate, met = threading.Event(), threading.Barrier(2)
    tries: Counter[tuple[int, str]] = Counter()

    def touch(connection: Connection, who: int, name: str) -> None:
        tries[who, name] += 1
        connection.execute(update(Team).where(Team.name == name).values(name=name))
        if tries[who, name] == 1 and name == names[who]:
            met.wait(20)

    with ThreadPoolExecutor(6) as pool:
        works = [pool.submit(twin.core.writer.do, lambda connection: gate.wait(20)) for twin in twins]
        for at in range(2):  # both groups gather behind the gate, in opposite orders
            time.sleep(0.1)
            works += [pool.submit(twin.core.writer.do, partial(touch, who=who, name=names[who ^ at])) for who, twin in enumerate(twins)]
        time.sleep(0.1)
        gate.set()
        for work in works:
            work.result(30)
    assert sorted(tries.values()) in ([1, 1, 2, 2], [2, 2, 2, 2]), "there was no deadlock to get out of"


def test_a_connection_lost_in_the_middle_is_said_and_healed(twins: tuple[Office, Office]) -> None:
    first, second = twins

    def cut_off(connection: Connection) -> None:
        team_named(connection, "never")
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with second.core.readers.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        time.sleep(0.1)
        team_named(connection, "nor this")

    with pytest.raises(StoreUnavailableError):
        first.core.writer.do(cut_off)
    assert first.core.writer.do(lambda connection: team_named(connection, "after"))
    assert {row.name for row in second.rows(Team)} == {"Accounts", "Sales", "after"}


def test_while_the_database_is_away_the_answer_is_503_and_afterwards_it_goes_on(tmp_path: Path) -> None:
    server = Postgres()
    try:
        server.start()
        office = Office(tmp_path, server.migrated_database())
        pc = office.enrol()
        assert office.deliver(pc, [notice()]).status_code == 200
        server.kill()
        for reply in (office.deliver(pc, [activity()], first=2), office.get("/api/v1/choices"), office.get("/api/v1/devices", "ivan")):
            assert (reply.status_code, reply.headers["Retry-After"], reply.json["reason"]) == (503, "5", "store_unavailable")
        assert office.client.get("/health").status_code == 200
        server.start()
        assert office.deliver(pc, [activity()], first=2).status_code == 200
        assert office.get("/api/v1/choices").status_code == 200
        office.close()
    finally:
        server.stop()


@pytest.mark.feature("Q04")
def test_one_is_elected_and_when_it_dies_another_is(twins: tuple[Office, Office], database: str) -> None:
    url = database_url(Path(), database)
    one, other = Election(url), Election(url)
    try:
        assert [one.is_ours(), other.is_ours(), one.is_ours()] == [True, False, True]
        with twins[0].core.readers.connect() as connection:
            for pid in connection.execute(text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")).scalars().all():
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        time.sleep(0.1)
        assert [other.is_ours(), one.is_ours(), other.is_ours()] == [True, False, True]
        other.close()
        assert one.is_ours()
    finally:
        one.close()
        other.close()


def test_with_sqlite_the_one_server_is_elected(tmp_path: Path) -> None:
    assert Election(database_url(tmp_path, None)).is_ours()


def person_with_days(office: Office, days: int) -> tuple[int, date]:
    """Return a person with `days` dirty days from a Monday on."""
    pc = office.enrol()
    assert office.deliver(pc, [notice(), *(activity(start=MONDAY_NINE + day * DAY_MS) for day in range(days))]).status_code == 200
    [person] = {row.person_id for row in office.rows(DirtyDay)}
    return person, min(row.day for row in office.rows(DirtyDay))


def test_each_claims_other_days_and_a_dead_ones_claim_lapses(twins: tuple[Office, Office]) -> None:
    first, second = twins
    person_with_days(first, 10)
    now = now_ms()
    claims = both(twins, lambda connection: ledger.claim_days(connection, now, 5))
    assert [len(claim) for claim in claims] == [5, 5]
    assert len({one.day for claim in claims for one in claim}) == 10
    assert second.core.writer.do(lambda connection: ledger.claim_days(connection, now + 1, 5)) == []
    later = now + ledger.CLAIM_MS + 1
    assert len(second.core.writer.do(lambda connection: ledger.claim_days(connection, later, 20))) == 10


def test_shared_work_makes_every_day_once(twins: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "CLAIMED_AT_ONCE", 3)
    first, _ = twins
    person_with_days(first, 60)
    done = at_once(*(partial(twin.rebuild) for twin in twins))
    assert sum(done) == 60
    assert min(done) > 0
    assert (len(first.rows(LedgerDay)), first.rows(DirtyDay)) == (60, [])


def test_a_day_rebuilt_late_does_not_undo_a_newer_one(twins: tuple[Office, Office]) -> None:
    """A server that hung while it rebuilt a day finds the day's mark gone and leaves what a quicker one made since."""
    first, second = twins
    pc = first.enrol()
    first.deliver(pc, [notice(), activity(0)])
    [old] = first.core.writer.do(lambda connection: ledger.claim_days(connection, now_ms(), 5))
    with first.core.readers.connect() as connection:
        hung = ledger._partition(connection, old, first.core.rules, first.core.thresholds)
    first.deliver(pc, [activity(1)], first=3)
    assert first.core.writer.do(lambda connection: connection.execute(update(DirtyDay).values(claimed=0)).rowcount) == 1
    assert second.rebuild() == 1
    newer = second.rows(LedgerDay)
    first.core.writer.do(lambda connection: ledger._replace(connection, old, hung, now_ms(), 7))
    assert second.rows(LedgerDay) == newer
    assert newer[0].active == 120


def test_who_marks_a_persons_days_waits_for_another_who_does(twins: tuple[Office, Office]) -> None:
    first, second = twins
    person, day = person_with_days(first, 1)
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        dirty.put(connection, {(person, day)})
        inside.set()
        go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first.core.writer.do, slow)
        inside.wait(10)
        other = pool.submit(second.core.writer.do, lambda connection: dirty.put(connection, {(person, day + timedelta(days=1))}))
        time.sleep(0.3)
        assert not other.done()
        go_on.set()
        one.result(10)
        other.result(10)
    assert len(first.rows(DirtyDay)) == 2


def test_a_change_that_arrives_while_later_days_are_made_touches_them(office: Office) -> None:
    """Tuesday is marked and being rebuilt, not rebuilt yet, when it turns out that the PC went off on Monday."""
    pc = office.enrol()
    office.deliver(pc, [notice(), session(24 * 60, "boot")])
    tuesday = [row for row in office.rows(DirtyDay) if row.day == date(2025, 11, 18)]
    office.deliver(pc, [session(60, "shutdown")], first=3)
    assert [row.mark for row in office.rows(DirtyDay) if row.day == date(2025, 11, 18)] != [row.mark for row in tuesday]


def test_four_servers_that_start_at_once_make_the_tables_once(postgres: Postgres) -> None:
    empty = postgres.empty_database()
    url = database_url(Path(), empty)
    at_once(*[partial(migrations.upgrade, url)] * 4)
    postgres.drop(empty)


@pytest.mark.parametrize("options", ["ENCODING 'LATIN1'", "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"])
def test_a_database_that_cannot_be_ours_is_refused_with_the_remedy(postgres: Postgres, options: str) -> None:
    made = postgres.empty_database(options)
    with pytest.raises(UnfitStoreError, match="createdb --template=template0 --encoding=UTF8 --locale=C"):
        migrations.upgrade(database_url(Path(), made))
    postgres.drop(made)


def test_paths_of_any_length_are_stored_once(office: Office) -> None:
    chance = random.Random(1)
    long = "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(4096))
    texts = [long, long[:-1] + "x", "C:\\short"]

    def twice(connection: Connection) -> list[Any]:
        return [Dictionaries().numbers_of(connection, PathText, texts) for _ in range(2)]

    one, again = office.core.writer.do(twice)
    assert one == again
    assert len({one[path] for path in texts}) == 3
    assert {row.text for row in office.rows(PathText)} == set(texts)


def test_no_text_makes_the_store_stumble(office: Office) -> None:
    pc = office.enrol()
    odd = "a\0b"
    events = [notice(version=odd, language=odd), activity(app=odd, title=odd), {"kind": "gap", "start": MONDAY_NINE, "end": MONDAY_NINE}]
    events[2] |= {"what": odd, "reason": odd, "lost": 1}
    assert office.deliver(pc, events, machine=odd).status_code == 200
    assert office.deliver(pc, [activity(1)], first=4, machine=odd).status_code == 200
    assert office.deliver(odd, []).status_code in (400, 401)
    assert office.client.post("/api/v1/sign-in", json={"user": odd, "password": odd}).status_code == 401
    wanted = EnrolRequest(office.code(), odd, odd, odd, odd)
    assert office.client.post("/api/v1/enrol", data=msgspec.json.encode(wanted)).status_code == 201
    assert office.get("/api/v1/choices", organisation=odd).status_code == 200


def test_the_largest_numbers_fit(office: Office) -> None:
    pc = office.enrol()
    most = {"keys": 2**31 - 1, "clicks": 2**31 - 1, "scrolls": 2**31 - 1, "pointer_px": 2**31 - 1, "samples": 2**31 - 1}
    events = [notice(), *(activity(start=MONDAY_NINE + at * 1000, end=MONDAY_NINE + (at + 1) * 1000, **most) for at in range(30))]
    assert office.deliver(pc, events).status_code == 200
    assert office.rebuild() == 1
    reply = office.get("/api/v1/applications", **{"from": "2025-11-17", "to": "2025-11-17"})
    assert reply.status_code == 200
    assert reply.json["apps"][0]["keys"] == 30 * (2**31 - 1)


def test_an_account_given_to_a_person_moves_on_both_stores(office: Office) -> None:
    first = office.enrol()
    office.deliver(first, [notice(), activity()])
    office.core.writer.do(lambda connection: account_of(connection, ANITA, None, 1, enrolment.add_person(connection, "Anita D.", None, 1)))
    owner = select(Person.name).join(Account, Account.person_id == Person.id).where(Account.name == ANITA)
    with office.core.readers.connect() as connection:
        assert connection.execute(owner).scalar_one() == "Anita D."


def test_a_writer_that_fails_in_a_way_nobody_foresaw_goes_on(office: Office) -> None:
    class Broken(Writer):
        def _in_one_transaction(self, group: Any) -> Any:
            raise ZeroDivisionError

    writer = Broken(office.core.writer._engine)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            writer.do(lambda connection: None)
    writer.close()
