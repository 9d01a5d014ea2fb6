"""What a figure is made of."""

from __future__ import annotations

from policy.summaries import Why
from server.auth import Ask
from server.queries import why
from server.routes.question import LONGEST_CURSOR, asked

LONGEST_WORD = 256


def show_why(ask: Ask) -> Why:
    """Take one figure of the scope apart; about one person it is a look at that person."""
    question = why.Question(
        figure=ask.text("figure", LONGEST_WORD) or "",
        app=ask.text("app", LONGEST_WORD),
        site=ask.text("site", LONGEST_WORD),
        after=ask.text("cursor", LONGEST_CURSOR),
        limit=ask.rows(),
    )
    selection = asked(ask, f"why {question.figure}")
    return why.why(ask.session, selection, question, ask.core.rules, ask.core.thresholds, ask.now)
