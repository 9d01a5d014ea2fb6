"""The pages of an evidence pack for people: a PDF with what was asked for, what is missing, and the first events."""

from __future__ import annotations

from dataclasses import replace

from policy.summaries import EvidenceTold, FileAction, SealedDay
from reports import phrases
from reports.document import Column, Document, Facts, Row, Section, Table, Text, Unit, Value
from reports.pdf import pdf_of
from reports.speech import NOTHING, Speech, safe

LONGEST_PATH = 240
LONGEST_NAME = 60
DIGEST_DIGITS = 16
FEW_PEOPLE = 30


def make_evidence_pdf(told: EvidenceTold) -> bytes:
    """Return the pages of a pack as a PDF."""
    return pdf_of(evidence_document(told))


def evidence_document(told: EvidenceTold) -> Document:
    """Return the pages of a pack in its language."""
    say = Speech(told.language, told.zone)
    title = say("Evidence pack {n}: file events, {days}", n=told.number, days=say.span(told.first, told.last))
    sections = (_summary(told, say), _missing(told, say), _bursts(told, say), _seals(told, say), _first(told, say), _check(told, say))
    return Document(title, safe(told.organisation, 120), say.language, told.made, safe(told.program, 40), _head(told, say), sections, say)


def _head(told: EvidenceTold, say: Speech) -> tuple[tuple[str, str], ...]:
    return (
        (say("Made by"), safe(told.by, LONGEST_NAME)),
        (say("Made"), _instant(told.made, say)),
        (say("Time zone"), told.zone.replace("_", " ")),
        (say("Events"), say.count(told.events)),
    )


def facts_of(told: EvidenceTold, say: Speech) -> tuple[tuple[str, str], ...]:
    """Return who asked for what, when and why, and how much there is."""
    names = [safe(one.name, LONGEST_NAME) for one in told.people[:FEW_PEOPLE]]
    more = len(told.people) - len(names)
    if more:
        names.append(say.many("and {n} more person", "and {n} more people", more))
    return (
        (say("Asked for by"), safe(told.by, LONGEST_NAME)),
        (say("Asked for at"), _instant(told.asked, say)),
        (say("Reason"), safe(told.reason, 600)),
        (say("Days"), say.span(told.first, told.last)),
        (say("Time zone"), told.zone.replace("_", " ")),
        *((_condition(name, say), safe(value, LONGEST_PATH)) for name, value in told.conditions),
        (say("People"), ", ".join(names) or NOTHING),
        (say("Events"), say.count(told.events)),
        (say("Oldest event"), _instant(told.oldest, say)),
        (say("Newest event"), _instant(told.newest, say)),
        (say("Gaps declared"), say.count(len(told.gaps) + told.gaps_left_out)),
    )


def _condition(name: str, say: Speech) -> str:
    known = {
        "person": say("Only the person"),
        "team": say("Only the team"),
        "path": say("Only paths"),
        "user": say("Only names with"),
        "host": say("Only PCs with"),
        "action": say("Only events"),
        "extension": say("Only files ending in"),
        "since": say("Not before"),
        "until": say("Not after"),
    }
    return known.get(name, name)


def _summary(told: EvidenceTold, say: Speech) -> Section:
    seen = say("Files were seen where agents watch folders or the PC's audit log names them. What nobody watches is not here.")
    return Section("summary", say("Summary"), (Facts("Summary", facts_of(told, say)), Text(seen, small=True)))


def gap_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of the gaps."""
    return (
        Column(say("PC"), width=1.2),
        Column(say("From"), Unit.MOMENT, 1.2),
        Column(say("To"), Unit.MOMENT, 1.2),
        Column(say("What is missing"), width=2.2, whole=True),
        Column(say("Known to be lost"), Unit.COUNT, 1.2),
    )


def gap_rows(told: EvidenceTold) -> tuple[Row, ...]:
    """Return the gaps."""
    return tuple((safe(one.host, LONGEST_NAME), one.start, one.end, safe(f"{one.what}: {one.reason}", 120), one.lost) for one in told.gaps)


def _missing(told: EvidenceTold, say: Speech) -> Section:
    empty = say("No PC declared a gap in these days.")
    title = say("Stretches in which events may be missing")
    table = Table("Gaps", title, *_dated(gap_columns(say), gap_rows(told), say), empty=empty)
    return Section("gaps", say("Gaps"), (table, *_left_out(told.gaps_left_out, say)))


def burst_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of the bursts."""
    return (Column(say("When"), Unit.MOMENT), Column(say("Person"), width=2), Column(say("What")), Column(say("Events"), Unit.COUNT))


