"""Every text a person reads: durations, shares, changes, names of things, sentences; `_` marks what a translator gets.

Language, number groups and clock are those in use (console.i18n.language) when a function is called; a no-break space stands
between a number and its unit. `N_` marks a text where it is written down outside a function; `_` says it there and then.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from console.i18n.language import N_, NBSP, Clock, Digits, Usage, _, _n, in_use
from console.scope import Preset, Scope
from policy.categories import Category
from policy.presence import Presence
from policy.retention import KINDS, Kind, Limits, Profile, Retention, ceilings, floors
from policy.roles import Role
from policy.summaries import (
    AccountEntry,
    Attention,
    AuditLog,
    AuditRow,
    Categories,
    CodeEntry,
    DayTimes,
    Delivery,
    Notices,
    Now,
    Office,
    Period,
    Person,
    PersonEntry,
    PersonTimes,
    RuleEffect,
    Rules,
    Team,
    Times,
    UserEntry,
)
from policy.works_council import FEWEST

__all__ = ["NBSP", "N_", "_", "_n"]

NOTHING = "–"
LONGEST = 300
UP, DOWN = "▲", "▼"


# --- text that came from a PC -------------------------------------------------------------------------------------------


def safe(text: str, longest: int = LONGEST) -> str:
    """Return foreign text as one line that shows what it is: controls and bidi overrides become visible, the rest is cut.

    Joiners stay, because Hindi and Bengali need them.
    """
    cut = text[:longest] + ("…" if len(text) > longest else "")
    return "".join(_visible(sign) for sign in cut)


def _visible(sign: str) -> str:
    if sign in "\n\r\t\u2028\u2029":
        return " "
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Cs") or unicodedata.bidirectional(sign) in _TURNING:
        return f"‹U+{ord(sign):04X}›"
    return sign


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def fold(text: str) -> str:
    """Return text as it is compared and sorted: width, case and composition do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


# --- numbers ------------------------------------------------------------------------------------------------------------


def count(value: float) -> str:
    """`12,345`."""
    return _number(value, in_use().whole, in_use())


def decimal(value: float) -> str:
    """`41.2`, `12`: at most one place."""
    return _number(value, f"{in_use().whole}.#", in_use())


@functools.lru_cache(maxsize=16_384)
def _number(value: float, pattern: str, usage: Usage) -> str:
    """Babel takes a tenth of a millisecond, and a tab that comes into view says hundreds of numbers."""
    return str(format_decimal(value, format=pattern, locale=usage.locale))


def duration(seconds: float | None) -> str:
    """`6 h 12 min`; under a minute says so, nothing is `0 min`."""
    if seconds is None:
        return NOTHING
    minutes = int(abs(seconds) + 30) // 60
    if minutes == 0:
        return _joined(_("under 1 min") if seconds else _("{n} min").format(n=0))
    hours, rest = divmod(minutes, 60)
    parts = ([_("{n} h").format(n=count(hours))] if hours else []) + ([_("{n} min").format(n=rest)] if rest else [])
    return _joined(" ".join(parts))


def _joined(text: str) -> str:
    return text.replace(" ", NBSP)


def duration_short(seconds: float | None) -> str:
    """A duration for a tile: `6 h 12 min`, from a day on `41.2 h`."""
    if seconds is None or abs(seconds) < 86_400:
        return duration(seconds)
    return hours(seconds)


def hours(seconds: float) -> str:
    """`41.2 h`; from a hundred on without tenths."""
    value = seconds / 3600
    return _joined(_("{n} h").format(n=count(round(value)) if abs(value) >= 100 else decimal(value)))


def size(many: float) -> str:
    """`1.4 GB`, in thousands as disks and network tariffs count."""
    value, units = float(many), ("B", "kB", "MB", "GB", "TB", "PB")
    place = 0
    while abs(value) >= 999.5 and place < len(units) - 1:
        value, place = value / 1000, place + 1
    return f"{decimal(value) if place and abs(value) < 100 else count(round(value))}{NBSP}{units[place]}"


def share(value: float | None) -> str:
    """`63 %`."""
    if value is None:
        return NOTHING
    if 0 < value < 0.005:
        return f"<{NBSP}1{NBSP}%"
    return f"{count(round(value * 100))}{NBSP}%"


def part_of(part: float, whole: float) -> float | None:
    """Return part / whole, None when there is no whole."""
    return part / whole if whole else None


