"""The period a summary is about, and whom and what a viewer may choose."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Period(Struct, frozen=True):
    """The local days a summary is about, first and last inclusive, and what it was made from."""

    first: date
    last: date
    zone: str
    made_at: int
    revision: int


class Team(Struct, frozen=True):
    """A team the viewer may choose."""

    id: int
    name: str


class Person(Struct, frozen=True):
    """A person the viewer may choose."""

    id: int
    name: str
    team: int | None


class Choices(Struct, frozen=True):
    """What the scope bar offers this viewer, the organisation's zone and its name.

    `latest` is the newest day with any figures of a person this viewer may see; None when there is none yet. `version` is the server's.
    Where not `ranked`, an agreement forbids to show people in an order of their figures. `assessed` is False for those who answer for
    it while no signed impact assessment is noted in the settings.
    """

    organisation: str
    zone: str
    today: date
    teams: list[Team]
    people: list[Person]
    latest: date | None = None
    version: str = ""
    ranked: bool = True
    assessed: bool = True
