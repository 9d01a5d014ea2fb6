"""What every section is made from: the report, its language, the look of its charts, and its lists by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from policy.summaries import Person, PersonDay, PersonTimes, Report, Team
from reports import phrases
from reports.charts import Look
from reports.look import look_of
from reports.speech import Speech, safe

FEW_PEOPLE = 30
"""Up to so many people every table about people is printed in full; beyond, some print their teams, and the workbook has everybody."""


@dataclass(frozen=True)
class Material:
    """One report in one language."""

    report: Report
    say: Speech
    look: Look

    @cached_property
    def teams(self) -> dict[int, Team]:
        """Every team by its number."""
        return {one.team.id: one.team for one in self.report.teams if one.team is not None}

    @cached_property
    def before(self) -> dict[int, int | None]:
        """What each person was engaged in the period before."""
        return {one.person.id: one.engaged for one in self.report.before}

    @cached_property
    def days(self) -> dict[int, list[PersonDay]]:
        """Each person's days."""
        found: dict[int, list[PersonDay]] = defaultdict(list)
        for one in self.report.days:
            found[one.person.id].append(one)
        return found

    @cached_property
    def people(self) -> list[PersonTimes]:
        """Everybody by team and name: a report ranks nobody."""
        return sorted(self.report.overview.people, key=lambda one: self.place(one.person))

    @property
    def alone(self) -> bool:
        """Whether this report is about one person, for that person."""
        return self.report.scope.kind == "person"

    @property
    def most_people(self) -> int | None:
        """How many rows of a team's people a lesser table prints."""
        return None if len(self.report.overview.people) <= FEW_PEOPLE else 0

    def team(self, number: int | None) -> str:
        """Return a team's name."""
        if number is None:
            return self.say("no team")
        return safe(self.teams[number].name, phrases.LONGEST_NAME) if number in self.teams else self.say("another team")

    def place(self, person: Person) -> tuple[bool, str, str, int]:
        """Return where a person stands in a list: by team, those in none at the end, then by name."""
        return person.team is None, self.team(person.team).casefold(), person.name.casefold(), person.id

    def in_order(self, people: Iterable[Person]) -> list[Person]:
        """Return people by team and name."""
        return sorted(people, key=self.place)


def material_of(report: Report) -> Material:
    """Return what the sections of this report are made from."""
    say = Speech(report.language, report.period.zone)
    return Material(report, say, look_of(say))


def part(value: float, whole: float) -> float | None:
    """Return value / whole, None when there is no whole."""
    return value / whole if whole else None


def change(now: float | None, before: float | None) -> float | None:
    """Return how much more than before, as a part of it; None where nothing was before."""
    return now / before - 1 if now is not None and before else None
