"""The tables of Bandwidth Usage, and bytes in words: what a system could only estimate is marked wherever it is in a sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.widgets.painting import Trend
from console.words import _
from policy.summaries import AppTraffic, Bandwidth, PersonTraffic, Traffic
from reports.charts import DayTraffic

ABOUT = "≈"


def received(traffic: Traffic) -> int:
    """Bytes received, the estimated ones too."""
    return traffic.received + traffic.received_estimated


def sent(traffic: Traffic) -> int:
    """Bytes sent, the estimated ones too."""
    return traffic.sent + traffic.sent_estimated


def estimated(traffic: Traffic) -> int:
    """Bytes that are estimates."""
    return traffic.sent_estimated + traffic.received_estimated


def amount(many: int, of_them_estimated: int) -> str:
    """`1.4 GB`, or `≈ 1.4 GB` when a part is an estimate."""
    text = words.size(many)
    return f"{ABOUT}{words.NBSP}{text}" if of_them_estimated else text


def traffic_in_words(traffic: Traffic) -> str:
    """Say bytes with their exact and estimated parts, one line each."""
    parts = (
        (_("Received"), amount(received(traffic), traffic.received_estimated)),
        (_("Sent"), amount(sent(traffic), traffic.sent_estimated)),
    )
    lines = [f"{name}: {told}" for name, told in parts]
    if estimated(traffic):
        lines.append(
            _("Estimated: {size} ({share})").format(
                size=words.size(estimated(traffic)), share=words.share(words.part_of(estimated(traffic), traffic.total))
            )
        )
    return "\n".join(lines)


def _columns(traffic: Callable[[object], Traffic]) -> list[Column]:
    """Return the columns that all three tables share."""

    def part(key: str, title: str, many: Callable[[Traffic], int], guessed: Callable[[Traffic], int]) -> Column:
        return Column(
            key, title, lambda one: amount(many(traffic(one)), guessed(traffic(one))), lambda one: many(traffic(one)), 90, True,
            tip=lambda one: traffic_in_words(traffic(one)), definition=key, unit=Unit.BYTES,
        )  # fmt: skip

    def share(one: object) -> float | None:
        return words.part_of(estimated(traffic(one)), traffic(one).total)

    return [
        part("received", _("Received"), received, lambda one: one.received_estimated),
        part("sent", _("Sent"), sent, lambda one: one.sent_estimated),
        Column("estimated", _("Estimated"), lambda one: words.share(share(one)), share, 84, True, definition="estimated", unit=Unit.SHARE),
    ]


def app_traffic_model() -> RowsModel[AppTraffic]:
    """Return the model of apps and their bytes."""
    columns: list[Column[AppTraffic]] = [
        Column("name", _("Application"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 104, tip=_app_tip, grows=True),
        *_columns(lambda one: one.traffic),  # type: ignore[attr-defined]
        Column(
            "people",
            _("People"),
            lambda one: words.count(one.people),
            lambda one: one.people,
            62,
            True,
            definition="people",
            unit=Unit.COUNT,
        ),
        Column("trend", _("Trend"), _daily, _slope, 48, paint=lambda one: Trend(tuple(one.daily)), grows=True),
    ]
    return RowsModel(columns, lambda one: one.app, lambda one: one.name, lambda one: f"{one.name} {one.app}")


def person_traffic_model(team: Callable[[int | None], str]) -> RowsModel[PersonTraffic]:
    """Return the model of people and their bytes."""
    columns: list[Column[PersonTraffic]] = [
        Column("name", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 100, grows=True),
        Column(
            "team", _("Team"), lambda one: team(one.person.team), lambda one: words.fold(team(one.person.team)), 100, hidden=True
        ),
        *_columns(lambda one: one.traffic),  # type: ignore[attr-defined]
    ]  # fmt: skip
    return RowsModel(
        columns, lambda one: one.person.id, lambda one: one.person.name, lambda one: f"{one.person.name} {team(one.person.team)}"
    )


def day_traffic_model() -> RowsModel[DayTraffic]:
    """Return the model that says what the chart of days draws."""
    columns: list[Column[DayTraffic]] = [
        Column("day", _("Day"), lambda one: words.day(one.day), lambda one: one.day.isoformat(), 110, grows=True),
        *_columns(lambda one: one.traffic),  # type: ignore[attr-defined]
    ]
    return RowsModel(columns, lambda one: one.day, lambda one: one.day.isoformat(), lambda one: words.day(one.day))


def _app_tip(one: AppTraffic) -> str:
    name = words.safe(one.name, 400)
    head = name if one.app == one.name else f"{name}\n{words.safe(one.app, 400)}"
    return f"{head}\n{traffic_in_words(one.traffic)}"


def _daily(one: AppTraffic) -> str:
    return ", ".join(words.size(many) for many in one.daily)


def _slope(one: AppTraffic) -> float:
    """How the second half of the days differs from the first, in bytes."""
    middle = len(one.daily) // 2
    return float(sum(one.daily[-middle:]) - sum(one.daily[:middle])) if middle else 0.0


# --- sentences ----------------------------------------------------------------------------------------------------------


def traffic_days_in_words(days: Sequence[DayTraffic]) -> str:
    """Say one bar."""
    return "\n\n".join(f"{words.day(one.day)}\n{traffic_in_words(one.traffic)}" for one in days)


def traffic_summary(values: Bandwidth) -> str:
    """Say the chart of days to somebody who cannot see it."""
    head = _("Bytes on {n} days.").format(n=words.count(len(values.days)))
    return f"{head}\n{traffic_in_words(values.total)}"
