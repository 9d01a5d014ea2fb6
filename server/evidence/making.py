"""Packs that were asked for are made, one after the other, by whoever claims them; old ones are deleted."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.audit_log import audit
from server.core import own_identity
from server.evidence.manifest import pack_subject
from server.evidence.pack import MadePack, make_pack
from server.evidence.wanted import CLAIM_MS, DAY_MS, FOLDER, MINUTE_MS, MOST_TRIES, Asked, filters_of, place_of
from server.models import CaseFile, CaseLink, EvidencePack
from server.organisation import organisation
from server.store.opened import Store

log = logging.getLogger(__name__)

LEFT_OVER_MS = 24 * 60 * MINUTE_MS
"""A file that is nobody's after so long was left by a process that died."""


def make_wanted(store: Store, now: int, number: int | None = None) -> int:
    """Make every pack that is wanted and nobody is at, or the one of a number; return how many were made."""
    made = 0
    while (row := store.writer.do(partial(claim, now=now, number=number))) is not None:
        try:
            made += _make(store, row, now)
        except SQLAlchemyError:
            raise  # the store is away: the claim runs out by itself
        except Exception:
            log.exception("an evidence pack could not be made: %d", row.id)
            store.writer.do(partial(_give_back, row=row, now=now))
            if number is not None:
                raise
    return made


def claim(connection: Connection, now: int, number: int | None = None) -> Any:
    """Return a pack to make, kept for this process for a while; None when there is none."""
    free = EvidencePack.state.in_(("wanted", "making")) & (EvidencePack.claimed <= now)
    if number is not None:
        free &= EvidencePack.id == number
    question = select(*EvidencePack.__table__.columns).where(free).order_by(EvidencePack.id).limit(1)
    row = connection.execute(question.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    connection.execute(update(EvidencePack).where(EvidencePack.id == row.id).values(state="making", claimed=now + CLAIM_MS))
    return connection.execute(select(*EvidencePack.__table__.columns).where(EvidencePack.id == row.id)).one()


def _make(store: Store, row: Any, now: int) -> bool:
    asked = Asked(row.id, filters_of(row), row.reason, row.language, row.actor, row.address, row.asked, row.case_id)
    made = make_pack(store, own_identity(store.settings), asked, place_of(store.settings.data, asked.name), now)
    return store.writer.do(partial(_finish, row=row, made=made, now=now))


def _finish(connection: Connection, row: Any, made: MadePack, now: int) -> bool:
    """Say that a pack is made, if this process still has it."""
    mine = (EvidencePack.id == row.id) & (EvidencePack.state == "making") & (EvidencePack.claimed == row.claimed)
    people = msgspec.json.encode(made.people).decode()
    values = {"events": made.events, "people": people, "bytes": made.bytes, "sha256": made.sha256, "name": made.path.name}
    return connection.execute(update(EvidencePack).where(mine).values(state="made", made=now, **values)).rowcount == 1


def _give_back(connection: Connection, row: Any, now: int) -> None:
    """Let a pack that could not be made be tried again later, and at last give up."""
    tries = row.tries + 1
    state = "failed" if tries >= MOST_TRIES else "wanted"
    mine = (EvidencePack.id == row.id) & (EvidencePack.claimed == row.claimed)
    connection.execute(update(EvidencePack).where(mine).values(state=state, tries=tries, claimed=now + MINUTE_MS * 2**tries))


# --- forgetting -------------------------------------------------------------------------------------------------------


def purge(store: Store, now: int) -> int:
    """Delete packs as old as the files' period allows, except those of a case that is open; return how many."""
    folder = store.settings.data / FOLDER
    with store.readers.connect() as connection:
        oldest = now - organisation(connection).retention.files * DAY_MS
        linked = select(CaseLink.target).join(CaseFile, CaseFile.id == CaseLink.case_id)
        kept = {
            int(target) for target in connection.execute(linked.where((CaseLink.kind == "pack") & (CaseFile.state == "open"))).scalars()
        }
        rows = connection.execute(select(EvidencePack.id, EvidencePack.asked, EvidencePack.name)).all()
    old = [row for row in rows if row.asked < oldest and row.id not in kept]
    for row in old:
        store.writer.do(partial(_forget, number=row.id, now=now))
    _tidy(folder, {row.name for row in rows if row not in old}, now)
    return len(old)


def _forget(connection: Connection, number: int, now: int) -> None:
    connection.execute(delete(EvidencePack).where(EvidencePack.id == number))
    audit.record(connection, audit.Deed("server", "deleted an evidence pack that outlived its period", pack_subject(number)), now)


def _tidy(folder: Path, known: set[str | None], now: int) -> None:
    for path in folder.glob("*"):
        try:
            if path.name not in known and now - path.stat().st_mtime * 1000 > LEFT_OVER_MS:
                path.unlink()
        except OSError as trouble:
            log.warning("a file of the evidence folder could not be deleted: %s", trouble)