def burst_rows(told: EvidenceTold, say: Speech) -> tuple[Row, ...]:
    """Return the bursts."""
    return tuple((one.start, phrases.person(one.person), phrases.action(one.action, say), one.count) for one in told.bursts)


def _bursts(told: EvidenceTold, say: Speech) -> Section:
    empty = say("Nobody made, deleted or renamed 20 files within a minute.")
    title = say("20 or more of a kind within a minute")
    table = Table("Bursts", title, *_dated(burst_columns(say), burst_rows(told, say), say), empty=empty)
    return Section("bursts", say("Bursts"), (table, *_left_out(told.bursts_left_out, say)))


def _seals(told: EvidenceTold, say: Speech) -> Section:
    columns = (
        Column(say("Day (UTC)"), Unit.DAY, 1.1),
        Column(say("Seal"), Unit.COUNT, 0.6),
        Column(say("Events sealed"), Unit.COUNT),
        Column(say("Digest"), width=1.6, fit=True),
        Column(say("This pack"), width=2.4, whole=True),
    )
    rows = tuple((one.day, one.number, one.events, (one.digest or "")[:DIGEST_DIGITS] or None, _compared(one, say)) for one in told.sealed)
    text = say("A day that is over is sealed: its events are hashed, and the audit log's chain holds the digest. Late events: a new seal.")
    return Section("seals", say("Seals of the days"), (Text(text, small=True), Table("Seals", say("Seals of the days"), columns, rows)))


def _compared(one: SealedDay, say: Speech) -> str:
    if one.number is None:
        return say("not sealed: nothing had come yet, or the day was not over")
    if one.outlived:
        return say("the events had outlived their period")
    if one.equal is None:
        return say("has only some of the day's events")
    return say("has exactly what was sealed") if one.equal else say("events came after the seal")


def event_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of the events on paper."""
    return (
        Column(say("When"), width=1.5),
        Column(say("Person"), width=1.1, whole=True),
        Column(say("PC"), width=0.9, whole=True),
        Column(say("What"), width=0.9),
        Column(say("Path"), width=4.2, whole=True),
    )


def _first(told: EvidenceTold, say: Speech) -> Section:
    table = Table("Events", say("The oldest events"), event_columns(say), tuple(_row(one, say) for one in told.rows))
    more = told.events - len(told.rows)
    texts = [Text(say("{n} more are in events.jsonl.", n=say.count(more)), small=True)] if more else []
    empty = [Text(say("No event fits."))] if not told.events else []
    return Section("events", say("Events"), (*empty, *((table,) if told.rows else ()), *texts))


def _row(one: FileAction, say: Speech) -> Row:
    path = safe(one.path, LONGEST_PATH)
    if one.new_path is not None:
        path = f"{path} → {safe(one.new_path, LONGEST_PATH)}"
    return (_instant(one.at, say), phrases.person(one.person), safe(one.host, LONGEST_NAME), phrases.action(one.action, say), path)


def _check(told: EvidenceTold, say: Speech) -> Section:
    how = say("`python server verify-pack FILE --key KEY` checks every byte of the pack without a database, on any PC with WorkPulse.")
    facts = (
        (say("Public key"), told.public_key),
        (say("Head of the audit log"), told.head),
        (say("All events"), "events.jsonl"),
        (say("What is signed"), "manifest.json"),
    )
    return Section("check", say("How to check this pack"), (Text(how), Facts("Check", facts)))


def _dated(columns: tuple[Column, ...], rows: tuple[Row, ...], say: Speech) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Return a table with its instants written out, year and seconds too: evidence is read years later."""
    moments = {place for place, column in enumerate(columns) if column.unit is Unit.MOMENT}
    plain = tuple(replace(column, unit=Unit.TEXT) if place in moments else column for place, column in enumerate(columns))
    told = (tuple(_instant(one, say) if place in moments else one for place, one in enumerate(row)) for row in rows)
    return plain, tuple(told)


def _left_out(many: int, say: Speech) -> tuple[Text, ...]:
    return (Text(say.many("{n} more is not printed.", "{n} more are not printed.", many), small=True),) if many else ()


def _instant(value: Value, say: Speech) -> str:
    return NOTHING if not isinstance(value, int) else f"{say.local(value):%Y-%m-%d %H:%M:%S}"
