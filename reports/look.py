"""How a report's charts look on paper: the console's daylight colours, and hatches that tell parts apart in grey."""

from __future__ import annotations

from policy.categories import Category
from policy.presence import Presence
from reports import phrases
from reports.charts import Look, Series
from reports.speech import Speech

INK, MUTED, LINE, GROUND, ACCENT, PAPER = "#18202C", "#566173", "#DFE4EB", "#F3F5F8", "#2F5BD7", "#FFFFFF"
PRESENCES = {
    Presence.ACTIVE: ("#2F5BD7", ""),
    Presence.READING: ("#9DB7F3", "////"),
    Presence.MEETING: ("#0B8A7B", "...."),
    Presence.IDLE: ("#E3B45C", ""),
    Presence.LOCKED: ("#8F99A8", ""),
    Presence.PAUSED: ("#D9DEE6", "xxxx"),
    Presence.ASLEEP: ("#D9DEE6", ""),
    Presence.OFF: ("#D9DEE6", ""),
    Presence.UNKNOWN: ("#EEF1F6", "\\\\\\\\"),
}
CATEGORIES = {
    Category.PRODUCTIVE: ("#2F5BD7", ""),
    Category.NEUTRAL: ("#A9B4C6", ""),
    Category.UNPRODUCTIVE: ("#C9720F", "////"),
}
UNCLASSIFIED = ("#D5DBE5", "....")


def look_of(say: Speech) -> Look:
    """Return the look of charts on paper, in this language."""
    blue, green = PRESENCES[Presence.ACTIVE][0], PRESENCES[Presence.MEETING][0]
    return Look(
        ink=INK,
        muted=MUTED,
        grid=LINE,
        surface=PAPER,
        presences={one: Series(phrases.presence(one, say), *style) for one, style in PRESENCES.items()},
        categories={one: Series(phrases.category(one, say), *style) for one, style in CATEGORIES.items()},
        unclassified=Series(say("Unclassified"), *UNCLASSIFIED),
        hours=say.hours,
        duration=say.duration,
        day=say.short_day,
        received=Series(say("received"), blue),
        sent=Series(say("sent"), green),
        received_estimated=Series(f"{say('received')} ≈", blue, "////"),
        sent_estimated=Series(f"{say('sent')} ≈", green, "////"),
        amount=say.size,
    )
