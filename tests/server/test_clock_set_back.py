"""The server's clock is set back by an hour while it runs: who was signed in stays so, PCs go on delivering, no lock grows longer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from server.audit_log import keeping
from server.models import Span
from tests.events import activity, notice
from tests.server.conftest import PASSWORD, Office, on_sqlite_only

HOUR_SECONDS = 3_600

SetBack = Callable[[float], None]


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> SetBack:
    """Set the wall clock of this process so many seconds behind the real one; what counts seconds since the start goes on."""
    real, real_ns = time.time, time.time_ns

    def change(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() - seconds)
        monkeypatch.setattr(time, "time_ns", lambda: real_ns() - int(seconds * 1e9))

    return change


def sign_in(office: Office, user: str, password: str) -> int:
    return office.client.post("/api/v1/sign-in", json={"user": user, "password": password}).status_code


@pytest.mark.quality("C-05")
def test_pcs_deliver_and_people_stay_signed_in_whatever_the_clock_does(office: Office, set_back: SetBack) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), *[activity(minute) for minute in range(20)]]).status_code == 200
    for step, behind in enumerate((HOUR_SECONDS, 0, HOUR_SECONDS, 2 * HOUR_SECONDS, 0)):
        set_back(behind)
        told = office.deliver(pc, [activity(20 + step)], first=22 + step)
        assert (told.status_code, told.json["acked"]) == (200, 22 + step)  # type: ignore[index]
        assert office.get("/api/v1/overview", "olga", **{"from": "2025-11-17", "to": "2025-11-17"}).status_code == 200
        assert sign_in(office, "meera", PASSWORD) == 200
        assert office.enrol(account=f"OFFICE\\new{step}", hostname=f"PC-N{step}").token
        office.rebuild()
    assert len(office.rows(Span)) == 25
    assert list(keeping.faults(office.core.readers, office.core.settings.data, [office.core.identity.ca_pem])) == []


@on_sqlite_only
@pytest.mark.quality("C-05")
def test_whoever_was_wrong_too_often_does_not_wait_for_an_hour_more(office: Office, set_back: SetBack) -> None:
    assert [sign_in(office, "boris", "wrong") for _ in range(11)][-1] == 429
    set_back(HOUR_SECONDS)
    assert sign_in(office, "boris", "wrong") == 401
    assert [sign_in(office, "boris", "wrong") for _ in range(10)][-1] == 429, "the limit holds as before"
    set_back(HOUR_SECONDS - 2)
    assert sign_in(office, "boris", "wrong") == 429, "a clock that is adjusted a little frees nobody"
