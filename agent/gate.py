"""Whether anything may be collected now, decided from what the person answered and what the policy allows."""

from __future__ import annotations

from enum import StrEnum

from agent.control import Control
from policy.wire import AgentPolicy
from policy.worktime import is_work_time


class Word(StrEnum):
    """What the agent is doing, in one word."""

    STOPPED = "stopped"
    NOT_ENROLLED = "not_enrolled"
    AWAITING_NOTICE = "awaiting_notice"
    WITHDRAWN = "withdrawn"
    PAUSED = "paused"
    OUTSIDE_HOURS = "outside_hours"
    UNSEEN = "unseen"
    """Everything allows it, but the symbol that says so is not on the tray."""
    RECORDING = "recording"


def decide(control: Control, policy: AgentPolicy, account: str, now: int) -> Word:
    """Return what an agent of `account` must do now; only one word lets it collect."""
    answer = control.newest_answer(account)
    if answer and answer.answer == "withdrawn":
        return Word.WITHDRAWN
    if answer is None or answer.version != policy.notice:
        return Word.AWAITING_NOTICE
    if control.paused:
        return Word.PAUSED
    if policy.work_hours_only and not _is_work_time(policy, now):
        return Word.OUTSIDE_HOURS
    return Word.RECORDING


def _is_work_time(policy: AgentPolicy, now: int) -> bool:
    """Work hours that nobody set allow nothing: the server asked for less, not for more."""
    if policy.work_hours is None:
        return False
    return is_work_time(policy.work_hours, now)
