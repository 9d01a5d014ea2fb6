"""Deleting a user of another tracker: in two steps, only by an owner, held up by what holds an erasure up, and for good."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.models import AuditEntry, Person
from tests.server.conftest import Office
from tests.server.test_compat_track import DAY, john, minute, track

PATH = "/admin/user/john.doe"


def delete(office: Office, who: str = "olga", **query: Any) -> TestResponse:
    return office.post(PATH, who, None, method="DELETE", **query)


def name_of(office: Office) -> str:
    [row] = [row for row in office.rows(Person) if row.name == "john.doe"]
    return str(row.name)


@pytest.mark.feature("A14", "I12")
def test_a_user_is_deleted_after_the_name_was_typed_once_more(office: Office) -> None:
    pc = john(office)
    track(office, pc, *minute(1_771_405_200_000))
    assert delete(office, "meera").status_code == 403
    first = delete(office)
    assert (first.status_code, first.json["reason"]) == (409, "confirm")
    assert "rows of john.doe" in first.json["message"]
    assert delete(office, confirm="somebody else").status_code == 400
    assert office.get("/summary/today", **DAY).json["productive"] == 60
    done = delete(office, confirm=name_of(office), reason="left in May")
    assert done.status_code == 200
    assert done.json["user_id"] == "john.doe"
    assert done.json["deleted"] >= 1
    assert office.get("/summary/today", **DAY).status_code == 403  # as for any name that is nobody's
    assert delete(office, confirm="john.doe").status_code == 404
    assert [row.reason for row in office.rows(AuditEntry) if row.action == "ordered erasure"] == ["left in May"]
    assert track(office, pc, *minute(1_771_405_200_000)).status_code in (401, 403)  # nothing late of them is taken


@pytest.mark.feature("A14")
def test_what_holds_an_erasure_up_holds_this_up_too(office: Office) -> None:
    track(office, john(office), *minute(1_771_405_200_000))
    person = next(row.id for row in office.rows(Person) if row.name == "john.doe")
    held = office.post("/api/v1/measures", "clara", {"person": person, "kind": "hold", "reason": "a lawsuit"})
    assert held.status_code == 201, held.text
    for query in ({}, {"confirm": "john.doe"}):
        reply = delete(office, **query)
        assert (reply.status_code, reply.json["reason"]) == (409, "hold")
    assert office.get("/summary/today", **DAY).json["productive"] == 60


def test_nobody_of_that_name_is_deleted(office: Office) -> None:
    assert office.post("/admin/user/nobody", "olga", None, method="DELETE").status_code == 404
