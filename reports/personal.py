"""Papers about one person's rights: what a copy of their record holds, and the certificate that it was erased."""

from __future__ import annotations

from msgspec import Struct

from policy.summaries import Certificate, Look
from reports.document import Block, Column, Document, Facts, Section, Table, Text, Unit
from reports.pdf import pdf_of
from reports.speech import Speech, safe


class Listing(Struct, frozen=True):
    """One file of a copy: what is in it, what it is called, how many rows it has."""

    about: str
    file: str
    rows: int


class Copied(Struct, frozen=True):
    """What the summary of a copy tells; `kept` is {kind of record: days}."""

    organisation: str
    program: str
    language: str
    zone: str
    made_at: int
    name: str
    accounts: list[str]
    pcs: list[str]
    listings: list[Listing]
    looks: list[Look]
    looks_in_all: int
    kept: dict[str, int]
    contact: str


def summary_of(copied: Copied) -> bytes:
    """Return the summary of a copy as a PDF."""
    say = Speech(copied.language, copied.zone)
    head = (
        (say("Whom"), safe(copied.name, 120)),
        (say("Made"), _when(copied.made_at, say)),
        (say("Made by"), f"WorkPulse {copied.program}"),
    )
    sections = (_who(copied, say), _what(copied, say), _looked(copied, say), _made(say), _kept(copied, say))
    return pdf_of(_document(say("A copy of your record"), copied.organisation, copied.made_at, copied.program, head, sections, say))


def _when(instant: int, say: Speech) -> str:
    return f"{say.local(instant):%Y-%m-%d %H:%M}"


def _document(
    title: str, organisation: str, made_at: int, program: str, head: tuple[tuple[str, str], ...], sections: tuple[Section, ...], say: Speech
) -> Document:
    return Document(title, safe(organisation, 120), say.language, made_at, safe(program, 40), head, sections, say)


def _who(copied: Copied, say: Speech) -> Section:
    rows = [(say("Name"), safe(copied.name)), (say("Accounts"), _list(copied.accounts)), (say("PCs"), _list(copied.pcs))]
    if copied.contact:
        rows.append((say("Whom to ask"), safe(copied.contact)))
    told = say("This is everything the server holds about you, as of the moment above. You may keep it, and take it elsewhere.")
    return Section("who", say("You"), (Text(told), Facts("You", tuple(rows))))


def _list(texts: list[str]) -> str:
    return ", ".join(safe(one, 80) for one in texts) or "–"


def _what(copied: Copied, say: Speech) -> Section:
    columns = (Column(say("What"), width=3, whole=True), Column(say("File"), width=1.6), Column(say("Rows"), Unit.COUNT))
    rows = tuple((say(one.about), one.file, one.rows) for one in copied.listings)
    told = say("Each file is there twice: in the folder json for programs, in the folder csv for spreadsheets. Instants are in UTC.")
    return Section("what", say("What is in the copy"), (Text(told), Table("Files", say("Files"), columns, rows)))


def _looked(copied: Copied, say: Speech) -> Section:
    columns = (
        Column(say("When"), Unit.MOMENT, width=1.4),
        Column(say("Who"), width=1),
        Column(say("What"), width=2.4, whole=True),
        Column(say("Why"), width=1.6, whole=True),
    )
    rows = tuple((one.at, safe(one.who, 60), safe(f"{one.what} · {one.detail}"), safe(one.reason or "–")) for one in copied.looks)
    table = Table("Looks", say("Who looked at you"), columns, rows, empty=say("Nobody looked."))
    blocks: list[Block] = [table]
    if copied.looks_in_all > len(rows):
        blocks.append(
            Text(say("The newest {n} of {m}; all of them are in audit_entry.json.", n=len(rows), m=copied.looks_in_all), small=True)
        )
    return Section("looks", say("Who looked at you"), tuple(blocks))