def interval(seconds: int) -> str:
    """How often something happens: `every 30 s`, `off`."""
    if not seconds:
        return _("Off")
    amount = _("{n} s").format(n=seconds) if seconds < 60 else _("{n} min").format(n=seconds // 60)
    return _("Every {time}").format(time=_joined(amount))


def digit_choices() -> list[tuple[Digits, str]]:
    """The ways to group a large number, each shown by an example."""
    return [(Digits.USUAL, _("As usual in the language")), (Digits.INDIAN, "12,34,567"), (Digits.THREES, "1,234,567")]


# --- changes ------------------------------------------------------------------------------------------------------------


def _turned(difference: float, amount: str) -> str:
    arrow, word = (UP, _("up")) if difference > 0 else (DOWN, _("down"))
    return f"{arrow} {word} {amount}"


def _level() -> str:
    return _("no change")


def change_of_duration(now: float | None, before: float | None) -> str:
    """`▲ up 3 h 10 min`."""
    if now is None or before is None:
        return no_comparison()
    difference = now - before
    return _turned(difference, duration_short(abs(difference))) if abs(difference) >= 30 else _level()


def change_of_share(now: float | None, before: float | None) -> str:
    """`▼ down 4 points`: percentage points, never percent of percent."""
    if now is None or before is None:
        return no_comparison()
    points = round(now * 100) - round(before * 100)
    return _turned(points, _n("{n} point", "{n} points", abs(points)).format(n=abs(points))) if points else _level()


def change_of_count(now: float | None, before: float | None) -> str:
    """`▲ up 2`."""
    if now is None or before is None:
        return no_comparison()
    difference = round(now - before)
    return _turned(difference, count(abs(difference))) if difference else _level()


def change_of_size(now: float, before: float) -> str:
    """`▲ up 1.2 GB`."""
    if not before:
        return no_comparison()
    return _turned(now - before, size(abs(now - before))) if abs(now - before) >= 0.005 * before else _level()


def change_of_app(now: int, before: int) -> str:
    """A change in a table: short, `new` when there was nothing before."""
    if not before:
        return _("new") if now else NOTHING
    return change_of_duration(now, before)


def no_comparison() -> str:
    """There is no earlier figure."""
    return _("nothing to compare")


# --- days and instants --------------------------------------------------------------------------------------------------


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def clock(instant_ms: int | None, zone: str) -> str:
    """`14:02` in the organisation's zone."""
    if instant_ms is None:
        return NOTHING
    return clock_of(datetime.fromtimestamp(instant_ms / 1000, _zone(zone)))


def clock_of(moment: datetime) -> str:
    """`14:02`, or `2:02 pm`."""
    pattern = "HH:mm" if in_use().clock is Clock.DAY else "h:mm\u00a0a"
    return str(format_time(moment, pattern, locale=in_use().locale))


def moment(instant_ms: int, zone: str, today: date) -> str:
    """`14:02`, or with its day when it is not today's."""
    then = datetime.fromtimestamp(instant_ms / 1000, _zone(zone))
    return clock_of(then) if then.date() == today else f"{day(then.date())} {clock_of(then)}"


def local(instant_ms: int, zone: str) -> datetime:
    """Return an instant as the organisation's clocks show it."""
    return datetime.fromtimestamp(instant_ms / 1000, _zone(zone))


def minute(instant_ms: int, zone: str) -> str:
    """`Thu 20 Nov 14:02`."""
    then = local(instant_ms, zone)
    return f"{day(then.date())} {clock_of(then)}"


def second(instant_ms: int, zone: str) -> str:
    """`Thu 20 Nov 14:02:07`, or `Thu 20 Nov 2:02:07 pm`."""
    then = local(instant_ms, zone)
    pattern = "HH:mm:ss" if in_use().clock is Clock.DAY else "h:mm:ss\u00a0a"
    return f"{day(then.date())} {format_time(then, pattern, locale=in_use().locale)}"


def short_minute(instant_ms: int, zone: str) -> str:
    """`20 Nov 14:02`."""
    then = local(instant_ms, zone)
    return f"{short_day(then.date())} {clock_of(then)}"


def day(value: date) -> str:
    """`Mon 3 Nov`."""
    return str(format_date(value, "EEE d MMM", locale=in_use().locale))


def weekday(number: int) -> str:
    """`Mon` for 0."""
    return str(format_date(date(2024, 1, 1 + number), "EEE", locale=in_use().locale))


def hour_of_day(hour: int) -> str:
    """`09:00`."""
    return clock_of(datetime(2024, 1, 1, hour % 24, tzinfo=UTC))


def short_day(value: date) -> str:
    """`3 Nov`."""
    return str(format_date(value, "d MMM", locale=in_use().locale))


def span(first: date, last: date) -> str:
    """`Mon 3 Nov 2025` or `3–9 Nov 2025`."""
    if first == last:
        return str(format_date(first, "EEE d MMM y", locale=in_use().locale))
    start = "d MMM y" if first.year != last.year else "d MMM" if first.month != last.month else "d"
    dash = "–" if start == "d" else " – "
    return f"{format_date(first, start, locale=in_use().locale)}{dash}{format_date(last, 'd MMM y', locale=in_use().locale)}"


def period(value: Period) -> str:
    """The line under a tab's name: which days, compared with what, in which zone."""
    length = (value.last - value.first).days + 1
    before = _("the day before") if length == 1 else _n("the {n} day before", "the {n} days before", length).format(n=length)
    return _("{days}  ·  compared with {before}  ·  {zone}").format(
        days=span(value.first, value.last), before=before, zone=value.zone.replace("_", " ")
    )


def days_and_zone(value: Period) -> str:
    """The same where nothing is compared."""
    return _("{days}  ·  {zone}").format(days=span(value.first, value.last), zone=value.zone.replace("_", " "))


# --- names of things ----------------------------------------------------------------------------------------------------


def presence(value: Presence) -> str:
    """What the evidence says, in words that accuse nobody."""
    return {
        Presence.ACTIVE: _("active"),
        Presence.READING: _("reading"),
        Presence.MEETING: _("in a meeting"),
        Presence.IDLE: _("no input seen"),
        Presence.LOCKED: _("screen locked"),
        Presence.PAUSED: _("recording paused"),
        Presence.ASLEEP: _("PC asleep"),
        Presence.OFF: _("PC off"),
        Presence.UNKNOWN: _("nothing known"),
    }[value]


def presence_short(value: Presence) -> str:
    """The same for the key of a chart, where room is dear."""
    short = {Presence.MEETING: _("meeting"), Presence.LOCKED: _("locked"), Presence.PAUSED: _("paused")}
    return short.get(value) or presence(value)


def category(value: Category) -> str:
    """What an app's time is counted as; it is said of apps and time, never of a person."""
    return {
        Category.PRODUCTIVE: _("Productive"),
        Category.NEUTRAL: _("Neutral"),
        Category.UNPRODUCTIVE: _("Unproductive"),
    }[value]


def unclassified() -> str:
    """Neutral because no rule names it."""
    return _("Unclassified")


def app_category(value: Category, classified: bool) -> str:
    """The category of an app, or that no rule names it."""
    return category(value) if classified else unclassified()


def role(value: str) -> str:
    """What an account is for."""
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "compliance": _("Compliance"),
        "it": _("IT"),
        "employee": _("Employee"),
    }.get(value, safe(value, 40))


