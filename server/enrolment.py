"""How a PC becomes a device: codes made by the office, used once, and exchanged for a credential."""

from __future__ import annotations

import secrets

from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from policy.redaction import clean
from policy.summaries import CodeMade, CodeWish
from policy.wire import EnrolReply, EnrolRequest
from server.audit_log import audit
from server.credentials import digest, new_code, new_token
from server.models import AccountDevice, Device, EnrolmentCode, Person, Team
from server.office import By, refuse_unknown
from server.people import account_of, add_person, team_named
from server.refusals import BadRequestError, NotSignedInError, NotThereError, RevokedError
from server.rights import consent, erasure_door
from server.store.prepared import Prepared

HOUR_MS = 3_600_000
LONGEST_HOURS = 24 * 7
MOST_USES = 500
MOST_KNOWN = 10_000


FIND_DEVICE = Prepared(select(Device.id, Device.public_id, Device.team_id, Device.revoked).where(Device.token_hash == bindparam("digest")))


class KnownDevice(Struct, frozen=True):
    """The caller of the ingest route."""

    id: int
    public_id: str
    team: int | None
    proof: bytes
    """What the store keeps of the credential that was shown."""


def make_code(
    connection: Connection,
    fingerprint: str,
    now: int,
    *,
    team: str | None = None,
    person: str | None = None,
    uses: int = 1,
    hours: float = 24,
    actor: str = "console",
) -> str:
    """Return a new enrolment code, shown this once; raise BadRequestError when it would live too long or serve too many."""
    if not 0 < hours <= LONGEST_HOURS:
        raise BadRequestError(f"a code lives up to {LONGEST_HOURS} hours")
    if not 1 <= uses <= MOST_USES:
        raise BadRequestError(f"a code serves 1 to {MOST_USES} PCs")
    team_id = team_named(connection, team) if team else None
    person_id = add_person(connection, person, team_id, now) if person else None
    code = new_code(fingerprint)
    expires = now + int(hours * HOUR_MS)
    values: dict[str, object] = {"code_hash": digest(code), "team_id": team_id, "person_id": person_id, "uses": uses, "uses_at_first": uses}
    values |= {"made": now, "made_by": actor, "expires": expires}
    connection.execute(insert(EnrolmentCode).values(**values))
    audit.record(connection, audit.Deed(actor, "made enrolment code", subject=team, detail=f"{uses} uses, {hours:g} h"), now)
    return code


def make_code_for(connection: Connection, fingerprint: str, wish: CodeWish, by: By) -> CodeMade:
    """Return a new code as somebody at the console wishes it; raise BadRequestError when team or person do not exist."""
    if wish.person is not None and wish.uses != 1:
        raise BadRequestError("a code for one person's PC works once", reason="code_once")
    for table, number, word in ((Team, wish.team, "team"), (Person, wish.person, "person")):
        if number is not None:
            refuse_unknown(connection, table, number, word)
    code, expires = new_code(fingerprint), by.now + int(wish.hours * HOUR_MS)
    values = {"code_hash": digest(code), "team_id": wish.team, "person_id": wish.person, "uses": wish.uses, "uses_at_first": wish.uses}
    row = insert(EnrolmentCode).values(**values, made=by.now, made_by=by.actor, expires=expires)
    number = connection.execute(row.returning(EnrolmentCode.id)).scalar_one()
    audit.record(connection, by.deed("made enrolment code", f"code {number}", after=wish), by.now)
    return CodeMade(number, code, expires)


def revoke_code(connection: Connection, number: int, by: By) -> None:
    """Let nobody in by a code any more; raise NotThereError when there is none of that number that works."""
    mine = (EnrolmentCode.id == number) & EnrolmentCode.revoked.is_(None)
    if connection.execute(update(EnrolmentCode).where(mine).values(revoked=by.now)).rowcount != 1:
        raise NotThereError("there is no such code, or it was revoked already")
    audit.record(connection, by.deed("revoked enrolment code", f"code {number}"), by.now)


