"""A draft of the data protection impact assessment (GDPR Art. 35), prefilled from the configuration; people finish, judge and sign it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from policy import works_council
from policy.notice.kinds import KINDS
from policy.notice.live import Live
from policy.notice.paper import Blanks, Block, Grid, Paper, Paragraph, Part, Points
from policy.notice.processing import head_of, measures_part
from policy.notice.usage_policy import Words, hours_in_words
from policy.purposes import NEEDS_REASON, Basis
from policy.retention import conflicts
from policy.summaries import Organisation

NAME = "impact-assessment"
FOOT = "A draft made from the configuration. It is an assessment only when people have completed and signed it."
LEAST = Organisation()
"""A fresh installation, which collects the least."""


class Choice(NamedTuple):
    """A setting that decides how closely people are watched: how to say it, and whether a value watches more than another."""

    name: str
    say: Callable[[Any], str]
    more: Callable[[Any, Any], bool]


def _switch(value: Any) -> str:
    return "yes" if value else "no"


CHOICES = {
    "titles": Choice("titles of windows", str, lambda here, least: here == "full"),
    "capture_every": Choice(
        "pictures of the screen", lambda value: f"every {value:g} s" if value else "off", lambda here, least: bool(here)
    ),
    "clip_seconds": Choice("clips of the screen", lambda value: f"up to {value} s" if value else "off", lambda here, least: bool(here)),
    "network_every": Choice("network use", lambda value: f"every {value:g} s" if value else "off", lambda here, least: here and not least),
    "folders": Choice("watched folders", lambda value: str(len(value)), lambda here, least: len(here) > len(least)),
    "work_hours_only": Choice("only in work hours", _switch, lambda here, least: least and not here),
    "sample_every": Choice("seconds between samples", lambda value: f"{value:g}", lambda here, least: here < least),
    "ask_below": Choice("a reason below so many people", str, lambda here, least: here < least),
    "ask_for_person": Choice("a reason for one person", _switch, lambda here, least: least and not here),
    "denied": Choice("apps and sites not to be used", lambda value: str(len(value)), lambda here, least: len(here) > len(least)),
    "watched_paths": Choice("paths under watch", lambda value: str(len(value)), lambda here, least: len(here) > len(least)),
}

RISKS = (
    (
        "Pressure: people who know that they are watched change how they work and rest",
        "counts and programs only; pause at any time; own page; figures with their coverage, no score",
    ),
    ("Wrong conclusions from figures about performance", "“no input seen” is never called not working; contest; both versions kept"),
    ("Looking without need", "own teams only; every look is logged and shown to the person; reasons where asked for"),
    ("Private matters are recorded", "private windows left out; sites, never pages; identity numbers taken out; pause"),
    ("Theft of a PC, the database or a copy", "sealed buffer; hashed credentials; encryption as configured below"),
    ("Records are used for something else", "purposes named in the notice; nothing leaves the server but what is configured"),
    ("Records are kept too long", "a period for each kind, deleted daily"),
    ("Unusual days are taken for misconduct", "a finding does nothing by itself, says its reasons, and waits for the person's answer"),
)


def impact_assessment(live: Live) -> Paper:
    """Return the draft, in English."""
    parts = (_status(live), _description(live), _proportion(live), _risks(live), measures_part(live), _consultation(live), _decision())
    return Paper(NAME, "Data protection impact assessment: draft", live.organisation.name, "en", head_of(live), parts, FOOT)


def open_points(live: Live) -> list[str]:
    """Return what of this configuration still waits for somebody's decision."""
    ours = live.organisation
    found = [
        ("No reference of a signed assessment is recorded in the settings (dpia).", not ours.dpia),
        ("No contact for data protection is named in the settings (reports.contact).", not ours.reports.contact),
        ("No profile of retention is chosen (profile).", ours.profile == "none"),
        ("No agreement with a works council is recorded; where there is a council, it must be heard.", not ours.works_council),
        ("Figures of one person open without a reason.", not ours.ask_for_person),
        (f"Groups of fewer than {works_council.FEWEST} people open without a reason.", ours.ask_below < works_council.FEWEST),
        ("Recording goes on outside work hours.", not ours.work_hours_only),
        ("Titles of windows are kept whole.", ours.titles == "full"),
        ("Pictures of screens are switched on.", live.pictures),
        ("The database is not encrypted by the program: use an encrypted disk.", not live.protection.database_encrypted),
        ("No folder for copies is configured.", not live.protection.backup_folder),
        ("Consent is the basis of something employees can hardly refuse.", _leans_on_consent(live)),
    ]
    return [text for text, is_open in found if is_open] + conflicts(ours.retention, ours.profile, ours.limits)


def _leans_on_consent(live: Live) -> bool:
    return any(live.organisation.bases.of(purpose) is Basis.CONSENT for purpose in NEEDS_REASON)


def _status(live: Live) -> Part:
    recorded = live.organisation.dpia
    told = f"Recorded as: {recorded}." if recorded else "No signed assessment is recorded yet."
    blocks: tuple[Block, ...] = (
        Paragraph(told, strong=True),
        Paragraph("What still waits for a decision:"),
        Points(tuple(open_points(live))),
    )
    return Part("Where this stands", blocks)


def _description(live: Live) -> Part:
    ours = live.organisation
    on = [kind.title for kind in KINDS if kind.collected(live)]
    off = [kind.title for kind in KINDS if not kind.collected(live)]
    told = (
        f"{ours.name} records how {live.people} people use {live.devices} PCs, with a visible program on each PC that sends to the "
        f"office's own server. Work hours: {hours_in_words(ours.hours, Words('en'))}; recording "
        f"{'only in these hours' if ours.work_hours_only else 'whenever somebody is signed in'}."
    )
    rows = (("Recorded", ", ".join(on)), ("Not recorded", ", ".join(off) or "–"), ("Never", "keys, sound, camera, clipboard, content"))
    return Part("What is done", (Paragraph(told), Grid("", ("", "kinds of data"), rows)))


def _proportion(live: Live) -> Part:
    rows = []
    for setting, choice in CHOICES.items():
        here, least = getattr(live.organisation, setting), getattr(LEAST, setting)
        rows.append((choice.name, choice.say(least), choice.say(here), "yes: say why" if choice.more(here, least) else "no"))
    blocks = (
        Paragraph("Is each kind of recording needed for its purpose, and would less do? A fresh installation collects the least."),
        Grid("", ("choice", "fresh installation", "here", "more than that?"), tuple(rows)),
        Blanks(("Why this is needed", "What less was considered")),
    )
    return Part("Necessity and proportion", blocks)


def _risks(live: Live) -> Part:
    rows = [(risk, lowered, "") for risk, lowered in RISKS]
    if live.pictures:
        rows.append(("Pictures show what nobody meant to show", "announced each time; sealed; short-lived; every look under a reason", ""))
    if live.organisation.folders:
        rows.append(
            ("Names of files tell of health, grievances or works council business", "only named folders; compliance searches, logged", "")
        )
    return Part("Risks for the people", (Grid("", ("risk", "what lowers it", "what remains: low, medium, high?"), tuple(rows)),))


def _consultation(live: Live) -> Part:
    agreement = live.organisation.works_council or "none is recorded"
    names = ("Data protection officer: opinion and date", "Employees or their representatives: heard how, and when")
    return Part("Who was heard", (Paragraph(f"Agreement with a works council: {agreement}."), Blanks(names)))


def _decision() -> Part:
    names = ("Decision, and what must change first", "To be reviewed by", "Name and function", "Place and date", "Signature")
    return Part("Decision", (Blanks(names),))