def preset(value: Preset) -> str:
    """The name of a range."""
    return {
        Preset.TODAY: _("Today"),
        Preset.YESTERDAY: _("Yesterday"),
        Preset.LAST_7_DAYS: _("Last 7 days"),
        Preset.THIS_WEEK: _("This week"),
        Preset.LAST_WEEK: _("Last week"),
        Preset.THIS_MONTH: _("This month"),
        Preset.LAST_MONTH: _("Last month"),
        Preset.CUSTOM: _("Custom"),
    }[value]


def tab(key: str) -> str:
    """The name of a tab."""
    return {
        "overview": _("Overview"),
        "urls": _("URL Report"),
        "applications": _("Applications"),
        "timeline": _("Timeline & Heatmap"),
        "inactivity": _("Inactivity Monitor"),
        "bandwidth": _("Bandwidth Usage"),
        "files": _("File Access Audit"),
        "alerts": _("Alerts & Anomalies"),
    }[key]


def person(value: Person) -> str:
    """A person's name."""
    return safe(value.name)


# --- sentences ----------------------------------------------------------------------------------------------------------


def attention(item: Attention) -> str:
    """One thing to look at, as a sentence about a PC or about the figures."""
    name, amount = safe(item.name, 60), item.amount
    whole = round(amount)
    if item.kind == "silent":
        return _("{name} has not been heard from for {time}.").format(name=name, time=duration(amount * 3600))
    if item.kind == "quarantined":
        many = _n(
            "{n} event of {name} could not be accepted and is kept aside.",
            "{n} events of {name} could not be accepted and are kept aside.",
            whole,
        )
        return many.format(n=count(whole), name=name)
    if item.kind == "lost":
        return _n("{n} event of {name} was lost.", "{n} events of {name} were lost.", whole).format(n=count(whole), name=name)
    if item.kind == "coverage":
        return _("Only {share} of {name}'s working time is covered by records.").format(share=f"{whole}{NBSP}%", name=name)
    if item.kind == "no_notice":
        return _("{name} is not recorded: the notice has not been acknowledged there.").format(name=name)
    if item.kind == "clock":
        return _("The clock of {name} is {time} off.").format(name=name, time=seconds(amount))
    if item.kind == "disk":
        return _("The server's disk is nearly full: {amount} MiB are free.").format(amount=count(whole))
    return _("{name}: {kind} ({amount})").format(name=name, kind=safe(item.kind, 40), amount=decimal(amount))


