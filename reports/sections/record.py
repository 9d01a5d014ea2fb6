"""What is known and how: alerts, coverage, contested time, definitions, privacy, the chain's head."""

from __future__ import annotations

from policy.definitions import DEFINITIONS
from policy.summaries import ENOUGH_COVERAGE, Alert, Privacy
from reports import phrases
from reports.document import Block, Column, Facts, Row, Section, Table, Text, Unit
from reports.sections.material import Material, part
from reports.speech import Speech, safe

DEFINED = (
    *("engaged", "active", "reading", "meeting", "idle", "locked", "paused", "unknown", "productivity", "unclassified", "coverage"),
    *("category", "change", "share", "estimated", "nobody_signed_in", "burst", "gap", "severity", "finding", "review"),
)
"""Which figures' meanings a report prints, by their keys in policy.definitions."""
MOST_SILENT = 20


def alerts(of: Material) -> Section:
    """Return what there was to read, with its reasons and what became of it."""
    say = of.say
    columns = (
        Column(say("Severity"), width=0.8),
        Column(say("When"), width=1.1, whole=True),
        Column(say("What"), width=3.2, whole=True),
        Column(say("Reasons"), width=2.8, whole=True),
        Column(say("Coverage"), Unit.SHARE, 0.8),
        Column(say("Status"), width=1.3, whole=True),
    )
    rows = tuple(_alert_row(of, one) for one in of.report.alerts)
    blocks: list[Block] = [Text(say("Unusual is not misconduct: ask before you judge."), small=True)]
    blocks.append(Table("Alerts", say("Alerts"), columns, rows, most=40, empty=say("There was nothing to read in these days.")))
    if of.report.alerts_truncated:
        blocks.append(
            Text(
                say.many("{n} more alert is in the console.", "{n} more alerts are in the console.", of.report.alerts_truncated), small=True
            )
        )
    return Section("alerts", say("Alerts"), tuple(blocks))


def _alert_row(of: Material, one: Alert) -> Row:
    when = of.say.moment(one.since) if one.since is not None else of.say.day(one.day) if one.day is not None else None
    note = f" – {safe(one.note, 200)}" if one.note else ""
    reasons = phrases.reasons(one, of.say)
    return (
        phrases.severity(one.severity, of.say),
        when,
        phrases.alert(one, of.say),
        reasons,
        one.coverage,
        f"{phrases.status(one, of.say)}{note}",
    )


def coverage(of: Material) -> Section:
    """Return how much is known at all: a report that hides its gaps is not believed."""
    say, known = of.say, of.report.coverage
    facts = (
        (say("Coverage"), say.share(of.report.overview.coverage.value)),
        (say("Expected working time"), say.duration(known.expected)),
        (say("No records"), f"{say.duration(known.missing)} ({say.share(part(known.missing, known.expected))})"),
        (say("Recording paused"), say.duration(known.paused)),
        (say("PCs"), say.count(known.devices)),
        (say("PCs silent at the end"), say.count(len(known.silent))),
        (say("Records lost"), say.count(known.lost)),
        (say("Records kept aside"), say.count(known.quarantined)),
    )
    blocks: list[Block] = [Facts("Coverage", facts)]
    if known.silent:
        columns = (Column(say("PC"), width=2), Column(say("Last sign of life"), Unit.MOMENT, 2))
        rows = tuple((safe(one.hostname, 60), one.seen) for one in known.silent)
        blocks.append(Table("Silent", say("Silent PCs"), columns, rows, most=MOST_SILENT))
    thin = tuple(
        (phrases.person(one.person), of.team(one.person.team), one.coverage)
        for one in of.people
        if one.coverage is not None and one.coverage < ENOUGH_COVERAGE
    )
    if thin and not of.alone:
        about = (Column(say("Person"), width=2), Column(say("Team"), width=2), Column(say("Coverage"), Unit.SHARE))
        title = say("Too little is known of these people to show a productive share")
        blocks.append(Table("Thin", title, about, thin, most=MOST_SILENT))
    return Section("coverage", say("Coverage"), tuple(blocks))


