"""Rules about files, met or not as events arrive: bursts of deletions, renames, creations or copies to removable drives, and watched paths.

What an epoch brought since the last look is read once; counts are taken anew of every minute, or day, it touches.

```
epoch    1 ........ 840 | 841 ... 902        looked up to 840
minutes            10:14 | 10:15             of both, everything is counted again, whoever sent it
```
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import aliased

from policy.events import MINUTE_MS
from server.models import Account, AccountDevice, Epoch, FileEvent, FileHit, FileLook, Path
from server.paths import PathPattern, fold
from server.queries.file_extras import BURST_ACTIONS, BURST_EVENTS
from server.store.db import insert_into
from server.store.writer import Writer
from server.watch_lists import Watched, watched

DAY_MS = 86_400_000
SLACK_MS = 3_600_000
"""A clock may be put back a little; what is further back than this in an epoch that was read already is not looked at."""
FIRST_LOOK_MS = 7 * DAY_MS
EPOCHS_AT_ONCE = 50
MOST_ROUNDS = 40
"""So many times an epoch's worth of news is looked at in one go: 2,000 PCs; the rest waits for the next."""
MOST_SEEN = 50_000
NO_DOCUMENT = re.compile(
    r"(?:^|/)(?:appdata|\.cache|\.config|temp|node_modules|\.git|__pycache__|\$recycle\.bin)/"
    r"|^(?:[a-z]:/windows|[a-z]:/program ?files[^/]*|[a-z]:/programdata|/tmp|/var|/proc)/"
    r"|(?:\.tmp|\.crdownload|\.part)$|(?:^|/)~\$[^/]*$"
)
"""Files that programs make and delete by themselves: a thousand of them are no burst."""


class Hit(NamedTuple):
    """A rule that was met; `what` is the kind of event, or the watched pattern."""

    kind: str
    person: int
    at: int
    what: str
    amount: int


class News(NamedTuple):
    """An epoch with numbers that were not looked at, and from where to look."""

    epoch: int
    high_water: int
    seq: int
    at: int


def look(readers: Engine, writer: Writer, now: int) -> int:
    """Look at what came since the last look; return how many rules were met."""
    met = 0
    for _ in range(MOST_ROUNDS):
        with readers.connect() as connection:
            news = _news(connection, now)
            if not news:
                return met
            hits, looked = _look_at(connection, news)
        writer.do(partial(_remember, hits=hits, looked=looked))
        met += len(hits)
    return met


def _look_at(connection: Connection, news: Iterable[News]) -> tuple[list[Hit], list[News]]:
    touched: dict[int, set[int]] = defaultdict(set)
    looked = []
    for one in news:
        rows = _rows_of(connection, one)
        looked.append(one._replace(at=max([one.at, *(row.at for row in rows)])))
        for row in rows:
            touched[row.account_id].add(row.at // MINUTE_MS * MINUTE_MS)
    lists = watched(connection) if touched else Watched({}, {})
    return [hit for account, minutes in touched.items() for hit in _hits(connection, account, minutes, lists)], looked


def _news(connection: Connection, now: int) -> list[News]:
    """Return the epochs that grew, a few at a time."""
    seq, at = func.coalesce(FileLook.seq, 0), func.coalesce(FileLook.at, now - FIRST_LOOK_MS)
    question = select(Epoch.id, Epoch.high_water, seq, at).outerjoin(FileLook, FileLook.epoch_id == Epoch.id)
    rows = connection.execute(question.where(Epoch.high_water > seq).order_by(Epoch.id).limit(EPOCHS_AT_ONCE))
    return [News(*row) for row in rows]


def _rows_of(connection: Connection, news: News) -> Sequence[Any]:
    of_device = select(FileEvent.account_id, FileEvent.at).where(_mine(news) & (FileEvent.source != "rescan"))
    return connection.execute(of_device.limit(MOST_SEEN)).all()


def _mine(news: News) -> Any:
    # The table is clustered by account and time: each account's stretch is found at once.
    accounts = select(AccountDevice.account_id).join(Epoch, Epoch.device_id == AccountDevice.device_id).where(Epoch.id == news.epoch)
    numbers = FileEvent.seq.between(news.seq + 1, news.high_water)
    return FileEvent.account_id.in_(accounts) & (FileEvent.at >= news.at - SLACK_MS) & (FileEvent.epoch_id == news.epoch) & numbers


def _hits(connection: Connection, account: int, minutes: set[int], lists: Watched) -> Iterable[Hit]:
    person = connection.execute(select(Account.person_id).where(Account.id == account)).scalar_one()
    counts = Counter[tuple[str, int, str]]()
    days = {minute // DAY_MS * DAY_MS for minute in minutes} if lists.confidential else set()
    stretches = [(day, day + DAY_MS) for day in sorted(days)] or [(minute, minute + MINUTE_MS) for minute in sorted(minutes)]
    for start, end in stretches:
        for row in _events(connection, account, start, end):
            names = [name for name in (row.path, row.new_path) if name is not None]
            minute = row.at // MINUTE_MS * MINUTE_MS
            if minute in minutes and row.action in BURST_ACTIONS and not any(map(_is_no_document, names)):
                counts["burst", minute, row.action] += 1
                counts.update(("carried", minute, text) for text in _arrived_at(row.action, names[-1], lists.removable))
            for text, pattern in lists.confidential.items():
                if any(pattern.matches(name) for name in names):
                    counts["watched", row.at // DAY_MS * DAY_MS, text] += 1
    return [
        Hit(kind, person, at, what, amount) for (kind, at, what), amount in counts.items() if kind == "watched" or amount >= BURST_EVENTS
    ]


def _arrived_at(action: str, name: str, removable: dict[str, PathPattern]) -> list[str]:
    """Return the removable drives on which a file arrived: it was created there, or renamed to a name there."""
    return [] if action == "deleted" else [text for text, pattern in removable.items() if pattern.matches(name)]


def _events(connection: Connection, account: int, start: int, end: int) -> Sequence[Any]:
    old, new = aliased(Path), aliased(Path)
    columns = (FileEvent.at, FileEvent.action, old.text.label("path"), new.text.label("new_path"))
    asked = (FileEvent.account_id == account) & (FileEvent.at >= start) & (FileEvent.at < end) & (FileEvent.source != "rescan")
    question = select(*columns).join(old, old.id == FileEvent.path_id).outerjoin(new, new.id == FileEvent.new_path_id)
    return connection.execute(question.where(asked).limit(MOST_SEEN)).all()


def _is_no_document(path: str) -> bool:
    return NO_DOCUMENT.search(fold(path)) is not None


def _remember(connection: Connection, hits: Iterable[Hit], looked: Iterable[News]) -> None:
    for hit in hits:
        values = {"kind": hit.kind, "person_id": hit.person, "at": hit.at, "what": hit.what}
        row = insert_into(connection, FileHit).values(**values, amount=hit.amount)
        connection.execute(row.on_conflict_do_update(index_elements=["person_id", "at", "kind", "what"], set_={"amount": hit.amount}))
    for one in looked:
        place = {"seq": one.high_water, "at": one.at}
        row = insert_into(connection, FileLook).values(epoch_id=one.epoch, **place)
        connection.execute(row.on_conflict_do_update(index_elements=["epoch_id"], set_=place))
