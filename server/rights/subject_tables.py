"""What each table holds about a person, column by column: what a copy tells, and what becomes of it when they are erased.

A test fails when a table or a column is not here: whoever adds one decides what it means for the person it is about.

```
whose    how its rows are found to be about somebody (`server/rights/subject.py`): by person, account, PC, buffer, user …
told     columns a copy has; a number that stands for a text is told as the text
kept_back  what a copy must not have: keys (they open something) and what is about others (who looked from which address)
erased   what an erasure does with the rows
```
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from server import models as m


class Whose(StrEnum):
    """By what a table's rows are about somebody."""

    NOBODY = "nobody"
    PERSON = "person"
    ACCOUNT = "account"
    OWN_PC = "own PC"
    ANY_PC = "any PC"
    OWN_BUFFER = "own buffer"
    USER = "user"
    SPECIAL = "special"


class Erased(StrEnum):
    """What an erasure does with the rows."""

    NOTHING = "nothing"
    """They are about nobody, or name nobody once the rest is done."""
    DELETED = "deleted"
    EMPTIED = "emptied"
    """The row stays, because other rows need its number; nothing in it tells who it was."""
    IF_UNUSED = "deleted when nothing names them"
    REWRITTEN = "rewritten without the name"
    LAST = "kept until the erasure itself is done"


class Held(NamedTuple):
    """One table: whose its rows are and by which column, what is told of them, and what becomes of them."""

    table: Any
    about: str
    whose: Whose
    erased: Erased
    told: str = ""
    kept_back: str = ""
    by: str = ""
    texts: dict[str, Any] = {}  # noqa: RUF012 — never changed

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.__tablename__)


NUMBERS = "epoch_id seq"
APPS, SITES, TITLES, PATHS = {"app_id": m.App}, {"site_id": m.Site}, {"title_id": m.Title}, {"path_id": m.Path, "new_path_id": m.Path}
PARTS = "active reading meeting idle locked paused asleep off unknown"

