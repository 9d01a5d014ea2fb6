"""Whose figures another tracker's client asks for, by the name of an account, and whether they are the caller's to see."""

from __future__ import annotations

from datetime import date

from flask import request
from sqlalchemy import select

from policy.redaction import clean
from server.auth import Ask
from server.enrolment import KnownDevice
from server.models import Account, AccountDevice
from server.organisation import AnySession
from server.people import Member, people_with, visible_people
from server.refusals import BadRequestError, NotAllowedError, NotSignedInError, NotThereError
from server.rights.unlocks import reason_to_look

NOT_YOURS = "there is no such user, or not for you"


def member_named(ask: Ask, name: str | None, at: str) -> Member:
    """Return the person behind an account; a look of somebody else at them is written down.

    A PC's own token opens the figures of the one person who uses it. Where several do, everybody signs in.
    """
    if not name:
        raise BadRequestError("user_id is missing")
    owner = ask.session.execute(select(Account.person_id).where(Account.name == clean(name, 256))).scalar_one_or_none()
    found = [member for member in visible(ask) if member.id == owner]
    if not found:
        raise NotAllowedError(NOT_YOURS)
    note_looks(ask, found, at, found[0].id)
    return found[0]


def person_named(session: AnySession, name: str) -> int:
    """Return whose account it is; raise NotThereError when there is none of that name."""
    owner = session.execute(select(Account.person_id).where(Account.name == clean(name, 256))).scalar_one_or_none()
    if owner is None:
        raise NotThereError("there is no such user")
    return int(owner)


def visible(ask: Ask) -> list[Member]:
    """Return everybody whose figures are the caller's to see."""
    if ask.device is not None:
        return _only_user_of(ask.session, device_of(ask))
    return visible_people(ask.session, ask.who())


def note_looks(ask: Ask, people: list[Member], at: str, person: int | None = None) -> None:
    """Ask a signed-in viewer for a reason where one is needed, and write down a look at one person or at so few."""
    if ask.device is not None:
        return
    viewer = ask.who()
    reason = reason_to_look(ask.session, viewer, people, None, person, ask.now)
    seen = people if person is not None or reason is not None else []
    if viewer.person is None or [one.id for one in seen] != [viewer.person]:
        ask.note_looks(at, ", ".join(one.name for one in seen), [one.id for one in seen], reason)


def device_of(ask: Ask) -> KnownDevice:
    """Return the PC that delivers or asks, once its bucket allows it."""
    if ask.device is None:
        raise NotSignedInError("no credential")
    ask.core.limits.take_batch(ask.device.id, ask.now)
    return ask.device


def in_path(name: str) -> str:
    """Return a part of the path."""
    return str((request.view_args or {}).get(name, ""))


def day_or(ask: Ask, name: str, absent: date) -> date:
    """Read a day from the query string; raise BadRequestError when there is something else."""
    return ask.day(name) if request.args.get(name) else absent


def _only_user_of(session: AnySession, device: KnownDevice) -> list[Member]:
    mine = select(Account.person_id).join(AccountDevice, AccountDevice.account_id == Account.id)
    people = set(session.execute(mine.where(AccountDevice.device_id == device.id)).scalars())
    return people_with(session, people) if len(people) == 1 else []
