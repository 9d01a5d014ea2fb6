"""The tables: people and devices, what agents reported, the ledger made from it, and who looked.

Instants are milliseconds since 1970 UTC. Reported rows are integers: app, site, title and path texts live once in their
dictionaries. A reported row's identity is (epoch, seq), which is also what makes "sent twice, stored once" true. Reported rows
refer to accounts, devices and epochs without foreign keys: the same transaction has just read or made what they refer to,
nothing deletes it, and checking each row again costs a tenth of the ingest on SQLite and most of it on PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import MetaData

from server.models.alerts import AlertMark, CategoryRule, Finding, FindingAnswer, RuleChange
from server.models.audit import AuditEntry, AuditHead, AuditPurge, AuditSeal
from server.models.files import CaseFile, CaseLink, CaseNote, EvidencePack, FileHit, FileLook, FileSeal, WatchList
from server.models.ledger import DayCount, DayOddness, DirtyDay, LedgerDay, LedgerPage, LedgerQuarter, LedgerStamp
from server.models.people import Account, AccountDevice, Device, EnrolmentCode, Epoch, Person, Setting, Team
from server.models.reported import (
    CaptureEvent,
    Clip,
    FileEvent,
    GapEvent,
    HealthEvent,
    NetworkDay,
    NetworkSpan,
    NoticeEvent,
    Quarantined,
    SessionEvent,
    Span,
)
from server.models.reports import ReportDelivery, ReportFile
from server.models.rights import ErasedAccount, Erasure, Measure, PersonRequest, PurposeRecord
from server.models.texts import App, Path, Site, Title
from server.models.users import OwnerLink, PageLink, PageSession, PasswordLink, SessionToken, Unlock, User, UserTeam
from server.store.db import Base

__all__ = [
    "CALLS",
    "Account",
    "AccountDevice",
    "AlertMark",
    "App",
    "AuditEntry",
    "AuditHead",
    "AuditPurge",
    "AuditSeal",
    "CaptureEvent",
    "CaseFile",
    "CaseLink",
    "CaseNote",
    "CategoryRule",
    "Clip",
    "DayCount",
    "DayOddness",
    "Device",
    "DirtyDay",
    "EnrolmentCode",
    "Epoch",
    "ErasedAccount",
    "Erasure",
    "EvidencePack",
    "FileEvent",
    "FileHit",
    "FileLook",
    "FileSeal",
    "Finding",
    "FindingAnswer",
    "GapEvent",
    "HealthEvent",
    "LedgerDay",
    "LedgerPage",
    "LedgerQuarter",
    "LedgerStamp",
    "Measure",
    "NetworkDay",
    "NetworkSpan",
    "NoticeEvent",
    "OwnerLink",
    "PageLink",
    "PageSession",
    "PasswordLink",
    "Path",
    "Person",
    "PersonRequest",
    "PurposeRecord",
    "Quarantined",
    "ReportDelivery",
    "ReportFile",
    "RuleChange",
    "SessionEvent",
    "SessionToken",
    "Setting",
    "Site",
    "Span",
    "Team",
    "Title",
    "Unlock",
    "User",
    "UserTeam",
    "WatchList",
    "metadata",
]

metadata: MetaData = Base.metadata

CALLS = (None, "microphone", "camera", "both")
"""What a span's `call` is the number of."""
