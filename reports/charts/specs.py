"""What a chart says, as data: stacked columns, lying bars, one divided bar; paper and screen paint the same values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.look import Series

MOST_STEPS = 4.5
HOUR = 3600.0
HOUR_STEPS = (*(number / 60 for number in (1, 2, 5, 10, 15)), 0.5, 1, 2, 5, 10, 20, 25, 50)
ROUND = (1, 2, 2.5, 5)


@dataclass(frozen=True)
class Part:
    """One series of stacked columns: a value for each column."""

    series: Series
    values: tuple[float, ...]


@dataclass(frozen=True)
class Columns:
    """Stacked upright bars; `names` stand below them, `ticks` are the values written at the side by `write`."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    ticks: tuple[float, ...]
    write: Callable[[float], str]

    @property
    def totals(self) -> list[float]:
        """How high each column is."""
        return [sum(part.values[place] for part in self.parts) for place in range(len(self.names))]

    @property
    def top(self) -> float:
        """The value at the upper edge, with a little room above the highest column."""
        return max(max(self.totals, default=0.0) * 1.06, 0.0) or (self.ticks[-1] if self.ticks else 1.0)


@dataclass(frozen=True)
class Bar:
    """One lying bar with its name before it and its value in words behind it."""

    name: str
    value: float
    written: str
    series: Series


@dataclass(frozen=True)
class Bars:
    """Lying bars, the longest on top."""

    rows: tuple[Bar, ...]


@dataclass(frozen=True)
class Split:
    """One bar divided into parts."""

    parts: tuple[tuple[Series, float], ...]


Spec = Columns | Bars | Split


def stacked(
    names: Sequence[str],
    parts: Sequence[tuple[Series, Sequence[float]]],
    ticks: Callable[[float], Sequence[float]],
    write: Callable[[float], str],
) -> Columns:
    """Return columns of these parts, those without any value left out."""
    shown = tuple(Part(series, tuple(values)) for series, values in parts if any(values))
    highest = max((sum(part.values[place] for part in shown) for place in range(len(names))), default=0)
    return Columns(tuple(names), shown, tuple(ticks(highest)), write)


def hour_ticks(highest: float) -> list[float]:
    """Return round numbers of minutes or hours from nothing to just past the highest, all in seconds."""
    steps = (*HOUR_STEPS, *(step * scale for scale in (100, 1000, 10_000, 100_000) for step in ROUND))
    return _ticks(highest, [step * HOUR for step in steps])


def byte_ticks(highest: float) -> list[float]:
    """Return round numbers of bytes from nothing to just past the highest."""
    return _ticks(highest, [step * 10.0**power for power in range(18) for step in ROUND])


def _ticks(highest: float, steps: Sequence[float]) -> list[float]:
    if highest <= 0:
        return [0.0]
    step = next((one for one in steps if highest / one <= MOST_STEPS), steps[-1])
    return [number * step for number in range(int(highest / step) + 2)]
