"""Evidence packs, cases and watch lists in words: what was asked for, how far it is, what a case points at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from console import words
from console.models.files import FileQuestion, chips
from console.scope import Scope
from console.words import _, _n
from policy.summaries import CaseEntry, CaseLink, Choices, EvidencePack, FileFilters

KEY = re.compile(
    r"(?P<kind>[a-z]+) person (?P<person>\d{1,15})(?: (?P<day>\d{4}-\d\d-\d\d)| (?P<at>\d{12,14}))?(?: .*)?", re.ASCII | re.DOTALL
)
"""How the server calls an alert that is about a person."""


def filters_of(scope: Scope, question: FileQuestion) -> FileFilters:
    """Return what a search of the file audit asks for, as a pack takes it."""
    return FileFilters(
        scope.first,
        scope.last,
        None if scope.person is not None else scope.team,
        scope.person,
        question.path or None,
        question.user or None,
        question.host or None,
        question.action or None,
        question.extension or None,
        question.since,
        question.until,
    )


def filters_in_words(filters: FileFilters, choices: Choices) -> str:
    """Say days, whom and conditions."""
    question = FileQuestion(
        filters.path or "",
        filters.user or "",
        filters.host or "",
        filters.action or "",
        filters.extension or "",
        filters.since,
        filters.until,
    )
    conditions = [text for _name, text in chips(question, choices.zone)]
    return "  ·  ".join((words.span(filters.first, filters.last), _whom(filters, choices), *conditions))


def _whom(filters: FileFilters, choices: Choices) -> str:
    if filters.person is not None:
        return person_name(filters.person, choices)
    return words.team_name(choices.teams, filters.team, _("everybody"))


def person_name(number: int, choices: Choices) -> str:
    """A person's name, where the viewer may know it."""
    return next((words.person(one) for one in choices.people if one.id == number), _("person {n}").format(n=number))


def pack_state(one: EvidencePack) -> str:
    """How far a pack is."""
    if one.state == "failed":
        return _("could not be made")
    if one.state != "made":
        return _("is being made")
    return _n("{n} event", "{n} events", one.events or 0).format(n=words.count(one.events or 0))


def is_on_its_way(packs: Sequence[EvidencePack]) -> bool:
    """Whether any of these is still being made."""
    return any(one.state in ("wanted", "making") for one in packs)


def case_state(one: CaseEntry) -> str:
    """Whether a case still takes notes."""
    return _("open") if one.state == "open" else _("closed")


def link(one: CaseLink, choices: Choices) -> str:
    """What a case points at."""
    if one.kind == "pack":
        return _("Evidence pack {n}").format(n=words.count(one.pack or 0))
    if one.kind == "files" and one.files is not None:
        return _("File search: {filters}").format(filters=filters_in_words(one.files, choices))
    return _("Alert: {alert}").format(alert=_alert(one.alert or "", choices))


def _alert(key: str, choices: Choices) -> str:
    """What an alert is about, by its key (`burst person 3 1763629200000 deleted`); a key of another form as it stands."""
    found = KEY.fullmatch(key)
    kinds = {
        "burst": _("many files at once"),
        "carried": _("many files at a removable drive"),
        "watched": _("events at a watched path"),
        "unauthorised": _("an app or site that is not to be used"),
        "unusual": _("an unusual day"),
    }
    if found is None or found["kind"] not in kinds:
        return words.safe(key, 120)
    day = [words.day(date.fromisoformat(found["day"]))] if found["day"] else []
    at = [words.minute(int(found["at"]), choices.zone)] if found["at"] else []
    return "  ·  ".join((kinds[found["kind"]], person_name(int(found["person"]), choices), *day, *at))


def list_kind(kind: str) -> str:
    """What a watch list is about."""
    return _("confidential folders") if kind == "confidential" else _("removable drives")
