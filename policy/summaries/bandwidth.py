"""The Bandwidth Usage tab: bytes by app and by person."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.summaries.period import Period, Person


class Traffic(Struct, frozen=True):
    """Bytes on the network; those a system could only estimate are kept apart from exact ones."""

    sent: int = 0
    received: int = 0
    sent_estimated: int = 0
    received_estimated: int = 0

    @property
    def total(self) -> int:
        """All bytes, the estimated ones too."""
        return self.sent + self.received + self.sent_estimated + self.received_estimated


class AppTraffic(Struct, frozen=True):
    """One app's bytes over the period, how many people it served, and the total of each day."""

    app: str
    name: str
    traffic: Traffic
    people: int
    daily: list[int]


class PersonTraffic(Struct, frozen=True):
    """One person's bytes over the period."""

    person: Person
    traffic: Traffic


class Bandwidth(Struct, frozen=True):
    """Bytes by app and by person, most first; `daily` names each day of `days`.

    `nobody` are bytes of shared PCs while nobody was signed in; None in a scope that leaves anybody out. `truncated` is
    how many apps are not in the list; `total` holds theirs too.
    """

    period: Period
    days: list[date]
    total: Traffic
    previous: Traffic
    daily: list[Traffic]
    apps: list[AppTraffic]
    people: list[PersonTraffic]
    nobody: Traffic | None
    truncated: int
