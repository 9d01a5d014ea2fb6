"""The audit log: appended to and nothing else, and whoever changes it behind our back is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server.audit_log import audit, keeping
from server.audit_log.chain import START, Entry, Head, verify
from server.cli import main
from server.clock import now_ms
from server.models import AuditEntry, AuditPurge
from server.rights.retention import purge
from server.store.opened import reading_engine
from tests.server.asking import MONDAY, two_people
from tests.server.conftest import Office, on_sqlite_only

YEAR_MS = 366 * 86_400_000


def write(office: Office, many: int, now: int | None = None) -> None:
    def all_of_them(connection: Connection) -> None:
        for at in range(many):
            audit.record(
                connection, audit.Deed(f"user {at % 7}", "tried", f"person {at}", "a detail", reason="for the test"), now or now_ms()
            )

    office.core.writer.do(all_of_them)


def faults(office: Office) -> list[str]:
    return [one.what for one in keeping.faults(office.core.readers, office.core.settings.data, [office.core.identity.ca_pem])]


def tamper(office: Office, *statements: str) -> None:
    """Do what somebody with the database's password can do: without the triggers."""
    with office.core._writing.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_log_that_nobody_touched_is_whole(office: Office) -> None:
    two_people(office)
    office.get("/api/v1/overview", person=1, **MONDAY)
    write(office, 20)
    assert faults(office) == []
    assert keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms()) is not None
    assert keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms()) is None
    write(office, 5)
    assert faults(office) == []


@pytest.mark.quality("S-24")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id = 2"]
)
def test_the_store_refuses_to_change_the_log(office: Office, statement: str) -> None:
    write(office, 3)
    keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms())
    with pytest.raises(DBAPIError, match="append-only"), office.core._writing.begin() as connection:
        connection.execute(text(statement))
    assert faults(office) == []


@pytest.mark.quality("S-24")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'somebody else' WHERE id = 9",
        "UPDATE audit_entry SET at = at + 1 WHERE id = 9",
        "UPDATE audit_entry SET reason = NULL WHERE id = 15",
        "DELETE FROM audit_entry WHERE id = 11",
        "DELETE FROM audit_entry WHERE id > 11",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET entries = 2",
        "DELETE FROM audit_head",
    ],
)
def test_what_was_done_behind_our_back_is_found(office: Office, statement: str) -> None:
    write(office, 10)
    tamper(office, statement)
    assert faults(office) != []


@pytest.mark.quality("S-24")
def test_a_log_made_anew_does_not_meet_its_seal(office: Office) -> None:
    """Whoever can write the store can compute a new chain; the seals kept beside it they cannot sign."""
    write(office, 10)
    keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms())
    rows = entries(office)
    forged = relinked([*rows[:4], replace(rows[4], actor="nobody"), *rows[5:]])
    tamper(office, "UPDATE audit_entry SET actor = 'nobody' WHERE id = 5")
    with office.core._writing.begin() as connection:
        for one in forged:
            connection.execute(text("UPDATE audit_entry SET chain = :chain WHERE id = :id"), {"chain": one.chain, "id": one.id})
        connection.execute(text("UPDATE audit_head SET chain = :chain"), {"chain": forged[-1].chain})
    assert faults(office) == ["not what was sealed: the chain was made anew"]
    with office.core._writing.begin() as connection:
        connection.execute(text("DELETE FROM audit_seal" if connection.dialect.name == "sqlite" else "DROP TABLE audit_seal CASCADE"))
        if connection.dialect.name != "sqlite":
            return
    assert faults(office) == ["not what was sealed: the chain was made anew"]  # the witness beside the store remembers


@pytest.mark.quality("S-24")
@on_sqlite_only  # one copy of a file is put in another's place
def test_a_store_put_back_to_yesterday_is_found(office: Office, tmp_path: Path) -> None:
    write(office, 3)
    yesterday = tmp_path / "yesterday.db"
    with office.core._writing.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{yesterday}'")
        connection.exec_driver_sql("BEGIN")
    write(office, 3)
    keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms())
    identity = office.core.identity.ca_pem
    engine = reading_engine(f"sqlite:///{yesterday}")
    found = [one.what for one in keeping.faults(engine, office.core.settings.data, [identity])]
    engine.dispose()
    assert len(found) == 1
    assert "was sealed with" in found[0]


def entries(office: Office) -> list[Entry]:
    return [Entry(**{name: getattr(row, name) for name in Entry.__struct_fields__}) for row in office.rows(AuditEntry)]


def relinked(rows: list[Entry]) -> list[Entry]:
    made, digest = [], START
    for row in rows:
        digest = row.link(digest)
        made.append(replace(row, chain=digest))
    return made


def edit(rows: list[Entry], dice: random.Random) -> list[Entry]:
    at = dice.randrange(len(rows))
    field = dice.choice(["at", "actor", "action", "subject", "detail", "address", "reason", "before", "after", "salt", "chain"])
    value = dice.getrandbits(40) if field == "at" else dice.randbytes(16) if field in ("salt", "chain") else f"made up {dice.random()}"
    return [*rows[:at], replace(rows[at], **{field: value}), *rows[at + 1 :]]


