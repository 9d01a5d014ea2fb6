"""What holds for one person's record, in words: holds, restrictions, what stands against an erasure, how far one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console import words
from console.words import _, _n
from policy.summaries import Erasure, ErasurePreview, ErasureState, Measure, MeasureKind, Obstacle, ObstacleKind, Person

MOST_AMOUNTS = 12


@dataclass(frozen=True)
class Holder:
    """A person and the measures in force about their record."""

    person: Person
    measures: tuple[Measure, ...] = ()

    def has(self, kind: MeasureKind) -> bool:
        """Whether a measure of this kind is in force."""
        return any(one.kind is kind for one in self.measures)


def holders(people: Sequence[Person], measures: Sequence[Measure]) -> list[Holder]:
    """Return everybody, those included whom a restriction takes out of every other list."""
    everybody = {one.id: one for one in (*(measure.person for measure in measures), *people)}
    return [Holder(one, tuple(each for each in measures if each.person.id == one.id)) for one in everybody.values()]


def kind(one: MeasureKind) -> str:
    """What a measure is."""
    return _("hold") if one is MeasureKind.HOLD else _("restriction")


def state(one: Holder) -> str:
    """What is in force."""
    return ", ".join(dict.fromkeys(kind(each.kind) for each in one.measures)) or words.NOTHING


def measure(one: Measure, zone: str) -> str:
    """A measure in force: what, since when, until when, why."""
    until = words.minute(one.until, zone) if one.until is not None else _("until somebody ends it")
    return _("{kind}, ordered by {who} {time}, {until}: {reason}").format(
        kind=kind(one.kind), who=words.safe(one.actor, 60), time=words.minute(one.at, zone), until=until, reason=words.safe(one.reason, 300)
    )


def obstacle(one: Obstacle, zone: str) -> str:
    """Why somebody cannot be erased now."""
    said = {
        ObstacleKind.HOLD: _("A hold keeps this record."),
        ObstacleKind.FLOOR: _("A law or a rule of yours keeps a part of this record for longer."),
        ObstacleKind.SIGN_IN: _("They sign in here: lock their user out first."),
        ObstacleKind.ERASED: _("This record is erased already."),
    }[one.kind]
    part = [words.kept_kind(one.what)] if one.what in words.KEPT_KINDS else []
    until = [_("until {time}").format(time=words.minute(one.until, zone))] if one.until is not None else []
    return "  ·  ".join((said, *part, *until))


def amounts(one: ErasurePreview) -> str:
    """How much an erasure takes, the largest parts first."""
    most = sorted((each for each in one.amounts if each.rows), key=lambda each: -each.rows)
    lines = [f"{words.count(each.rows)}  {words.safe(each.about, 120)}" for each in most[:MOST_AMOUNTS]]
    rest = sum(each.rows for each in most[MOST_AMOUNTS:])
    more = _n("{n} more row", "{n} more rows", rest).format(n=words.count(rest))
    return "\n".join([*lines, *([more] if rest else [])]) or _("There is nothing to erase.")


def pcs(one: ErasurePreview) -> str:
    """What becomes of the PCs."""
    lines = []
    if one.pcs:
        lines.append(_("Loses its access: {names}").format(names=", ".join(words.safe(name, 60) for name in one.pcs)))
    if one.shared:
        lines.append(_("Stays, others use it too: {names}").format(names=", ".join(words.safe(name, 60) for name in one.shared)))
    return "\n".join(lines)


def progress(one: Erasure) -> str:
    """How far an erasure is."""
    if one.state is ErasureState.DONE:
        return _("finished")
    return _("step {n} of {total}").format(n=words.count(one.done), total=words.count(one.steps))
