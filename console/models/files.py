"""The tables of the file audit: events, the names of one file, bursts and gaps; and what is searched for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from console import words
from console.models.pages import PagesModel
from console.models.rows import Column, RowsModel, Unit
from console.words import _, _n
from policy.summaries import Burst, FileAction, FileGap, Renamed

ACTIONS = ("created", "modified", "deleted", "renamed", "opened")
LONGEST_PATH = 40_000
Zone = Callable[[], str]


@dataclass(frozen=True)
class FileQuestion:
    """What the file audit is searched for, beside the scope; empty is no condition, `since` and `until` are instants."""

    path: str = ""
    user: str = ""
    host: str = ""
    action: str = ""
    extension: str = ""
    since: int | None = None
    until: int | None = None

    def asked(self) -> dict[str, str]:
        """Return the conditions as the route takes them."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: str(value) for name, value in values if value not in ("", None)}

    def without(self, name: str) -> FileQuestion:
        """Return the question with one condition less."""
        bare: dict[str, Any] = {name: getattr(FileQuestion(), name)}
        return replace(self, **bare)

    @property
    def narrowed(self) -> bool:
        """Whether there is any condition."""
        return bool(self.asked())


def chips(question: FileQuestion, zone: str) -> list[tuple[str, str]]:
    """Return (condition, words) for each condition in force."""

    def text(name: str, value: str) -> str:
        if name in ("since", "until"):
            edge = _("since {time}") if name == "since" else _("until {time}")
            return edge.format(time=local_time(int(value), zone))
        shown = action(value) if name == "action" else words.safe(value, 60)
        return f"{condition(name)}: {shown}"

    return [(name, text(name, value)) for name, value in question.asked().items()]


def condition(name: str) -> str:
    """The name of a condition."""
    return {"path": _("path"), "user": _("person"), "host": _("PC"), "action": _("action"), "extension": _("extension")}[name]


def action(value: str) -> str:
    """What happened to a file."""
    return {
        "created": _("created"),
        "modified": _("modified"),
        "deleted": _("deleted"),
        "renamed": _("renamed"),
        "opened": _("opened"),
    }.get(value, words.safe(value, 40))


def source(value: str) -> str:
    """How the PC knew."""
    return {"watcher": _("file watcher"), "audit_log": _("Windows audit log"), "rescan": _("comparison")}.get(value, words.safe(value, 40))


def local_time(instant: int, zone: str) -> str:
    """`20 Nov 14:02:11`, to the second, in the organisation's zone."""
    then = words.local(instant, zone)
    return f"{words.short_day(then.date())} {then:%H:%M:%S}"


def local_minute(instant: int, zone: str) -> str:
    """`20 Nov 14:02`."""
    then = words.local(instant, zone)
    return f"{words.short_day(then.date())} {then:%H:%M}"


def utc_time(instant: int) -> str:
    """`2025-11-20 08:32:11Z`."""
    return f"{datetime.fromtimestamp(instant / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def names(one: FileAction | Renamed) -> str:
    """The file's path, and where it went when it was renamed."""
    old = words.safe(one.path)
    return old if one.new_path is None else f"{old} → {words.safe(one.new_path)}"


def whole_names(one: FileAction | Renamed) -> str:
    """The same without a cut, for an export."""
    return " → ".join(words.safe(part, LONGEST_PATH) for part in (one.path, one.new_path) if part is not None)


def size(value: int | None) -> str:
    """`1.2 MB`; nothing where the PC did not say."""
    if value is None:
        return words.NOTHING
    amount, unit = float(value), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{words.decimal(amount) if unit != 'B' else words.count(amount)}{words.NBSP}{unit}"


def event_columns(zone: Zone, icon: Callable[[str], object]) -> list[Column[FileAction]]:
    """Return the columns of the events, most important on the left."""
    return [
        Column(
            "time", _("Time"), lambda one: local_time(one.at, zone()), lambda one: one.at, 128,
            tip=lambda one: f"{local_time(one.at, zone())}\n{utc_time(one.at)}", definition="file_time", unit=Unit.INSTANT,
        ),
        Column("action", _("Action"), lambda one: action(one.action), lambda one: one.action, 116, icon=lambda one: icon(one.action)),
        Column("path", _("Path"), names, names, 240, tip=_full_names, grows=True, whole=whole_names),
        Column("person", _("Person"), lambda one: words.person(one.person), lambda one: one.person.name, 118, tip=_who),
        Column("host", _("PC"), lambda one: words.safe(one.host), lambda one: one.host, 96),
        Column("size", _("Size"), lambda one: size(one.bytes), lambda one: one.bytes, 80, True, unit=Unit.BYTES, hidden=True),
        Column("process", _("Program"), lambda one: words.safe(one.process or words.NOTHING), lambda one: one.process, 104, hidden=True),
        Column("utc", _("UTC"), lambda one: utc_time(one.at), lambda one: one.at, 150, definition="file_time", hidden=True),
        Column("account", _("Account"), lambda one: words.safe(one.account), lambda one: one.account, 140, hidden=True),
        Column(
            "source", _("Known from"), lambda one: source(one.source), lambda one: one.source, 110, definition="file_source", hidden=True
        ),
    ]  # fmt: skip


