"""The doctor: a sound store passes, and each kind of damage is named."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, func, select, update

from server.cli import main
from server.clock import now_ms
from server.days.day_pages import Part, encode, make_pages, parts_of
from server.days.doctor import examine
from server.days.packed import pack_day, pack_quarters
from server.days.partition import Facts, partition_day
from server.models import Epoch, LedgerDay, LedgerPage, LedgerQuarter
from tests.events import MINUTE_MS, activity, gap, notice, session
from tests.server.conftest import Office

NOTHING_KNOWN = partition_day(0, 1000, Facts([], []))


def findings(office: Office) -> dict[str, tuple[int, list[str]]]:
    core = office.core
    return {one.what: (one.sound, one.faults) for one in examine(core.readers, core.rules, core.thresholds, now_ms(), 14)}


@pytest.fixture
def worked(office: Office) -> Office:
    """An office with an hour of work, yesterday and the day before."""
    start = now_ms() // 86_400_000 * 86_400_000 - 86_400_000 + 5 * 3_600_000
    minutes = [start - day * 86_400_000 + minute * MINUTE_MS for day in (1, 0) for minute in range(60)]
    events = [notice(at=start - 3 * 86_400_000), *(activity(start=at) for at in minutes), session(0, "lock", at=start + 3_600_000)]
    reply = office.deliver(office.enrol(), [*events, {"kind": "nonsense"}, gap(what="event", lost=1)])
    assert reply.status_code == 200
    while office.rebuild():
        pass
    make_pages(office.core.readers, office.core.writer, now_ms())
    return office


def test_a_sound_store_passes(worked: Office) -> None:
    found = findings(worked)
    assert [faults for _, faults in found.values()] == [[], [], [], [], [], []]
    assert found["ledger days"][0] == 2
    assert found["sequence numbers"][0] == 1
    assert found["ledger pages"][0] >= 1


def spoil(office: Office, statement: object) -> None:
    def run(connection: Connection) -> None:
        connection.execute(statement)  # type: ignore[call-overload]

    office.core.writer.do(run)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (update(LedgerQuarter).values(packed=pack_quarters(NOTHING_KNOWN, 0)), "ledger_quarter"),
        (update(LedgerDay).values(packed=pack_day(NOTHING_KNOWN, 0, 1000, "UTC")), "ledger_day"),
        (update(LedgerDay).values(active=LedgerDay.active - 1, idle=LedgerDay.idle + 1), "ledger_day"),
    ],
    ids=["a quarter hour", "a vector", "a day"],
)
def test_a_ledger_that_is_not_its_spans_is_named(worked: Office, statement: object, named: str) -> None:
    spoil(worked, statement)
    faults = findings(worked)["ledger days"][1]
    assert faults
    assert all(named in fault for fault in faults)


@pytest.mark.parametrize("part", Part)
def test_a_page_that_is_not_its_person_days_is_named(worked: Office, part: Part) -> None:
    with worked.core.readers.connect() as connection:
        [other] = parts_of([], [part]).values()
        sound = connection.execute(select(func.count()).select_from(LedgerPage).where(LedgerPage.part == part)).scalar_one()
    spoil(worked, update(LedgerPage).where(LedgerPage.part == part).values(body=encode(other)))
    faults = findings(worked)["ledger pages"][1]
    assert len(faults) == sound > 0
    assert all(part.name.lower() in fault for fault in faults)


def test_a_page_that_is_out_of_date_is_no_fault(worked: Office) -> None:
    spoil(worked, update(LedgerPage).values(body=b"", stamp=LedgerPage.stamp - 1))
    assert findings(worked)["ledger pages"] == (0, [])


def test_numbers_that_do_not_add_up_are_named(worked: Office) -> None:
    spoil(worked, update(Epoch).values(stored=Epoch.stored - 1))
    assert len(findings(worked)["sequence numbers"][1]) == 1


@pytest.mark.feature("Q14")
def test_the_command_says_pass_or_fail_and_exits_so(worked: Office) -> None:
    if worked.core.readers.dialect.name != "sqlite":
        pytest.skip("the command is given the store by its data folder here")
    arguments = ["--data", str(worked.core.settings.data), "doctor"]
    good = CliRunner().invoke(main, arguments)
    assert (good.exit_code, good.output.count("PASS")) == (0, 6), good.output
    spoil(worked, delete(LedgerQuarter))
    bad = CliRunner().invoke(main, arguments)
    assert (bad.exit_code, bad.output.count("FAIL")) == (1, 1), bad.output
