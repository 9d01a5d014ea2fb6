"""The notice is one record, the answer about a purpose another: what the server takes, refuses and keeps of each."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from policy import notice as notices
from policy.purposes import Answer, Basis, Purpose
from policy.summaries import Alerts, Notices, PurposeAnswer
from policy.wire import Ack, AgentPolicy, EnrolReply
from server.models import Account, AuditEntry, CaptureEvent, FileEvent, NetworkSpan, NoticeEvent, PurposeRecord, Quarantined, Site, Span
from server.organisation import change_organisation
from tests.events import ANITA, MONDAY_NINE, activity, agreed, file, network, notice, session
from tests.server.asking import answer, people_of
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_own_page import browser, send, show

CAPTURE = {
    "kind": "capture",
    "at": MONDAY_NINE,
    "account": ANITA,
    "sha256": "0" * 64,
    "media": "image/png",
    "bytes": 5,
    "width": 4,
    "height": 3,
    "reason": "policy",
}
FUTURE = 4_000_000_000_000


def ack_of(reply: Any) -> Ack:
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=Ack)


def change(office: Office, **changes: object) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, **changes))


def policy_of(office: Office, pc: EnrolReply, account: str | None = ANITA) -> AgentPolicy:
    headers = {"Authorization": f"Bearer {pc.token}"}
    reply = office.client.get("/api/v1/policy", query_string={"account": account} if account else {}, headers=headers)
    return msgspec.json.decode(reply.data, type=AgentPolicy)


@pytest.mark.feature("N11", "T01")
@pytest.mark.quality("P-08", "P-10")
def test_a_picture_needs_consent_and_of_a_refused_one_nothing_is_kept(office: Office) -> None:
    pc = office.enrol()
    reply = ack_of(office.deliver(pc, [notice(), CAPTURE, activity()]))
    assert [(one.seq, one.reason) for one in reply.refused] == [(2, "no_consent: screenshots")]
    assert (office.rows(CaptureEvent), len(office.rows(Span))) == ([], 1)
    [aside] = office.rows(Quarantined)
    assert (aside.body, aside.reason) == (b"", "no_consent: screenshots")
    assert ack_of(office.deliver(pc, [agreed(at=MONDAY_NINE + 1), CAPTURE], first=4)).refused == []
    assert len(office.rows(CaptureEvent)) == 1


@on_sqlite_only
@pytest.mark.feature("N04")
def test_the_answer_in_a_batch_counts_for_what_comes_after_it_and_not_before(office: Office) -> None:
    reply = ack_of(office.deliver(office.enrol(), [notice(), CAPTURE, agreed(at=MONDAY_NINE), CAPTURE | {"at": MONDAY_NINE + 5}]))
    assert [one.seq for one in reply.refused] == [2]


@pytest.mark.quality("P-09")
@pytest.mark.parametrize(
    ("purpose", "sent", "table"),
    [("files", file(500), FileEvent), ("network", network(500), NetworkSpan), ("activity", activity(500), Span)],
    ids=str,
)
def test_withdrawing_one_purpose_ends_that_and_nothing_else(office: Office, purpose: str, sent: Any, table: Any) -> None:
    pc = office.enrol()
    every = [activity(600), file(600), network(600)]
    office.deliver(pc, [notice(), *every])
    assert send(browser(office, pc), "/me/purpose", purpose=purpose, answer="withdraw").status_code == 303
    before = {one: len(office.rows(one)) for one in (FileEvent, NetworkSpan, Span)}
    reply = ack_of(office.deliver(pc, [sent, activity(501), file(501), network(501), session(502, "lock")], first=5))
    assert {one.reason for one in reply.refused} == {f"no_consent: {purpose}"}
    after = {one: len(office.rows(one)) for one in before}
    assert {one: after[one] - before[one] for one in before} == {one: 0 if one is table else 1 for one in before}
    assert send(browser(office, pc), "/me/purpose", purpose=purpose, answer="agree").status_code == 303
    assert ack_of(office.deliver(pc, [sent], first=10)).refused == []
    assert len(office.rows(table)) == before[table] + 1


@on_sqlite_only
@pytest.mark.quality("P-09")
def test_without_the_purpose_of_sites_the_time_is_kept_and_site_and_title_are_not(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice()])
    send(browser(office, pc), "/me/purpose", purpose="sites", answer="withdraw")
    reply = ack_of(office.deliver(pc, [activity(site="secret.example", title="Secret")], first=2))
    assert (reply.refused, len(office.rows(Span)), office.rows(Site)) == ([], 1, [])
    [span] = office.rows(Span)
    assert (span.site_id, span.title_id) == (0, 0)


@on_sqlite_only
@pytest.mark.quality("P-09")
def test_a_withdrawal_outlives_a_change_of_the_basis(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [agreed()])
    send(browser(office, pc), "/me/purpose", purpose="screenshots", answer="withdraw")
    change(office, bases={"screenshots": "employment"})
    assert [one.reason for one in ack_of(office.deliver(pc, [CAPTURE], first=2)).refused] == ["no_consent: screenshots"]


@on_sqlite_only
@pytest.mark.feature("N04")
@pytest.mark.quality("P-08")
def test_a_purpose_that_rests_on_consent_takes_nothing_from_who_only_read_the_notice(office: Office) -> None:
    change(office, bases={"files": "consent"})
    pc = office.enrol()
    assert [one.seq for one in ack_of(office.deliver(pc, [notice(), file(), activity()])).refused] == [2]
    assert ack_of(office.deliver(pc, [notice(at=MONDAY_NINE, answer="consented"), file()], first=4)).refused == []


@on_sqlite_only
def test_what_a_law_asks_for_cannot_be_withdrawn_alone(office: Office) -> None:
    change(office, bases={"files": "legal_obligation"})
    pc = office.enrol()
    office.deliver(pc, [notice()])
    client = browser(office, pc)
    assert send(client, "/me/purpose", purpose="files", answer="withdraw").status_code == 400
    assert office.rows(PurposeRecord) == []
    page = show(client, "/me/notice").text
    assert 'name="purpose" value="network"' in page
    assert 'name="purpose" value="files"' not in page


@pytest.mark.quality("P-09")
def test_withdrawing_from_everything_ends_consents_and_a_new_answer_does_not_revive_them(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [agreed()])
    assert send(browser(office, pc), "/me/withdraw").status_code == 303
    assert office.deliver(pc, [activity()], first=2).status_code == 403
    reply = ack_of(office.deliver(pc, [notice(at=FUTURE, version="2026-11+pictures"), activity(), CAPTURE], first=2))
    assert [one.reason for one in reply.refused] == ["no_consent: screenshots"]
    assert [row.answer for row in office.rows(PurposeRecord)] == ["consented", "lapsed", "told"]


@on_sqlite_only
def test_a_record_says_the_basis_the_version_the_language_and_where(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [agreed(language="hi")])
    client = browser(office, pc)
    send(client, "/me/purpose", purpose="network", answer="withdraw")
    shown = answer(office, "notices", Notices, "clara")
    person = people_of(office)["anita"]
    told = {one.purpose: one for one in shown.agreed}
    agreed_at = MONDAY_NINE - 60_000
    expected = PurposeAnswer(person, Purpose.SCREENSHOTS, Answer.CONSENTED, Basis.CONSENT, "2026-11+pictures", "hi", "pc", agreed_at)
    assert told[Purpose.SCREENSHOTS] == expected
    taken_back = told[Purpose.NETWORK]
    assert (taken_back.answer, taken_back.basis, taken_back.version, taken_back.source) == (
        Answer.WITHDRAWN,
        Basis.EMPLOYMENT,
        notices.VERSION,
        "page",
    )
    assert len(office.rows(NoticeEvent)) == 1, "the notice is a record of its own"
    assert "withdrawn network" in {row.action for row in office.rows(AuditEntry)}


@pytest.mark.feature("N04")
def test_the_notices_page_counts_who_is_served_and_what_was_refused_by_reason(office: Office) -> None:
    pc, other = office.enrol(), office.enrol("Sales", "MERIDIAN\\boris", "PC-2")
    office.deliver(pc, [notice(), CAPTURE, CAPTURE | {"at": MONDAY_NINE + 1}])
    office.deliver(other, [notice(account="MERIDIAN\\boris")], epoch="b" * 16, machine="m2")
    send(browser(office, pc), "/me/purpose", purpose="files", answer="withdraw")
    office.deliver(pc, [file()], first=4)
    told = {one.purpose: (one.served, one.withheld, one.refused) for one in answer(office, "notices", Notices).purposes}
    assert (told[Purpose.ACTIVITY], told[Purpose.FILES], told[Purpose.SCREENSHOTS]) == ((2, 0, 0), (1, 1, 1), (0, 2, 2))


def test_what_somebody_withheld_is_no_alert(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), CAPTURE])
    assert [one.kind for one in answer(office, "alerts", Alerts).alerts if one.kind == "quarantined"] == []
    office.deliver(pc, [b'{"kind":"nonsense"}'], first=3)
    [one] = [one for one in answer(office, "alerts", Alerts).alerts if one.kind == "quarantined"]
    assert one.amount == 1


@pytest.mark.feature("H11")
@pytest.mark.quality("P-09", "S-18")
def test_the_pc_hears_of_a_withdrawal_with_its_next_batch(office: Office) -> None:
    pc = office.enrol()
    number = ack_of(office.deliver(pc, [notice()])).policy
    assert policy_of(office, pc).withholds == frozenset()
    send(browser(office, pc), "/me/purpose", purpose="network", answer="withdraw")
    told = ack_of(office.deliver(pc, [activity()], first=2)).policy
    asked = policy_of(office, pc)
    assert told > number
    assert (asked.revision, asked.withholds) == (told, {Purpose.NETWORK})
    assert policy_of(office, pc, None).withholds == frozenset(), "who does not say for whom is told of nobody"
    send(browser(office, pc), "/me/withdraw")
    everything = policy_of(office, pc)
    assert everything.revision > told
    assert everything.withholds >= {Purpose.ACTIVITY, Purpose.SITES, Purpose.NETWORK}
    back = ack_of(office.deliver(pc, [notice(at=FUTURE)], first=3)).policy
    assert ack_of(office.deliver(pc, [session(0, "lock")], first=4)).policy > back - 1
    assert policy_of(office, pc).withholds == {Purpose.NETWORK}


@on_sqlite_only
def test_the_policy_of_a_captured_team_says_so_when_it_is_fetched_again(office: Office) -> None:
    pc = office.enrol()
    change(office, capture_every=600.0, capture_teams=[office.team("Accounts")])
    asked = policy_of(office, pc)
    assert (asked.capture_every, asked.notice, asked.withholds) == (600, "2026-11+pictures", {Purpose.SCREENSHOTS})
    assert ack_of(office.deliver(pc, [agreed()])).policy == asked.revision
    assert policy_of(office, pc).withholds == frozenset()


@on_sqlite_only
def test_an_account_that_changes_hands_takes_on_its_new_owner_s_answers(office: Office) -> None:
    one, other = office.enrol(), office.enrol(account="MERIDIAN\\boris", hostname="PC-2")
    office.deliver(one, [notice()])
    office.deliver(other, [notice(account="MERIDIAN\\boris")], epoch="b" * 16, machine="m2")
    send(browser(office, one), "/me/purpose", purpose="files", answer="withdraw")
    accounts = {row.name: row.id for row in office.rows(Account)}
    wish = {"account": accounts["MERIDIAN\\boris"], "person": people_of(office)["anita"]}
    assert office.post("/api/v1/accounts/link", "olga", wish).status_code == 204
    assert {row.purposes for row in office.rows(Account)} == {"files:withdrawn"}


@on_sqlite_only
@pytest.mark.parametrize("body", [{"purpose": "pay"}, {}, {"purpose": "files' OR 1=1"}], ids=str)
def test_a_purpose_that_is_none_is_refused(office: Office, body: dict[str, str]) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice()])
    assert send(browser(office, pc), "/me/purpose", answer="withdraw", **body).status_code == 400
    assert office.rows(PurposeRecord) == []


@on_sqlite_only
@pytest.mark.feature("A01", "N04")
def test_another_tracker_s_client_is_told_that_a_purpose_is_withheld(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice()])
    send(browser(office, pc), "/me/purpose", purpose="activity", answer="withdraw")
    headers = {"Authorization": f"Bearer {pc.token}"}
    refused = office.client.post("/api/report", json={"user": ANITA, "state": "working"}, headers=headers)
    assert (refused.status_code, refused.json["reason"]) == (403, "no_consent")  # type: ignore[index]
    assert office.client.post("/api/report", json={"user": ANITA, "state": "stopped"}, headers=headers).status_code == 201


@on_sqlite_only
def test_the_newest_answer_of_everybody_is_read_at_once(office: Office) -> None:
    """An account's text and its records never disagree, whoever wrote last."""
    pc = office.enrol()
    office.deliver(pc, [agreed()])
    client = browser(office, pc)
    for purpose, word in (("files", "withdraw"), ("files", "agree"), ("network", "withdraw"), ("screenshots", "withdraw")):
        send(client, "/me/purpose", purpose=purpose, answer=word)
    office.core.writer.do(lambda connection: connection.execute(update(Account).values(notice_answer="acknowledged")))
    [account] = office.rows(Account)
    newest = {one.purpose.value: one.answer.value for one in answer(office, "notices", Notices).agreed}
    assert dict(pair.split(":") for pair in account.purposes.split()) == newest
