"""What a tab's figures are about: which people and which local days, and the same stretch before them."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from policy.summaries import Period, Person
from server.organisation import AnySession, ledger_revision, organisation
from server.people import Member


class Selection(Struct, frozen=True):
    """People the viewer may see and the days asked for, both ends included.

    `one` is the one person who was asked for by name, `everybody` says that nobody was left out, `reason` is why the viewer looks,
    where that was asked.
    """

    people: list[Member]
    first: date
    last: date
    one: Member | None = None
    everybody: bool = False
    reason: str | None = None

    @property
    def days(self) -> list[date]:
        """Every day asked for, in order."""
        return [self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1)]

    @property
    def ids(self) -> list[int]:
        """The people's ids."""
        return [member.id for member in self.people]

    @property
    def before(self) -> Selection:
        """The same people over as many days just before.

        ```
        before |-- 7 days --|-- 7 days --| asked for
        ```
        """
        length = (self.last - self.first) + timedelta(days=1)
        return Selection(self.people, self.first - length, self.last - length, self.one, self.everybody)


def period_of(session: AnySession, selection: Selection) -> Period:
    """Return the selection as the summaries name it; `made_at` is when the ledger last changed, so equal ledgers give equal bytes."""
    revision = ledger_revision(session)
    zone = organisation(session).zone
    return Period(first=selection.first, last=selection.last, zone=zone, made_at=revision, revision=revision)


def person_of(member: Member) -> Person:
    """Return a person as the summaries name them."""
    return Person(id=member.id, name=member.name, team=member.team)
