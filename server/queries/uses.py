"""What a category depends on, and how much engaged time each had: for asking what another rule would change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policy.categories import RuleBook
from policy.summaries.rules import Kind
from server.days.day_pages import MEETING, Array, Usage
from server.days.packed import ENGAGED_BELOW
from server.models import App, Site
from server.organisation import AnySession
from server.queries.categories import Verdicts
from server.queries.chunks import chunks
from server.queries.memory import UNCLASSIFIED, memory_of
from server.queries.selection import Selection


class Use(NamedTuple):
    """Engaged time of a team's people at one app and site, in meetings or not."""

    team: int | None
    app: str
    site: str | None
    in_meeting: bool
    seconds: int
    people: int


class Unnamed(NamedTuple):
    """An app or a site that no rule names: its engaged time, how many people's, on how many days."""

    kind: Kind
    text: str
    seconds: int
    people: int
    days: int


def uses(session: AnySession, selection: Selection) -> list[Use]:
    """Return every use there was."""
    memory, read = memory_of(session), chunks(session, selection, Usage)
    apps, sites = memory.places
    teams = list(dict.fromkeys(member.team for member in selection.people))
    team_of = np.array([teams.index(member.team) for member in selection.people], np.int64)
    size = 2 * len(apps)
    seconds, people = np.zeros(len(teams) * size), np.zeros((size, len(selection.people)), bool)
    for chunk in read:
        rows = np.flatnonzero(chunk.part.presence < ENGAGED_BELOW)
        who = chunk.who[chunk.of[rows]]
        key = 2 * chunk.part.place[rows].astype(np.int64) + (chunk.part.presence[rows] == MEETING)
        seconds += np.bincount(team_of[who] * size + key, chunk.part.seconds[rows], len(seconds))
        people[key, who] = True
    names, hosts = memory.words(session, App, set(apps.tolist())), memory.words(session, Site, set(sites.tolist()))
    found: list[Use] = []
    for at in np.flatnonzero(seconds).tolist():
        team, (place, meeting) = at // size, divmod(at % size, 2)
        counted = int(np.count_nonzero(people[at % size] & (team_of == team)))
        app, site = names.get(int(apps[place]), ""), hosts.get(int(sites[place])) or None
        found.append(Use(teams[team], app, site, bool(meeting), int(seconds[at]), counted))
    return found


def unnamed(session: AnySession, selection: Selection, rules: RuleBook) -> list[Unnamed]:
    """Return what no rule names: a site where there is one, else the app."""
    memory, read = memory_of(session), chunks(session, selection, Usage)
    verdicts = Verdicts(session, selection, rules)
    apps, sites = memory.places
    named, row_of = np.unique(np.where(sites > 0, -sites, apps), return_inverse=True)
    seconds = np.zeros(len(named))
    people, days = (np.zeros((len(named), size), bool) for size in (len(selection.people), len(selection.days)))
    for chunk in read:
        part, engaged = chunk.part, np.flatnonzero(chunk.part.presence < ENGAGED_BELOW)
        of = chunk.of[engaged]
        left = np.flatnonzero(verdicts.of(part.place[engaged], part.presence[engaged], chunk.who[of]) == UNCLASSIFIED)
        rows, of = row_of[part.place[engaged[left]]], of[left]
        seconds += np.bincount(rows, part.seconds[engaged[left]], len(named))
        people[rows, chunk.who[of]] = True
        days[rows, chunk.when[of]] = True
    return [_unnamed(session, int(named[at]), int(seconds[at]), people[at], days[at]) for at in np.flatnonzero(seconds).tolist()]


def _unnamed(session: AnySession, number: int, seconds: int, people: Array, days: Array) -> Unnamed:
    memory, counts = memory_of(session), (seconds, int(people.sum()), int(days.sum()))
    if number < 0:
        return Unnamed("site", memory.words(session, Site, [-number]).get(-number, ""), *counts)
    return Unnamed("app", memory.words(session, App, [number]).get(number, ""), *counts)
