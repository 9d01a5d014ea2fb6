"""The File Access Audit tab: file events, chains of names, bursts and gaps."""

from __future__ import annotations

from msgspec import Struct

from policy.summaries.period import Period, Person


class FileAction(Struct, frozen=True):
    """One file event as reported; `bytes` and `process` are None where the PC did not say, `new_path` where nothing was renamed."""

    at: int
    person: Person
    account: str
    host: str
    action: str
    source: str
    path: str
    new_path: str | None
    bytes: int | None
    process: str | None


class Renamed(Struct, frozen=True):
    """A file went from one name to another."""

    at: int
    person: Person
    path: str
    new_path: str


class Burst(Struct, frozen=True):
    """Many file events of one kind by one person in one UTC minute: how many, nothing more."""

    person: Person
    start: int
    action: str
    count: int


class FileGap(Struct, frozen=True):
    """From `start` to `end` file events of a PC may be missing: silence there is not completeness. `lost` counts those known."""

    host: str
    start: int
    end: int
    what: str
    reason: str
    lost: int


class Files(Struct, frozen=True):
    """One page of file events, newest first; `next` is the cursor of the page after it, None at the end.

    A page may be short, or empty, and yet have a `next`: so many rows were looked through for it. The first page also has
    what belongs to the whole search, which later pages leave out (None): `renames`, oldest first, are all earlier and later
    names, within the period, of the one path asked for; `bursts` and `gaps` are about the same people, PCs and days
    whatever else is searched for. `truncated` is how many rows of these three lists were left out.
    """

    period: Period
    rows: list[FileAction]
    next: str | None
    renames: list[Renamed] | None
    bursts: list[Burst] | None
    gaps: list[FileGap] | None
    truncated: int
