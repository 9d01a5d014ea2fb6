"""A person's own figures, and their answer to what was found about them."""

from __future__ import annotations

from datetime import date

from flask import Response, request

from policy.summaries import AnswerWish, Me
from server import findings
from server.auth import Ask
from server.queries import me
from server.queries.selection import Selection
from server.refusals import BadRequestError
from server.routes.question import days_asked


def show_me(ask: Ask) -> Me:
    """What others see of me, what was found about me, and who looked; looking at oneself is nobody's look."""
    first, last = days_asked(ask)
    person = me.myself(ask.session, ask.who())
    return me.me(ask.session, Selection([person], first, last, one=person), ask.core.rules, ask.now)


def answer_finding(ask: Ask) -> Response:
    """What I say to a finding about me, for whoever reads it."""
    viewer = ask.who()
    person = me.myself(ask.session, viewer)
    day, text = _day_named(), ask.body(AnswerWish).text
    ask.core.writer.do(lambda connection: findings.answer(connection, viewer, person, day, text, ask.now, ask.address))
    return Response(status=204)


def _day_named() -> date:
    try:
        return date.fromisoformat((request.view_args or {}).get("day", ""))
    except ValueError:
        raise BadRequestError("a finding is named by its day, YYYY-MM-DD") from None
