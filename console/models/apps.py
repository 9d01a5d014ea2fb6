"""The table of the applications tab."""

from __future__ import annotations

from collections.abc import Callable

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.widgets.painting import Chip, Trend
from console.words import _
from policy.summaries import AppTimes


def apps_model(total: Callable[[], int]) -> RowsModel[AppTimes]:
    """Return the model of apps; `total` is all engaged time, asked when painting."""
    return RowsModel(apps_columns(total), identity=lambda one: one.app, name=lambda one: one.name, searched=_searched)


def _searched(one: AppTimes) -> str:
    return f"{one.name} {one.app} {words.app_category(one.category, one.classified)}"


def apps_columns(total: Callable[[], int]) -> list[Column[AppTimes]]:
    """Return the columns, most important on the left."""

    def share(one: AppTimes) -> float | None:
        return words.part_of(one.engaged, total())

    return [
        Column("name", _("Application"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 120, tip=_app_tip, grows=True),
        Column("category", _("Category"), _category, _category, 132, paint=_chip, definition="category"),
        Column(
            "engaged",
            _("Engaged"),
            lambda one: words.duration(one.engaged),
            lambda one: one.engaged,
            104,
            True,
            definition="engaged",
            unit=Unit.SECONDS,
        ),
        Column("share", _("Share"), lambda one: words.share(share(one)), share, 72, True, definition="share", unit=Unit.SHARE),
        Column("change", _("Change"), _change, lambda one: one.engaged - one.previous, 150, definition="change"),
        Column(
            "people",
            _("People"),
            lambda one: words.count(one.people),
            lambda one: one.people,
            74,
            True,
            definition="people",
            unit=Unit.COUNT,
        ),
        Column("trend", _("Trend"), _trend_text, _slope, 84, paint=lambda one: Trend(tuple(one.daily)), definition="trend", grows=True),
        Column("keys", _("Keys"), lambda one: words.count(one.keys), lambda one: one.keys, 78, True, definition="keys", unit=Unit.COUNT),
        Column(
            "clicks",
            _("Clicks"),
            lambda one: words.count(one.clicks),
            lambda one: one.clicks,
            74,
            True,
            definition="clicks",
            unit=Unit.COUNT,
        ),
        Column(
            "idle",
            _("No input seen"),
            lambda one: words.duration(one.idle),
            lambda one: one.idle,
            118,
            True,
            definition="idle",
            hidden=True,
            unit=Unit.SECONDS,
        ),
    ]


def _chip(one: AppTimes) -> Chip:
    return Chip(_category(one), one.category, one.classified)


def _change(one: AppTimes) -> str:
    return words.change_of_app(one.engaged, one.previous)


def _category(one: AppTimes) -> str:
    return words.app_category(one.category, one.classified)


def _app_tip(one: AppTimes) -> str:
    return words.safe(one.name, 400) if one.app == one.name else f"{words.safe(one.name, 400)}\n{words.safe(one.app, 400)}"


def _trend_text(one: AppTimes) -> str:
    return ", ".join(words.duration(seconds) for seconds in one.daily)


def _slope(one: AppTimes) -> float:
    """How the second half of the days differs from the first, in seconds."""
    middle = len(one.daily) // 2
    return float(sum(one.daily[-middle:]) - sum(one.daily[:middle])) if middle else 0.0
