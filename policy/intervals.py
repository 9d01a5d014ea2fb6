"""Arithmetic on half-open intervals of integers: `(start, end)` holds its start and not its end.

An empty interval (end <= start) holds nothing and is dropped wherever it comes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

Interval = tuple[int, int]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return what `intervals` cover, in order, touching ones joined.

    ```
    intervals   [----)    [--)
                   [---)     [--)
    result      [------)  [-----)
    ```
    """
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def subtract(interval: Interval, holes: Sequence[Interval]) -> list[Interval]:
    """Return the parts of `interval` outside `holes`, which are in order and apart, as `union` leaves them.

    ```
    interval    [-------------------)
    holes          [--)      [----------)
    result      [--)  [------)
    ```
    """
    start, end = interval
    left: list[Interval] = []
    for hole_start, hole_end in holes:
        if hole_start >= end:
            break
        if start < hole_start:
            left.append((start, hole_start))
        start = max(start, hole_end)
    if start < end:
        left.append((start, end))
    return left


def overlay(best_first: Sequence[Interval]) -> list[tuple[int, int, int]]:
    """Return who is on top where: (start, end, index of the first interval of the list that is there).

    ```
    0 (best)        [---)     [--)
    1            [---------)
    2                    [--------)
    result       [1 )[0 )[1)[2)[0 )[)   <- 2
    ```
    Nothing is said where no interval is. What comes out is in order and apart.
    """
    coming = sorted((start, end, index) for index, (start, end) in enumerate(best_first) if start < end)
    here: list[tuple[int, int]] = []  # a heap of (index, end); one that is over stays until it comes to the top
    tops: list[tuple[int, int, int]] = []
    position, count, now = 0, len(coming), 0
    while position < count or here:
        if not here:
            now = coming[position][0]
        while position < count and coming[position][0] <= now:
            heappush(here, (coming[position][2], coming[position][1]))
            position += 1
        while here and here[0][1] <= now:
            heappop(here)
        if here:
            index, end = here[0]
            until = min(end, coming[position][0]) if position < count else end
            _extend(tops, now, until, index)
            now = until
    return tops


def _extend(tops: list[tuple[int, int, int]], start: int, end: int, index: int) -> None:
    if tops and tops[-1][2] == index and tops[-1][1] == start:
        start = tops.pop()[0]
    tops.append((start, end, index))


def cut(start: int, end: int, every: int) -> Iterator[Interval]:
    """Yield [start, end) cut at the multiples of `every`.

    ```
    multiples of 4    0...4...8...12
    [2, 9)              [2,4)[4,8)[8,9)
    ```
    """
    while start < end:
        until = min(end, start - start % every + every)
        yield start, until
        start = until
