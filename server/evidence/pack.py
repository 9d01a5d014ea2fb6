"""Making an evidence pack: everything that was asked for and what proves it, written into one signed ZIP as it is read.

```
read in one state    events -> events.jsonl, workbook, digests of days      gaps, bursts, seals
written down         that it was made, why, and under everybody in it       the log is sealed
proof                the chain from the oldest of these entries to its head
signed               the manifest; then every byte of the file
```
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from policy.summaries import EvidenceTold, FileAction, Person, SealedDay
from server import VERSION
from server.audit_log import audit, keeping
from server.evidence import file_seals
from server.evidence.archive import Archive, sign_file
from server.evidence.days import Days, is_complete
from server.evidence.key import EvidenceKey
from server.evidence.manifest import (
    AUDIT,
    BOOK,
    EVENTS,
    FORMAT,
    GAPS,
    MADE,
    MANIFEST,
    PAPER,
    README,
    SEALS,
    SIGNATURE,
    SIGNED_MANIFEST,
    Chain,
    EventLine,
    HeadLine,
    Manifest,
    pack_subject,
)
from server.evidence.proof import chain_before, entries, entry_line, purged_through
from server.evidence.wanted import Asked, search_of, told
from server.models import Device, Epoch
from server.organisation import organisation
from server.queries.file_extras import Capped, bursts, gap_question, gaps
from server.queries.files import Search, action_of, every_event
from server.reporting.folder import PART
from server.store.opened import Store
from server.tls import Identity

FIRST_ROWS = 200
LINES_AT_ONCE = 500
PIECE = 1 << 20
READ_ME = """This is an evidence pack of WorkPulse: file events, and what proves that they are as they came.

    python server verify-pack FILE --key KEY

checks every byte of it, without a database. KEY is the public key of the server that made it: its owner tells it, or
`python server evidence-key` on that server does.

