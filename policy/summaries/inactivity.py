"""The Inactivity Monitor tab: input per minute and what was not engaged, each presence apart."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.presence import Presence
from policy.summaries.period import Period, Person
from policy.summaries.times import Times


class InputMinute(Struct, frozen=True):
    """What was counted in one UTC minute: keys, clicks, scrolls, and pixels the pointer moved; never which."""

    start: int
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int


class Review(Struct, frozen=True):
    """A minute whose review is suggested, with the numbers that suggest it and no conclusion; it changes no total.

    Of `samples` seconds `zero_samples` saw no input; at most `distinct_counts` different counts occurred; `repeats` is in
    how many minutes running, this one among them, the input was exactly the same.
    """

    start: int
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int
    samples: int
    zero_samples: int
    distinct_counts: int
    repeats: int


class Quiet(Struct, frozen=True):
    """A stretch between a person's first and last engaged instant of a day with one presence that is not engaged; instants."""

    person: Person
    start: int
    end: int
    presence: Presence


class DayParts(Struct, frozen=True):
    """One local day of everybody in the scope: seconds of each presence, and minutes whose review is suggested."""

    day: date
    times: Times
    review_minutes: int


class PersonParts(Struct, frozen=True):
    """One person over the period: seconds of each presence, and minutes whose review is suggested."""

    person: Person
    times: Times
    review_minutes: int


class Inactivity(Struct, frozen=True):
    """Input per minute of one person's day, and for any scope what was not engaged, each presence apart.

    `minutes` and `review` are None unless one person and one day are asked for; a minute without any evidence is not among
    them. `quiet` are the longest quiet stretches; of person-days that have any, `unsearched` were left out of that search
    because of their number, which leaves no stretch longer than `unsearched_most` seconds unseen.
    """

    period: Period
    minutes: list[InputMinute] | None
    review: list[Review] | None
    days: list[DayParts]
    people: list[PersonParts]
    quiet: list[Quiet]
    unsearched: int
    unsearched_most: int