def contested(of: Material) -> Section | None:
    """Return what people say is wrong about them; None where nobody can say so yet."""
    if of.report.contested is None:
        return None
    say = of.say
    columns = (
        Column(say("Person"), width=1.4),
        Column(say("From"), Unit.MOMENT, 1.2),
        Column(say("To"), Unit.MOMENT, 1.2),
        Column(say("What they say"), width=2.6, whole=True),
        Column(say("Answer"), width=2, whole=True),
    )
    shown = of.report.contested
    rows = tuple(
        (phrases.person(one.person), one.start, one.end, safe(one.note), safe(one.answer) if one.answer else say("not answered yet"))
        for one in shown
    )
    counts = (
        (say("Stretches contested"), say.count(len(shown))),
        (say("Time contested"), say.duration(sum(one.end - one.start for one in shown) / 1000)),
        (say("Answered"), say.count(sum(one.answer is not None for one in shown))),
    )
    table = Table("Contested", say("Contested time"), columns, rows, empty=say("Nobody contested anything."))
    return Section("contested", say("Contested time"), (Facts("Contested counts", counts), table) if shown else (table,))


def definitions(of: Material) -> Section:
    """Return what the figures mean, in the words of the window."""
    say = of.say
    rows = tuple(
        (say(one.name), " ".join(say(text) for text in (one.what, one.how) if text)) for one in (DEFINITIONS[key] for key in DEFINED)
    )
    real = (say("Real work hours"), say("Whole stretches of 40 unbroken minutes of engaged time; 79 minutes are one, 80 are two."))
    return Section("definitions", say("Definitions"), (Facts("Definitions", (*rows, real)),))


def privacy(of: Material) -> Section:
    """Return what was recorded and what was not, who was told, and for how long it is kept."""
    say, told = of.say, of.report.privacy
    never = say("Never recorded: which keys, what is typed or said, cameras, microphones, what is in files.")
    answered = say(
        "{n} of {total} accounts have a current answer to the notice, {consented} of them a consent; {withdrawn} withdrew.",
        n=say.count(told.acknowledged),
        total=say.count(told.accounts),
        consented=say.count(told.consented),
        withdrawn=say.count(told.withdrawn),
    )
    facts = [
        (say("Recorded"), ", ".join(_recorded(told, say))),
        (
            say("Window titles"),
            {"full": say("in full"), "redacted": say("with private parts removed"), "off": say("not recorded")}[told.titles],
        ),
        (say("When"), say("only in work hours") if told.work_hours_only else say("whenever somebody is signed in and has not paused it")),
        (say("Notice"), answered),
        (say("Kept"), _kept(told, say)),
        (say("Questions to"), safe(told.contact, 120) if told.contact else say("your employer, who answers for these records")),
    ]
    blocks: list[Block] = [Text(never), Facts("Privacy", tuple(facts))]
    if of.report.chain is not None:
        chain = say("{n} entries; the newest is {head}", n=say.count(of.report.chain.entries), head=safe(of.report.chain.head, 80))
        blocks.append(Facts("Chain", ((say("Audit log's chain when this was made"), chain),)))
    return Section("privacy", say("Privacy"), tuple(blocks))


def _recorded(told: Privacy, say: Speech) -> list[str]:
    kinds = [say("apps, sites and counts of input by the minute")]
    kinds += [say("bytes per program")] if told.network else []
    kinds += [say.many("file events in {n} folder", "file events in {n} folders", told.folders)] if told.folders else []
    return [*kinds, say("announced pictures of the screen")] if told.captures else kinds


def _kept(told: Privacy, say: Speech) -> str:
    kept = told.retention
    named = (
        (say("activity in detail"), kept.spans),
        (say("totals"), kept.ledger),
        (say("file audit"), kept.files),
        (say("audit log"), kept.audit),
        *(((say("pictures of screens"), kept.captures),) if told.captures else ()),
    )
    return ", ".join(say.many("{what} {n} day", "{what} {n} days", days, what=what) for what, days in named)
