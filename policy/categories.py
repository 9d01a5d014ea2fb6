"""The rule book: which class an app or a site belongs to, and which windows are meetings; matched by token, never by substring."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What an hour in an app or at a site is counted as."""

    PRODUCTIVE = "productive"
    NEUTRAL = "neutral"
    UNPRODUCTIVE = "unproductive"
