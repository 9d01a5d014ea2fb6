"""What is done with the audit log as a whole: it is sealed, verified, and deleted from its beginning when it has outlived its period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, Engine, delete, func, insert, select

from server.audit_log import audit
from server.audit_log.chain import PURGED, Entry, Fault, Head, Seal, purge_detail, sealed_bytes, verify
from server.models import AuditEntry, AuditPurge, AuditSeal
from server.organisation import AnySession
from server.store.writer import Writer
from server.tls import Identity

DAY_MS = 86_400_000
ROWS_AT_ONCE = 2_000
WITNESS = "audit-seals.jsonl"
"""The seals once more, outside the store: a store that was put back to an older state does not meet them."""


def seal(writer: Writer, identity: Identity, data: Path, now: int) -> Seal | None:
    """Sign where the log ends and remember it in the store and beside it; None when nothing was written since the last seal."""
    made = writer.do(lambda connection: _seal(connection, identity, now))
    if made is not None:
        with (data / WITNESS).open("ab") as witness:
            witness.write(msgspec.json.encode(made) + b"\n")
    return made


def _seal(connection: Connection, identity: Identity, now: int) -> Seal | None:
    head = audit.head_of(connection)
    if head.entries <= (connection.execute(select(func.max(AuditSeal.entries))).scalar_one() or 0):
        return None
    key = serialization.load_pem_private_key(identity.ca_key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    made = Seal(now, head, key.sign(sealed_bytes(now, head), ec.ECDSA(hashes.SHA256())), identity.ca_pem)
    values = {"at": now, "entries": head.entries, "chain": head.chain, "signature": made.signature, "certificate": made.certificate}
    connection.execute(insert(AuditSeal).values(**values))
    return made


def newest_head(readers: Engine) -> Head:
    """Return where the log ends."""
    with readers.connect() as connection:
        return audit.head_of(connection)


def newest_seal(session: AnySession) -> Seal | None:
    """Return the last seal, whose head the weekly report prints."""
    return next(_seals(session, newest_first=True), None)


def seals_through(session: AnySession, entries: int) -> Iterator[Seal]:
    """Yield the seals of a log that had so many entries, newest first."""
    return (seal for seal in _seals(session, newest_first=True) if seal.head.entries <= entries)


def faults(readers: Engine, data: Path, authorities: Sequence[str]) -> Iterator[Fault]:
    """Yield everything that is wrong with the log, by the store and by the seals kept beside it.

    `authorities` are the certificates (PEM) of the servers that write this log: a seal of any other is a fault.
    """
    with readers.connect() as connection:
        seals = [*_seals(connection), *_witnessed(data / WITNESS)]
        yield from verify(_entries(connection), _purged(connection), audit.head_of(connection), seals, authorities)


def _entries(connection: Connection) -> Iterator[Entry]:
    columns = [getattr(AuditEntry, name) for name in Entry.__struct_fields__]
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(*columns).order_by(AuditEntry.id))
    return (Entry(*row) for row in rows)


def _seals(session: AnySession, *, newest_first: bool = False) -> Iterator[Seal]:
    columns = (AuditSeal.at, AuditSeal.entries, AuditSeal.chain, AuditSeal.signature, AuditSeal.certificate)
    order = AuditSeal.id.desc() if newest_first else AuditSeal.id
    for row in session.execute(select(*columns).order_by(order)):
        yield Seal(row.at, Head(row.entries, row.chain), row.signature, row.certificate)


def _witnessed(path: Path) -> list[Seal]:
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=Seal) for line in path.read_bytes().splitlines() if line.strip()]


def _purged(session: AnySession) -> Head | None:
    row = session.execute(select(AuditPurge.through, AuditPurge.chain).order_by(AuditPurge.id.desc()).limit(1)).one_or_none()
    return Head(row.through, row.chain) if row else None


def purge(readers: Engine, writer: Writer, cutoff: int, now: int) -> int:
    """Delete the entries older than `cutoff`, at most once a day; return how many.

    ```
    entries   1 ... 40 | 41 ... 99   100: "deleted through 40, digest of 40"
              outlived | kept        the chain goes on from the digest of 40
    ```
    """
    writer.do(lambda connection: _allow_purge(connection, cutoff, now))
    total = 0
    while gone := writer.do(_delete_some):
        total += gone
    return total


def _allow_purge(connection: Connection, cutoff: int, now: int) -> None:
    newest = connection.execute(select(func.max(AuditPurge.at))).scalar_one()
    if newest is not None and now - newest < DAY_MS:
        return
    young = select(func.min(AuditEntry.id)).where(AuditEntry.at >= cutoff).scalar_subquery()
    old = select(AuditEntry.id, AuditEntry.chain).where((AuditEntry.at < cutoff) & ((AuditEntry.id < young) | young.is_(None)))
    row = connection.execute(old.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    if row is not None:
        connection.execute(insert(AuditPurge).values(at=now, through=row.id, chain=row.chain))
        audit.record(connection, audit.Deed("server", PURGED, detail=purge_detail(Head(row.id, row.chain))), now)


def _delete_some(connection: Connection) -> int:
    through = connection.execute(select(func.max(AuditPurge.through))).scalar_one() or 0
    rows = connection.execute(select(AuditEntry.id).where(AuditEntry.id <= through).limit(ROWS_AT_ONCE)).scalars().all()
    if rows:
        connection.execute(delete(AuditEntry).where(AuditEntry.id.in_(rows)))
    return len(rows)