def remove(rows: list[Entry], dice: random.Random) -> list[Entry]:
    at = dice.randrange(len(rows))
    return rows[:at] + rows[at + 1 :]


def add(rows: list[Entry], dice: random.Random) -> list[Entry]:
    at = dice.randrange(len(rows))
    return [*rows[:at], replace(rows[at], actor="made up"), *rows[at:]]


def swap(rows: list[Entry], dice: random.Random) -> list[Entry]:
    first, second = sorted(dice.sample(range(len(rows)), 2))
    one, other = rows[first], rows[second]
    return [*rows[:first], replace(other, id=one.id), *rows[first + 1 : second], replace(one, id=other.id), *rows[second + 1 :]]


def cut(rows: list[Entry], dice: random.Random) -> list[Entry]:
    return rows[: dice.randrange(len(rows))]


def renumber(rows: list[Entry], dice: random.Random) -> list[Entry]:
    """Delete one and close the gap, numbers and digests and all; only the head still knows."""
    return relinked([replace(row, id=at) for at, row in enumerate(remove(rows, dice), 1)])


@pytest.mark.quality("S-24")
@on_sqlite_only  # the chain itself, a thousand times
def test_a_thousand_tamperings_are_all_found(office: Office) -> None:
    write(office, 200)
    rows, dice = entries(office), random.Random(20)
    head = Head(rows[-1].id, rows[-1].chain)
    assert list(verify(rows, None, head, [], [])) == []
    ways: list[Callable[[list[Entry], random.Random], list[Entry]]] = [edit, remove, add, swap, cut, renumber]
    for trial in range(1000):
        way = ways[trial % len(ways)]
        changed = way(rows, dice)
        assert changed != rows
        found = list(verify(changed, None, head, [], []))
        assert found, f"{way.__name__} in trial {trial} was not found"
        first = next((at for at, (one, was) in enumerate(zip(changed, rows, strict=False)) if one != was), min(len(changed), len(rows)))
        if way is not renumber:  # there every digest fits, and only the end tells
            assert found[0].entry in (first, first + 1, first + 2), f"{way.__name__}: {found[0]} names not the first bad entry {first + 1}"


@pytest.mark.quality("S-30")
def test_what_cannot_be_written_down_is_not_shown(office: Office) -> None:
    person = two_people(office)["anita"]
    with office.core._writing.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no more'); END"))
        else:
            connection.execute(text("ALTER TABLE audit_entry ADD CONSTRAINT full_up CHECK (id < 0) NOT VALID"))
    reply = office.get("/api/v1/overview", "meera", person=person, **MONDAY)
    assert (reply.status_code, reply.json["reason"]) == (503, "cannot_log")
    assert "anita" not in reply.text
    before = office.core.writer.do(lambda connection: audit.head_of(connection))
    reply = office.client.post("/api/v1/sign-in", json={"user": "olga", "password": "correct horse battery"})
    assert reply.status_code == 503
    assert office.core.writer.do(lambda connection: audit.head_of(connection)) == before


@pytest.mark.feature("N12")
@pytest.mark.quality("P-05")
def test_old_entries_go_and_the_chain_goes_on(office: Office) -> None:
    now = now_ms()
    before = len(office.rows(AuditEntry))
    write(office, 4, now)
    later = now + YEAR_MS
    write(office, 3, later)
    gone = purge(office.core.readers, office.core.writer, later)
    assert gone["audit_entry"] == before + 4
    told = ["deleted audit entries that outlived their period", "deleted what outlived its period"]
    assert [row.action for row in office.rows(AuditEntry)] == ["tried"] * 3 + told
    assert faults(office) == []
    assert purge(office.core.readers, office.core.writer, later + 1)["audit_entry"] == 0
    write(office, 2, later)
    assert purge(office.core.readers, office.core.writer, later + 2 * YEAR_MS)["audit_entry"] == 7
    assert faults(office) == []
    assert len(office.rows(AuditPurge)) == 2


def test_a_beginning_that_nobody_deleted_is_missed(office: Office) -> None:
    write(office, 6)
    chain = entries(office)[2].chain.hex()
    blob = f"x'{chain}'" if office.core._writing.dialect.name == "sqlite" else f"'\\x{chain}'"
    tamper(
        office,
        f"INSERT INTO audit_purge (id, at, through, chain) VALUES (1, 1, 3, {blob})",
        "DELETE FROM audit_entry WHERE id <= 3",
    )
    assert faults(office) == ["no entry says that the entries up to here were deleted"]


@on_sqlite_only
def test_the_command_says_pass_or_which_entry(office: Office) -> None:
    write(office, 3)
    data = str(office.core.settings.data)
    result = CliRunner().invoke(main, ["verify-audit", "--data", data])
    assert (result.exit_code, result.stdout[:4]) == (0, "PASS")
    tamper(office, "UPDATE audit_entry SET actor = 'x' WHERE id = 2")
    result = CliRunner().invoke(main, ["verify-audit", "--data", data])
    told = result.stdout.splitlines()
    assert (result.exit_code, told[0], told[-1][:4]) == (1, "entry 2: not as it was written, or not in its place", "FAIL")
