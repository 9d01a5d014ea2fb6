"""A person's own figures."""

from __future__ import annotations

from policy.summaries import Me
from server.auth import Ask
from server.queries import me
from server.queries.selection import Selection
from server.routes.question import days_asked


def show_me(ask: Ask) -> Me:
    """What others see of me, and who looked; looking at oneself is nobody's look."""
    first, last = days_asked(ask)
    person = me.myself(ask.session, ask.who())
    return me.me(ask.session, Selection([person], first, last, one=person), ask.core.rules, ask.now)