def _full_names(one: FileAction) -> str:
    return "\n→ ".join(words.safe(part, 600) for part in (one.path, one.new_path) if part is not None)


def _who(one: FileAction) -> str:
    return f"{words.person(one.person)}\n{words.safe(one.account)}"


def events_model(zone: Zone, icon: Callable[[str], object]) -> PagesModel[FileAction]:
    """Return the model of file events, newest first, as they come from the server."""
    return PagesModel(
        event_columns(zone, icon),
        identity=lambda one: (one.at, one.person.id, one.host, one.action, one.path),
        name=lambda one: f"{one.path} {one.new_path or ''} {one.person.name} {one.account} {one.host} {one.process or ''}",
    )


def renames_model(zone: Zone) -> RowsModel[Renamed]:
    """Return the model of one file's names, oldest first."""
    columns: list[Column[Renamed]] = [
        Column("time", _("Time"), lambda one: local_time(one.at, zone()), lambda one: one.at, 140, unit=Unit.INSTANT),
        Column("names", _("Names"), names, names, 120, whole=whole_names, tip=lambda one: _chain(one), grows=True),
        Column("person", _("Person"), lambda one: words.person(one.person), lambda one: one.person.name, 104),
    ]
    return RowsModel(columns, lambda one: (one.at, one.path, one.new_path), lambda one: one.path)


def _chain(one: Renamed) -> str:
    return f"{words.safe(one.path, 600)}\n→ {words.safe(one.new_path, 600)}"


def bursts_model(zone: Zone) -> RowsModel[Burst]:
    """Return the model of bursts."""
    columns: list[Column[Burst]] = [
        Column("time", _("Minute"), lambda one: local_minute(one.start, zone()), lambda one: one.start, 102, unit=Unit.INSTANT),
        Column("person", _("Person"), lambda one: words.person(one.person), lambda one: one.person.name, 68, grows=True),
        Column("what", _("What"), _burst, lambda one: one.count, 96, definition="burst"),
    ]
    return RowsModel(columns, lambda one: (one.start, one.person.id, one.action), lambda one: one.person.name)


def _burst(one: Burst) -> str:
    return f"{words.count(one.count)} {action(one.action)}"


def gaps_model(zone: Zone) -> RowsModel[FileGap]:
    """Return the model of gaps."""

    def text(one: FileGap) -> str:
        return gap(one, zone())

    columns: list[Column[FileGap]] = [
        Column("host", _("PC"), lambda one: words.safe(one.host), lambda one: one.host, 84),
        Column("time", _("From"), lambda one: local_minute(one.start, zone()), lambda one: one.start, 98, tip=text, unit=Unit.INSTANT),
        Column("length", _("For"), lambda one: words.duration(_seconds(one)), _seconds, 76, True, tip=text, unit=Unit.SECONDS),
        Column("lost", _("Lost"), lambda one: words.count(one.lost), lambda one: one.lost, 56, True, definition="gap", unit=Unit.COUNT),
        Column("why", _("Reason"), lambda one: words.safe(one.reason, 80), lambda one: one.reason, 110, tip=text, hidden=True),
    ]
    return RowsModel(columns, lambda one: (one.host, one.start, one.what), lambda one: one.host)


def _seconds(one: FileGap) -> int:
    return (one.end - one.start) // 1000


def gap(one: FileGap, zone: str) -> str:
    """One gap as a sentence."""
    known = _n("{n} event is known to be lost.", "{n} events are known to be lost.", one.lost).format(n=words.count(one.lost))
    return "\n".join(
        (
            _("From {start} to {end}, file events of {host} may be missing.").format(
                start=local_time(one.start, zone), end=local_time(one.end, zone), host=words.safe(one.host, 60)
            ),
            f"{words.safe(one.what, 80)}: {words.safe(one.reason, 200)}",
            *([known] if one.lost else []),
        )
    )
