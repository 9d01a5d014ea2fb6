"""Who may see what: five roles, and the one question every view of a person asks."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What an account at the server is for; nobody has two."""

    OWNER = "owner"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    IT = "it"
    EMPLOYEE = "employee"


SEES_FIGURES = frozenset({Role.OWNER, Role.MANAGER})
"""Roles that open the tabs about people's time; IT sees devices, compliance sees files, employees see themselves."""


SEES_FILES = SEES_FIGURES | {Role.COMPLIANCE}
"""Roles that search the file audit."""


KEEPS_CASES = frozenset({Role.OWNER, Role.COMPLIANCE})
"""Roles that open cases, read them and write to them."""


class Viewer(Struct, frozen=True):
    """Somebody signed in: `teams` are the ids a manager leads, `person` the id an employee is."""

    user: int
    name: str
    role: Role
    teams: frozenset[int] = frozenset()
    person: int | None = None


class Subject(Struct, frozen=True):
    """Somebody whose figures are asked for."""

    person: int
    team: int | None


def may_view(viewer: Viewer, subject: Subject) -> bool:
    """Return whether `viewer` may see the figures of `subject`: owners all, managers their teams, everybody themselves."""
    if viewer.person is not None and viewer.person == subject.person:
        return True
    if viewer.role is Role.OWNER:
        return True
    return viewer.role is Role.MANAGER and subject.team in viewer.teams


def may_view_files(viewer: Viewer, subject: Subject) -> bool:
    """Return whether `viewer` may see the file events of `subject`: whoever sees the figures does, and compliance sees all."""
    return viewer.role is Role.COMPLIANCE or may_view(viewer, subject)


def may_view_pictures(viewer: Viewer, subject: Subject) -> bool:
    """Return whether `viewer` may open pictures of the screen of `subject`: compliance, giving a reason, and everybody their own."""
    return viewer.role is Role.COMPLIANCE or (viewer.person is not None and viewer.person == subject.person)


def may_know_of_pictures(viewer: Viewer, subject: Subject) -> bool:
    """Return whether `viewer` may know which pictures there are: whoever may open them, and owners, who may only delete them."""
    return viewer.role is Role.OWNER or may_view_pictures(viewer, subject)


def may_lead(viewer: Viewer, team: int | None) -> bool:
    """Return whether `viewer` decides for a team (its rules, its alerts); None is everybody, for whom only owners do."""
    if viewer.role is Role.OWNER:
        return True
    return viewer.role is Role.MANAGER and team is not None and team in viewer.teams
