"""Settings of the other trackers by their own names: taken over when the server starts, each time one of them says something new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from policy.categories import Category, RuleBook
from policy.roles import Role, Viewer
from policy.summaries import RuleWish, SettingsWish
from server import rules, settings_change
from server.office import By
from server.organisation import adopted, note_adopted, organisation
from server.refusals import BadRequestError

WHO = "environment"
"""Who changed it, as the audit log has it."""
BUCKET_SECONDS = 60
BROWSER = "Google Chrome"


class Variable(NamedTuple):
    """One setting of another tracker: its own default, which choice of ours it is, and how its text becomes the value."""

    name: str
    default: str
    setting: str
    value: Callable[[str], Any]


def _whole(text: str) -> int:
    return round(float(text))


def _milliseconds(text: str) -> int:
    return round(float(text) * 1000)


def _percent(text: str) -> int:
    return round(float(text) * 100)


def _days(text: str) -> int:
    if int(text) < 1:
        raise ValueError("nothing is kept for ever here; say how many days")
    return int(text)


def _minute(text: str) -> None:
    if float(text) != BUCKET_SECONDS:
        raise ValueError(f"evidence is judged by the minute here ({BUCKET_SECONDS}), and thresholds for another length would mislead")


VARIABLES = (
    Variable("TIMEZONE", "UTC", "zone", str),
    Variable("DATA_RETENTION_DAYS", "14", "retention.spans", _days),
    Variable("WINDOW_TITLE_MODE", "full", "titles", str),
    Variable("POLL_INTERVAL_SEC", "1", "sample_every", float),
    Variable("BATCH_INTERVAL_SEC", "10", "send_every", float),
    Variable("BUCKET_SIZE_SEC", "60", "", _minute),
    Variable("PRODUCTIVE_INTERACTION_THRESHOLD", "10", "thresholds.interactions", _whole),
    Variable("PRODUCTIVE_KEYSTROKE_THRESHOLD", "5", "thresholds.keys", _whole),
    Variable("PRODUCTIVE_MOUSE_THRESHOLD", "3", "thresholds.clicks", _whole),
    Variable("MOUSE_MOVEMENT_THRESHOLD", "50", "thresholds.pointer_px", _whole),
    Variable("IDLE_AWAY_THRESHOLD", "30", "thresholds.away_ms", _milliseconds),
    Variable("MOUSE_MOVEMENT_MIN_SAMPLES", "15", "thresholds.moving_samples", _whole),
    Variable("DISTRACTION_MIN_RATIO", "0.3", "thresholds.distraction_percent", _percent),
)
NON_PRODUCTIVE = "NON_PRODUCTIVE_APPS"
KNOWN: dict[str, Callable[[RuleBook, str], bool]] = {
    "MEETING_APPS": lambda book, name: book.may_hold_call(name, _site(book, name)),
    "BROWSER_APPS": lambda book, name: book.is_browser(name),
    "GHOST_APPS": lambda book, name: book.is_ghost(name),
}
"""Lists that are knowledge here and no setting: what they name besides is told at the start."""


def as_table() -> str:
    """Return what becomes of each variable as the table of docs/compat.md."""
    rows = [f"| `{one.name}` | {one.default} | {f'`{one.setting}`' if one.setting else 'must be 60'} |" for one in VARIABLES]
    rows += [f"| `{NON_PRODUCTIVE}` | a list | rules for everybody, of a site where the name is a site's, else of an app |"]
    rows += [f"| `{name}` | a list | known already; what is not, is named at the start |" for name in KNOWN]
    return "\n".join(["| variable | its default | here |", "| --- | --- | --- |", *rows])


def theirs(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of other trackers that say something."""
    names = (*(one.name for one in VARIABLES), NON_PRODUCTIVE, *KNOWN)
    return {name: environment[name] for name in names if environment.get(name)}


def adopt(connection: Connection, book: RuleBook, said: Mapping[str, str], now: int) -> list[str]:
    """Change what the variables say and did not say last time, and tell it; what the console changed since, stays.

    Raise ValueError with the variable's name for what is no value; then nothing is changed.
    """
    before = adopted(connection)
    fresh = {name: text for name, text in said.items() if before.get(name) != text}
    if not fresh:
        return []
    _change_settings(connection, fresh, now)
    _make_rules(connection, book, fresh.get(NON_PRODUCTIVE, ""), now)
    note_adopted(connection, before | fresh)
    return [f"taken over: {name}={text}" for name, text in fresh.items() if name not in KNOWN] + list(_unknown(book, fresh))


def _change_settings(connection: Connection, fresh: Mapping[str, str], now: int) -> None:
    ours = organisation(connection)
    changes: dict[str, Any] = {}
    for one in VARIABLES:
        if one.name in fresh:
            value = _value(one, fresh[one.name])
            setting, _, part = one.setting.partition(".")
            if setting:
                changes[setting] = replace(changes.get(setting, getattr(ours, setting)), **{part: value}) if part else value
    if not changes:
        return
    try:
        settings_change.change(connection, SettingsWish(ours.revision, changes), By(WHO, "", now))
    except BadRequestError as refusal:
        raise ValueError(f"{', '.join(name for name in fresh)}: {refusal.message}") from None


def _value(variable: Variable, text: str) -> Any:
    try:
        return variable.value(text)
    except (ValueError, OverflowError) as fault:
        raise ValueError(f"{variable.name}={text}: {fault}") from None


def _make_rules(connection: Connection, book: RuleBook, text: str, now: int) -> None:
    owner = Viewer(0, WHO, Role.OWNER)
    for name in _names(text):
        site = _site(book, name)
        if book.classify(name, site).category is not Category.UNPRODUCTIVE:
            rules.save(connection, owner, RuleWish("site" if site else "app", site or name, Category.UNPRODUCTIVE, None), now, "")


def _unknown(book: RuleBook, fresh: Mapping[str, str]) -> Iterator[str]:
    for variable, is_known in KNOWN.items():
        if strangers := [name for name in _names(fresh.get(variable, "")) if not is_known(book, name)]:
            yield f"{variable}: not known as such here: {', '.join(strangers)}"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _site(book: RuleBook, name: str) -> str | None:
    """Return the site a name means: a domain, or what a browser would call it."""
    return name.casefold() if "." in name else book.site_from_title(BROWSER, f"{name} - {BROWSER}")
