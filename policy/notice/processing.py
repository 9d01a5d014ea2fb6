"""The record of processing activities (GDPR Art. 30), as the configuration stands: a changed setting makes a changed record."""

from __future__ import annotations

from typing import Any

import msgspec

from policy.notice.kinds import KINDS, kept_for
from policy.notice.live import Live
from policy.notice.measures import in_force
from policy.notice.paper import Block, Grid, Lines, Paper, Paragraph, Part
from policy.notice.purposes import BASES, PURPOSES
from policy.notice.usage_policy import Words, hours_in_words, laws_of, served
from policy.purposes import Purpose
from policy.retention import conflicts

NAME = "record-of-processing"
FOOT = "Made from the configuration. Whoever answers for the processing completes and keeps it."
TO_FILL_IN = "(to be filled in)"
LAWS = {
    "india": "DPDP Act 2023 and Rules 2025 (India)",
    "eu": "GDPR and national law on employment",
    "none": "not said: no profile is chosen",
}
ROLES = {
    "owner": "all figures, reports, rules, users",
    "manager": "figures of their own teams",
    "compliance": "record of files, audit log; pictures under a reason",
    "it": "devices and enrolment; nobody's figures",
    "employee": "themselves, and who looked",
}
SHOWN_LONGEST = 200


def record_of_processing(live: Live) -> Paper:
    """Return the record, in English."""
    parts = (_controller(live), _activities(live), _kinds(live), _recipients(live), _transfers(live), measures_part(live), _settings(live))
    return Paper(NAME, "Record of processing activities", live.organisation.name, "en", head_of(live), parts, FOOT)


def head_of(live: Live) -> tuple[tuple[str, str], ...]:
    """Return the lines under the title of a document for whoever answers for the processing."""
    return (
        ("Made", f"{live.day}, from the settings of revision {live.organisation.revision}"),
        ("Notice in force", live.notice),
        ("Law the profile speaks of", " and ".join(LAWS[law] for law in laws_of(live))),
        ("Made by", f"WorkPulse {live.program}"),
    )


def _controller(live: Live) -> Part:
    ours = live.organisation
    rows = (
        ("Controller / data fiduciary", ours.name),
        ("Contact for data protection", ours.reports.contact or TO_FILL_IN),
        ("Address, representative, data protection officer", TO_FILL_IN),
        ("Impact assessment", ours.dpia or "none is recorded"),
        ("Agreement with a works council", ours.works_council or "none is recorded"),
        ("Persons concerned", f"employees at {live.devices} PCs: {live.people} people at present"),
        ("Time zone and work hours", f"{ours.zone}; {hours_in_words(ours.hours, Words('en'))}"),
    )
    return Part("Who answers for it", (Lines(rows),))


def _activities(live: Live) -> Part:
    on = served(live)
    rows = []
    for purpose in on:
        text = PURPOSES[purpose]["en"]
        rows.append((text.name, text.what, BASES[live.organisation.bases.of(purpose)]["en"].replace("your", "the person's")))
    off = ", ".join(PURPOSES[one]["en"].name for one in Purpose if one not in on)
    blocks: list[Block] = [Grid("", ("purpose", "what is recorded for it", "basis"), tuple(rows))]
    blocks.append(Paragraph(f"Switched off, and not recorded: {off}." if off else "Every purpose the program knows is switched on."))
    blocks.append(
        Paragraph("No decision about pay, promotion or dismissal is made by the program; keys, sound, camera and content never are.")
    )
    return Part("What is done, what for, and on which basis", tuple(blocks))


def _kinds(live: Live) -> Part:
    ours, rows = live.organisation, []
    for kind in KINDS:
        purpose = PURPOSES[kind.purpose]["en"].name if isinstance(kind.purpose, Purpose) else kind.purpose
        rows.append((kind.title, kind.holds, purpose, kept_for(kind, live) if kind.collected(live) else "not collected"))
    blocks: list[Block] = [Grid("", ("kind", "what it holds", "purpose", "erased after"), tuple(rows))]
    blocks += [Paragraph(f"Conflict: {one}.", strong=True) for one in conflicts(ours.retention, ours.profile, ours.limits)]
    return Part("Kinds of data and how long they are kept", tuple(blocks))


def _recipients(live: Live) -> Part:
    rows = [(role, told, str(live.roles.get(role, 0))) for role, told in ROLES.items()]
    ours = live.organisation
    outside = []
    if live.mail and ours.reports.recipients:
        outside.append(f"Reports are mailed to {', '.join(ours.reports.recipients)}.")
    if live.folder:
        outside.append("Reports are copied into a folder that was named at the server.")
    if live.drive:
        outside.append("Reports are copied into a folder of Google Drive: Google is a processor, and needs a contract.")
    if live.protection.backup_folder:
        outside.append("Encrypted copies are written into a folder that was named at the server.")
    told = " ".join(outside) or "Nothing else leaves the server."
    return Part("Who receives it", (Grid("", ("role", "may see", "users"), tuple(rows)), Paragraph(told)))


def _transfers(live: Live) -> Part:
    told = "The program runs on the office's own server and speaks to no service of anybody else; it transfers nothing to third countries."
    if live.drive:
        told = (
            "The program runs on the office's own server. It copies reports into a folder of Google Drive, whose servers may be in other "
            "countries: the conditions of that transfer are to be settled by whoever set it up. Nothing else is transferred."
        )
    if live.mail or live.folder or live.protection.backup_folder:
        told += " Whether the mail server or the named folders are in another country is to be checked by whoever set them."
    return Part("Transfers", (Paragraph(told),))


def measures_part(live: Live) -> Part:
    """Return the measures in force, with the tests that hold each."""
    rows = tuple((one.text, ", ".join(one.tests)) for one in in_force(live))
    grid = Grid("", ("measure", "held by the tests"), rows)
    return Part("Technical and organisational measures", (grid, Paragraph("The ids are those of docs/compliance.md.", small=True)))


def _settings(live: Live) -> Part:
    rows = [(name, _shown(value)) for name, value in msgspec.to_builtins(live.organisation).items()]
    return Part("Every setting in force", (Lines(tuple(rows)),))


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return (text if len(text) <= SHOWN_LONGEST else f"{text[:SHOWN_LONGEST]}…") or "–"