def enrol(connection: Connection, request: EnrolRequest, server_id: str, now: int) -> EnrolReply:
    """Exchange a code for a device's credential; raise NotSignedInError when the code is unknown, used up or expired."""
    team_id, person_id = _use(connection, request.code, now)
    token, public_id = new_token(), secrets.token_hex(8)
    device = {
        "public_id": public_id,
        "hostname": clean(request.hostname, 256),
        "os": clean(request.os, 256),
        "team_id": team_id,
        "agent_version": clean(request.agent_version, 64),
        "token_hash": digest(token),
        "enrolled": now,
        "refused_no_notice": 0,
    }
    device_id = connection.execute(insert(Device).values(**device).returning(Device.id)).scalar_one()
    account = clean(request.account, 256)
    since = now if erasure_door.erased_at(connection, account) is not None else None
    account_id = account_of(connection, account, team_id, now, person_id, since)
    connection.execute(insert(AccountDevice).values(device_id=device_id, account_id=account_id))
    consent.adopt(connection, account_id)
    audit.record(connection, audit.Deed(public_id, "enrolled", subject=request.hostname, detail=request.account), now)
    asked = consent.policy_for(connection, device_id, team_id, clean(request.account, 256))
    return EnrolReply(device_id=public_id, token=token, server_id=server_id, policy=asked)


def _use(connection: Connection, code: str, now: int) -> tuple[int | None, int | None]:
    """Take one use of a code; the row count of the update decides a race, not what was read before it."""
    mine = (
        (EnrolmentCode.code_hash == digest(code))
        & (EnrolmentCode.uses > 0)
        & (EnrolmentCode.expires > now)
        & EnrolmentCode.revoked.is_(None)
    )
    taken = connection.execute(update(EnrolmentCode).where(mine).values(uses=EnrolmentCode.uses - 1))
    if taken.rowcount != 1:
        raise NotSignedInError("this code is unknown, used up or expired", reason="bad_code")
    row = connection.execute(select(EnrolmentCode.team_id, EnrolmentCode.person_id).where(EnrolmentCode.code_hash == digest(code))).one()
    return row.team_id, row.person_id


def device_of(connection: Connection, token: str) -> KnownDevice:
    """Return the device a token belongs to; raise NotSignedInError, or NotAllowed's reason `revoked` when it was taken away."""
    proof = digest(token)
    row = FIND_DEVICE.run(connection, digest=proof).fetchone()
    if row is None:
        raise NotSignedInError("this device is not known here", reason="bad_token")
    number, public_id, team, revoked = row
    if revoked is not None:
        raise RevokedError("this device was revoked")
    return KnownDevice(number, public_id, team, proof)


class KnownDevices:
    """Devices whose credential was looked up before, so that a batch need not ask the store first.

    Whoever goes by it must prove it again in the transaction of the work itself, where a revocation counts at once.
    """

    def __init__(self, readers: Engine) -> None:
        self._readers = readers
        self._known: dict[str, KnownDevice] = {}

    def of(self, token: str) -> KnownDevice:
        """Return the device a token belongs to; raise what `device_of` raises."""
        known = self._known.get(token)
        if known is None:
            with self._readers.connect() as connection:
                known = device_of(connection, token)
            if len(self._known) >= MOST_KNOWN:
                self._known = {}
            self._known[token] = known
        return known

    def look_again(self, token: str) -> KnownDevice:
        """Forget what was remembered of a token and look it up; raise what `device_of` raises."""
        self._known.pop(token, None)
        return self.of(token)


def revoke(connection: Connection, public_id: str, now: int, actor: str) -> bool:
    """Take a device's credential away; return whether there was such a device."""
    row = (Device.public_id == public_id) & Device.revoked.is_(None)
    changed = connection.execute(update(Device).where(row).values(revoked=now)).rowcount == 1
    if changed:
        audit.record(connection, audit.Deed(actor, "revoked device", subject=public_id), now)
    return changed
