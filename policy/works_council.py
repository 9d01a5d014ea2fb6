"""What an agreement with a works council locks: settings that the program then refuses to widen, and views it refuses to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

FEWEST = 5
"""Figures of fewer people than this tell about single ones."""


class Lock(NamedTuple):
    """One thing that is locked: a setting with what it must be, or (`setting` empty) a view that is not shown."""

    key: str
    setting: str
    holds: Callable[[Any], bool]
    sentence: str


LOCKS = (
    Lock("pictures", "capture_every", lambda value: value == 0, "the screen is not captured"),
    Lock("titles", "titles", lambda value: value != "full", "titles of windows are not kept whole"),
    Lock("hours", "work_hours_only", lambda value: value is True, "nothing is recorded outside work hours"),
    Lock("groups", "ask_below", lambda value: value >= FEWEST, f"figures of fewer than {FEWEST} people open only with a reason"),
    Lock("person", "ask_for_person", lambda value: value is True, "figures of one person open only with a reason"),
    Lock("ranking", "", lambda value: True, "people are not ranked"),
)


def broken(choices: Any) -> list[Lock]:
    """Return the locks that an organisation's choices do not keep; none where no agreement is recorded."""
    if not choices.works_council:
        return []
    return [lock for lock in LOCKS if lock.setting and not lock.holds(getattr(choices, lock.setting))]


def may_rank(choices: Any) -> bool:
    """Return whether people may be shown in an order of their figures."""
    return not choices.works_council