def seconds(amount: float) -> str:
    """`90 s`; from two minutes on as a duration."""
    return _joined(_("{n} s").format(n=round(abs(amount)))) if abs(amount) < 120 else duration(amount)


def attention_count(many: int) -> str:
    """The head of the attention list."""
    return _n("{n} thing needs attention", "{n} things need attention", many).format(n=count(many))


def productivity(value: PersonTimes) -> str:
    """A person's productive share, or why there is none."""
    if value.productivity is not None:
        return share(value.productivity)
    return not_shown(value.coverage)


def not_shown(coverage: float | None) -> str:
    """A share that would mislead is not shown."""
    return _("not shown (no records)") if coverage is None else _("not shown (coverage {share})").format(share=share(coverage))


def categories(value: Categories) -> str:
    """A category split as one sentence, for tooltips and screen readers."""
    if not value.total:
        return _("No engaged time.")
    rows = (
        (_("productive"), value.productive),
        (_("neutral"), value.neutral),
        (_("unproductive"), value.unproductive),
        (_("of neutral, unclassified"), value.unclassified),
    )
    return "\n".join(f"{name}: {duration(seconds)} ({share(part_of(seconds, value.total))})" for name, seconds in rows)


def review(value: PersonTimes) -> str:
    """The hint that some minutes look machine-made; it is a question, not a judgement."""
    many = value.review_minutes
    return _n("{n} minute is worth a second look", "{n} minutes are worth a second look", many).format(n=count(many)) if many else ""


def now_doing(value: Now) -> str:
    """`active in Excel`."""
    what = presence(value.presence)
    return _("{presence} · {app}").format(presence=what, app=safe(value.app, 60)) if value.app else what


def times(value: Times) -> str:
    """A stretch by presence, one line each, for a tooltip."""
    return "\n".join(f"{presence(one)}: {duration(value.of(one))}" for one in Presence if value.of(one))


def chart_day(value: DayTimes) -> str:
    """One bar of the chart of days, for its tooltip."""
    head = _("{day}: {people}, coverage {coverage}").format(day=day(value.day), people=people(value.people), coverage=share(value.coverage))
    engaged = _("engaged")
    return f"{head}\n{engaged}: {duration(value.times.engaged)}\n{times(value.times)}"


def people(many: int) -> str:
    """`12 people`."""
    return _n("{n} person", "{n} people", many).format(n=count(many))


def teams(many: int) -> str:
    """`3 teams`."""
    return _n("{n} team", "{n} teams", many).format(n=count(many))


def found_server(name: str, url: str) -> str:
    """A server as it announced itself."""
    return _("{name}  ·  {address}").format(name=safe(name, 60), address=safe(url, 80))


def servers_found(many: int) -> str:
    """What looking around the network brought."""
    if not many:
        return _("No server has announced itself. Some networks do not carry the question; then write its address.")
    return _n("{n} server answers on this network.", "{n} servers answer on this network.", many).format(n=many)


