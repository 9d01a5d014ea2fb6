"""The one JSON object that says how the agent is doing, from the buffer and what a running agent notes."""

from __future__ import annotations

import sqlite3

import msgspec
from msgspec import Struct

from agent.account import current_account
from agent.control import read_control
from agent.enrolment import load_credentials, load_policy
from agent.folder import Folder
from agent.gate import Word, decide
from agent.glance import is_in_use, read_facts, read_oldest
from agent.keys import KeyUnreadableError, load_key
from agent.sealing import Sealer


class Note(Struct, frozen=True):
    """What a running agent notes about itself, for the `status` of another process."""

    at: int
    state: str
    sending: str
    last_error: str | None
    counts: dict[str, int]


class Status(Struct, frozen=True):
    """`oldest` is the instant of the first event that waits; `recorded` and `sent` are numbers of this `epoch`."""

    state: str
    running: bool
    sending: str
    recorded: int
    sent: int
    buffered: int
    dropped: dict[str, int]
    oldest: int | None
    last_error: str | None
    server: str | None
    device_id: str | None
    epoch: str | None
    answer: str | None
    counts: dict[str, int]


def read_status(folder: Folder) -> Status:
    """Return how the agent of `folder` is doing; nothing is changed."""
    running = folder.root.exists() and is_in_use(folder.buffer)
    note = read_note(folder)
    sealer = _sealer(folder)
    try:
        facts = read_facts(folder.buffer, sealer) if sealer else None
        oldest = read_oldest(folder.buffer, sealer, facts.epoch) if sealer and facts else None
    except sqlite3.Error:
        facts, oldest = None, None
    credentials = load_credentials(folder, sealer) if sealer else None
    control = read_control(folder.control)
    answers = control.answers
    return Status(
        state=_word(folder, note, running, current_account() if credentials else None),
        running=running,
        sending=note.sending if note and running else "idle",
        recorded=facts.recorded if facts else 0,
        sent=facts.acked if facts else 0,
        buffered=facts.buffered if facts else 0,
        dropped={reason: drop.total for reason, drop in facts.dropped.items()} if facts else {},
        oldest=oldest,
        last_error=note.last_error if note else None,
        server=credentials.url if credentials else None,
        device_id=credentials.device_id if credentials else None,
        epoch=facts.epoch if facts else None,
        answer=answers[-1].answer if answers else None,
        counts=note.counts if note else {},
    )


def read_note(folder: Folder) -> Note | None:
    """Return what the agent last noted about itself."""
    try:
        return msgspec.json.decode(folder.status.read_bytes(), type=Note)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _word(folder: Folder, note: Note | None, running: bool, account: str | None) -> str:
    """A running agent says it itself; of a stopped one, say what would keep it from recording, or that it is stopped."""
    if running and note:
        return note.state
    policy = load_policy(folder)
    if account is None or policy is None:
        return Word.NOT_ENROLLED
    would = decide(read_control(folder.control), policy, account, 0)
    return would if would in (Word.WITHDRAWN, Word.AWAITING_NOTICE) else Word.STOPPED


def _sealer(folder: Folder) -> Sealer | None:
    try:
        return Sealer(load_key(folder.key))
    except (FileNotFoundError, KeyUnreadableError):
        return None
