"""Clips that were asked for, in words: where each stands, and what it waits for or came to."""

from __future__ import annotations

from console import words
from console.words import _, _n
from policy.summaries import ClipAsked, Clips, ClipState


def state(one: ClipAsked) -> str:
    """Where a clip stands."""
    return {
        ClipState.ASKED: _("waits for approval"),
        ClipState.APPROVED: _("approved"),
        ClipState.RECORDED: _("taken"),
        ClipState.REFUSED: _("refused"),
        ClipState.EXPIRED: _("expired"),
    }[one.state]


def explained(one: ClipAsked, zone: str) -> str:
    """Why a clip was asked for, and what it waits for or came to."""
    until, who = words.minute(one.until, zone), words.safe(one.decided_by or words.NOTHING, 60)
    came = _sentence(one).format(until=until, who=who, time=words.minute(one.decided or one.asked, zone), n=words.count(one.pictures))
    return "\n".join((_("Why: {reason}").format(reason=words.safe(one.reason, 200)), came))


def _sentence(one: ClipAsked) -> str:
    if one.state is ClipState.ASKED:
        if one.open:
            return _("It waits for your answer until {until}; then it expires.")
        return _("Somebody else must agree by {until}: neither who asked for it nor whom it is of.")
    if one.state is ClipState.EXPIRED and one.decided is None:
        return _("Nobody answered by {until}.")
    return {
        ClipState.APPROVED: _("Approved by {who}. Their PC takes it once, by {until}, while they work there and nothing forbids it."),
        ClipState.RECORDED: _n(
            "Approved by {who}. {n} picture was taken; compliance opens it at Pictures of screens.",
            "Approved by {who}. {n} pictures were taken; compliance opens them at Pictures of screens.",
            one.pictures,
        ),
        ClipState.REFUSED: _("Refused by {who}, {time}."),
        ClipState.EXPIRED: _("Approved by {who}, and not taken by {until}: their PC was off, locked, paused or outside work hours."),
    }[one.state]


def standing(told: Clips) -> str:
    """Why nobody can be asked about now, if so."""
    if not told.longest:
        return _("Clips of screens are off in your office, or the agreement with the works council does not allow them.")
    if not told.people:
        return _("There is nobody in a team of whose screens the settings allow pictures.")
    return ""


def asked(one: ClipAsked) -> str:
    """What is asked for, as whoever decides reads it."""
    return _("{who} asks for {seconds} of the screen of {name}.").format(
        who=words.safe(one.asked_by, 60), seconds=words.seconds(one.seconds), name=words.person(one.person)
    )
