"""How long records live: what is old goes in small steps, what was made of it stays, and nothing young is touched."""

from __future__ import annotations

import pytest

from policy import notice as told
from policy.retention import Limits, Retention, conflicts
from server.clock import now_ms
from server.models import AuditEntry, CaptureEvent, DirtyDay, FileEvent, LedgerDay, LedgerQuarter, SessionEvent, Span
from server.organisation import change_organisation, note_free_disk
from server.rights import retention
from tests.events import ANITA, activity, file, notice, session
from tests.server.conftest import Office

DAY_MS = 86_400_000
MINUTE_MS = 60_000


def days_ago(days: int) -> int:
    return (now_ms() - days * DAY_MS) // MINUTE_MS * MINUTE_MS


def a_past(office: Office) -> list[object]:
    """Work of 100, 80 and 20 days ago, a file of 100 and of 400 days ago, and two pictures."""
    picture = {
        "kind": "capture",
        "account": ANITA,
        "sha256": "0" * 64,
        "media": "image/png",
        "bytes": 5,
        "width": 4,
        "height": 3,
        "reason": "policy",
    }
    events: list[object] = [notice(at=days_ago(500), version=told.version(pictures=True), answer="consented")]
    for days in (100, 80, 20):
        start = days_ago(days)
        events += [activity(start=start + minute * MINUTE_MS) for minute in range(30)]
        events.append(session(0, "lock", at=start + 31 * MINUTE_MS))
    events += [file(at=days_ago(400)), file(at=days_ago(100)), picture | {"at": days_ago(20)}, picture | {"at": days_ago(2)}]
    return events


def purge(office: Office) -> dict[str, int]:
    return retention.purge(office.core.readers, office.core.writer, now_ms())


@pytest.mark.feature("N12", "A11", "Q06")
@pytest.mark.quality("P-05")
def test_what_has_outlived_its_period_goes_and_the_rest_stays(office: Office) -> None:
    assert office.deliver(office.enrol(), a_past(office)).status_code == 200
    while office.rebuild():
        pass
    ledger = {row.day: row.active for row in office.rows(LedgerDay)}
    gone = purge(office)
    assert (gone["span"], gone["file_event"], gone["capture_event"], gone["session_event"]) == (30, 1, 1, 1)
    assert (len(office.rows(Span)), len(office.rows(FileEvent)), len(office.rows(CaptureEvent))) == (60, 1, 1)
    assert {row.day: row.active for row in office.rows(LedgerDay)} == ledger
    assert sum(purge(office).values()) == 0


def test_a_late_event_never_shrinks_a_day_whose_spans_are_gone(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, a_past(office))
    while office.rebuild():
        pass
    purge(office)
    before = sorted(tuple(row) for row in office.rows(LedgerQuarter))
    late = [activity(start=days_ago(100) + minute * MINUTE_MS, app="late.exe") for minute in (40, 41)]
    assert office.deliver(pc, late, first=len(a_past(office)) + 1).status_code == 200
    assert office.rows(DirtyDay)
    office.rebuild()
    assert office.rows(DirtyDay) == []
    assert sorted(tuple(row) for row in office.rows(LedgerQuarter)) == before


def test_it_goes_in_small_commits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 7)
    office.deliver(office.enrol(), a_past(office))
    commits: list[int] = []
    real = office.core.writer.do

    def counted(work: object) -> object:
        result = real(work)  # type: ignore[arg-type]
        commits.append(result if isinstance(result, int) else 0)
        return result

    monkeypatch.setattr(office.core.writer, "do", counted)
    assert purge(office)["span"] == 30
    assert max(commits) <= 7


def test_shorter_periods_are_obeyed(office: Office) -> None:
    office.deliver(office.enrol(), a_past(office))
    while office.rebuild():
        pass
    office.core.writer.do(lambda connection: change_organisation(connection, retention=Retention(spans=10, ledger=50)))
    purge(office)
    assert office.rows(Span) == []
    assert office.rows(SessionEvent) == []
    assert 0 < len({row.day for row in office.rows(LedgerDay)}) < 40
    assert len(office.rows(AuditEntry)) > 0


@pytest.mark.feature("N13")
def test_a_period_below_the_law_is_shown_not_guessed() -> None:
    assert conflicts(Retention(), "india") == []
    assert conflicts(Retention(files=90), "none") == []
    [sentence] = conflicts(Retention(files=90), "india")
    assert "365" in sentence
    [sentence] = conflicts(Retention(spans=120), "eu")
    assert "at most 90" in sentence
    both = conflicts(Retention(spans=200), "custom", Limits(floors={"spans": 365}, ceilings={"spans": 90}))
    assert [one.split(":")[0] for one in both] == [
        "spans must be kept at least 365 days and at most 90",
        "spans are kept 200 days, but the profile 'custom' asks for at least 365",
        "spans are kept 200 days, but the profile 'custom' allows at most 90",
    ]
    with pytest.raises(ValueError, match=r".*"):
        import msgspec

        msgspec.convert({"spans": 0}, Retention)


def test_a_disk_that_fills_up_is_said_before_it_is_full(office: Office) -> None:
    asked = {"from": "2025-11-17", "to": "2025-11-17"}
    office.enrol()
    office.core.writer.do(lambda connection: note_free_disk(connection, 50 << 30, 100 << 30))
    assert "disk" not in {one["kind"] for one in office.get("/api/v1/overview", **asked).json["attention"]}
    office.core.writer.do(lambda connection: note_free_disk(connection, 2 << 30, 100 << 30))
    [warning] = [one for one in office.get("/api/v1/overview", **asked).json["attention"] if one["kind"] == "disk"]
    assert warning["amount"] == 2048
