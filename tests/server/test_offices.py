"""What the kinds of offices of the sources ask for: time in an ERP, PCs that several people share, 500 people at once."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from policy.summaries import Applications, Choices, SignInReply
from tests.bench.fleet import deliver, enrol, headers_of
from tests.events import MONDAY_NINE, activity, notice
from tests.real_server import RealServer
from tests.server.conftest import Office

MONDAY = {"from": "2025-11-17", "to": "2025-11-17"}
STUDENTS = ("LAB\\asha", "LAB\\bilal", "LAB\\chitra")
PASSWORD = "correct horse battery"
PEOPLE, SENDERS, EVENTS = 500, 25, 8


@pytest.mark.feature("J08")
def test_on_a_pc_of_a_lab_each_has_their_own_time_in_the_erp_and_all_together_its_sum(office: Office) -> None:
    pc = office.enrol(account=STUDENTS[0])
    events = [notice(account=student) for student in STUDENTS]
    for number, student in enumerate(STUDENTS):
        erp = range(60 * number, 60 * number + 10 * (number + 1))
        events += [activity(minute, account=student, app="tally.exe", title=None, site=None) for minute in erp]
    assert office.deliver(pc, events).status_code == 200
    office.rebuild()
    choices = msgspec.json.decode(office.get("/api/v1/choices").data, type=Choices)
    people = {person.name: person.id for person in choices.people}

    def erp_time(**scope: int) -> int:
        found = msgspec.json.decode(office.get("/api/v1/applications", **MONDAY, **scope).data, type=Applications)
        return sum(app.engaged for app in found.apps if app.name == "Tally.ERP 9")

    own = [erp_time(person=people[student.partition("\\")[2]]) for student in STUDENTS]
    assert own == [600, 1200, 1800]
    assert erp_time() == 3600


@pytest.mark.feature("Q09", "Q21")
def test_five_hundred_people_send_at_once_and_all_of_it_is_there(tmp_path: Path) -> None:
    server = RealServer(tmp_path, ledger_every=0.2)
    server.command("user", "add", "olga", "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
    server.start()
    try:
        ca = tmp_path / "tls" / "ca.pem"
        pcs = enrol(server.port, ca, server.command("enrol-code", "--uses", str(PEOPLE)), PEOPLE)
        work = [[(headers_of(pc), next(pc.bodies(1, EVENTS, MONDAY_NINE))) for pc in pcs[at::SENDERS]] for at in range(SENDERS)]
        seconds, answers = deliver(server.port, ca, work)
        print(f"\n{PEOPLE} batches in {seconds:.1f} s, the slowest {max(one.seconds for one in answers):.2f} s")
        assert [one.status for one in answers] == [200] * PEOPLE
        assert engaged(server) == PEOPLE * (EVENTS - 1) * 60  # a minute each, but for the answer to the notice
    finally:
        server.stop()


def engaged(server: RealServer) -> int:
    """Return everybody's recorded seconds of that day once there are no more days to make."""
    with server.session() as session:
        signed = session.post(f"{server.url}/api/v1/sign-in", json={"user": "olga", "password": PASSWORD})
        session.headers["Authorization"] = f"Bearer {msgspec.json.decode(signed.content, type=SignInReply).token}"
        before = -1
        while True:
            reply = session.get(f"{server.url}/api/v1/applications", params=MONDAY)
            now = sum(app.engaged + app.idle for app in msgspec.json.decode(reply.content, type=Applications).apps)
            if now == before > 0:
                return now
            before = now
            time.sleep(1)
