"""The certificate of an erasure: made once as data, its digest in the audit log, printed whenever somebody asks."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from policy.summaries import Certificate, ErasureState, Gone
from server import VERSION
from server.audit_log import audit
from server.models import ErasedAccount, Erasure
from server.organisation import organisation
from server.rights.erasure_audit import Names
from server.rights.subject_tables import BY_NAME

FINISHED = "erased person"
"""The action of the entry that holds a certificate's digest."""


def forget_names(connection: Connection, row: Any, names: Names) -> None:
    """Take away what the erasure knew the person by, and their name from the reason that was given for it."""
    values = {"names": None, "reason": names.clean(row.reason), "actor": names.clean(row.actor)}
    connection.execute(update(Erasure).where((Erasure.id == row.id) & Erasure.names.is_not(None)).values(**values))


def finish(connection: Connection, row: Any, stays: tuple[str, ...], overwritten: bool | None, now: int) -> None:
    """Make the certificate and write its digest into the audit log, once."""
    row = connection.execute(select(*Erasure.__table__.columns).where(Erasure.id == row.id)).one()
    made = _certificate(connection, row, list(stays), overwritten, now)
    content = msgspec.json.format(msgspec.json.encode(made), indent=1)
    sha256 = hashlib.sha256(content).hexdigest()
    still = (Erasure.id == row.id) & (Erasure.state == ErasureState.RUNNING.value)
    values = {
        "state": ErasureState.DONE.value,
        "finished": now,
        "certificate": content.decode(),
        "sha256": sha256,
        "names": None,
        "reason": made.reason,
    }
    if connection.execute(update(Erasure).where(still).values(**values)).rowcount == 1:
        detail = f"erasure {row.id}, certificate sha256 {sha256}"
        audit.record(connection, audit.Deed("server", FINISHED, audit.about(row.person_id), detail), now)


def _certificate(connection: Connection, row: Any, stays: list[str], overwritten: bool | None, now: int) -> Certificate:
    counts = msgspec.json.decode(row.counts, type=dict[str, int])
    accounts = select(func.count()).select_from(ErasedAccount).where(ErasedAccount.erasure_id == row.id)
    return Certificate(
        number=row.id,
        person=row.person_id,
        organisation=organisation(connection).name,
        program=VERSION,
        ordered_by=row.actor,
        reason=row.reason,
        request=row.request,
        asked=row.asked,
        ordered=row.ordered,
        finished=now,
        gone=[Gone(name, held.about, counts[name]) for name, held in BY_NAME.items() if counts.get(name)],
        pcs=counts.get("pcs", 0),
        accounts=connection.execute(accounts).scalar_one(),
        pictures=counts.get("pictures", 0),
        reports=counts.get("report_files", 0),
        entries=counts.get("rewritten", 0),
        texts=counts.get("texts", 0),
        overwritten=overwritten,
        stays=stays,
    )


def paper_of(row: Any, language: str, zone: str) -> bytes:
    """Return a certificate as a PDF."""
    from reports.personal import certificate_of  # reportlab: only a paper needs it

    return certificate_of(msgspec.json.decode(row.certificate, type=Certificate), row.sha256, language, zone)


def holds(row: Any) -> bool:
    """Return whether a certificate is as it was made."""
    return bool(hashlib.sha256(row.certificate.encode()).hexdigest() == row.sha256)
