"""Valid events and batches with sensible defaults; say only what matters to the test."""

from __future__ import annotations

from typing import Any

import msgspec

from policy.events import MINUTE_MS, Activity, Event, File, Gap, Health, Network, Notice, Session

MONDAY_NINE = 1_763_350_200_000  # Monday 17 November 2025, 09:00 in Asia/Kolkata
ANITA = "MERIDIAN\\anita"
BORIS = "MERIDIAN\\boris"


def activity(minute: int = 0, **changes: Any) -> Activity:
    start = changes.pop("start", MONDAY_NINE + minute * MINUTE_MS)
    values = {
        "start": start,
        "end": start + MINUTE_MS,
        "account": ANITA,
        "app": "excel.exe",
        "keys": 40,
        "clicks": 4,
        "scrolls": 0,
        "pointer_px": 200,
        "idle_ms": 500,
        "samples": 60,
        "zero_samples": 30,
        "distinct_counts": 5,
        "moving_samples": 6,
        "distracted_samples": 0,
    }
    return Activity(**(values | changes))


def notice(**changes: Any) -> Notice:
    values = {"at": MONDAY_NINE - MINUTE_MS, "account": ANITA, "version": "2026-11", "language": "en", "answer": "acknowledged"}
    return Notice(**(values | changes))


def agreed(**changes: Any) -> Notice:
    """Return the answer of somebody who was told of pictures of the screen and agrees to them."""
    return notice(**({"version": "2026-11+pictures", "answer": "consented"} | changes))


def session(minute: float, change: Any, **changes: Any) -> Session:
    return Session(**({"at": MONDAY_NINE + round(minute * MINUTE_MS), "account": ANITA, "change": change} | changes))


def network(minute: int = 0, **changes: Any) -> Network:
    start = MONDAY_NINE + minute * MINUTE_MS
    return Network(
        **({"start": start, "end": start + MINUTE_MS, "app": "excel.exe", "sent": 100, "received": 900, "estimated": True} | changes)
    )


def file(minute: int = 0, **changes: Any) -> File:
    values = {"at": MONDAY_NINE + minute * MINUTE_MS, "account": ANITA, "action": "created", "path": "C:\\a.txt", "source": "watcher"}
    return File(**(values | changes))


def gap(**changes: Any) -> Gap:
    return Gap(**({"start": MONDAY_NINE, "end": MONDAY_NINE, "what": "activity", "reason": "buffer_full", "lost": 3} | changes))


def health(**changes: Any) -> Health:
    values = {"at": MONDAY_NINE, "cpu_percent": 0.1, "rss_bytes": 1, "buffered": 0, "oldest_ms": 0, "recorded": 0, "sent": 0, "dropped": 0}
    return Health(**(values | changes))


def batch(events: list[Event | bytes | dict[str, Any]], first: int = 1, **changes: Any) -> bytes:
    """Return a batch's JSON; an event may be a value of ours, any JSON document, or raw bytes."""
    raw = [msgspec.Raw(event if isinstance(event, bytes) else msgspec.json.encode(event)) for event in events]
    document = {
        "protocol": 1,
        "epoch": "a" * 16,
        "first": first,
        "machine": "m1",
        "sent_at": MONDAY_NINE + 60 * MINUTE_MS,
        "boot": "b1",
        "monotonic_ms": 5,
        "events": raw,
    }
    return msgspec.json.encode(document | changes)
