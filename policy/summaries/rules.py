"""The rule book as people change it: the overrides there are, what a new one would move, and what no rule names yet."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from policy.categories import Category
from policy.summaries.numbers import Number
from policy.summaries.period import Period
from policy.summaries.times import Categories

Kind = Literal["app", "site"]
Pattern = Annotated[str, Meta(min_length=1, max_length=256)]


class RuleWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule somebody wants: `category` None takes the override away, `team` None is everybody."""

    kind: Kind
    pattern: Pattern
    category: Category | None
    team: Number | None = None


class Override(Struct, frozen=True):
    """A rule above the packaged ones, of one team or (None) of everybody."""

    team: int | None
    kind: Kind
    pattern: str
    category: Category


class RuleChange(Struct, frozen=True):
    """What somebody changed; `before` and `after` are None where there was, or is, no override. `can_undo`: nothing changed it since."""

    id: int
    at: int
    who: str
    team: int | None
    kind: Kind
    pattern: str
    before: Category | None
    after: Category | None
    undone: bool
    can_undo: bool


class Rules(Struct, frozen=True):
    """The rule book: how many packaged apps and sites there are of each category, the overrides, and the newest changes."""

    apps: dict[Category, int]
    sites: dict[Category, int]
    overrides: list[Override]
    changes: list[RuleChange]


class Moved(Struct, frozen=True):
    """Engaged seconds that would be counted otherwise; `classified_before` False: no rule named them until now."""

    before: Category
    after: Category
    classified_before: bool
    seconds: int


class Matched(Struct, frozen=True):
    """An app (at a site, where one is known) that the rule would decide about, and its engaged seconds."""

    app: str
    site: str | None
    name: str
    before: Category
    after: Category
    seconds: int
    people: int


class RuleEffect(Struct, frozen=True):
    """What a rule would do to the engaged time of a period before it is saved; `truncated` matches are not listed."""

    period: Period
    before: Categories
    after: Categories
    moved: list[Moved]
    matches: list[Matched]
    truncated: int


class RuleSaved(Struct, frozen=True):
    """The number of a change, by which it can be undone; None when nothing was different."""

    change: int | None


class UndoWish(Struct, frozen=True, forbid_unknown_fields=True):
    """The change to be undone."""

    change: Number


class NamedByNoRule(Struct, frozen=True):
    """An app, or a site, that no rule names, as a rule would name it: `kind` and `pattern`."""

    kind: Kind
    pattern: str
    name: str
    engaged: int
    people: int
    days: int


class Unclassified(Struct, frozen=True):
    """What no rule names, most engaged time first, and how much of all engaged time it is; `truncated` rows are not listed."""

    period: Period
    engaged: int
    unclassified: int
    rows: list[NamedByNoRule]
    truncated: int
