"""Days of people for the tests of ml."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ml.features import DayFacts

FIRST = date(2026, 1, 5)
OFFICE_HOURS = tuple(3000 if 9 <= hour < 17 else 0 for hour in range(24))


def a_day(person: int, at: int, **changed: object) -> DayFacts:
    """Return an ordinary office day, the `at`-th, with what differs."""
    rest = (at % 7) >= 5
    usual: dict[str, object] = {
        "person": person,
        "day": FIRST + timedelta(days=at),
        "zone": "Asia/Kolkata",
        "team": person // 10,
        "rest_day": rest,
        "engaged_by_hour": OFFICE_HOURS,
        "idle": 1800,
        "meeting": 1200,
        "unproductive": 600,
        "unclassified": 300,
        "apps": {"excel.exe": 12_000, "chrome.exe": 8000},
        "sites": {"mail.example": 3000},
        "kinds": {},
        "devices": frozenset({person}),
        "keys": 12_000,
        "clicks": 4000,
        "regular_minutes": 0,
        "longest_streak": 5400,
        "breaks": 7,
        "sent": 40_000_000,
        "received": 200_000_000,
        "created": 5,
        "deleted": 1,
        "renamed": 0,
        "removable": 0,
        "coverage": 1.0,
    }
    return DayFacts(**{**usual, **changed})  # type: ignore[arg-type]


def an_office(people: int, days: int, seed: int = 1) -> list[DayFacts]:
    """Return the working days of an office in which every number scatters a little."""
    random = np.random.default_rng(seed)
    return [
        a_day(
            person,
            at,
            engaged_by_hour=tuple(int(part * random.uniform(0.8, 1)) for part in OFFICE_HOURS),
            idle=int(random.gamma(4, 400)),
            keys=int(12_000 * random.lognormal(0, 0.2)),
            sent=int(40_000_000 * random.lognormal(0, 0.5)),
            created=int(random.poisson(5)),
            deleted=int(random.poisson(2)),
        )
        for at in range(days)
        if at % 7 < 5
        for person in range(people)
    ]
