"""The organisation's rule book: the packaged one with its own overrides on top."""

from __future__ import annotations

from sqlalchemy import select

from policy.categories import Category, Rule, RuleBook
from server.models import CategoryRule
from server.organisation import AnySession


def rule_book(session: AnySession, packaged: RuleBook) -> RuleBook:
    """Return the rule book as it stands now; the join of categories happens when figures are asked for."""
    rows = session.execute(select(CategoryRule.kind, CategoryRule.pattern, CategoryRule.category, CategoryRule.team_id))
    rules = [Rule(kind=row.kind, pattern=row.pattern, category=Category(row.category), team=row.team_id) for row in rows]
    return packaged.with_overrides(rules) if rules else packaged
