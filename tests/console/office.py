"""A hand-written stand-in for the administration's routes: it answers by name and remembers what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from policy.categories import Category
from policy.summaries import (
    Delivery,
    Devices,
    Organisation,
    Override,
    RuleChange,
    RuleEffect,
    Rules,
    RuleSaved,
    Settings,
    SignInReply,
)
from policy.worktime import WorkHours
from tests.console import fakes

DAY_WEEK = [*[[(9 * 60, 13 * 60), (14 * 60, 18 * 60)]] * 5, [(9 * 60, 13 * 60)], []]
HOURS = WorkHours("Asia/Kolkata", DAY_WEEK)
ORGANISATION = Organisation(name="Kaveri Textiles Pvt Ltd", zone=fakes.ZONE, hours=HOURS, folders=["S:\\Clients", "D:\\Scans"], revision=7)


def at(hour: int, minute: int = 0) -> int:
    """An instant of the day of the fakes."""
    return fakes.instant(fakes.TODAY, hour, minute)


def rules() -> Rules:
    """A rule book with a few overrides."""
    overrides = [
        Override(None, "app", "tally.exe", Category.PRODUCTIVE),
        Override(3, "site", "github.com", Category.PRODUCTIVE),
        Override(2, "site", "youtube.com", Category.NEUTRAL),
        Override(None, "app", "spotify.exe", Category.UNPRODUCTIVE),
    ]
    changes = [
        RuleChange(4, at(11), "meera", 3, "site", "github.com", None, Category.PRODUCTIVE, False, True),
        RuleChange(3, at(10), "owner", None, "app", "spotify.exe", Category.NEUTRAL, Category.UNPRODUCTIVE, True, False),
    ]
    return Rules(dict.fromkeys(Category, 60), dict.fromkeys(Category, 900), overrides, changes)


def devices() -> Devices:
    """A small fleet: one in order, one that lost events, one silent, one whose sums do not agree."""

    def one(number: int, **others: Any) -> Delivery:
        usual: dict[str, Any] = {
            "device": f"d{number}", "hostname": f"ACC-PC-{number:02}", "team": 1, "agent_version": "0.1.0", "enrolled": at(8),
            "seen": at(14), "revoked": False, "clock_offset_ms": 240, "recorded": 91_204, "stored": 91_190, "quarantined": 0, "lost": 0, "buffered": 14,
            "unrecorded": 0, "duplicates": 3, "refused": {},
        }  # fmt: skip
        return msgspec.convert(usual | others, Delivery)

    return Devices(
        at(14),
        [
            one(1),
            one(2, stored=91_170, quarantined=14, lost=6, refused={"disk_full": 6, "malformed": 14}),
            one(3, seen=None, recorded=0, stored=0, buffered=0, clock_offset_ms=None),
            one(4, stored=90_000, clock_offset_ms=-312_000),
        ],
    )


class FakeOffice(fakes.FakeApi):
    """FakeApi with the reading and changing routes of administration; `told` is what was changed, in order."""

    def __init__(self, role: str = "owner") -> None:
        super().__init__()
        self.who = SignInReply("token", at(23), role, [1, 2, 3])
        self.told: list[tuple[str, Any]] = []
        self.refusal: Exception | None = None
        self.answers: dict[str, Callable[[], Any]] = {
            "rules": rules,
            "devices": devices,
            "settings": lambda: Settings(ORGANISATION, []),
        }
        self.replies: dict[str, Callable[[Any], Any]] = {
            "rules": lambda _wish: RuleSaved(5),
            "rules/undo": lambda wish: RuleSaved(wish.change),
            "rules/preview": lambda _wish: effect(),
            "settings": lambda wish: Settings(msgspec.structs.replace(ORGANISATION, revision=wish.revision + 1), []),
        }

    def devices(self) -> Devices:
        """The fleet."""
        return self.ask("devices", Devices)

    def ask(self, route: str, kind: type, asked: Mapping[str, str] | None = None) -> Any:
        """Answer a reading route."""
        self.asked.append((route, *sorted((asked or {}).items())))
        if self.fault is not None:
            raise self.fault
        value = self.answers[route.split("?")[0]]()
        assert isinstance(value, kind)
        return value

    def tell(self, route: str, body: Any, kind: type) -> Any:
        """Answer a changing route as the wire would have it: encoded and decoded."""
        name = route.split("?")[0]
        self.told.append((name, body))
        if self.refusal is not None:
            raise self.refusal
        return msgspec.convert(msgspec.to_builtins(self.replies[name](body)), kind)


def effect() -> RuleEffect:
    """What a rule would move."""
    from policy.summaries import Categories, Matched, Moved

    period = fakes.period(fakes.TODAY, fakes.TODAY)
    before, after = Categories(60_000, 20_000, 5_000, 8_800), Categories(68_800, 11_200, 5_000, 0)
    moved = [Moved(Category.NEUTRAL, Category.PRODUCTIVE, False, 8_800)]
    matches = [Matched("ledgerpro.exe", None, "LedgerPro 2019", Category.NEUTRAL, Category.PRODUCTIVE, 8_800, 4)]
    return RuleEffect(period, before, after, moved, matches, 0)
