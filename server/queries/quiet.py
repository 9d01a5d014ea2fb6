"""The longest quiet stretches within people's days: between the first and the last engaged instant, one presence each.

Every person-day keeps as many of its own as are listed, so that the longest of all are among those of the days.
"""

from __future__ import annotations

import numpy as np

from policy.summaries import Quiet
from server.day_pages import Array
from server.day_pages import Quiet as QuietPart
from server.organisation import AnySession
from server.packed import LISTED, PRESENCES
from server.queries.chunks import Chunk, chunks
from server.queries.selection import Selection, person_of

Found = tuple[int, int, int, int]
"""Length in seconds, start, place of the person in the selection, number of the presence."""


def quiet_stretches(session: AnySession, selection: Selection) -> list[Quiet]:
    """Return the longest quiet stretches of the selection, longest first, then the earliest."""
    longest: list[Found] = []
    for chunk in chunks(session, selection, QuietPart):
        rows = np.flatnonzero(chunk.part.length >= _shortest(longest))
        longest = sorted([*longest, *_longest(chunk, rows)], key=lambda one: (-one[0], one[1], selection.people[one[2]].id))[:LISTED]
    return [
        Quiet(person_of(selection.people[who]), start, start + length * 1000, PRESENCES[presence])
        for length, start, who, presence in longest
    ]


def _shortest(longest: list[Found]) -> int:
    return longest[-1][0] if len(longest) == LISTED else 1


def _longest(chunk: Chunk[QuietPart], rows: Array) -> list[Found]:
    """Return the longest of some rows, and all that are as long as the last of them."""
    part = chunk.part
    if len(rows) > LISTED:
        lengths = part.length[rows]
        rows = rows[lengths >= np.partition(lengths, -LISTED)[-LISTED]]
    of = chunk.of[rows]
    starts = part.day_start[of] + part.start[rows].astype(np.int64) * 1000
    return list(zip(part.length[rows].tolist(), starts.tolist(), chunk.who[of].tolist(), part.presence[rows].tolist(), strict=True))
