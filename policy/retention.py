"""How long each kind of record lives: days, with the floors and ceilings of a law or of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

Days = Annotated[int, Meta(ge=1, le=3650)]
Kind = Literal["spans", "ledger", "files", "audit", "captures"]
Profile = Literal["none", "india", "eu", "india_eu", "custom"]


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """Days each kind is kept (DESIGN.md, section 5).

    `spans`: what agents said of activity, network, sessions and health. `ledger`: quarter hours and days made of it.
    `files`: the file audit. `audit`: who looked at whom. `captures`: pictures of a screen.
    """

    spans: Days = 90
    ledger: Days = 395
    files: Days = 365
    audit: Days = 365
    captures: Days = 14


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Days a kind must be kept at least, and may be kept at most."""

    floors: dict[Kind, Days] = {}
    ceilings: dict[Kind, Days] = {}


KINDS: tuple[Kind, ...] = ("spans", "ledger", "files", "audit", "captures")
INDIA: dict[Kind, int] = {"files": 365, "audit": 365}
"""DPDP Rules 2025: logs are kept for a year."""
EU: dict[Kind, int] = {"spans": 90, "ledger": 395, "captures": 30}
"""GDPR names no days; these are what is usually thought enough: minutes for a quarter, sums for a year and the month after it."""
FLOORS: dict[Profile, dict[Kind, int]] = {"none": {}, "india": INDIA, "eu": {}, "india_eu": INDIA, "custom": {}}
CEILINGS: dict[Profile, dict[Kind, int]] = {"none": {}, "india": {}, "eu": EU, "india_eu": EU, "custom": {}}


def floors(profile: Profile, limits: Limits = Limits()) -> dict[Kind, int]:  # noqa: B008 — it never changes
    """Return how many days each kind must be kept at least: by the profile, and by one's own limits where these are longer."""
    return {kind: max(FLOORS[profile].get(kind, 0), limits.floors.get(kind, 0)) for kind in FLOORS[profile].keys() | limits.floors.keys()}


def ceilings(profile: Profile, limits: Limits = Limits()) -> dict[Kind, int]:  # noqa: B008 — the same
    """Return how many days each kind may be kept at most: by the profile, and by one's own limits where these are shorter."""
    known = CEILINGS[profile]
    return {kind: min(known.get(kind, 3650), limits.ceilings.get(kind, 3650)) for kind in known.keys() | limits.ceilings.keys()}


def conflicts(retention: Retention, profile: Profile, limits: Limits = Limits()) -> list[str]:  # noqa: B008 — the same
    """Return a sentence for each period below its floor or above its ceiling, and for each floor above its ceiling.

    It is shown, nothing is guessed: which of two laws goes first is not for a program to say.
    """
    return list(_conflicts(retention, profile, floors(profile, limits), ceilings(profile, limits)))


def _conflicts(retention: Retention, profile: Profile, least: dict[Kind, int], most: dict[Kind, int]) -> Iterator[str]:
    for kind in KINDS:
        days, floor, ceiling = getattr(retention, kind), least.get(kind, 0), most.get(kind)
        if ceiling is not None and floor > ceiling:
            yield f"{kind} must be kept at least {floor} days and at most {ceiling}: decide which rule goes first"
        if days < floor:
            yield f"{kind} are kept {days} days, but the profile {profile!r} asks for at least {floor}"
        if ceiling is not None and days > ceiling:
            yield f"{kind} are kept {days} days, but the profile {profile!r} allows at most {ceiling}"
