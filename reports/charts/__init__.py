"""Charts as data from the figures of policy.summaries, painted on paper by `paper` and on the screen by console.charts.

`paper` needs matplotlib, which takes long to load; so it comes with the first use of one of its names, and a window
that paints for itself never waits for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from reports.charts.days import (
    QUIET_PRESENCES,
    SHOWN_PRESENCES,
    Bucket,
    DayTraffic,
    buckets,
    days_by_category,
    days_by_presence,
    days_of_traffic,
    stretches_worked,
    traffic_days,
)
from reports.charts.look import BUNDLED_FAMILIES, FONTS, Look, Series
from reports.charts.specs import Bar, Bars, Columns, Part, Spec, Split, byte_ticks, hour_ticks, stacked
from reports.charts.uses import TOP, category_split, most_used, sites_by_hour, top_traffic, top_uses

if TYPE_CHECKING:
    from reports.charts.paper import (
        SCRIPT_FAMILIES,
        draw,
        draw_category_split,
        draw_days_by_category,
        draw_days_by_presence,
        draw_top_apps,
        font_families,
        new_figure,
        printable,
    )

__all__ = [
    "BUNDLED_FAMILIES",
    "FONTS",
    "QUIET_PRESENCES",
    "SCRIPT_FAMILIES",
    "SHOWN_PRESENCES",
    "TOP",
    "Bar",
    "Bars",
    "Bucket",
    "Columns",
    "DayTraffic",
    "Look",
    "Part",
    "Series",
    "Spec",
    "Split",
    "buckets",
    "byte_ticks",
    "category_split",
    "days_by_category",
    "days_by_presence",
    "days_of_traffic",
    "draw",
    "draw_category_split",
    "draw_days_by_category",
    "draw_days_by_presence",
    "draw_top_apps",
    "font_families",
    "hour_ticks",
    "most_used",
    "new_figure",
    "printable",
    "sites_by_hour",
    "stacked",
    "stretches_worked",
    "top_traffic",
    "top_uses",
    "traffic_days",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("reports.charts.paper"), name)
