"""The longest quiet stretches within people's days: between the first and the last engaged instant, one presence each.

Every person-day keeps as many of its own as are listed, so that the longest of all are among those of the days.
"""

from __future__ import annotations

import numpy as np

from policy.summaries import Quiet
from server.days.day_pages import Array
from server.days.day_pages import Quiet as QuietPart
from server.days.packed import LISTED, PRESENCES
from server.organisation import AnySession
from server.queries.chunks import Chunk, chunks
from server.queries.selection import Selection, person_of

Found = tuple[int, int, int, int]
"""Length in seconds, start, place of the person in the selection, number of the presence."""


def quiet_stretches(session: AnySession, selection: Selection) -> list[Quiet]:
    """Return the longest quiet stretches of the selection, longest first, then the earliest."""
    ids = np.array(selection.ids, np.int64)
    longest: list[Found] = []
    for chunk in chunks(session, selection, QuietPart):
        longest = sorted([*longest, *_longest(chunk, ids, _shortest(longest))], key=lambda one: (-one[0], one[1], ids[one[2]]))[:LISTED]
    return [
        Quiet(person_of(selection.people[who]), start, start + length * 1000, PRESENCES[presence])
        for length, start, who, presence in longest
    ]


def _shortest(longest: list[Found]) -> int:
    return longest[-1][0] if len(longest) == LISTED else 1


def _longest(chunk: Chunk[QuietPart], ids: Array, least: int) -> list[Found]:
    """Return the longest of a chunk that are not shorter than `least`."""
    part = chunk.part
    rows = np.flatnonzero(part.length >= least)
    if len(rows) > LISTED:
        lengths = part.length[rows]
        rows = rows[lengths >= np.partition(lengths, -LISTED)[-LISTED]]
    of = np.searchsorted(part.offsets, rows, side="right") - 1
    starts = part.day_start[of] + part.start[rows].astype(np.int64) * 1000
    lengths, who = part.length[rows].astype(np.int64), chunk.who[of]
    first = np.lexsort((ids[who], starts, -lengths))[:LISTED]
    return list(zip(*(column[first].tolist() for column in (lengths, starts, who, part.presence[rows])), strict=True))
