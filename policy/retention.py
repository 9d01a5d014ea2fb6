"""How long each kind of record lives: days, with the floors a law may set and no ceiling left to guesswork."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Days = Annotated[int, Meta(ge=1, le=3650)]
Profile = Literal["none", "india"]


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


FLOORS: dict[Profile, dict[str, int]] = {
    "none": {},
    "india": {"files": 365, "audit": 365},  # DPDP Rules 2025: logs are kept for a year
}


def conflicts(retention: Retention, profile: Profile) -> list[str]:
    """Return a sentence for each period that is shorter than the profile's floor; it is shown, nothing is guessed."""
    return [
        f"{kind} are kept {getattr(retention, kind)} days, but the profile {profile!r} asks for at least {floor}"
        for kind, floor in FLOORS[profile].items()
        if getattr(retention, kind) < floor
    ]
