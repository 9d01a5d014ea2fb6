"""Reports go out by mail over a checked, encrypted connection and into a folder; what does not go out is tried again and told."""

from __future__ import annotations

import email
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from policy.summaries import ReportFiles
from server import tls
from server.models import AuditEntry, ReportDelivery, ReportFile
from server.reporting import mail, making
from server.reporting.delivery import CLAIM_MS, RESTS, deliver
from server.settings import Settings, load
from tests.real_server import free_port
from tests.server.asking import two_people
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_reporting import DAY_MS, WEEK_AFTER, choose, plainly

SECRET = "a mail password nobody sees"
OWNERS = ["olga@office.example", "partner@office.example"]
MINUTE_MS = 60_000


class PostOffice:
    """A real mail server that keeps what it is given; `refuses` are addresses it does not know."""

    def __init__(self, folder: Path) -> None:
        self.letters: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.refuses: set[str] = set()
        identity = tls.identity(folder, ["localhost"], datetime.now(UTC))
        self.authority = str(identity.ca)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(identity.chain, identity.key)
        self.port = free_port()
        self._controller: Controller | None = None

    def open(self, hostname: str = "localhost") -> None:
        self._controller = Controller(
            self, hostname=hostname, port=self.port, tls_context=self._context, require_starttls=True,
            authenticator=self._knows, auth_required=True, auth_require_tls=True,
        )  # fmt: skip
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @staticmethod
    def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == SECRET.encode(), handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.refuses:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[PostOffice]:
    made = PostOffice(tmp_path / "post")
    made.open()
    yield made
    made.close()


