"""Clips: who asked for one of whose screen and why, where it stands, and the second person's yes or no."""

from __future__ import annotations

from flask import Response

from policy.roles import may_know_of_pictures
from policy.summaries import ClipDecision, Clips, ClipWish, Made
from server import clips
from server.auth import Ask
from server.people import visible_people
from server.queries.clips import asked_for


def show_clips(ask: Ask) -> Clips:
    """The clips of everybody the caller may know of; the list is a look at each whom it names."""
    viewer = ask.who()
    people = visible_people(ask.session, viewer, may_know_of_pictures)
    told = asked_for(ask.session, viewer, people, ask.now)
    ask.note_looks("list of clips", f"{len(told.clips)} clips", sorted({one.person.id for one in told.clips} - {viewer.person}), None)
    return told


def ask_for_clip(ask: Ask) -> Made:
    """Ask for a clip; it is recorded only once somebody else has approved it."""
    wish, viewer = ask.body(ClipWish), ask.who()
    return Made(ask.change(lambda connection, by: clips.ask_for(connection, viewer, wish, by)))


def decide_clip(ask: Ask) -> Response:
    """Approve or refuse a clip that somebody else asked for."""
    wish, viewer = ask.body(ClipDecision), ask.who()
    decide = clips.approve if wish.agree else clips.refuse
    ask.change(lambda connection, by: decide(connection, viewer, wish.clip, by))
    return Response(status=204)
