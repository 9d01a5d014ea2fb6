"""The two-state view of a minute: productive or non_productive, by a decision tree whose first fitting rule decides.

1. a meeting app is in front: productive;
2. an app or site that counts as unproductive is in front: non_productive;
3. enough typing or clicking: productive;
4. reading: the pointer moves far enough, in enough distinct seconds, not long ago, with no distraction in view: productive;
5. else non_productive, which here means "no input was seen", and is never called "not working".

Input that is as regular as a machine's asks for review and changes no state.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from policy.categories import Category, RuleBook
from policy.presence import DEFAULT_THRESHOLDS, Minute, Thresholds, is_active, is_reading


class State(StrEnum):
    """What a minute counts as."""

    PRODUCTIVE = "productive"
    NON_PRODUCTIVE = "non_productive"


class Window(Struct, frozen=True):
    """What was in front for most of the minute, as the rule book sees it."""

    meeting: bool
    unproductive: bool


def window_of(rules: RuleBook, app: str, site: str | None, title: str | None, team: int | None = None) -> Window:
    """Return what a window is: names are compared whole, so a phrase in a title makes neither a call nor a distraction.

    An app in which people hold calls and which is not itself a pastime is a meeting app whatever its window shows; of the
    others only the window of a call is.
    """
    unproductive = rules.classify(app, site, None, team).category is Category.UNPRODUCTIVE
    meeting = rules.is_meeting(app, title, site) or (rules.may_hold_call(app, site) and not unproductive)
    return Window(meeting, unproductive)


def decide(minute: Minute, window: Window, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> State:
    """Return the state of a minute."""
    if window.meeting:
        return State.PRODUCTIVE
    if window.unproductive:
        return State.NON_PRODUCTIVE
    busy = is_active(minute, thresholds) or is_reading(minute, thresholds)
    return State.PRODUCTIVE if busy else State.NON_PRODUCTIVE
