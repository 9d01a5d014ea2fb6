"""Where somebody says why they look."""

from __future__ import annotations

from policy.roles import Role, may_view, may_view_files
from policy.summaries import Unlocked, UnlockWish
from server.auth import Ask
from server.people import chosen
from server.rights import unlocks


def unlock(ask: Ask) -> Unlocked:
    """Open one person's, or a small team's, figures for a while."""
    wish, viewer = ask.body(UnlockWish), ask.who()
    chosen(ask.session, viewer, wish.team, wish.person, may_view_files if viewer.role is Role.COMPLIANCE else may_view)
    return ask.change(lambda connection, by: unlocks.unlock(connection, viewer, wish, by))
