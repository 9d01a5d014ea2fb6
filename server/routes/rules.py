"""The rule book: read it, try a rule on a period, save it, undo it."""

from __future__ import annotations

from policy.summaries import RuleEffect, Rules, RuleSaved, RuleWish, Unclassified, UndoWish
from server import rules
from server.auth import Ask
from server.people import chosen
from server.queries import rules as queries
from server.queries.selection import Selection
from server.rights.unlocks import reason_to_look
from server.routes.question import asked, days_asked


def show_rules(ask: Ask) -> Rules:
    """The packaged rules' numbers, and every override that concerns the viewer."""
    return queries.rules(ask.session, ask.who(), ask.core.rules)


def preview_rule(ask: Ask) -> RuleEffect:
    """What a rule would move in a period, for those it is about."""
    wish = ask.body(RuleWish)
    first, last = days_asked(ask)
    rules.refuse_rules_for_others(ask.who(), wish.team)
    people = chosen(ask.session, ask.who(), wish.team, None)
    reason_to_look(ask.session, ask.who(), people, wish.team, None, ask.now)
    return queries.effect(ask.session, Selection(people, first, last), wish, ask.core.rules)


def save_rule(ask: Ask) -> RuleSaved:
    """Change the rule book; history follows at once, because categories are joined when figures are asked for."""
    wish, viewer = ask.body(RuleWish), ask.who()
    return RuleSaved(ask.core.writer.do(lambda connection: rules.save(connection, viewer, wish, ask.now, ask.address)))


def undo_rule(ask: Ask) -> RuleSaved:
    """Put back what a change replaced."""
    wish, viewer = ask.body(UndoWish), ask.who()
    ask.core.writer.do(lambda connection: rules.undo(connection, viewer, wish.change, ask.now, ask.address))
    return RuleSaved(wish.change)


def show_unclassified(ask: Ask) -> Unclassified:
    """What no rule names."""
    return queries.unclassified(ask.session, asked(ask, "unclassified"), ask.core.rules)
