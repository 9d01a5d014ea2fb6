"""A hand-made Monday, and how the tests of the tabs ask about it."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from sqlalchemy import update

from policy.events import Event
from server.models import User
from tests.events import ANITA, BORIS, activity, notice, session
from tests.server.conftest import Office

MONDAY = {"from": "2025-11-17", "to": "2025-11-17"}
WEEK = {"from": "2025-11-17", "to": "2025-11-23"}
Answer = TypeVar("Answer")

QUIET = {"keys": 0, "clicks": 0, "pointer_px": 0, "moving_samples": 0, "zero_samples": 60, "idle_ms": 90_000}


def a_monday(account: str = ANITA) -> list[Event]:
    """Return what one PC reports.

    ```
    minutes after 9   0       60        70       90       95      125   130     140      480
                      [ excel )[youtube )[github )[ no site)[locked )[idle)[excel )[unknown)[ off
    ```
    """
    return [
        notice(account=account),
        session(-1, "boot", account=account),
        *(activity(minute, account=account) for minute in range(60)),
        *(activity(minute, account=account, app="chrome.exe", site="youtube.com", keys=0, clicks=4) for minute in range(60, 70)),
        *(activity(minute, account=account, app="chrome.exe", site="github.com", scrolls=3) for minute in range(70, 90)),
        *(activity(minute, account=account, app="chrome.exe") for minute in range(90, 95)),
        session(95, "lock", account=account),
        session(125, "unlock", account=account),
        *(activity(minute, account=account, **QUIET) for minute in range(125, 130)),
        *(activity(minute, account=account) for minute in range(130, 140)),
        session(480, "shutdown", account=account),
    ]


def answer(office: Office, tab: str, kind: type[Answer], who: str = "olga", /, **query: Any) -> Answer:
    """Return a tab's answer, which must be a good one."""
    reply = office.get(f"/api/v1/{tab}", who, **(MONDAY | query))
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=kind)


def people_of(office: Office) -> dict[str, int]:
    """Return {name: id}."""
    return {person["name"]: person["id"] for person in office.get("/api/v1/choices").json["people"]}


def two_people(office: Office, *, rebuilt: bool = True) -> dict[str, int]:
    """Give Anita, of Accounts, and Boris, of Sales, the same Monday on a PC each; return {name: id}."""
    assert office.deliver(office.enrol(), a_monday()).status_code == 200
    boris = office.enrol("Sales", BORIS, "PC-2")
    assert office.deliver(boris, a_monday(BORIS), epoch="b" * 16, machine="m2").status_code == 200
    if rebuilt:
        office.rebuild()
    return people_of(office)


def become(office: Office, user: str, person: int | None) -> None:
    """Say which person a signed-in user is."""
    office.core.writer.do(lambda connection: connection.execute(update(User).where(User.name == user).values(person_id=person)))