def device_state(one: Delivery) -> str:
    """How a PC stands, the worst first."""
    if one.revoked:
        return _("Revoked")
    if one.seen is None:
        return _("Never heard from")
    if not one.balanced:
        return _("Sums do not agree")
    if one.lost or one.quarantined:
        return _("Events missing")
    return _("In order")


def clock_off(milliseconds: int | None) -> str:
    """How far a PC's clock is from the server's."""
    return NOTHING if milliseconds is None else seconds(milliseconds / 1000)


def delivery(one: Delivery) -> str:
    """A PC's delivery equation, with what it means."""
    sums = _("{recorded} recorded = {stored} stored + {aside} set aside + {lost} lost + {waiting} waiting on the PC").format(
        recorded=count(one.recorded),
        stored=count(one.stored),
        aside=count(one.quarantined),
        lost=count(one.lost),
        waiting=count(one.buffered),
    )
    verdict = (
        _("The sums agree: every event is accounted for.")
        if one.balanced
        else _("The sums do not agree yet; while the PC is sending, look again.")
    )
    lines = [f"{safe(one.hostname, 60)}: {sums}", verdict]
    if one.duplicates:
        lines.append(
            _n("{n} event came twice and was stored once.", "{n} events came twice and were stored once.", one.duplicates).format(
                n=count(one.duplicates)
            )
        )
    if one.unrecorded:
        lines.append(
            _n(
                "{n} event was never recorded: the PC had no room.", "{n} events were never recorded: the PC had no room.", one.unrecorded
            ).format(n=count(one.unrecorded))
        )
    if one.refused:
        reasons = ", ".join(f"{safe(reason, 40)} {count(many)}" for reason, many in sorted(one.refused.items()))
        lines.append(_("Reasons: {reasons}").format(reasons=reasons))
    return "\n".join(lines)


def rule_kind(kind: str) -> str:
    """What a rule is about."""
    return _("Site") if kind == "site" else _("App")


def rule_category(value: Category | None) -> str:
    """What a rule says, or that there is none above the packaged ones."""
    return _("packaged rules") if value is None else category(value)


def team_name(teams: Sequence[Team], number: int | None, without: str = "") -> str:
    """A team's name; without one, everybody."""
    if number is None:
        return without or _("Everybody")
    return next((safe(one.name, 60) for one in teams if one.id == number), _("another team"))


def packaged_rules(value: Rules) -> str:
    """How much the packaged rule book knows."""
    return _("The packaged rules know {apps} apps and {sites} sites.").format(
        apps=count(sum(value.apps.values())), sites=count(sum(value.sites.values()))
    )


def rule_effect(effect: RuleEffect) -> str:
    """What a rule would move in a period, told before it is saved."""
    days = span(effect.period.first, effect.period.last)
    if not effect.moved:
        return _("{days}: it would change nothing.").format(days=days)
    moved = ", ".join(
        _("{time} from {before} to {after}").format(
            time=duration(one.seconds), before=app_category(one.before, one.classified_before), after=category(one.after)
        )
        for one in effect.moved
    )
    named = ", ".join(safe(one.name, 40) for one in effect.matches[:5])
    lines = [_("{days}: {moved}.").format(days=days, moved=moved), _("It would decide about {names}.").format(names=named)]
    before, after = effect.before.share(Category.PRODUCTIVE), effect.after.share(Category.PRODUCTIVE)
    lines.append(_("Productive share: {before} before, {after} after.").format(before=share(before), after=share(after)))
    return "\n".join(lines)


def weekday_name(value: date) -> str:
    """`Monday`."""
    return str(format_date(value, "EEEE", locale=in_use().locale))


def title_modes() -> list[tuple[str, str]]:
    """What is kept of window titles."""
    return [("redacted", _("Redacted")), ("off", _("Not recorded")), ("full", _("In full"))]


def profiles() -> list[tuple[Profile, str]]:
    """Which law's periods hold."""
    return [
        ("none", _("Our own choice")),
        ("india", _("India: logs at least a year")),
        ("eu", _("EU: no longer than needed")),
        ("india_eu", _("India and the EU")),
        ("custom", _("Only our own limits")),
    ]


KEPT_KINDS: tuple[Kind, ...] = KINDS
"""What is kept for periods of its own."""


def kept_kind(kind: str) -> str:
    """What is kept for a period, in days."""
    return {
        "spans": _("Activity in detail, days"),
        "ledger": _("Totals by quarter hour, days"),
        "files": _("File audit, days"),
        "audit": _("Audit log, days"),
        "captures": _("Pictures of screens, days"),
    }[kind]


