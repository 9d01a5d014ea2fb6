"""A copy of everything about one person, as a ZIP that is made while it is sent: never more of it in memory than a few rows.

```
summary.pdf      what there is, who looked, how figures and findings are made, how long what is kept
json/*.json      every table, every row, packed days unpacked                  for programs
csv/*.csv        the same, nothing in it is a formula                          for spreadsheets
pictures/*       pictures of screens that are still kept
manifest.json    each file's rows, bytes and SHA-256
```
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, func, select

from policy import notice
from policy.summaries import Look
from server import VERSION
from server import models as m
from server.audit_log import audit
from server.captures import CaptureStore
from server.organisation import organisation
from server.refusals import NotThereError
from server.rights.subject import Whom, rows_of, whom
from server.rights.subject_rows import Teller, Told, cell
from server.rights.subject_tables import BY_NAME, TABLES, Held, Whose, words

if TYPE_CHECKING:
    from reports.personal import Copied

AT_ONCE = 500
COPIED = f"{audit.LOOKED}everything, as a copy"
"""How the audit log, and so the person's own page, tells that somebody took a copy."""
MOST_LOOKS = 100
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Piece(NamedTuple):
    """Some bytes of a file, and how many rows are in them."""

    content: bytes
    rows: int = 0


class Filed(Struct, frozen=True):
    """One file of the copy."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


def file_name(person: int, now: int) -> str:
    """Return what a copy is called; nobody's name is in it."""
    return f"copy-person-{person}-{datetime.fromtimestamp(now / 1000, UTC):%Y-%m-%d}.zip"


def copy_of(readers: Engine, captures: CaptureStore, person: int, language: str, now: int) -> Iterator[bytes]:
    """Yield the copy, piece by piece; what it tells is one state of the store."""
    from reports.personal import summary_of  # reportlab: a second and 50 MB that only a paper needs

    with readers.connect() as connection:
        one = whom(connection, person)
        zone = connection.execute(select(m.Person.zone).where(m.Person.id == person)).scalar_one() or organisation(connection).zone
        teller, archive = Teller(connection, one, zone), _Archive(now)
        listings: list[tuple[str, str, int]] = []
        for held in TABLES:
            if held.whose is not Whose.NOBODY:
                many = yield from archive.add(f"json/{held.name}.json", _json(teller.rows(held)), counts=True)
                yield from archive.add(f"csv/{held.name}.csv", _csv(held, teller.rows(held)), counts=True)
                listings.append((held.about, f"{held.name}.json", many))
        for name, picture in _pictures(connection, one, captures):
            yield from archive.add(name, [Piece(picture)])
        summary = summary_of(_told(connection, one, zone, language, listings, now))
        yield from archive.add("summary.pdf", [Piece(summary)])
        manifest = msgspec.json.format(msgspec.json.encode({"person": person, "made": now, "program": VERSION, "files": archive.filed}))
        yield from archive.add("manifest.json", [Piece(manifest)])
        yield archive.close()


class _Archive:
    """A ZIP written into a buffer that is emptied as it goes."""

    def __init__(self, now: int) -> None:
        self.filed: list[Filed] = []
        self._buffer = _Drain()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED)
        made = datetime.fromtimestamp(now / 1000, UTC)
        self._date = (made.year, made.month, made.day, made.hour, made.minute, made.second)

    def add(self, name: str, pieces: Iterator[Piece] | list[Piece], *, counts: bool = False) -> Generator[bytes, None, int]:
        """Add a file; yield what may be sent, and return how many rows are in it."""
        info = zipfile.ZipInfo(name, self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        digest, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(info, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece.content)
                digest.update(piece.content)
                size, rows = size + len(piece.content), rows + piece.rows
                yield self._buffer.drained()
        self.filed.append(Filed(name, rows if counts else None, size, digest.hexdigest()))
        yield self._buffer.drained()
        return rows

    def close(self) -> bytes:
        """Return the end of the file."""
        self._zip.close()
        return self._buffer.drained()


class _Drain(io.RawIOBase):
    """Takes what is written and gives it away once: a file that cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        """It may be written to."""
        return True

    def write(self, data: object) -> int:
        """Take some bytes."""
        taken = bytes(data)  # type: ignore[call-overload]
        self._held += taken
        return len(taken)

    def drained(self) -> bytes:
        """Return what was written since the last time."""
        given, self._held = bytes(self._held), bytearray()
        return given


def _json(rows: Iterator[Told]) -> Iterator[Piece]:
    """Yield a list of rows as JSON, a row a line."""
    begins = b"[\n"
    while some := list(islice(rows, AT_ONCE)):
        yield Piece(begins + b",\n".join(msgspec.json.encode(row) for row in some), len(some))
        begins = b",\n"
    yield Piece(b"[]\n" if begins == b"[\n" else b"\n]\n")


def _csv(held: Held, rows: Iterator[Told]) -> Iterator[Piece]:
    """Yield rows as CSV, with the mark by which spreadsheets know UTF-8."""
    yield Piece("\ufeff".encode() + _lines([words(held.told)]))
    while some := list(islice(rows, AT_ONCE)):
        yield Piece(_lines([tuple(cell(value) for value in row.values()) for row in some]), len(some))


def _lines(rows: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _pictures(connection: Connection, one: Whom, captures: CaptureStore) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures that are still kept, each once."""
    held, seen = BY_NAME["capture_event"], set[str]()
    for row in rows_of(connection, held, one, select(*held.table.__table__.columns)):
        if row.sha256 not in seen:
            seen.add(row.sha256)
            with suppress(NotThereError):
                yield f"pictures/{row.sha256}.{ENDINGS.get(row.media, 'bin')}", captures.get(row.sha256)


def _told(connection: Connection, one: Whom, zone: str, language: str, listings: list[tuple[str, str, int]], now: int) -> Copied:
    from reports.personal import Copied, Listing  # the same

    ours = organisation(connection)
    seen = m.AuditEntry.action.startswith(audit.LOOKED, autoescape=True) & (m.AuditEntry.subject == audit.about(one.person))
    columns = (m.AuditEntry.at, m.AuditEntry.actor, m.AuditEntry.action, m.AuditEntry.detail, m.AuditEntry.reason)
    rows = connection.execute(select(*columns).where(seen).order_by(m.AuditEntry.id.desc()).limit(MOST_LOOKS))
    looks = [Look(row.at, row.actor, row.action.removeprefix(audit.LOOKED), row.detail or "", row.reason) for row in rows]
    return Copied(
        organisation=ours.name,
        program=VERSION,
        language=language if language in notice.LANGUAGES else "en",
        zone=zone,
        made_at=now,
        name=one.name,
        accounts=list(one.accounts.values()),
        pcs=[*one.hostnames, *one.shared_hostnames],
        listings=[Listing(*one) for one in listings],
        looks=looks,
        looks_in_all=connection.execute(select(func.count()).select_from(m.AuditEntry).where(seen)).scalar_one(),
        kept=msgspec.structs.asdict(ours.retention),
        contact=ours.reports.contact,
    )
