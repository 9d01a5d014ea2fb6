"""From events to rows: one function a kind, each gives tuples in the order of its table's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from policy.events import Activity, Capture, Event, File, Gap, Health, Network, Notice, Session
from policy.redaction import clean
from server.models import (
    CALLS,
    App,
    CaptureEvent,
    FileEvent,
    GapEvent,
    HealthEvent,
    NetworkSpan,
    NoticeEvent,
    Path,
    SessionEvent,
    Site,
    Span,
    Title,
)
from server.store.dictionary import Dictionaries, Dictionary, Numbers
from server.store.prepared import Rows

Numbered = Sequence[tuple[int, Any]]
CALL_NUMBERS = {call: number for number, call in enumerate(CALLS)}


class RowMaker:
    """Makes the rows of one batch; `learned` is what may be remembered of the dictionaries once it is committed."""

    def __init__(self, connection: Connection, dictionaries: Dictionaries, device: int, epoch: int, accounts: dict[str, int]) -> None:
        self._connection = connection
        self._dictionaries = dictionaries
        self._device, self._epoch, self._accounts = device, epoch, accounts
        self.learned: list[tuple[Dictionary, Numbers]] = []

    def insert(self, kind: type[Event], events: Numbered) -> list[tuple[Any, ...]]:
        """Insert the rows of all events of one kind, and return them."""
        rows, make = TABLES[kind]
        made = make(self, events)
        rows.insert(self._connection, made)
        return made

    def _numbers(self, dictionary: Dictionary, texts: Sequence[str | None]) -> Numbers:
        numbers = self._dictionaries.numbers_of(self._connection, dictionary, texts)
        self.learned.append((dictionary, numbers))
        return numbers

    def _activity(self, events: Numbered) -> list[tuple[Any, ...]]:
        known = self._dictionaries.known
        try:  # as nearly always: every text was met before
            return self._activity_rows(events, known(App), known(Site), known(Title))
        except KeyError:
            apps = self._numbers(App, [one.app for _, one in events])
            sites = self._numbers(Site, [one.site for _, one in events])
            titles = self._numbers(Title, [one.title for _, one in events])
            return self._activity_rows(events, apps, sites, titles)

    def _activity_rows(self, events: Numbered, apps: Numbers, sites: Numbers, titles: Numbers) -> list[tuple[Any, ...]]:
        epoch, accounts = self._epoch, self._accounts
        return [
            (
                accounts[one.account],
                one.start,
                epoch,
                seq,
                one.end - one.start,
                apps[one.app],
                sites[one.site],
                titles[one.title],
                CALL_NUMBERS[one.call],
                int(one.private),
                one.keys,
                one.clicks,
                one.scrolls,
                one.pointer_px,
                one.idle_ms,
                one.samples,
                one.zero_samples,
                one.distinct_counts,
                one.moving_samples,
                one.distracted_samples,
            )
            for seq, one in events
        ]

    def _session(self, events: Numbered) -> list[tuple[Any, ...]]:
        return [(self._epoch, seq, self._device, one.at, self._accounts[one.account], one.change) for seq, one in events]

    def _network(self, events: Numbered) -> list[tuple[Any, ...]]:
        apps = self._numbers(App, [one.app for _, one in events])
        return [
            (self._device, one.start, self._epoch, seq, one.end, apps[one.app], one.sent, one.received, one.estimated)
            for seq, one in events
        ]

    def _file(self, events: Numbered) -> list[tuple[Any, ...]]:
        paths = self._numbers(Path, [path for _, one in events for path in (one.path, one.new_path)])
        apps = self._numbers(App, [one.process for _, one in events])
        return [
            (
                self._accounts[one.account],
                one.at,
                self._epoch,
                seq,
                self._device,
                one.action,
                one.source,
                paths[one.path],
                paths[one.new_path] or None,
                one.bytes,
                apps[one.process] or None,
            )
            for seq, one in events
        ]

    def _gap(self, events: Numbered) -> list[tuple[Any, ...]]:
        return [
            (self._epoch, seq, self._device, one.start, one.end, clean(one.what, 64), clean(one.reason, 64), one.lost)
            for seq, one in events
        ]

    def _health(self, events: Numbered) -> list[tuple[Any, ...]]:
        return [
            (
                self._device,
                one.at,
                self._epoch,
                seq,
                one.cpu_percent,
                one.rss_bytes,
                one.buffered,
                one.oldest_ms,
                one.recorded,
                one.sent,
                one.dropped,
                msgspec.json.encode(one.system).decode() if one.system else None,
            )
            for seq, one in events
        ]

    def _notice(self, events: Numbered) -> list[tuple[Any, ...]]:
        return [
            (
                self._epoch,
                seq,
                self._device,
                self._accounts[one.account],
                one.at,
                clean(one.version, 64),
                clean(one.language, 64),
                one.answer,
            )
            for seq, one in events
        ]

    def _capture(self, events: Numbered) -> list[tuple[Any, ...]]:
        return [
            (
                self._accounts[one.account],
                one.at,
                self._epoch,
                seq,
                self._device,
                one.sha256,
                one.media,
                one.bytes,
                one.width,
                one.height,
                one.reason,
                None,
            )
            for seq, one in events
        ]


TABLES: dict[Any, tuple[Rows, Callable[[RowMaker, Numbered], list[tuple[Any, ...]]]]] = {
    Activity: (Rows(Span), RowMaker._activity),
    Session: (Rows(SessionEvent), RowMaker._session),
    Network: (Rows(NetworkSpan), RowMaker._network),
    File: (Rows(FileEvent), RowMaker._file),
    Gap: (Rows(GapEvent), RowMaker._gap),
    Health: (Rows(HealthEvent), RowMaker._health),
    Notice: (Rows(NoticeEvent), RowMaker._notice),
    Capture: (Rows(CaptureEvent), RowMaker._capture),
}
"""For each kind of event its table and how its rows are made."""
