"""What people ask about their own record, in words: what kind it is, how it stands, which stretch it contests."""

from __future__ import annotations

from console import words
from console.words import _, _n
from policy.presence import Presence
from policy.summaries import PersonRequest, RequestKind, RequestState

DAY_MS = 86_400_000


def kind(one: RequestKind) -> str:
    """What is asked for."""
    return {
        RequestKind.CONTEST: _("contests a stretch"),
        RequestKind.CORRECTION: _("asks for a correction"),
        RequestKind.COPY: _("asks for a copy"),
        RequestKind.ERASURE: _("asks for erasure"),
        RequestKind.GRIEVANCE: _("has a grievance"),
    }[one]


def is_late(one: PersonRequest, now: int) -> bool:
    """Whether an answer is overdue."""
    return one.state is RequestState.OPEN and one.due < now


def state(one: PersonRequest, now: int) -> str:
    """How it stands, the urgent in other words."""
    if one.state is RequestState.OPEN:
        return _("late") if is_late(one, now) else _("waits for an answer")
    return _("accepted") if one.state is RequestState.ACCEPTED else _("declined")


def urgency(one: PersonRequest) -> tuple[bool, int]:
    """What orders requests: those without an answer first, the one due soonest foremost; then the newest answers."""
    waiting = one.state is RequestState.OPEN
    return not waiting, one.due if waiting else -(one.decided or one.at)


def stretch(one: PersonRequest, zone: str) -> str:
    """The contested stretch, and what the record had for its day; empty where it is about none."""
    if one.start is None or one.end is None:
        return ""
    about = _("About {start} to {end}.").format(start=words.minute(one.start, zone), end=words.clock(one.end, zone))
    had = ", ".join(
        f"{words.presence(each)} {words.duration(one.recorded[each.value])}"
        for each in Presence
        if one.recorded and one.recorded.get(each.value)
    )
    record = _("The record of that day had: {parts}.").format(parts=had)
    return f"{about} {record}" if had else about


def decided(one: PersonRequest, zone: str) -> str:
    """Who answered what, and when; empty while nobody has."""
    if one.decided is None:
        return ""
    head = _("Answered by {who}, {time}:").format(who=words.safe(one.actor or "", 60), time=words.minute(one.decided, zone))
    return f"{head}\n{words.safe(one.answer or '', 2000)}"


def summary(waiting: int, late: int) -> str:
    """How many wait, and how many are late."""
    if not waiting:
        return _("Nobody waits for an answer.")
    told = _n("{n} request waits for an answer", "{n} requests wait for an answer", waiting).format(n=words.count(waiting))
    overdue = _n("{n} is late", "{n} are late", late).format(n=words.count(late))
    return f"{told}, {overdue}." if late else f"{told}."