def _made(say: Speech) -> Section:
    texts = (
        say(
            "Each minute counts as active, reading, meeting, idle, locked, paused, asleep, off or unknown, by input and what was in front."
        ),
        say("What an app or a site counts as is a rule of the organisation. That no input was seen does not mean that nobody worked."),
        say("A finding says what makes a day unlike your other days. It decides nothing: a person reads it, and you may answer."),
    )
    return Section("made", say("How figures and findings are made"), tuple(Text(one) for one in texts))


def _kind(kind: str, say: Speech) -> str:
    words = {
        "spans": say("Minutes in front, sessions, network"),
        "ledger": say("Days and quarter hours"),
        "files": say("File events"),
        "audit": say("Audit log"),
        "captures": say("Pictures"),
    }
    return words.get(kind, kind)


def _kept(copied: Copied, say: Speech) -> Section:
    rows = tuple((_kind(kind, say), say("{n} days", n=days)) for kind, days in copied.kept.items())
    told = say(
        "You may contest a figure, ask for a correction or erasure, object, and complain: on your page, opened from the symbol on your PC."
    )
    return Section("kept", say("How long it is kept, and what you may ask"), (Facts("Kept", rows), Text(told)))


def certificate_of(certificate: Certificate, sha256: str, language: str, zone: str) -> bytes:
    """Return the certificate of an erasure as a PDF; `sha256` is of the certificate as data, which the audit log has."""
    say = Speech(language, zone)
    title = say("Certificate of erasure {n}", n=certificate.number)
    head = (
        (say("Person"), say("number {n}", n=certificate.person)),
        (say("Made"), _when(certificate.finished, say)),
        (say("Made by"), f"WorkPulse {certificate.program}"),
    )
    sections = (_erased(certificate, say), _gone(certificate, say), _stays(certificate, sha256, say))
    return pdf_of(_document(title, certificate.organisation, certificate.finished, certificate.program, head, sections, say))


def _erased(certificate: Certificate, say: Speech) -> Section:
    rows = [(say("Ordered by"), safe(certificate.ordered_by)), (say("Ordered"), _when(certificate.ordered, say))]
    if certificate.request is not None and certificate.asked is not None:
        number = say("request {n}", n=certificate.request)
        rows.append((say("Asked for"), f"{_when(certificate.asked, say)} ({number})"))
    rows += [(say("Why"), safe(certificate.reason)), (say("Finished"), _when(certificate.finished, say))]
    told = say("The record of one person was erased. This certificate names nobody; who it was cannot be told from it or from the server.")
    return Section("erased", say("What was done"), (Text(told), Facts("Done", tuple(rows))))


def _gone(certificate: Certificate, say: Speech) -> Section:
    columns = (Column(say("What"), width=3, whole=True), Column(say("Table"), width=1.6), Column(say("Rows"), Unit.COUNT, adds=True))
    rows = tuple((say(one.about), one.table, one.rows) for one in certificate.gone)
    counts = (
        (say("Accounts"), certificate.accounts),
        (say("PCs whose credential was taken away"), certificate.pcs),
        (say("Pictures"), certificate.pictures),
        (say("Report files"), certificate.reports),
        (say("Audit entries written anew without the name"), certificate.entries),
        (say("Texts that nothing names any more"), certificate.texts),
    )
    facts = Facts("Besides", tuple((name, say.count(many)) for name, many in counts))
    total = (say("Together"), None, sum(one.rows for one in certificate.gone))
    return Section("gone", say("What is gone"), (Table("Gone", say("Rows"), columns, rows, total=total), facts))


def _stays(certificate: Certificate, sha256: str, say: Speech) -> Section:
    proof = {
        True: say("The database's file was emptied of what was deleted: overwritten, its log cut off."),
        False: say("What was deleted is overwritten; the database's log could not be cut off yet, because somebody was reading."),
        None: say("The database is not a file of this server: its own vacuum gives the room back."),
    }[certificate.overwritten]
    blocks: tuple[Block, ...] = (
        Text(proof),
        *(Text(say(one)) for one in certificate.stays),
        Facts("Digest", ((say("SHA-256 of this certificate as data, as the audit log has it"), sha256),)),
    )
    return Section("stays", say("What stays, and why"), blocks)
