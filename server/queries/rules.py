"""The rule book as it stands, what a rule would move, and what no rule names."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from policy.categories import Category, Rule, RuleBook, Verdict
from policy.presence import Presence
from policy.roles import Role, Viewer
from policy.summaries import (
    Categories,
    Matched,
    Moved,
    NamedByNoRule,
    Override,
    RuleChange,
    RuleEffect,
    Rules,
    RuleWish,
    Unclassified,
)
from server.models import RuleChange as Change
from server.organisation import AnySession
from server.queries.categories import categories_of, category_table
from server.queries.selection import Selection, period_of
from server.queries.uses import Unnamed, Use, unnamed, uses
from server.rules import meant, newer_change, overrides, rule_book, with_wish

MOST_CHANGES = 100
MOST_MATCHES = 50
MOST_ROWS = 200


def rules(session: AnySession, viewer: Viewer, packaged: RuleBook) -> Rules:
    """Return the rule book as far as it concerns the viewer: everybody's rules, and their teams'."""
    mine = [rule for rule in overrides(session) if _concerns(viewer, rule.team)]
    rows = session.execute(select(*Change.__table__.columns).order_by(Change.id.desc()).limit(10 * MOST_CHANGES)).all()
    return Rules(
        apps=dict(packaged.packaged_apps),
        sites=dict(packaged.packaged_sites),
        overrides=[Override(rule.team, rule.kind, rule.pattern, rule.category) for rule in mine],
        changes=[_change(session, row) for row in rows if _concerns(viewer, row.team_id)][:MOST_CHANGES],
    )


def _concerns(viewer: Viewer, team: int | None) -> bool:
    return team is None or viewer.role is Role.OWNER or team in viewer.teams


def _change(session: AnySession, row: Any) -> RuleChange:
    undone = row.undone is not None
    return RuleChange(
        id=row.id,
        at=row.at,
        who=row.actor,
        team=row.team_id,
        kind="site" if row.kind == "site" else "app",
        pattern=row.pattern,
        before=Category(row.before) if row.before else None,
        after=Category(row.after) if row.after else None,
        undone=undone,
        can_undo=not undone and not newer_change(session, row),
    )


def effect(session: AnySession, selection: Selection, wish: RuleWish, packaged: RuleBook) -> RuleEffect:
    """Return what the selection's figures would be if the wish were saved."""
    wish, now = meant(wish), overrides(session)
    book, changed = packaged.with_overrides(now), packaged.with_overrides(with_wish(now, wish))
    decides = _decides(wish, now, packaged)
    before, after, moved = Counter[str](), Counter[str](), Counter[tuple[Category, Category, bool]]()
    matches: list[Matched] = []
    for use in uses(session, selection):
        old, new = (_verdict(one, use) for one in (book, changed))
        before += _counts(old.category, old.classified, use.seconds)
        after += _counts(new.category, new.classified, use.seconds)
        if (old.category, old.classified) != (new.category, new.classified):
            moved[old.category, new.category, old.classified] += use.seconds
        if decides(use):
            matches.append(Matched(use.app, use.site, new.name, old.category, new.category, use.seconds, use.people))
    matches = _by_app(matches)
    return RuleEffect(
        period=period_of(session, selection),
        before=Categories(**before),
        after=Categories(**after),
        moved=[Moved(*key, seconds=amount) for key, amount in moved.most_common()],
        matches=matches[:MOST_MATCHES],
        truncated=max(0, len(matches) - MOST_MATCHES),
    )


class _Decides:
    """Whether a rule decides about a use: it does when one category or another makes a difference there."""

    def __init__(self, books: tuple[RuleBook, RuleBook]) -> None:
        self._books = books

    def __call__(self, use: Use) -> bool:
        one, other = (_verdict(book, use).category for book in self._books)
        return one is not other


def _decides(wish: RuleWish, rules_now: list[Rule], packaged: RuleBook) -> _Decides:
    one, other = (
        packaged.with_overrides(with_wish(rules_now, RuleWish(wish.kind, wish.pattern, category, wish.team)))
        for category in (Category.PRODUCTIVE, Category.UNPRODUCTIVE)
    )
    return _Decides((one, other))


def _verdict(book: RuleBook, use: Use) -> Verdict:
    return book.classify(use.app, use.site, Presence.MEETING if use.in_meeting else None, use.team)


def _counts(category: Category, classified: bool, seconds: int) -> Counter[str]:
    counts = Counter({category.value: seconds})
    if not classified:
        counts["unclassified"] = seconds
    return counts


def _by_app(matches: list[Matched]) -> list[Matched]:
    """Return the matches added up over teams, most time first."""
    sums: dict[tuple[str, str | None, Category, Category], Matched] = {}
    for one in matches:
        key = (one.app, one.site, one.before, one.after)
        known = sums.get(key)
        added = (one.seconds, one.people) if known is None else (known.seconds + one.seconds, known.people + one.people)
        sums[key] = Matched(one.app, one.site, one.name, one.before, one.after, *added)
    return sorted(sums.values(), key=lambda one: (-one.seconds, one.name, one.app))


def unclassified(session: AnySession, selection: Selection, packaged: RuleBook) -> Unclassified:
    """Return the apps and sites of the selection that no rule names, as a rule would name them."""
    book = rule_book(session, packaged)
    found = unnamed(session, selection, book)
    rows = [NamedByNoRule(one.kind, one.text, _name(one, book), one.seconds, one.people, one.days) for one in found]
    rows.sort(key=lambda row: (-row.engaged, row.name))
    total = categories_of(category_table(session, selection, book).sum(axis=(0, 1))).total
    left_out = max(0, len(rows) - MOST_ROWS)
    return Unclassified(period_of(session, selection), total, sum(one.seconds for one in found), rows[:MOST_ROWS], left_out)


def _name(one: Unnamed, book: RuleBook) -> str:
    return one.text if one.kind == "site" else book.display_name(one.text)
