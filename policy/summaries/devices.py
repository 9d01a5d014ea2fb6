"""The fleet as IT sees it."""

from __future__ import annotations

from msgspec import Struct


class Delivery(Struct, frozen=True):
    """One device's delivery equation: recorded = stored + quarantined + lost + buffered.

    `recorded` and `buffered` are the agent's own count as last heard, the others what the server holds. Beside it:
    `unrecorded` never got a number, because the agent had no room; `duplicates` came again and were not stored again;
    `refused` says the reasons of what was quarantined, lost or unrecorded.
    """

    device: str
    hostname: str
    team: int | None
    agent_version: str
    enrolled: int
    seen: int | None
    revoked: bool
    clock_offset_ms: int | None
    recorded: int
    stored: int
    quarantined: int
    lost: int
    buffered: int
    unrecorded: int
    duplicates: int
    refused: dict[str, int]
    revision: int = 1

    @property
    def balanced(self) -> bool:
        """Whether every sequence number is accounted for."""
        return self.recorded == self.stored + self.quarantined + self.lost + self.buffered


class Devices(Struct, frozen=True):
    """The fleet as IT sees it: no person's figures."""

    made_at: int
    devices: list[Delivery]