TABLES: tuple[Held, ...] = (
    # --- who they are
    Held(
        m.Person,
        "name, team, zone and hours",
        Whose.PERSON,
        Erased.EMPTIED,
        "id name team_id zone since active hours restricted erased revision",
        by="id",
    ),
    Held(m.Account, "accounts", Whose.PERSON, Erased.EMPTIED, "id name person_id notice_at notice_answer purposes since", by="person_id"),
    Held(
        m.Device,
        "PCs",
        Whose.ANY_PC,
        Erased.EMPTIED,
        "id public_id hostname os team_id agent_version enrolled seen revoked clock_offset_ms refused_no_notice answers revision"
        " late_traffic",
        "token_hash",
        by="id",
    ),
    Held(m.AccountDevice, "which account was seen on which PC", Whose.ACCOUNT, Erased.NOTHING, "device_id account_id", by="account_id"),
    Held(
        m.Epoch,
        "what became of everything the PCs sent, in numbers",
        Whose.OWN_PC,
        Erased.DELETED,
        "id name device_id machine high_water stored quarantined lost carried unrecorded duplicates recorded buffered",
        by="device_id",
    ),
    Held(
        m.EnrolmentCode,
        "codes made for a PC",
        Whose.PERSON,
        Erased.DELETED,
        "id team_id person_id uses uses_at_first made made_by expires revoked",
        "code_hash",
        by="person_id",
    ),
    Held(
        m.User,
        "sign-in at the console",
        Whose.PERSON,
        Erased.EMPTIED,
        "id name role person_id disabled revision",
        "password_hash",
        by="person_id",
    ),
    Held(m.UserTeam, "teams led", Whose.USER, Erased.DELETED, "user_id team_id", by="user_id"),
    Held(
        m.SessionToken, "sessions at the console", Whose.USER, Erased.DELETED, "id user_id made expires revoked", "token_hash", by="user_id"
    ),
    Held(m.PasswordLink, "links to choose a password", Whose.USER, Erased.DELETED, "id user_id expires", "key_hash", by="user_id"),
    Held(m.PageLink, "links to the own page", Whose.PERSON, Erased.DELETED, "id person_id expires", "key_hash", by="person_id"),
    Held(
        m.PageSession,
        "the own page, opened in a browser",
        Whose.PERSON,
        Erased.DELETED,
        "id person_id expires",
        "token_hash",
        by="person_id",
    ),
    # --- what they were asked, and what they asked
    Held(
        m.NoticeEvent,
        "answers to the notice",
        Whose.ACCOUNT,
        Erased.DELETED,
        f"{NUMBERS} device_id account_id at version language answer",
        by="account_id",
    ),
    Held(
        m.PurposeRecord,
        "answers about each purpose",
        Whose.PERSON,
        Erased.DELETED,
        "id person_id purpose answer basis version language source at",
        by="person_id",
    ),
    Held(
        m.PersonRequest,
        "requests, and what was answered",
        Whose.PERSON,
        Erased.DELETED,
        "id person_id kind text start end recorded at due state answer actor decided overdue",
        by="person_id",
    ),
    Held(
        m.Measure,
        "restrictions and legal holds",
        Whose.PERSON,
        Erased.DELETED,
        "id kind person_id at until ended",
        "reason actor ended_by ended_reason",
        by="person_id",
    ),
    Held(
        m.Erasure,
        "erasures",
        Whose.PERSON,
        Erased.LAST,
        "id person_id request asked ordered state step counts finished certificate sha256",
        "actor reason names",
        by="person_id",
    ),
    Held(m.ErasedAccount, "accounts that were erased before", Whose.NOBODY, Erased.NOTHING, "", "digest erasure_id at refused"),
    # --- what was reported
    Held(
        m.Span,
        "what was in front, minute by minute",
        Whose.ACCOUNT,
        Erased.DELETED,
        f"account_id start {NUMBERS} length_ms app_id site_id title_id call private keys clicks scrolls pointer_px idle_ms samples"
        " zero_samples distinct_counts moving_samples distracted_samples",
        by="account_id",
        texts=APPS | SITES | TITLES,
    ),
    Held(
        m.SessionEvent,
        "signing in, locking, pauses, and PCs going on and off",
        Whose.SPECIAL,
        Erased.DELETED,
        f"{NUMBERS} device_id at account_id change",
    ),
    Held(
        m.NetworkSpan,
        "bytes by app",
        Whose.SPECIAL,
        Erased.DELETED,
        f"device_id start {NUMBERS} end app_id sent received estimated",
        texts=APPS,
    ),
    Held(
        m.NetworkDay,
        "bytes by app and day",
        Whose.OWN_PC,
        Erased.DELETED,
        "device_id day app_id estimated sent received",
        by="device_id",
        texts=APPS,
    ),
    Held(
        m.FileEvent,
        "what happened to files",
        Whose.ACCOUNT,
        Erased.DELETED,
        f"account_id at {NUMBERS} device_id action source path_id new_path_id bytes process_id",
        by="account_id",
        texts=PATHS | {"process_id": m.App},
    ),
    Held(
        m.CaptureEvent,
        "pictures of the screen",
        Whose.ACCOUNT,
        Erased.DELETED,
        f"account_id at {NUMBERS} device_id sha256 media bytes width height reason gone",
        by="account_id",
    ),
    Held(
        m.GapEvent,
        "what PCs said they lost",
        Whose.OWN_PC,
        Erased.DELETED,
        f"{NUMBERS} device_id start end what reason lost",
        by="device_id",
    ),
    Held(
        m.HealthEvent,
        "how the PCs' agents were",
        Whose.OWN_PC,
        Erased.DELETED,
        f"device_id at {NUMBERS} cpu_percent rss_bytes buffered oldest_ms recorded sent dropped system",
        by="device_id",
    ),
    Held(m.Quarantined, "what was refused, as it came", Whose.SPECIAL, Erased.DELETED, f"{NUMBERS} device_id at reason body"),
    # --- what was made of it
    Held(m.DirtyDay, "days waiting to be added up", Whose.PERSON, Erased.DELETED, "person_id day mark claimed", by="person_id"),
    Held(
        m.LedgerDay,
        "days in seconds, and what they were made of",
        Whose.PERSON,
        Erased.DELETED,
        f"person_id day start length {PARTS} first last review_minutes known runs packed stamp rebuilt",
        by="person_id",
    ),
    Held(m.LedgerQuarter, "days by the quarter hour", Whose.PERSON, Erased.DELETED, "person_id day packed", by="person_id"),
    Held(
        m.DayCount,
        "bytes, files and PCs of each day",
        Whose.PERSON,
        Erased.DELETED,
        "person_id day sent received created deleted renamed devices made",
        by="person_id",
    ),
    Held(
        m.DayOddness,
        "how unlike the other days each day was found to be",
        Whose.PERSON,
        Erased.DELETED,
        "person_id day model odd",
        by="person_id",
    ),
    Held(
        m.Finding,
        "days that were found unusual, and why",
        Whose.PERSON,
        Erased.DELETED,
        "person_id day score severity reasons coverage confidence model made",
        by="person_id",
    ),
    Held(m.FindingAnswer, "answers to these", Whose.PERSON, Erased.DELETED, "person_id day text at", by="person_id"),
    Held(
        m.FileHit,
        "many files at once, or files at a watched place",
        Whose.PERSON,
        Erased.DELETED,
        "id kind person_id at what amount",
        by="person_id",
    ),
    Held(m.FileLook, "how far file events were looked through", Whose.OWN_BUFFER, Erased.DELETED, "epoch_id seq at", by="epoch_id"),
    Held(
        m.AlertMark,
        "what readers noted about alerts",
        Whose.SPECIAL,
        Erased.DELETED,
        "alert occurrence amount status until note actor at",
    ),
    Held(
        m.ReportFile,
        "reports about this person alone",
        Whose.SPECIAL,
        Erased.DELETED,
        "id rhythm first last scope scope_id revision language actor asked state tries made stem pdf_sha256 xlsx_sha256 figures changed",
        "claimed stamps",
    ),
    Held(m.ReportDelivery, "where these went", Whose.SPECIAL, Erased.DELETED, "report_id way state tries next_try at trouble"),
    # --- who looked, and who did what
    Held(
        m.Unlock,
        "reasons given for looking",
        Whose.PERSON,
        Erased.DELETED,
        "id user_id person_id team_id reason made until",
        by="person_id",
    ),
    Held(
        m.AuditEntry,
        "who looked or changed something, and what the person did",
        Whose.SPECIAL,
        Erased.REWRITTEN,
        "id at actor action subject detail reason before after",
        "address salt chain own rewritten",
    ),
    Held(
        m.Clip,
        "recordings of the screen that somebody asked for",
        Whose.PERSON,
        Erased.DELETED,
        "id person_id reason seconds actor asked approver approved refuser refused until",
        by="person_id",
    ),
    # --- nobody's
    Held(m.Setting, "what the organisation decides", Whose.NOBODY, Erased.NOTHING, "", "name value"),
    Held(m.Team, "teams; a person's is named where they are", Whose.NOBODY, Erased.NOTHING, "", "id name revision"),
    Held(m.OwnerLink, "the key that makes the first owner", Whose.NOBODY, Erased.NOTHING, "", "id key_hash expires used"),
    Held(m.App, "names of programs, told where they are named", Whose.NOBODY, Erased.IF_UNUSED, "", "id text"),
    Held(m.Site, "names of sites, told where they are named", Whose.NOBODY, Erased.IF_UNUSED, "", "id text"),
    Held(m.Title, "titles of windows, told where they are named", Whose.NOBODY, Erased.IF_UNUSED, "", "id text"),
    Held(m.Path, "paths of files, told where they are named", Whose.NOBODY, Erased.IF_UNUSED, "", "id text digest"),
    Held(m.LedgerStamp, "that a day of everybody changed", Whose.NOBODY, Erased.NOTHING, "", "day stamp"),
    Held(
        m.LedgerPage,
        "days of everybody side by side: each person's are told by themselves",
        Whose.NOBODY,
        Erased.DELETED,
        "",
        "day part stamp body",
    ),
    Held(m.CategoryRule, "which programs and sites count as what", Whose.NOBODY, Erased.NOTHING, "", "id team_id kind pattern category"),
    Held(
        m.RuleChange,
        "who changed these; each change is in the audit log",
        Whose.NOBODY,
        Erased.NOTHING,
        "",
        "id at actor team_id kind pattern before after undone",
    ),
    Held(m.AuditHead, "where the audit log ends", Whose.NOBODY, Erased.NOTHING, "", "id entries chain"),
    Held(m.AuditSeal, "seals of the audit log", Whose.NOBODY, Erased.NOTHING, "", "id at entries chain signature certificate"),
    Held(m.AuditPurge, "how much of the audit log has outlived its period", Whose.NOBODY, Erased.NOTHING, "", "id at through chain"),
    Held(
        m.FileSeal,
        "digests of the file events of a day, as numbers",
        Whose.NOBODY,
        Erased.NOTHING,
        "",
        "id day number at events salt digest waters parts entry purged",
    ),
    Held(
        m.WatchList, "paths of which somebody wants to be told", Whose.NOBODY, Erased.NOTHING, "", "id name kind patterns actor at revision"
    ),
    Held(
        m.CaseFile,
        "cases; one may be kept from whom it is about while it runs",
        Whose.NOBODY,
        Erased.NOTHING,
        "",
        "id title reason state actor opened closed revision",
    ),
    Held(m.CaseNote, "notes to cases", Whose.NOBODY, Erased.NOTHING, "", "id case_id at actor text"),
    Held(m.CaseLink, "what cases point at", Whose.NOBODY, Erased.NOTHING, "", "id case_id at actor kind target"),
    Held(
        m.EvidencePack,
        "packs of file events",
        Whose.SPECIAL,
        Erased.DELETED,
        "id asked state made events sha256",
        "case_id filters reason language actor address claimed tries people bytes name",
    ),
)
"""Every table, in the order a copy tells them."""

BY_NAME = {one.name: one for one in TABLES}


def words(columns: str) -> tuple[str, ...]:
    """Return the columns that a row of the table above names."""
    return tuple(columns.split())