def retention_conflicts(retention: Retention, profile: Profile, limits: Limits) -> list[str]:
    """A sentence for each period that is shorter or longer than the chosen rules and limits ask for, and for each that cannot be right."""
    least, most = floors(profile, limits), ceilings(profile, limits)
    found = []
    for kind in KEPT_KINDS:
        days, floor, ceiling = getattr(retention, kind), least.get(kind, 0), most.get(kind)
        if ceiling is not None and floor > ceiling:
            text = _("{kind}: at least {floor} and at most {ceiling} are asked for; decide which rule goes first.")
            found.append(text.format(kind=kept_kind(kind), floor=count(floor), ceiling=count(ceiling)))
        if days < floor:
            text = _("{kind}: {days} is shorter than the {floor} that the chosen rules ask for.")
            found.append(text.format(kind=kept_kind(kind), days=count(days), floor=count(floor)))
        if ceiling is not None and days > ceiling:
            text = _("{kind}: {days} is longer than the {ceiling} that the chosen rules allow.")
            found.append(text.format(kind=kept_kind(kind), days=count(days), ceiling=count(ceiling)))
    return found


def lock(key: str) -> str:
    """What an agreement with a works council asks for."""
    return {
        "pictures": _("The agreement asks for: no pictures of screens."),
        "titles": _("The agreement asks for: window titles not in full."),
        "hours": _("The agreement asks for: recording only in work hours."),
        "groups": _("The agreement asks for: a reason for views of fewer than {n} people.").format(n=count(FEWEST)),
        "person": _("The agreement asks for: a reason for views of one person."),
    }.get(key, safe(key, 40))


def threshold(field: str) -> str:
    """One line between the presences."""
    return {
        "interactions": _("Interactions in a minute that make it active"),
        "keys": _("Keys in a minute that make it active"),
        "clicks": _("Clicks in a minute that make it active"),
        "scrolls": _("Scrolls in a minute that make it reading"),
        "pointer_px": _("Pixels of pointer movement that make it reading"),
        "moving_samples": _("Seconds with pointer movement that make it reading"),
        "away_ms": _("Milliseconds without input after which somebody is away"),
        "distraction_percent": _("Percent of distraction above which it is not reading"),
        "call_grace_ms": _("Milliseconds a call window in front counts as a meeting"),
        "regular_samples": _("Seconds watched before input can be called regular"),
        "regular_zero_percent": _("Percent of seconds without input below which it is regular"),
        "regular_distinct": _("Different counts below which it is regular"),
        "periodic_minutes": _("Equal minutes in a row that make input periodic"),
    }.get(field, field)


def denied_of(text: str) -> list[dict[str, str]]:
    """Read lines such as `app utorrent.exe`; ValueError with a sentence for a line that says neither app nor site."""
    found = []
    for written in (one.strip() for one in text.splitlines() if one.strip()):
        kind, _space, pattern = written.partition(" ")
        if kind not in ("app", "site") or not pattern.strip():
            raise ValueError(_("“{line}”: begin with app or site, as in: app utorrent.exe").format(line=safe(written, 60)))
        found.append({"kind": kind, "pattern": pattern.strip()})
    return found


def person_state(one: PersonEntry) -> str:
    """Whether somebody is recorded, or waits for a name."""
    if not one.active:
        return _("not recorded")
    if one.restricted:
        return _("restricted")
    return _("new: name and team?") if any(account.unassigned for account in one.accounts) else _("recorded")


def office_team(office: Office | None, number: int | None) -> str:
    """A team's name as administrators see it."""
    return next((safe(one.name, 60) for one in (office.teams if office else []) if one.id == number), NOTHING)


def team_choices(office: Office | None) -> list[tuple[int | None, str]]:
    """The teams somebody may be in, or none."""
    return [(None, _("no team")), *((one.id, safe(one.name, 60)) for one in (office.teams if office else []))]


def own_hours(one: PersonEntry) -> str:
    """Whether somebody has work hours or a zone of their own."""
    if one.hours is not None:
        return _("own hours")
    return safe(one.zone.replace("_", " "), 60) if one.zone else _("as the office")


def account_state(one: AccountEntry) -> str:
    """Whether somebody has said whose it is."""
    return _("whose is it?") if one.unassigned else _("assigned")


