"""The table of the URL Report, and its figures in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.widgets.painting import Chip, HourBars, Trend
from console.words import _
from policy.summaries import Sites, SiteTimes


def sites_model(total: Callable[[], int]) -> RowsModel[SiteTimes]:
    """Return the model of sites; `total` is all time at sites and in browsers, asked when painting."""
    return RowsModel(sites_columns(total), identity=lambda one: one.site, name=lambda one: one.name, searched=_searched)


def all_time(values: Sites) -> int:
    """Return what the sites, the rest and the time without a site add up to."""
    return values.browsers + values.elsewhere


def site_name(one: SiteTimes) -> str:
    """Return what people call a site; the one without a name is browsers' time whose site is not known."""
    return words.safe(one.name or one.site) if one.site else _("Browser, site not known")


def _searched(one: SiteTimes) -> str:
    return f"{one.name} {one.site} {words.app_category(one.category, one.classified)}"


def sites_columns(total: Callable[[], int]) -> list[Column[SiteTimes]]:
    """Return the columns, most important on the left."""

    def share(one: SiteTimes) -> float | None:
        return words.part_of(one.engaged, total())

    return [
        Column("name", _("Site"), site_name, lambda one: words.fold(site_name(one)), 150, tip=_tip, grows=True),
        Column("category", _("Category"), _category, _category, 132, paint=_chip, definition="category"),
        Column(
            "engaged", _("Engaged"), lambda one: words.duration(one.engaged), lambda one: one.engaged, 104, True, definition="engaged",
            unit=Unit.SECONDS,
        ),
        Column("share", _("Share"), lambda one: words.share(share(one)), share, 72, True, definition="share", unit=Unit.SHARE),
        Column("change", _("Change"), _change, lambda one: one.engaged - one.previous, 150, definition="change"),
        Column(
            "people", _("People"), lambda one: words.count(one.people), lambda one: one.people, 74, True, definition="people",
            unit=Unit.COUNT,
        ),
        Column(
            "hours", _("Hours"), busiest, lambda one: max(range(24), key=lambda hour: one.by_hour[hour]), 118,
            paint=lambda one: HourBars(tuple(one.by_hour)), definition="site_hours", grows=True,
        ),
        Column("trend", _("Trend"), _trend, _slope, 84, paint=lambda one: Trend(tuple(one.daily)), definition="trend", grows=True),
        Column("site", _("Address"), lambda one: words.safe(one.site), lambda one: words.fold(one.site), 150, hidden=True),
    ]  # fmt: skip


def _category(one: SiteTimes) -> str:
    return words.app_category(one.category, one.classified)


def _chip(one: SiteTimes) -> Chip:
    return Chip(_category(one), one.category, one.classified)


def _change(one: SiteTimes) -> str:
    return words.change_of_app(one.engaged, one.previous)


def _tip(one: SiteTimes) -> str:
    return site_name(one) if one.name in (one.site, "") else f"{words.safe(one.name, 400)}\n{words.safe(one.site, 400)}"


def _trend(one: SiteTimes) -> str:
    return ", ".join(words.duration(seconds) for seconds in one.daily)


def _slope(one: SiteTimes) -> float:
    """How the second half of the days differs from the first, in seconds."""
    middle = len(one.daily) // 2
    return float(sum(one.daily[-middle:]) - sum(one.daily[:middle])) if middle else 0.0


def busiest(one: SiteTimes) -> str:
    """Say the hour with most time."""
    hour = max(range(24), key=lambda number: one.by_hour[number])
    return _("most at {hour}").format(hour=words.hour_of_day(hour)) if one.by_hour[hour] else words.NOTHING


# --- sentences ----------------------------------------------------------------------------------------------------------


def accounts(values: Sites) -> list[tuple[str, int]]:
    """Return where the time went, as parts that add up to all time in browsers and at sites."""
    listed = sum(one.engaged for one in values.sites)
    return [
        (_("At the sites listed below"), listed),
        (_("At {n} further sites").format(n=words.count(values.truncated)), values.rest),
        (_("Browser, site not known"), values.without_site.engaged),
    ]


def browsers_in_words(values: Sites) -> str:
    """State how much of the browsers' time has no site, and what else is in the sum."""
    part = words.part_of(values.without_site.engaged, values.browsers)
    told = _("{time} in browsers; of {share} the site is not known: private windows, empty tabs, local files.").format(
        time=words.duration(values.browsers), share=words.share(part)
    )
    if not values.elsewhere:
        return told
    elsewhere = _("{time} at sites in other apps.").format(time=words.duration(values.elsewhere))
    return f"{told} {elsewhere}"


def unclassified_in_words(values: Sites) -> str:
    """State the unclassified part, always."""
    split = values.categories
    return _("Unclassified: {time} ({share}); counts as neutral until a rule names the site.").format(
        time=words.duration(split.unclassified), share=words.share(words.part_of(split.unclassified, split.total))
    )


def hour_in_words(sites: Sequence[SiteTimes], hour: int) -> str:
    """Say one hour of the day: how long, and at which sites most."""
    most = sorted((one for one in sites if one.by_hour[hour]), key=lambda one: -one.by_hour[hour])[:5]
    total = sum(one.by_hour[hour] for one in sites)
    head = f"{words.hour_of_day(hour)}–{words.hour_of_day(hour + 1)}  ·  {words.duration(total)}"
    return "\n".join([head, *(f"{site_name(one)}: {words.duration(one.by_hour[hour])}" for one in most)])


def hours_in_words(sites: Sequence[SiteTimes]) -> str:
    """Say a chart of hours to somebody who cannot see it."""
    sums = [sum(one.by_hour[hour] for one in sites) for hour in range(24)]
    spoken = [f"{words.hour_of_day(hour)} {words.duration(seconds)}" for hour, seconds in enumerate(sums) if seconds]
    return _("Engaged time by hour of the day: {hours}.").format(hours="; ".join(spoken) or words.NOTHING)


def use_in_words(one: SiteTimes) -> str:
    """Say one site's bar."""
    category = words.app_category(one.category, one.classified)
    return f"{site_name(one)}\n{category}: {words.duration(one.engaged)}, {words.people(one.people)}, {busiest(one)}"
