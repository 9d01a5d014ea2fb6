"""Report files: which there are, what became of each, and how another one is asked for."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from policy.summaries.numbers import Number
from policy.summaries.report import ReportScope, Rhythm
from policy.summaries.settings import ReportLanguage

ReportState = Literal["wanted", "making", "made", "failed"]
DeliveryState = Literal["waiting", "sent", "failed"]


class ReportDelivery(Struct, frozen=True):
    """One way a report goes out: what became of it, when (an instant), and what the trouble was."""

    way: Literal["mail", "folder", "drive"]
    state: DeliveryState
    at: int | None
    trouble: str | None


class ReportFile(Struct, frozen=True):
    """A report in both its files; `revision` counts from 1, `changed` is how many figures late data changed since the one before.

    `asked` and `made` are instants; the digests name what the files held when they were made, None before.
    """

    id: int
    rhythm: Rhythm
    first: date
    last: date
    scope: ReportScope
    revision: int
    language: str
    state: ReportState
    by: str
    asked: int
    made: int | None
    changed: int
    pdf_sha256: str | None
    xlsx_sha256: str | None
    deliveries: list[ReportDelivery]


class ReportFiles(Struct, frozen=True):
    """Report files, newest period first; `mail` and `folder` say whether the server has such a way to send them."""

    files: list[ReportFile]
    mail: bool
    folder: bool
    recipients: int


class ReportWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A report to be made: the period that `day` lies in, of the company, one team or one person."""

    rhythm: Rhythm
    day: date
    team: Number | None = None
    person: Number | None = None
    language: ReportLanguage | None = None


class ReportAsked(Struct, frozen=True):
    """The report file that will be made."""

    id: int
