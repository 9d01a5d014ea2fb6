"""What a seal of a day's file events is made of; pure, so that whoever has the events can make it again without a database.

```
event   json of [at, epoch, seq, account, device, action, source, path, new path, bytes, process]
part    of one account's day: digest of the salt and its events, in order
leaf    digest of the salt, the account's number, how many events, and the part
seal    digest of all leaves, sorted
```
An account's leaf can be shown without telling anything of the others'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

SEALED = "sealed a day of file events"
"""The action of the entry of the audit log that holds a seal; its subject is the day and its detail `seal_detail`."""
_encode = msgspec.json.Encoder().encode


class Part(Struct, frozen=True, array_like=True):
    """One account's events of a day: the account's number, how many, and their digest."""

    account: int
    events: int
    digest: bytes

    def leaf(self, salt: bytes) -> bytes:
        """Return what stands for the account in the seal."""
        return hashlib.sha256(salt + _encode((self.account, self.events, self.digest.hex()))).digest()


def line(row: Any) -> bytes:
    """Return an event as it is hashed; `row` has the names of `policy.events.File`, and `epoch`, `seq` and `device`."""
    return _encode(
        (
            row.at,
            row.epoch,
            row.seq,
            row.account,
            row.device,
            row.action,
            row.source,
            row.path,
            row.new_path,
            row.bytes,
            row.process,
        )
    )


def seal_digest(leaves: Iterable[bytes]) -> bytes:
    """Return the digest that the audit log holds."""
    return hashlib.sha256(b"".join(sorted(leaves))).digest()


def seal_detail(number: int, events: int, digest: bytes) -> str:
    """Return how the entry about a seal tells it."""
    return f"seal {number}: {events} events, {digest.hex()}"


class DayDigest:
    """The parts of one day, growing event by event."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._parts: dict[int, Any] = {}
        self._events: dict[int, int] = {}

    def add(self, account: int, event: bytes) -> None:
        """Take the next event of an account, as `line` returns it."""
        if account not in self._parts:
            self._parts[account], self._events[account] = hashlib.sha256(self._salt), 0
        self._parts[account].update(event)
        self._events[account] += 1

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(self._events.values())

    def parts(self) -> Iterator[Part]:
        """Yield each account's part, by number."""
        for account in sorted(self._parts):
            yield Part(account, self._events[account], self._parts[account].digest())

    def digest(self) -> bytes:
        """Return the digest of them all."""
        return seal_digest(part.leaf(self._salt) for part in self.parts())
