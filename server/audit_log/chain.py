"""The chain of the audit log: each entry holds a digest of itself and of the entry before it, so that no change goes unseen.

```
entry      1                2                    3
digest     H(start,1)  <--  H(digest of 1, 2) <-- H(digest of 2, 3)      edit 2, and 2 and 3 no longer fit
seals                              ^ signed: a chain that was made anew does not meet it
```
When a person is erased, entries that name them are written anew without the name (docs/decisions/0015). Such an entry keeps the digest
of what it said first, so that the chain goes on, and names a later entry that holds the digest of what it says now.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

START = bytes(32)
"""What stands before the first entry."""
PURGED = "deleted audit entries that outlived their period"
"""The action of the entry that says up to where the log was deleted; its detail is `purge_detail`."""
REWRITTEN = "took names out of audit entries"
"""The action of the entry that vouches for rewritten ones: `after` is {number: digest of what is written there now}."""
VOUCHED_DIGITS = 32


class Entry(Struct, frozen=True):
    """One entry as it is stored; `salt` keeps a digest from telling what a deleted entry said.

    Of an entry that was rewritten, `own` is the digest of what was written first, and `rewritten` the number of the entry that
    vouches for what is written now.
    """

    id: int
    at: int
    actor: str
    action: str
    subject: str | None
    detail: str | None
    address: str | None
    reason: str | None
    before: str | None
    after: str | None
    salt: bytes
    chain: bytes
    own: bytes | None = None
    rewritten: int | None = None

    def link(self, previous: bytes) -> bytes:
        """Return the digest this entry must hold when `previous` is the one before it."""
        return hashlib.sha256(previous + (self.own or self.digest())).digest()

    def digest(self) -> bytes:
        """Return the digest of what the entry says now."""
        told = (self.id, self.at, self.actor, self.action, self.subject, self.detail, self.address, self.reason, self.before, self.after)
        return hashlib.sha256(self.salt + msgspec.json.encode(told)).digest()

    def voucher(self) -> str:
        """Return what the entry that vouches for this one must hold of it."""
        return self.digest().hex()[:VOUCHED_DIGITS]


class Head(Struct, frozen=True):
    """Where the log ended: how many entries it had ever had, and the digest of the newest."""

    entries: int
    chain: bytes


class Seal(Struct, frozen=True):
    """A head as a server signed it."""

    at: int
    head: Head
    signature: bytes
    certificate: str

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return sealed_bytes(self.at, self.head)


class Fault(Struct, frozen=True):
    """Something that is not as it was written: the number of the entry where it shows, and what is wrong."""

    entry: int
    what: str


def sealed_bytes(at: int, head: Head) -> bytes:
    """Return what is signed when `head` is sealed at `at`."""
    return b"WorkPulse audit log\0" + msgspec.json.encode((at, head.entries, head.chain.hex()))


def purge_detail(through: Head) -> str:
    """Return how the entry about a deletion tells its end."""
    return f"through {through.entries}, {through.chain.hex()}"


def verify(entries: Iterable[Entry], purged: Head | None, head: Head, seals: Sequence[Seal], authorities: Sequence[str]) -> Iterator[Fault]:
    """Yield every fault of a log, oldest first; nothing when each entry is there, in its place, as it was written.

    `purged` is the newest deletion of what outlived its period (None: none), `head` where the log says it ends, `seals` are
    heads signed earlier, wherever they were kept, and `authorities` the certificates (PEM) whose seals count.
    """
    at, digest = (purged.entries, purged.chain) if purged else (0, START)
    sealed = defaultdict[int, set[bytes]](set)
    for seal in seals:
        sealed[seal.head.entries].add(seal.head.chain)
    owned_up = purged is None
    promised = defaultdict[int, dict[int, str]](dict)
    for entry in entries:
        if entry.id != at + 1:
            yield Fault(entry.id, f"entries are missing or moved: {entry.id} follows {at}")
        elif entry.chain != entry.link(digest):
            yield Fault(entry.id, "not as it was written, or not in its place")
        if (entry.own is None) is not (entry.rewritten is None):
            yield Fault(entry.id, "half of it was rewritten")
        if entry.rewritten is not None:
            promised[entry.rewritten][entry.id] = entry.voucher()
        yield from _unvouched(promised.pop(entry.id, {}), entry)
        at, digest = entry.id, entry.chain
        owned_up |= purged is not None and (entry.action, entry.detail) == (PURGED, purge_detail(purged))
        if sealed.get(at, {digest}) != {digest}:
            yield Fault(at, "not what was sealed: the chain was made anew")
    for unkept in promised.values():
        yield from (Fault(number, "rewritten, and no entry vouches for it") for number in unkept)
    if not owned_up and purged is not None:
        yield Fault(purged.entries, "no entry says that the entries up to here were deleted")
    if Head(at, digest) != head:
        yield Fault(at, f"the log ends at entry {at}, but had {head.entries}")
    yield from _faults_of_seals(seals, head, authorities)


def _unvouched(promised: dict[int, str], entry: Entry) -> Iterator[Fault]:
    """Yield a fault for each rewritten entry that `entry` should vouch for and does not."""
    vouched = vouched_for(entry) if promised else {}
    for number, digest in promised.items():
        if vouched.get(str(number)) != digest:
            yield Fault(number, "not as it was rewritten")


def vouched_for(entry: Entry) -> dict[str, str]:
    """Return {number: digest} of the rewritten entries that `entry` vouches for."""
    if entry.action != REWRITTEN or entry.own is not None or not entry.after:
        return {}
    return msgspec.json.decode(entry.after, type=dict[str, str])


def _faults_of_seals(seals: Sequence[Seal], head: Head, authorities: Sequence[str]) -> Iterator[Fault]:
    for seal in seals:
        if seal.head.entries > head.entries:
            yield Fault(head.entries, f"the log ends here, but was sealed with {seal.head.entries} entries")
        if not _is_signed(seal, authorities):
            yield Fault(seal.head.entries, "a seal is not signed by this office's server")


def _is_signed(seal: Seal, authorities: Sequence[str]) -> bool:
    if seal.certificate not in authorities:
        return False
    key: Any = x509.load_pem_x509_certificate(seal.certificate.encode()).public_key()
    try:
        key.verify(seal.signature, seal.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
