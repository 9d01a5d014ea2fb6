"""Checking an evidence pack without a database: every byte, every file, every signature, every link of the chain.

Nothing of a pack is believed before it is checked: it may be anything.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from server.audit_log.chain import START, Entry, Head, sealed_bytes
from server.evidence.file_digest import SEALED, DayDigest, Part, line, seal_detail, seal_digest
from server.evidence.key import VOUCHED
from server.evidence.manifest import (
    AUDIT,
    EVENTS,
    FORMAT,
    GAPS,
    MADE,
    MANIFEST,
    MARK,
    SEALS,
    SIGNATURE,
    SIGNATURE_DIGITS,
    SIGNED_FILE,
    SIGNED_MANIFEST,
    Content,
    EntryLine,
    EventLine,
    HeadLine,
    Manifest,
    SealLine,
    pack_subject,
)

Line = TypeVar("Line")
PIECE = 1 << 20
LONGEST_MANIFEST = 64 << 20
LONGEST_LINE = 1 << 20
DAY_MS = 86_400_000
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError),
    *(OverflowError, MemoryError, RecursionError),
)
"""What reading a damaged archive raises."""


class Checked(Struct, frozen=True):
    """What was found: a sentence for each fault, none in a sound pack; the manifest, where it could be read at all."""

    faults: list[str]
    manifest: Manifest | None
    authority: str | None

    @property
    def sound(self) -> bool:
        """Whether the pack is as it was made."""
        return not self.faults


class _FaultError(Exception):
    """Something that is not as it must be, in a sentence."""


def check_pack(path: Path, key: str | None = None) -> Checked:
    """Check a pack; with `key` (64 hexadecimal digits) also that this key and no other signed it."""
    checking = _Checking(path, key)
    checking.run()
    return Checked(checking.faults, checking.manifest, checking.authority)


class _Checking:
    """One check under way."""

    def __init__(self, path: Path, key: str | None) -> None:
        self._path, self._wanted_key = path, key
        self.faults: list[str] = []
        self.manifest: Manifest | None = None
        self.authority: str | None = None

    def run(self) -> None:
        """Look at everything; what cannot be read is said and the rest looked at."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                self._look_at(archive)
        except BROKEN as fault:
            self._say(f"the pack cannot be read as a ZIP: {_short(fault)}")
        self._look_at_whole()

    def _say(self, sentence: str) -> None:
        self.faults.append(sentence)

    def _look_at(self, archive: zipfile.ZipFile) -> None:
        try:
            written = _all_of(archive, MANIFEST)
            self.manifest = manifest = msgspec.json.decode(written, type=Manifest)
        except BROKEN as fault:
            self._say(f"{MANIFEST} cannot be read: {_short(fault)}")
            return
        if manifest.format != FORMAT:
            self._say(f"{MANIFEST} is of another format: {manifest.format[:60]!r}")
        self._look_at_names(archive, manifest)
        self._look_at_signature(archive, manifest, written)
        self._look_at_key(manifest)
        sound = {name for name, content in manifest.files.items() if self._look_at_file(archive, name, content)}
        if {EVENTS, SEALS, AUDIT, GAPS} <= sound:
            self._look_at_content(archive, manifest)

    def _look_at_names(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        names = archive.namelist()
        expected = {*manifest.files, MANIFEST, SIGNATURE}
        for name in sorted(expected - set(names)):
            self._say(f"{name} is missing")
        for name in sorted({name for name in names if name not in expected or names.count(name) > 1}):
            self._say(f"{name[:100]!r} does not belong here")
        for name in sorted({EVENTS, GAPS, SEALS, AUDIT} - manifest.files.keys()):
            self._say(f"{MANIFEST} does not name {name}")

    def _look_at_signature(self, archive: zipfile.ZipFile, manifest: Manifest, written: bytes) -> None:
        try:
            _key(manifest).verify(bytes.fromhex(_all_of(archive, SIGNATURE).decode("ascii")), SIGNED_MANIFEST + written)
        except InvalidSignature:
            self._say(f"{SIGNATURE}: the signature of {MANIFEST} is wrong")
        except BROKEN as fault:
            self._say(f"{SIGNATURE} cannot be read: {_short(fault)}")

    def _look_at_key(self, manifest: Manifest) -> None:
        if self._wanted_key is not None and manifest.public_key != self._wanted_key.strip().lower():
            self._say(f"signed by another key than the one given: {manifest.public_key[:64]}")
        try:
            certificate = x509.load_pem_x509_certificate(manifest.authority.encode())
            self.authority = certificate.fingerprint(hashes.SHA256()).hex()
            _verify(certificate, bytes.fromhex(manifest.vouched), VOUCHED + bytes.fromhex(manifest.public_key))
        except (InvalidSignature, ValueError, TypeError):
            self._say("the server's certificate authority does not vouch for the key")

    def _look_at_file(self, archive: zipfile.ZipFile, name: str, content: Content) -> bool:
        """Return whether a file is what the manifest says."""
        found, many = hashlib.sha256(), 0
        try:
            with archive.open(name) as source:
                for piece in iter(lambda: source.read(PIECE), b""):
                    found.update(piece)
                    many += len(piece)
                    if many > content.bytes:
                        break
        except BROKEN as fault:
            if name in archive.NameToInfo:
                self._say(f"{name} cannot be read: {_short(fault)}")
            return False
        if (many, found.hexdigest()) != (content.bytes, content.sha256):
            self._say(f"{name} is not as it was made")
            return False
        return True

    def _look_at_whole(self) -> None:
        """Check the signature at the file's end, which every byte before it is under."""
        try:
            size = self._path.stat().st_size
            with self._path.open("rb") as file:
                digest = hashlib.sha256()
                left = size - SIGNATURE_DIGITS
                tail = b""
                while left > 0:
                    piece = file.read(min(PIECE, left))
                    digest.update(piece)
                    tail = (tail + piece)[-len(MARK) :]
                    left -= len(piece)
                signature = file.read()
        except OSError as fault:
            self._say(f"the file cannot be read: {fault.strerror}")
            return
        try:
            if tail != MARK or self.manifest is None:
                raise ValueError("no mark")
            _key(self.manifest).verify(bytes.fromhex(signature.decode("ascii")), SIGNED_FILE + digest.digest())
            if signature != signature.lower():
                raise ValueError("not as it is written")
        except (InvalidSignature, ValueError):
            self._say("the file as a whole is not as it was signed")

    # --- what the files say ---------------------------------------------------------------------------------------------

    def _look_at_content(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        for what in (self._seals_and_events, self._chain):
            try:
                for sentence in what(archive, manifest):
                    self._say(sentence)
            except BROKEN as fault:
                self._say(f"what the files say cannot be read: {_short(fault)}")

    def _seals_and_events(self, archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
        seals = {one.day: one for one in _lines(archive, SEALS, SealLine)}
        for day, one in seals.items():
            parts = (Part(part.number, part.events, bytes.fromhex(part.sha256)) for part in one.parts)
            leaves = [*(part.leaf(bytes.fromhex(one.salt)) for part in parts), *map(bytes.fromhex, one.others)]
            if seal_digest(leaves).hex() != one.digest:
                yield f"{SEALS}: the seal of {day} is not made of its parts"
        found: dict[date, dict[int, Part]] = {}
        many, before = 0, 0
        for one_day in _days_of(archive, seals):
            found[one_day.day], many = one_day.parts, many + one_day.events
            if not one_day.in_order or one_day.first < max(before, manifest.start) or one_day.last >= manifest.end:
                yield f"{EVENTS}: events of {one_day.day} are out of order, or of other days"
            before = one_day.last
        if many != manifest.events or (many or None) != manifest.files[EVENTS].lines:
            yield f"{EVENTS} has {many} events, but {MANIFEST} says {manifest.events}"
        gaps = sum(1 for _ in _lines(archive, GAPS, dict[str, Any]))
        if gaps != manifest.gaps_declared:
            yield f"{GAPS} has {gaps} gaps, but {MANIFEST} says {manifest.gaps_declared}"
        for day, one in seals.items():
            for part in one.parts:
                if found.get(day, {}).get(part.number) != Part(part.number, part.events, bytes.fromhex(part.sha256)):
                    yield f"{EVENTS}: the events of {day} of {part.account[:80]!r} are not those that were sealed"

    def _chain(self, archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
        chain, expected = manifest.chain, manifest.chain.first
        digest = START if chain.first == 1 and chain.previous == START.hex() else bytes.fromhex(chain.previous)
        signed = chain.seal
        told: dict[int, EntryLine] = {}
        seals = {one.entry: one for one in _lines(archive, SEALS, SealLine) if one.entry is not None}
        for one in _lines(archive, AUDIT, EntryLine):
            if one.id != expected:
                yield f"{AUDIT}: entry {expected} is missing"
                return
            expected += 1
            digest = hashlib.sha256(digest + _own(one)).digest()
            if one.id in seals or one.id == chain.pack:
                told[one.id] = one
            if signed is not None and one.id == signed.entries and digest.hex() != signed.chain:
                yield f"{AUDIT}: not what the server signed at entry {one.id}"
        if (expected - 1, digest.hex()) != (chain.entries, chain.head):
            yield f"{AUDIT}: the chain does not lead to the head that {MANIFEST} names"
        yield from _untold(seals, told, manifest)
        if signed is None or signed.entries < chain.pack or not _is_signed(signed, manifest.authority):
            yield f"{MANIFEST}: no server signed the audit log after this pack was made"


def _untold(seals: dict[int, SealLine], told: dict[int, EntryLine], manifest: Manifest) -> Iterator[str]:
    for number, seal in seals.items():
        said = told.get(number)
        expected = (SEALED, str(seal.day), seal_detail(seal.number, seal.events, bytes.fromhex(seal.digest)))
        if said is None or (said.action, said.subject, said.detail) != expected:
            yield f"{AUDIT}: entry {number} does not tell the seal of {seal.day}"
    said = told.get(manifest.chain.pack)
    expected_pack = (MADE, pack_subject(manifest.number), manifest.made_by, manifest.reason)
    if said is None or (said.action, said.subject, said.actor, said.reason) != expected_pack:
        yield f"{AUDIT}: entry {manifest.chain.pack} does not tell of this pack"


def _own(one: EntryLine) -> bytes:
    if one.own is not None:
        return bytes.fromhex(one.own)
    told = (one.actor or "", one.action or "", one.subject, one.detail, one.address, one.reason, one.before, one.after)
    return Entry(one.id, one.at or 0, *told, salt=bytes.fromhex(one.salt or ""), chain=b"").digest()


class _Day(NamedTuple):
    """A day of the events: its parts, its first and last instant, and whether each event is as late as the one before it."""

    day: date
    parts: dict[int, Part]
    events: int
    first: int
    last: int
    in_order: bool


def _days_of(archive: zipfile.ZipFile, seals: dict[date, SealLine]) -> Iterator[_Day]:
    """Yield each day of the events, as they come."""
    for day, events in itertools.groupby(_lines(archive, EVENTS, EventLine), key=_day_of):
        digest = DayDigest(bytes.fromhex(seals[day].salt) if day in seals else b"")
        first, last, in_order = None, 0, True
        for event in events:
            first = event.at if first is None else first
            in_order &= event.at >= last
            last = event.at
            digest.add(event.number, line(event))
        yield _Day(day, {part.account: part for part in digest.parts()}, digest.events, first or 0, last, in_order)


def _day_of(event: EventLine) -> date:
    return datetime.fromtimestamp(event.at / 1000, UTC).date()


def _lines(archive: zipfile.ZipFile, name: str, kind: type[Line]) -> Iterator[Line]:
    decoder = msgspec.json.Decoder(kind)
    with archive.open(name) as source:
        while text := source.readline(LONGEST_LINE):
            yield decoder.decode(text)


def _all_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as source:
        content = source.read(LONGEST_MANIFEST + 1)
    if len(content) > LONGEST_MANIFEST:
        raise ValueError("too large")
    return content


def _key(manifest: Manifest) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest.public_key))


def _verify(certificate: x509.Certificate, signature: bytes, content: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("another kind of key")
    key.verify(signature, content, ec.ECDSA(hashes.SHA256()))


def _is_signed(signed: HeadLine, authority: str) -> bool:
    if signed.certificate != authority:
        return False
    try:
        head = Head(signed.entries, bytes.fromhex(signed.chain))
        _verify(x509.load_pem_x509_certificate(authority.encode()), bytes.fromhex(signed.signature), sealed_bytes(signed.at, head))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _short(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0][:120]