evidence.pdf    for people: what was asked for, gaps, bursts, seals, the oldest events
evidence.xlsx   the same, and up to 50,000 events
events.jsonl    every event, oldest first
gaps.jsonl      stretches in which events may be missing, as the PCs declared them
seals.jsonl     the newest seal of each UTC day
audit.jsonl     the part of the audit log's chain that tells of these seals and of this pack
manifest.json   what the pack is, and what each of these files must hash to; manifest.sig signs it
"""


class MadePack(Struct, frozen=True):
    """A pack as it was made."""

    path: Path
    events: int
    people: list[int]
    bytes: int
    sha256: str


class _Read(Struct):
    """What was found of the events while they were written."""

    events: int
    oldest: int | None
    newest: int | None
    first: list[FileAction]
    people: dict[int, Person]


def make_pack(store: Store, identity: Identity, asked: Asked, path: Path, now: int) -> MadePack:
    """Write the pack to `path`: it is there whole and told in the audit log, or not at all."""
    days = (asked.filters.first - timedelta(days=1), asked.filters.last + timedelta(days=1))  # local days may be a little longer than UTC's
    file_seals.seal_days(store.readers, store.writer, now, *days)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}{PART}")
    try:
        made = _Making(store, identity, asked, beside, now).run()
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return msgspec.structs.replace(made, path=path)


class _Making:
    """One pack under way."""

    def __init__(self, store: Store, identity: Identity, asked: Asked, path: Path, now: int) -> None:
        self._store, self._identity, self._asked, self._path, self._now = store, identity, asked, path, now
        self._key = EvidenceKey(identity)

    def run(self) -> MadePack:
        """Make it."""
        from reports.evidence import make_evidence_pdf  # reportlab and openpyxl: a second and 60 MB that only this needs
        from reports.evidence_book import EvidenceBook

        book_path = self._path.with_suffix(".book")
        try:
            with self._store.readers.connect() as connection:
                zone = organisation(connection).zone
            with Archive(self._path, self._now) as archive, EvidenceBook(self._asked.language, zone) as book:
                archive.add(README, READ_ME.encode())
                with self._store.readers.connect() as connection:
                    search = search_of(connection, self._asked.filters)
                    days = Days(connection, search)
                    read = self._write_events(connection, archive, search, book, days)
                    declared = self._write_gaps(connection, archive, search)
                    sealed = self._write_seals(connection, archive, days)
                    people = {key: member for key, (_, member) in search.accounts.items()}
                    many = bursts(connection, search.scope, people)
                    missing = gaps(connection, search.accounts, search.hosts, search.bounds)
                chain = self._write_chain(archive, search, read, days)
                pages = self._told(search, read, sealed, (missing, many), chain, zone)
                book.close(pages, book_path)
                archive.add_file(BOOK, book_path)
                archive.add(PAPER, make_evidence_pdf(pages))
                self._sign(archive, search, read, declared, sealed, chain, pages)
        finally:
            book_path.unlink(missing_ok=True)
        sha256 = sign_file(self._path, self._key)
        return MadePack(self._path, read.events, sorted(read.people), self._path.stat().st_size, sha256)

    # --- what is read ---------------------------------------------------------------------------------------------------

    def _write_events(self, connection: Connection, archive: Archive, search: Search, book: Any, days: Days) -> _Read:
        found = _Read(0, None, None, [], {})
        epochs = {row.id: row.name for row in connection.execute(select(Epoch.id, Epoch.name))}
        devices = {row.id: row.public_id for row in connection.execute(select(Device.id, Device.public_id))}
        with archive.open(EVENTS) as target:
            for row in every_event(connection, search):
                shown = action_of(row, search)
                event = _line(row, shown, epochs[row.epoch_id], devices[row.device_id])
                target.line(event)
                days.add(event)
                book.add(shown)
                _note(found, shown)
        days.finish()
        return found

    def _write_gaps(self, connection: Connection, archive: Archive, search: Search) -> int:
        question = gap_question(search.accounts, search.hosts, search.bounds)
        many = 0
        with archive.open(GAPS) as target:
            for row in connection.execute(question, execution_options={"yield_per": LINES_AT_ONCE}):
                names = ("start", "end", "what", "reason", "lost")
                target.line({"host": search.hosts[row.device_id]} | {name: getattr(row, name) for name in names})
                many += 1
        return many

    def _write_seals(self, connection: Connection, archive: Archive, days: Days) -> list[SealedDay]:
        through = purged_through(connection)
        shown = []
        with archive.open(SEALS) as target:
            for day in days.all:
                sealed = days.seal_of(day)
                if sealed is None:
                    shown.append(SealedDay(day))
                    continue
                equal = days.equal.get(day)
                target.line(days.told(sealed, through))
                digest, outlived = sealed.digest.hex(), sealed.purged is not None
                shown.append(SealedDay(day, sealed.number, sealed.events, digest, None if outlived else equal, outlived))
        return shown

    # --- what proves it -------------------------------------------------------------------------------------------------

    def _write_chain(self, archive: Archive, search: Search, read: _Read, days: Days) -> Chain:
        mine = self._store.writer.do(lambda connection: self._write_down(connection, search, read))
        keeping.seal(self._store.writer, self._identity, self._store.settings.data, self._now)
        with self._store.readers.connect() as connection:
            through, head = purged_through(connection), audit.head_of(connection)
            wanted = {one.entry for one in days.newest.values() if one.entry > through} | set(mine)
            first = min(wanted)
            previous = chain_before(connection, first)
            with archive.open(AUDIT) as target:
                for entry in entries(connection, first, head.entries):
                    target.line(entry_line(entry, whole=entry.id in wanted))
            seal = next(keeping.seals_through(connection, head.entries), None)
        shown = HeadLine(seal.at, seal.head.entries, seal.head.chain.hex(), seal.signature.hex(), seal.certificate) if seal else None
        if shown is not None and shown.entries < first:
            shown = None
        return Chain(first, previous.hex(), head.entries, head.chain.hex(), mine[0], shown)

    def _write_down(self, connection: Connection, search: Search, read: _Read) -> range:
        """Write into the audit log that the pack was made, and under everybody in it that their files are in it, and why."""
        asked, what = self._asked, told(search)
        first = audit.head_of(connection).entries + 1
        deeds = [audit.Deed(asked.actor, MADE, pack_subject(asked.id), f"{what}, {read.events} events", asked.address, asked.reason)]
        looked = audit.LOOKED + "files for an evidence pack"
        deeds += [audit.Deed(asked.actor, looked, audit.about(one), what, asked.address, asked.reason) for one in sorted(read.people)]
        audit.record_all(connection, deeds, self._now)
        return range(first, first + len(deeds))

    def _told(
        self, search: Search, read: _Read, sealed: list[SealedDay], also: tuple[Capped[Any], Capped[Any]], chain: Chain, zone: str
    ) -> EvidenceTold:
        asked, (missing, many) = self._asked, also
        with self._store.readers.connect() as connection:
            name = organisation(connection).name
        return EvidenceTold(
            number=asked.id,
            organisation=name,
            program=VERSION,
            zone=zone,
            language=asked.language,
            first=asked.filters.first,
            last=asked.filters.last,
            conditions=_conditions(search),
            by=asked.actor,
            reason=asked.reason,
            asked=asked.asked,
            made=self._now,
            people=sorted(read.people.values(), key=lambda one: (one.name, one.id)),
            events=read.events,
            oldest=read.oldest,
            newest=read.newest,
            rows=read.first,
            gaps=missing.rows,
            gaps_left_out=missing.left_out,
            bursts=many.rows,
            bursts_left_out=many.left_out,
            sealed=sealed,
            head=f"{chain.entries}, {chain.head}",
            public_key=self._key.public,
        )

    def _sign(
        self, archive: Archive, search: Search, read: _Read, declared: int, sealed: list[SealedDay], chain: Chain, pages: EvidenceTold
    ) -> None:
        asked = self._asked
        manifest = Manifest(
            format=FORMAT,
            number=asked.id,
            organisation=pages.organisation,
            server=self._identity.server_id,
            program=VERSION,
            made_by=asked.actor,
            reason=asked.reason,
            asked=asked.asked,
            made=self._now,
            zone=pages.zone,
            filters=msgspec.to_builtins(asked.filters),
            start=search.bounds[0],
            end=search.bounds[1],
            complete=is_complete(search),
            people=[{"id": one.id, "name": one.name} for one in pages.people],
            events=read.events,
            gaps_declared=declared,
            gaps=[msgspec.to_builtins(one) for one in pages.gaps],
            days_unsealed=[one.day for one in sealed if one.number is None],
            chain=chain,
            files=archive.contents,
            public_key=self._key.public,
            authority=self._identity.ca_pem,
            vouched=self._key.vouched,
        )
        written = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        archive.add(MANIFEST, written)
        archive.add(SIGNATURE, self._key.sign(SIGNED_MANIFEST + written).hex().encode())


def _line(row: Any, shown: FileAction, epoch: str, device: str) -> EventLine:
    return EventLine(
        at=shown.at,
        person=shown.person.id,
        name=shown.person.name,
        account=shown.account,
        number=row.account_id,
        host=shown.host,
        device=device,
        action=shown.action,
        source=shown.source,
        path=shown.path,
        epoch=epoch,
        seq=row.seq,
        new_path=shown.new_path,
        bytes=shown.bytes,
        process=shown.process,
    )


def _note(found: _Read, shown: FileAction) -> None:
    found.events += 1
    found.oldest = shown.at if found.oldest is None else found.oldest
    found.newest = shown.at
    found.people.setdefault(shown.person.id, shown.person)
    if len(found.first) < FIRST_ROWS:
        found.first.append(shown)


def _conditions(search: Search) -> list[tuple[str, str]]:
    selection, wanted = search.selection, search.wanted
    found = [("person", selection.one.name)] if selection.one else [] if selection.everybody else [("team", "")]
    return found + [(name, str(value)) for name in wanted.__struct_fields__ if (value := getattr(wanted, name)) is not None]
