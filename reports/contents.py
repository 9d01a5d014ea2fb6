"""The table of contents of a report: every section in the order it is printed."""

from __future__ import annotations

from collections.abc import Callable

from policy.summaries import Report
from reports import phrases
from reports.document import Document, Section
from reports.sections.glance import at_a_glance
from reports.sections.material import Material, material_of
from reports.sections.people import clients, people, teams, workload
from reports.sections.record import alerts, contested, coverage, definitions, privacy
from reports.sections.time import attendance, inactivity, real_hours
from reports.sections.uses import apps_and_sites, bandwidth, files
from reports.speech import safe

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    at_a_glance,
    teams,
    apps_and_sites,
    inactivity,
    attendance,
    real_hours,
    bandwidth,
    files,
    people,
    clients,
    workload,
    alerts,
    coverage,
    contested,
    definitions,
    privacy,
)
"""A section that has no source gives None and is not there: nothing is empty by pretence."""


def document_of(report: Report) -> Document:
    """Return the whole report in its language."""
    of = material_of(report)
    sections = tuple(section for make in SECTIONS if (section := make(of)) is not None)
    days = of.say.span(report.period.first, report.period.last)
    title = f"{phrases.kind_of_report(report.rhythm, of.say)}, {days}"
    return Document(
        title, safe(report.organisation, 120), of.say.language, report.period.made_at, safe(report.program, 40), _head(of), sections, of.say
    )


def _head(of: Material) -> tuple[tuple[str, str], ...]:
    say, report = of.say, of.report
    whom = say("everybody") if report.scope.kind == "company" else safe(report.scope.name, 120)
    return (
        (say("Whom"), whom),
        (say("Days"), say.span(report.period.first, report.period.last)),
        (say("Time zone"), report.period.zone.replace("_", " ")),
        (say("Made"), f"{say.local(report.period.made_at):%Y-%m-%d %H:%M}"),
        (say("Revision"), say.count(report.revision)),
        (say("Made by"), f"WorkPulse {safe(report.program, 40)}"),
    )
