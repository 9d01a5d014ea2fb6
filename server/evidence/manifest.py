"""What an evidence pack is made of, as its writer and whoever checks it read it; pure, and without a database.

A pack is a ZIP of the files that `manifest.json` names, the manifest, its signature, and at its very end, as the archive's comment,
a signature of every byte before it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

FORMAT = "WorkPulse evidence pack 1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
EVENTS, GAPS, SEALS, AUDIT = "events.jsonl", "gaps.jsonl", "seals.jsonl", "audit.jsonl"
PAPER, BOOK, README = "evidence.pdf", "evidence.xlsx", "README.txt"
MARK = b"WorkPulse evidence pack, signed: "
SIGNATURE_DIGITS = 128
SIGNED_MANIFEST = b"WorkPulse evidence pack, manifest\0"
SIGNED_FILE = b"WorkPulse evidence pack, whole file\0"
"""What stands before the manifest, or the digest of the file, where they are signed."""
MADE = "made an evidence pack"
"""The action of the entry of the audit log that tells of a pack; its subject is `pack_subject`."""


def pack_subject(number: int) -> str:
    """Return how the audit log names a pack."""
    return f"evidence pack {number}"


class EventLine(Struct, frozen=True, omit_defaults=True):
    """One file event of `events.jsonl`, oldest first. `number` is the account's; with `epoch` and `seq` a PC named the event for ever."""

    at: int
    person: int
    name: str
    account: str
    number: int
    host: str
    device: str
    action: str
    source: str
    path: str
    epoch: str
    seq: int
    new_path: str | None = None
    bytes: int | None = None
    process: str | None = None


class PartLine(Struct, frozen=True):
    """All of one account's events of a sealed day, which are in this pack."""

    account: str
    number: int
    events: int
    sha256: str


class SealLine(Struct, frozen=True):
    """The newest seal of a UTC day: `parts` of accounts whose events are all in this pack, `others` leaves that tell nothing of theirs.

    `entry` is the entry of the audit log that told it; None where that entry has outlived its period.
    """

    day: date
    number: int
    at: int
    events: int
    salt: str
    digest: str
    entry: int | None
    parts: list[PartLine]
    others: list[str]


class EntryLine(Struct, frozen=True, omit_defaults=True):
    """One entry of the audit log: told whole where it is about this pack or its seals, else the digest that links the chain."""

    id: int
    own: str | None = None
    at: int | None = None
    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    detail: str | None = None
    address: str | None = None
    reason: str | None = None
    before: str | None = None
    after: str | None = None
    salt: str | None = None


class HeadLine(Struct, frozen=True):
    """Where the audit log ended when a server signed it; `certificate` (PEM) is the one it signed with."""

    at: int
    entries: int
    chain: str
    signature: str
    certificate: str


class Chain(Struct, frozen=True):
    """The part of the audit log in `audit.jsonl`: from entry `first`, before which stood `previous`, to the `head`, which `seal` signs."""

    first: int
    previous: str
    entries: int
    head: str
    pack: int
    seal: HeadLine | None


class Content(Struct, frozen=True):
    """What a file of the pack must be: so many bytes, so many lines (None: it has none), and this digest."""

    bytes: int
    sha256: str
    lines: int | None = None


class Manifest(Struct, frozen=True):
    """What the pack is, who made it when and why, and what every file of it must hash to.

    `start` and `end` are the instants of the days asked for; the gaps of these days are all in `gaps.jsonl`, here the newest.
    `vouched` is the signature of the public key by the server's certificate authority, whose certificate is `authority`.
    """

    format: str
    number: int
    organisation: str
    server: str
    program: str
    made_by: str
    reason: str
    asked: int
    made: int
    zone: str
    filters: dict[str, Any]
    start: int
    end: int
    complete: bool
    people: list[dict[str, Any]]
    events: int
    gaps_declared: int
    gaps: list[dict[str, Any]]
    days_unsealed: list[date]
    chain: Chain
    files: dict[str, Content]
    public_key: str
    authority: str
    vouched: str