@pytest.fixture
def week(office: Office, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with a Monday of two people, a mail server and two owners who want the report."""
    monkeypatch.setenv(mail.PASSWORD, SECRET)
    two_people(office)
    choose(office, teams=False, recipients=OWNERS)
    set_up(
        office,
        smtp_host="localhost",
        smtp_port=post.port,
        smtp_from="workpulse@office.example",
        smtp_user="workpulse",
        smtp_authority=post.authority,
    )
    return office


def set_up(office: Office, **changes: Any) -> None:
    office.core.settings = msgspec.structs.replace(office.core.settings, **changes)


def report(office: Office) -> Any:
    """Make the report of the week and return its row."""
    making.want_due(office.core, WEEK_AFTER, 0)
    assert making.make_wanted(office.core, WEEK_AFTER, plainly) == 1
    return office.rows(ReportFile)[-1]


def deliveries(office: Office) -> list[tuple[str, str, int]]:
    return [(row.way, row.state, row.tries) for row in office.rows(ReportDelivery)]


@pytest.mark.feature("J03")
def test_the_owners_get_both_files_once_over_an_encrypted_connection(week: Office, post: PostOffice) -> None:
    row = report(week)
    assert deliver(week.core, WEEK_AFTER) == 1
    assert deliver(week.core, WEEK_AFTER + DAY_MS) == 0
    [letter] = post.letters
    assert post.encrypted == [True]
    assert letter["To"] == ", ".join(OWNERS) and "2025-11-17 to 2025-11-23" in letter["Subject"]
    assert letter["Message-ID"] == f"<{row.stem}-{row.pdf_sha256[:12]}@workpulse.invalid>"
    attached = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert set(attached) == {f"{row.stem}.pdf", f"{row.stem}.xlsx"}
    assert attached[f"{row.stem}.pdf"] == (week.core.settings.data / "reports" / f"{row.stem}-{row.pdf_sha256[:12]}.pdf").read_bytes()
    assert deliveries(week) == [("mail", "sent", 1)]
    assert "sent a report by mail" in {one.action for one in week.rows(AuditEntry)}


@pytest.mark.feature("J03")
def test_a_server_that_is_away_is_tried_again_with_longer_rests_until_it_is_there(week: Office, post: PostOffice) -> None:
    report(week)
    post.close()
    now = WEEK_AFTER
    for tries, minutes in enumerate(RESTS[:4], 1):
        assert deliver(week.core, now) == 0
        assert deliveries(week) == [("mail", "waiting", tries)]
        assert deliver(week.core, now + minutes * MINUTE_MS - 1) == 0
        assert deliveries(week) == [("mail", "waiting", tries)], "not before its rest is over"
        now += minutes * MINUTE_MS
    assert alerts(week) == [("report", 4)]
    post.open()
    assert deliver(week.core, now) == 1
    assert alerts(week) == [] and len(post.letters) == 1


def alerts(office: Office) -> list[tuple[str, int]]:
    found = office.get("/api/v1/alerts", **{"from": "2025-11-17", "to": "2025-11-23"}).json["alerts"]
    return [(one["kind"], one["amount"]) for one in found if one["kind"] == "report"]


def test_after_the_last_try_it_has_failed_and_stays_an_alert(week: Office, post: PostOffice) -> None:
    report(week)
    post.refuses = set(OWNERS)
    now = WEEK_AFTER
    for _ in range(len(RESTS) + 3):
        deliver(week.core, now)
        now += DAY_MS
    assert deliveries(week) == [("mail", "failed", len(RESTS) + 1)]
    [row] = week.rows(ReportDelivery)
    assert row.trouble == "the mail server refused 2 of the addresses"
    assert alerts(week) == [("report", len(RESTS) + 1)]
    reply = msgspec.json.decode(week.get("/api/v1/reports").data, type=ReportFiles)
    assert (reply.mail, reply.folder, reply.recipients) == (True, False, 2)
    assert [(one.state, one.trouble) for one in reply.files[0].deliveries] == [("failed", row.trouble)]


def test_whoever_dies_with_a_mail_leaves_it_to_the_next_one(week: Office, post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    report(week)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            deliver(week.core, WEEK_AFTER)
    assert deliver(week.core, WEEK_AFTER + MINUTE_MS) == 0
    assert deliver(week.core, WEEK_AFTER + CLAIM_MS) == 1


@on_sqlite_only
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"smtp_authority": ""}, "certificate is not trusted"),
        ({"smtp_host": "127.0.0.2"}, "did not go out"),
        ({"smtp_security": "tls"}, "did not go out"),
        ({"smtp_password_file": "wrong"}, "did not accept the user and password"),
        ({"smtp_user": ""}, "did not go out"),
        ({"smtp_host": ""}, "no mail server is set up"),
    ],
)
def test_a_server_that_is_not_the_one_is_given_nothing(
    week: Office, post: PostOffice, tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    (tmp_path / "wrong").write_text("another password\n", "utf-8")
    if "smtp_password_file" in changes:
        changes = {"smtp_password_file": str(tmp_path / "wrong")}
    set_up(week, **changes)
    reply = week.post("/api/v1/reports/test-mail", "olga", {})
    assert (reply.status_code, reply.json["reason"]) == (409, "not_sent")
    assert sentence in reply.json["message"] and SECRET not in reply.json["message"]
    assert post.letters == []


@on_sqlite_only
def test_a_server_of_another_name_is_given_no_password(week: Office, post: PostOffice) -> None:
    post.close()
    post.open("127.0.0.2")
    set_up(week, smtp_host="127.0.0.2")
    reply = week.post("/api/v1/reports/test-mail", "olga", {})
    assert "certificate is not trusted" in reply.json["message"] and post.letters == []


@pytest.mark.feature("J03")
def test_a_test_mail_has_no_figures_and_is_written_down(
    week: Office, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(mail.PASSWORD)
    (tmp_path / "password").write_text(f"{SECRET}\n", "utf-8")
    set_up(week, smtp_password_file=str(tmp_path / "password"))
    assert week.post("/api/v1/reports/test-mail", "olga", {}).status_code == 204
    [letter] = post.letters
    assert not list(letter.iter_attachments()) and "test" in letter["Subject"]
    assert [one.detail for one in week.rows(AuditEntry) if one.action == "sent a test mail"] == ["to 2 addresses"]


@pytest.mark.feature("J03")
def test_a_folder_of_the_lan_gets_copies_and_its_absence_is_told(office: Office, tmp_path: Path) -> None:
    two_people(office)
    choose(office, teams=False)
    share = tmp_path / "share"
    share.write_text("not a folder", "utf-8")
    set_up(office, report_folder=str(share))
    row = report(office)
    assert deliver(office.core, WEEK_AFTER) == 0
    assert deliveries(office) == [("folder", "waiting", 1)]
    share.unlink()
    assert deliver(office.core, WEEK_AFTER + MINUTE_MS) == 1
    assert sorted(path.name for path in share.iterdir()) == [f"{row.stem}.pdf", f"{row.stem}.xlsx"]


def test_a_report_somebody_asked_for_goes_to_nobody_else(week: Office, post: PostOffice) -> None:
    assert week.post("/api/v1/reports", "olga", {"rhythm": "week", "day": "2025-11-19"}).status_code == 202
    assert making.make_wanted(week.core, WEEK_AFTER, plainly) == 1
    assert deliver(week.core, WEEK_AFTER) == 0 and post.letters == []


def test_a_heading_cannot_be_broken_out_of() -> None:
    settings: Settings = load({"smtp_from": "a@b.example"}, {})
    letter = mail.letter(settings, ["x@y.example"], "Office\r\nBcc: evil@z.example", "text", "1")
    assert letter["Bcc"] is None and letter["Subject"] == "Office Bcc: evil@z.example"


def test_what_is_no_address_is_not_taken(office: Office) -> None:
    revision = office.get("/api/v1/settings").json["organisation"]["revision"]
    for wrong in ("nobody", "a@b\nBcc: c@d", "a@b, c@d", "@", "a@b\n"):
        wish = {"revision": revision, "changes": {"reports": {"recipients": [wrong]}}}
        assert office.post("/api/v1/settings", "olga", wish, method="PATCH").status_code == 400, wrong
