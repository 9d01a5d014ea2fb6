"""The Alerts & Anomalies tab: what there is to read."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from policy.summaries.period import Period


class Severity(StrEnum):
    """How soon somebody should read an alert."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertStatus(StrEnum):
    """What became of an alert."""

    OPEN = "open"


class Alert(Struct, frozen=True):
    """Something to read: `kind` chooses the sentence, `subject` and `amount` fill it in, as in `Attention`.

    `id` stays while the same thing is the matter; `since` is the instant it began, None where that is not known.
    """

    id: str
    kind: str
    severity: Severity
    subject: str
    amount: float
    since: int | None
    status: AlertStatus


class Alerts(Struct, frozen=True):
    """One page of alerts, the most severe first; `next` is the cursor of the page after it, None at the end."""

    period: Period
    alerts: list[Alert]
    next: str | None
