"""Taking an erased person's names out of the audit log, so that the log still proves itself whole (docs/decisions/0015).

```
entry 12 said     meera  looked at overview  person 7  "2026-11-17, anita"      digest in the chain
entry 12 says     meera  looked at overview  person 7  "2026-11-17, person 7"   the old digest beside it, the chain goes on
entry 99          server  took names out of audit entries   {"12": digest of what 12 says}
```
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, or_, select, update

from server.audit_log import audit
from server.audit_log.chain import REWRITTEN, Entry
from server.models import AuditEntry
from server.rights.subject import Whom, entries_about
from server.store.writer import Writer

AT_ONCE = 100
"""Entries that one entry vouches for: their digests must fit into it."""
TEXTS = ("subject", "detail", "reason", "before", "after")
OWN_WORDS = ("finding: answer",)
"""Actions of which the texts before and after are what the person wrote."""


class Names:
    """What a person was known by, and what stands in its place."""

    def __init__(self, one: Whom, earlier: Iterable[str] = ()) -> None:
        self._person = audit.about(one.person)
        self._actors = {name: f"erased user {number}" for number, name in one.users.items()}
        self._own = {self._person, *self._actors, *self._actors.values(), *one.public_ids}
        everywhere = dict.fromkeys(one.accounts.values(), "an erased account") | dict.fromkeys(one.hostnames, "an erased PC")
        self.searched = [name for name in (*everywhere, *self._actors) if name]
        self._everywhere = _replacer(everywhere)
        self._about = _replacer({name: self._person for name in (one.name, *earlier) if name})
        self._mine = re.compile(rf"(?:^| ){re.escape(self._person)}(?: |$)")

    def without(self, entry: Entry) -> Entry:
        """Return the entry without the names."""
        theirs = bool(entry.subject and self._mine.search(entry.subject)) or entry.actor in self._own
        texts = {name: self._clean(getattr(entry, name), theirs) for name in TEXTS}
        if entry.subject in self._actors:
            texts["subject"] = self._actors[entry.subject]
        if theirs and entry.action in OWN_WORDS:
            texts |= {"before": None, "after": None}
        address = None if entry.actor in self._own else entry.address
        return replace(entry, actor=self._actors.get(entry.actor, entry.actor), address=address, **texts)

    def clean(self, said: str) -> str:
        """Return a text about the person without the names."""
        return self._clean(said, theirs=True) or ""

    def _clean(self, said: str | None, theirs: bool) -> str | None:
        if not said:
            return said
        said = self._everywhere(said)
        return self._about(said) if theirs else said


def _replacer(names: dict[str, str]) -> Any:
    """Return what replaces each name where it stands as a word, in a text or in JSON."""
    known = {written.lower(): said for name, said in names.items() for written in (name, msgspec.json.encode(name).decode()[1:-1])}
    if not known:
        return lambda text: text
    longest_first = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    found = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)
    return lambda text: found.sub(lambda match: known.get(match[0].lower(), "person"), text)


def rewrite(readers: Engine, writer: Writer, one: Whom, now: int, count: Any) -> None:
    """Take the names out of every entry; `count(connection, many)` notes how many in the same commit."""
    with readers.connect() as connection:
        names = Names(one, _earlier_names(connection, one))
        numbers = list(connection.execute(select(AuditEntry.id).where(_named(one, names)).order_by(AuditEntry.id)).scalars())
    for at in range(0, len(numbers), AT_ONCE):
        writer.do(partial(_rewrite_some, names=names, numbers=numbers[at : at + AT_ONCE], now=now, count=count))


def _named(one: Whom, names: Names) -> Any:
    asked = [entries_about(one)]
    for name in names.searched:
        for column in (AuditEntry.detail, AuditEntry.reason, AuditEntry.subject):
            asked.append(column.icontains(name, autoescape=True))
        asked += [
            column.icontains(msgspec.json.encode(name).decode()[1:-1], autoescape=True) for column in (AuditEntry.before, AuditEntry.after)
        ]
    return or_(*asked)


def _earlier_names(connection: Connection, one: Whom) -> Iterator[str]:
    """Yield the names a person had before, as changes of them tell."""
    changed = (AuditEntry.subject == audit.about(one.person)) & AuditEntry.action.in_(("changed person", "added person"))
    for before, after in connection.execute(select(AuditEntry.before, AuditEntry.after).where(changed)):
        for told in (before, after):
            try:
                name = msgspec.json.decode(told).get("name") if told else None
            except (ValueError, AttributeError):
                continue
            if isinstance(name, str):
                yield name


def _rewrite_some(connection: Connection, names: Names, numbers: list[int], now: int, count: Any) -> None:
    columns = [getattr(AuditEntry, name) for name in Entry.__struct_fields__]
    entries = [Entry(*row) for row in connection.execute(select(*columns).where(AuditEntry.id.in_(numbers)))]
    changed = [(old, new) for old in entries if (new := names.without(old)) != old]
    if not changed:
        return
    voucher = audit.next_number(connection)
    vouched = {}
    for old, new in changed:
        written = replace(new, salt=secrets.token_bytes(16), own=old.own or old.digest(), rewritten=voucher)
        values = {name: getattr(written, name) for name in ("actor", "address", *TEXTS, "salt", "own", "rewritten")}
        connection.execute(update(AuditEntry).where(AuditEntry.id == old.id).values(**values))
        vouched[str(old.id)] = written.voucher()
    audit.record(connection, audit.Deed("server", REWRITTEN, detail=f"{len(vouched)} entries", after=vouched), now)
    count(connection, len(vouched))
