"""How a person comes to their own page: a link for one use from their PC's symbol, then a session that opens nothing else."""

from __future__ import annotations

import hashlib

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from policy.notice import LANGUAGES
from policy.redaction import clean
from policy.roles import Role, Viewer
from server.audit_log import audit
from server.credentials import digest, new_token
from server.models import Account, AccountDevice, NoticeEvent, PageLink, PageSession, Person
from server.organisation import AnySession
from server.refusals import NotSignedInError, NotThereError

LINK_MS = 2 * 60_000
SESSION_MS = 8 * 3_600_000
NO_USER = 0
PATH = "/me/enter?key="


class PageOpened(Struct, frozen=True):
    """A fresh session and whose it is."""

    token: str
    person: int


def make_link(connection: Connection, device: int, account: str, now: int) -> str:
    """Return the path that opens the page of whoever uses `account`; raise NotThereError for an account not seen on this PC.

    The language rides along, for the day on which the link is too old to tell whose it was.
    """
    seen = (AccountDevice.device_id == device) & (Account.name == clean(account, 256)) & Person.active
    found = (
        select(Account.person_id).join(AccountDevice, AccountDevice.account_id == Account.id).join(Person, Person.id == Account.person_id)
    )
    person = connection.execute(found.where(seen)).scalar_one_or_none()
    if person is None:
        raise NotThereError("this account was not seen on this PC")
    key = new_token()
    connection.execute(delete(PageLink).where(PageLink.person_id == person))
    connection.execute(insert(PageLink).values(key_hash=digest(key), person_id=person, expires=now + LINK_MS))
    newest = select(NoticeEvent.language).join(Account, Account.id == NoticeEvent.account_id).where(Account.person_id == person)
    language = connection.execute(newest.order_by(NoticeEvent.at.desc()).limit(1)).scalar_one_or_none()
    return f"{PATH}{key}&lang={language}" if language in LANGUAGES else PATH + key


def key_is_good(session: AnySession, key: str, now: int) -> bool:
    """Return whether `key` opens a page now."""
    good = (PageLink.key_hash == digest(key)) & (PageLink.expires > now)
    return session.execute(select(PageLink.id).where(good)).first() is not None


def use_key(connection: Connection, key: str, address: str, now: int) -> PageOpened:
    """Use a key up and begin a session; raise NotSignedInError when it is not good (any more)."""
    good = (PageLink.key_hash == digest(key)) & (PageLink.expires > now)
    person = connection.execute(delete(PageLink).where(good).returning(PageLink.person_id)).scalar_one_or_none()
    if person is None:
        raise NotSignedInError("this link was used or has expired; open the page from the symbol once more")
    token = new_token()
    connection.execute(insert(PageSession).values(token_hash=digest(token), person_id=person, expires=now + SESSION_MS))
    audit.record(connection, audit.Deed(audit.about(person), "opened own page", audit.about(person), address=address), now)
    return PageOpened(token, person)


def viewer_of(session: AnySession, token: str, now: int) -> Viewer:
    """Return who is at their page; raise NotSignedInError when the session is unknown or over, or the person is put away."""
    good = (PageSession.token_hash == digest(token)) & (PageSession.expires > now) & Person.active
    found = select(PageSession.person_id).join(Person, Person.id == PageSession.person_id).where(good)
    person = session.execute(found).scalar_one_or_none()
    if person is None:
        raise NotSignedInError("open your page from the WorkPulse symbol on your PC")
    return Viewer(NO_USER, audit.about(person), Role.EMPLOYEE, person=person)


def leave(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(delete(PageSession).where(PageSession.token_hash == digest(token)))


def form_key(token: str) -> str:
    """Return what every form of a session must bring: no other page can know it, and it does not tell the token."""
    return hashlib.sha256(b"form " + token.encode()).hexdigest()


def forget_old(connection: Connection, now: int) -> int:
    """Delete links and sessions that are over; return how many."""
    tables = (PageLink, PageSession)
    return sum(connection.execute(delete(table).where(table.expires <= now)).rowcount for table in tables)
