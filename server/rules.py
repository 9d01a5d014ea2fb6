"""The organisation's rule book: the packaged one with its own overrides on top, and how these are changed and changed back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from policy.categories import Category, Rule, RuleBook
from policy.matching import executable, site_pattern
from policy.redaction import clean
from policy.roles import Viewer, may_lead
from policy.summaries import RuleWish
from policy.titles import words
from server.audit_log import audit
from server.models import CategoryRule, RuleChange, Team
from server.organisation import AnySession
from server.refusals import BadRequestError, ConflictError, NotAllowedError
from server.store.db import Turn, take_turn

HOST = re.compile(r"[^\s.]+(?:\.[^\s.]+)*")


def rule_book(session: AnySession, packaged: RuleBook) -> RuleBook:
    """Return the rule book as it stands now, the same object as long as it does: verdicts are remembered with it."""
    found = overrides(session)
    return _with_overrides(packaged, tuple(found)) if found else packaged


@lru_cache(maxsize=8)
def _with_overrides(packaged: RuleBook, rules: tuple[Rule, ...]) -> RuleBook:
    return packaged.with_overrides(rules)


def overrides(session: AnySession) -> list[Rule]:
    """Return every override, the oldest first."""
    columns = (CategoryRule.kind, CategoryRule.pattern, CategoryRule.category, CategoryRule.team_id)
    rows = session.execute(select(*columns).order_by(CategoryRule.id))
    return [Rule(kind=row.kind, pattern=row.pattern, category=Category(row.category), team=row.team_id) for row in rows]


def meant(wish: RuleWish) -> RuleWish:
    """Return a wish with its pattern as it is stored; raise BadRequestError when it can mean no app and no site."""
    pattern = clean(wish.pattern, 256).strip()
    if wish.kind == "site":
        pattern = site_pattern(pattern)
        if not HOST.fullmatch(pattern):
            raise BadRequestError("a site is named by its domain, such as example.com", reason="bad_site")
    elif not executable(pattern) or not words(pattern):
        raise BadRequestError("an app is named by its program file, such as excel.exe, or by what people call it", reason="bad_app")
    else:
        pattern = pattern.casefold()
    return RuleWish(kind=wish.kind, pattern=pattern, category=wish.category, team=wish.team)


def with_wish(rules: list[Rule], wish: RuleWish) -> list[Rule]:
    """Return the overrides as they would be."""
    kept = [rule for rule in rules if _key(rule) != _key(wish)]
    return kept if wish.category is None else [*kept, Rule(wish.kind, wish.pattern, wish.category, wish.team)]


def refuse_rules_for_others(viewer: Viewer, team: int | None) -> None:
    """Raise NotAllowedError when the rules of a team, or of everybody, are not the viewer's to change."""
    if not may_lead(viewer, team):
        raise NotAllowedError("rules for everybody are the owner's" if team is None else "this team's rules are not yours to change")


def save(connection: Connection, viewer: Viewer, wish: RuleWish, now: int, address: str) -> int | None:
    """Change the rule book and return the change's number; None when it says so already."""
    refuse_rules_for_others(viewer, wish.team)
    wish = meant(wish)
    if wish.team is not None and connection.execute(select(Team.id).where(Team.id == wish.team)).first() is None:
        raise BadRequestError("there is no such team", reason="not_there")
    take_turn(connection, Turn.RULES)
    before = _stands(connection, wish)
    if before == wish.category:
        return None
    _put(connection, wish)
    values = {"at": now, "actor": viewer.name, "team_id": wish.team, "kind": wish.kind, "pattern": wish.pattern}
    row = insert(RuleChange).values(**values, before=before, after=wish.category)
    number = connection.execute(row.returning(RuleChange.id)).scalar_one()
    deed = audit.Deed(viewer.name, "changed rule", _subject(wish), f"change {number}", address, before=before, after=wish.category)
    audit.record(connection, deed, now)
    return number


def undo(connection: Connection, viewer: Viewer, change: int, now: int, address: str) -> None:
    """Put back what a change replaced; raise ConflictError when it was undone, or the same rule changed again since."""
    take_turn(connection, Turn.RULES)
    row = connection.execute(select(*RuleChange.__table__.columns).where(RuleChange.id == change)).one_or_none()
    if row is None:
        raise BadRequestError("there is no such change", reason="not_there")
    refuse_rules_for_others(viewer, row.team_id)
    was = RuleWish(row.kind, row.pattern, Category(row.before) if row.before else None, row.team_id)
    if row.undone is not None or newer_change(connection, row) or _stands(connection, was) != row.after:
        raise ConflictError("this rule was changed again since", reason="stale")
    _put(connection, was)
    connection.execute(update(RuleChange).where(RuleChange.id == change).values(undone=now))
    deed = audit.Deed(viewer.name, "undid rule change", _subject(was), f"change {change}", address, before=row.after, after=row.before)
    audit.record(connection, deed, now)


def newer_change(session: AnySession, row: Any) -> bool:
    """Return whether the rule of a change was changed again after it, and that was not undone."""
    newer = (RuleChange.id > row.id) & RuleChange.undone.is_(None)
    return (
        session.execute(select(RuleChange.id).where(newer & _same(RuleChange, row.team_id, row.kind, row.pattern)).limit(1)).first()
        is not None
    )


def _put(connection: Connection, wish: RuleWish) -> None:
    connection.execute(delete(CategoryRule).where(_same(CategoryRule, wish.team, wish.kind, wish.pattern)))
    if wish.category is not None:
        values = {"team_id": wish.team, "kind": wish.kind, "pattern": wish.pattern, "category": wish.category.value}
        connection.execute(insert(CategoryRule).values(**values))


def _stands(connection: Connection, wish: RuleWish) -> str | None:
    question = select(CategoryRule.category).where(_same(CategoryRule, wish.team, wish.kind, wish.pattern))
    return connection.execute(question.order_by(CategoryRule.id.desc()).limit(1)).scalar_one_or_none()


def _same(table: type[CategoryRule] | type[RuleChange], team: int | None, kind: str, pattern: str) -> ColumnElement[bool]:
    of_team = table.team_id.is_(None) if team is None else table.team_id == team
    return of_team & (table.kind == kind) & (table.pattern == pattern)


def _key(rule: Rule | RuleWish) -> tuple[int | None, str, str]:
    return rule.team, rule.kind, rule.pattern


def _subject(wish: RuleWish) -> str:
    return f"{wish.kind} {wish.pattern} of {'everybody' if wish.team is None else f'team {wish.team}'}"