def notice_answer(answer: str | None) -> str:
    """What an account answered to the notice."""
    if answer is None:
        return _("no answer yet")
    return {"acknowledged": _("acknowledged"), "consented": _("consented"), "withdrawn": _("withdrawn")}.get(answer, safe(answer, 30))


def notices(value: Notices) -> str:
    """How many answered the notice in force."""
    current = sum(one.answer in ("acknowledged", "consented") and one.version in value.versions for one in value.answers)
    return _("Version {version}. {n} of {total} accounts have answered the version in force.").format(
        version=safe(", ".join(value.versions), 60), n=count(current), total=count(len(value.answers))
    )


def code_is_open(one: CodeEntry, now: int) -> bool:
    """Whether a code still lets anybody in."""
    return not one.revoked and one.uses > 0 and one.expires > now


def code_state(one: CodeEntry, now: int) -> str:
    """What became of a code."""
    if one.revoked:
        return _("revoked")
    if one.uses <= 0:
        return _("used up")
    return _("expired") if one.expires <= now else _("good")


def user_state(one: UserEntry) -> str:
    """Whether a user may sign in."""
    if one.disabled:
        return _("locked out")
    return _("no password yet") if one.waiting else _("may sign in")


def role_means(value: Role) -> str:
    """What a role sees."""
    return {
        Role.OWNER: _("Sees every figure, reports, rules and users, and changes them."),
        Role.MANAGER: _("Sees the figures of the teams they lead, and makes rules for them."),
        Role.COMPLIANCE: _("Sees the file audit and the audit log, and pictures of screens under a reason."),
        Role.IT: _("Sees PCs, codes and their health; no figures of people."),
        Role.EMPLOYEE: _("Sees only themselves, in a browser page."),
    }[value]


def audit_actions() -> list[tuple[str, str]]:
    """What may be looked for in the audit log, by how an action begins."""
    return [
        *(("", _("everything")), ("looked", _("looks")), ("exported", _("exports"))),
        *(("searched", _("searches of files")), ("changed", _("changes")), ("signed", _("sign-ins"))),
    ]


def audit_subject(subject: str | None, people: Sequence[Person]) -> str:
    """Whom or what an entry is about; a person by name where the viewer may know it."""
    kind, _space, number = (subject or "").partition(" ")
    found = next((one for one in people if kind == "person" and str(one.id) == number), None)
    return safe(found.name, 80) if found is not None else safe(subject or NOTHING, 80)


def audit_chain(value: AuditLog) -> str:
    """The head of the chain, for comparing with what verify-audit prints."""
    return _("{n} entries; the newest is {head} in the chain.").format(n=count(value.entries), head=safe(value.head[:19], 24))


def audit_entry(one: AuditRow, subject: str) -> str:
    """All of an entry, as text."""
    rows = (
        (_("Who"), one.who), (_("What"), one.action), (_("About"), subject), (_("Details"), one.detail), (_("Reason"), one.reason),
        (_("Before"), one.before), (_("After"), one.after), (_("Address"), one.address),
    )  # fmt: skip
    return "\n".join(f"{name}: {safe(value, 2000)}" for name, value in rows if value and value != NOTHING)


def chart_summary(days: Sequence[DayTimes]) -> str:
    """What a chart of days shows, said to somebody who cannot see it."""
    if not days:
        return _("No days.")
    most = max(days, key=lambda one: one.times.engaged)
    total = sum(one.times.engaged for one in days)
    return _("Engaged time on {n} days, {total} in all; most on {day} with {time}.").format(
        n=len(days), total=duration(total), day=day(most.day), time=duration(most.times.engaged)
    )


def matches(shown: int, total: int) -> str:
    """`7 of 32`."""
    return _("{shown} of {total}").format(shown=count(shown), total=count(total))


def scope_in_words(scope: Scope, who: str) -> str:
    """Which days and whom a figure is about."""
    return _("{days}, {who}").format(days=span(scope.first, scope.last), who=who)


def updated(moment: datetime) -> str:
    """When the figures were last confirmed."""
    return _("Updated {time}").format(time=clock_of(moment))


def retry_in(seconds: int) -> str:
    """The countdown beside a Retry button."""
    return _n("Trying again in {n} second.", "Trying again in {n} seconds.", seconds).format(n=seconds)
