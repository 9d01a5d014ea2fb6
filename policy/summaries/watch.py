"""Watch lists: which folders are confidential, and which paths are removable drives."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from policy.summaries.numbers import Number
from policy.summaries.settings import MOST_PATTERNS, Pattern

MOST_LISTS = 64
ListName = Annotated[str, Meta(min_length=1, max_length=128)]
Patterns = Annotated[list[Pattern], Meta(min_length=1, max_length=MOST_PATTERNS)]
ListKind = Literal["confidential", "removable"]


class WatchList(Struct, frozen=True):
    """One list, made or last changed by `by` at `at`.

    An event at a `confidential` path is an alert; at a `removable` one only many files that arrive within a minute are.
    """

    id: int
    name: str
    kind: ListKind
    patterns: list[str]
    by: str
    at: int
    revision: int


class WatchLists(Struct, frozen=True):
    """Every list by name; `settings` are the paths that the organisation's settings name besides."""

    lists: list[WatchList]
    settings: list[str]


class WatchListWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A list to be made."""

    name: ListName
    kind: ListKind
    patterns: Patterns


class WatchListChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another name or other patterns; what is left out stays."""

    list: Number
    revision: Number
    name: ListName | UnsetType = UNSET
    patterns: Patterns | UnsetType = UNSET


class WatchListEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """A list that is watched no more; alerts it made stay."""

    list: Number
    revision: Number
