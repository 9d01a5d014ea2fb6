"""The Overview tab: key figures, who is active now, and what needs attention first."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.presence import Presence
from policy.summaries.period import Period, Person
from policy.summaries.times import Categories, Times


class Figure(Struct, frozen=True):
    """One number of a tile: its value, the same for the period before, and its value each day."""

    value: float | None
    previous: float | None
    daily: list[float | None]


class DayTimes(Struct, frozen=True):
    """One local day of the scope, everybody in it added up."""

    day: date
    times: Times
    categories: Categories
    coverage: float | None
    people: int


class PersonTimes(Struct, frozen=True):
    """One person over the period; `first` and `last` are the earliest and latest engaged instants of the last day with any."""

    person: Person
    times: Times
    categories: Categories
    productivity: float | None
    coverage: float | None
    first: int | None
    last: int | None
    review_minutes: int


class Now(Struct, frozen=True):
    """What the newest evidence of a person says; `since` and `seen` are instants."""

    person: Person
    presence: Presence
    app: str | None
    since: int
    seen: int


class Attention(Struct, frozen=True):
    """Something to look at first: `kind` chooses the sentence, `name` and `amount` fill it in.

    Kinds: `silent` (a device, hours without a sign), `quarantined` (a device, events), `lost` (a device, events),
    `coverage` (a person, percent), `no_notice` (a device, refused batches), `clock` (a device, seconds off), `disk` (the server, MiB free).
    """

    kind: str
    name: str
    amount: float


class Overview(Struct, frozen=True):
    """The first tab: key figures, who is active now, and what needs attention first."""

    period: Period
    active_people: Figure
    engaged: Figure
    productivity: Figure
    idle: Figure
    coverage: Figure
    attention: list[Attention]
    now: list[Now]
    days: list[DayTimes]
    people: list[PersonTimes]
