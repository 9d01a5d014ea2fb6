"""What comes after an erasure: late events of an account that was erased are refused and counted, until it begins anew.

An account is remembered as a digest that takes long to guess. It begins anew when its PC is enrolled again, or when somebody answers
the notice; what is from before that instant stays refused.

```
order of time   | events of old | erased | events of old: refused | enrolled, or answered | events: a new person's record
```
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from policy.events import LATEST_MS, Event, Notice
from server.models import ErasedAccount, Setting
from server.store.db import insert_into
from server.store.prepared import Prepared

REASON = "of somebody whose record was erased"
NEVER = -1
SALT = "erased_salt"
SCRYPT = {"n": 1 << 13, "r": 8, "p": 1, "dklen": 32}
ANY_ERASED = Prepared(select(ErasedAccount.at).limit(1))

Numbered = tuple[int, Event]


class TurnedAwayError(Exception):
    """Events of erased accounts are in a batch: {account: the instant before which nothing of it is taken}."""

    def __init__(self, until: dict[str, int]) -> None:
        super().__init__("events of erased accounts")
        self.until = until


def digests(connection: Connection, accounts: Iterable[str]) -> list[bytes]:
    """Return what erased accounts are remembered by."""
    salt = _salt(connection)
    return [hashlib.scrypt(name.lower().encode(), salt=salt, **SCRYPT) for name in sorted(set(accounts))]


def _salt(connection: Connection) -> bytes:
    """Return the store's own salt, made with the first erasure."""
    known = select(Setting.value).where(Setting.name == SALT)
    stored = connection.execute(known).scalar_one_or_none()
    if stored is None:
        row = insert_into(connection, Setting).values(name=SALT, value=secrets.token_hex(16))
        connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
        stored = connection.execute(known).scalar_one()
    return bytes.fromhex(stored)


def erased_at(connection: Connection, account: str) -> int | None:
    """Return when an account of this name was erased; asked only of accounts nobody knows, because the answer takes long."""
    if ANY_ERASED.run(connection).fetchone() is None:
        return None
    [digest] = digests(connection, [account])
    return connection.execute(select(ErasedAccount.at).where(ErasedAccount.digest == digest)).scalar_one_or_none()


def check(connection: Connection, kinds: Mapping[type[Event], list[Numbered]], strangers: Collection[str], anew: Mapping[str, int]) -> None:
    """Raise TurnedAwayError when a batch has events of accounts whose record was erased.

    `strangers` are accounts nobody knows, `anew` are known ones that began anew at an instant.
    """
    until = {name: LATEST_MS if begun is None else begun for name in strangers if (begun := _begun(connection, kinds, name)) != NEVER}
    events = [one for some in kinds.values() for one in some]
    until |= {name: since for name, since in anew.items() if next(_early(events, {name: since}), None) is not None}
    if until:
        raise TurnedAwayError(until)


def _begun(connection: Connection, kinds: Mapping[type[Event], list[Numbered]], account: str) -> int | None:
    """Return when an erased account began anew by an answer in this batch (None: it did not), NEVER when it was never erased."""
    at = erased_at(connection, account)
    if at is None:
        return NEVER
    mine = (one for _, one in kinds.get(Notice, ()) if isinstance(one, Notice) and one.account == account)
    return min((one.at for one in mine if one.answer != "withdrawn" and one.at > at), default=None)


def turn_away(connection: Connection, events: Iterable[Numbered], until: Mapping[str, int]) -> list[tuple[int, bytes, str]]:
    """Return what is refused, its numbers and nothing of it, and count it for each account."""
    late = list(_early(events, until))
    for account, many in sorted(Counter(_account(event) for _, event in late).items()):
        [digest] = digests(connection, [account])
        connection.execute(update(ErasedAccount).where(ErasedAccount.digest == digest).values(refused=ErasedAccount.refused + many))
    return [(seq, b"", REASON) for seq, _ in late]


def _early(events: Iterable[Numbered], until: Mapping[str, int]) -> Iterator[Numbered]:
    return (one for one in events if _account(one[1]) in until and instant_of(one[1]) < until[_account(one[1])])


def _account(event: Event) -> str:
    return str(getattr(event, "account", ""))


def instant_of(event: Any) -> int:
    """Return when an event happened, or began."""
    return int(event.start if hasattr(event, "start") else event.at)
