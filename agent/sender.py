"""Delivers the buffer in order: at most one batch is under way, and nothing is deleted before it is acknowledged."""

from __future__ import annotations

import gzip
import random
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

import msgspec

from agent.buffer import Buffer, Row, Waiting
from agent.clock import Moment
from agent.encoding import lost_in_place
from agent.enrolment import decode_policy
from agent.log import log
from agent.outcomes import Acked, Bad, Busy, Cloned, NoNotice, Outcome, Revoked, Rewind, TooLarge, Unknown, outcome_of
from agent.selfstats import SelfStats
from agent.settings import Settings
from agent.transport import JSON, AwayError, Transport
from policy.events import NEEDS_NOTICE, Notice, event_decoder
from policy.wire import BUFFERED_HEADER, MAX_INFLATED_BYTES, PROTOCOL, RECORDED_HEADER, AgentPolicy, Batch
from policy.worktime import zone_named

FIRST_WAIT_SECONDS = 1.0
SLOW_RETRY_SECONDS = 60.0
ENVELOPE_BYTES = 4 << 10
SHOWN_LATELY = 200
"""So many of the newest delivered events the person can look at, exactly as they were sent."""
GZIP = JSON | {"Content-Encoding": "gzip"}


class Sending(StrEnum):
    """How delivery stands, in one word."""

    IDLE = "idle"
    ONLINE = "online"
    OFFLINE = "offline"
    BUSY = "busy"
    NO_NOTICE = "no_notice"
    REFUSED = "refused"
    REVOKED = "revoked"
    CLONED = "cloned"


STOPPED_SENDING = (Sending.REVOKED, Sending.CLONED)
"""Only a new enrolment ends these; recording goes on, into the buffer."""


@dataclass(frozen=True)
class Identity:
    """What a batch says about where it comes from."""

    machine: str
    boot: str


class Sender:
    """Takes one step at a time and says how long to wait for the next; everything it remembers is about pace."""

    def __init__(
        self,
        buffer: Buffer,
        transport: Transport,
        identity: Identity,
        policy: AgentPolicy,
        settings: Settings,
        stats: SelfStats,
        clock: Callable[[], Moment],
        on_policy: Callable[[AgentPolicy], None] = lambda policy: None,
        current_notice: Callable[[], Notice | None] = lambda: None,
        deliver_more: Callable[[Transport], bool] = lambda transport: False,
        account: str = "",
    ) -> None:
        self._buffer, self._transport, self._identity, self._settings = buffer, transport, identity, settings
        self._policy, self._stats, self._clock = policy, stats, clock
        self._policy_path = f"/api/v1/policy?account={quote(account, safe='')}" if account else "/api/v1/policy"
        self._on_policy, self._current_notice, self._deliver_more = on_policy, current_notice, deliver_more
        self.lately: deque[bytes] = deque(maxlen=SHOWN_LATELY)
        self.sending = Sending.IDLE
        self.last_error: str | None = None
        self.wake = threading.Event()
        self._failures = 0
        self._limit = int(settings.batch_events)
        self._only_before_notice = False
        self._brought_first: Notice | None = None

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set; it must be set together with `wake`."""
        while not stop.is_set():
            self.wake.clear()
            wait = self.step_safely()
            if not stop.is_set():
                self.wake.wait(wait)

    def step_safely(self) -> float:
        """Take one step; a disk that fails in it is the world's trouble, so try again later."""
        try:
            return self.step()
        except sqlite3.Error as fault:
            return self._back_off(Sending.OFFLINE, f"the buffer cannot be read or written: {fault}")

    def step(self) -> float:
        """Send one batch if anything waits; return how many seconds to wait before the next step."""
        if self.sending in STOPPED_SENDING:
            return self._settings.longest_wait_seconds
        waiting = self._next_rows()
        if not waiting.rows:
            return self._nothing_to_send()
        try:
            outcome = self._deliver(waiting, waiting.rows)
        except AwayError as fault:
            return self._back_off(Sending.OFFLINE, str(fault))
        return self._follow(outcome, waiting)

    def renew(self, transport: Transport, policy: AgentPolicy) -> None:
        """Go on through `transport`: this PC was enrolled anew."""
        before, self._transport, self._policy = self._transport, transport, policy
        before.close()
        self.sending, self.last_error, self._failures = Sending.IDLE, None, 0
        self.wake.set()

    def say_goodbye(self, seconds: float) -> None:
        """Send what goes out within `seconds`; the rest waits for the next start."""
        deadline = self._clock().mono + seconds * 1000
        self._transport.timeouts = (seconds, seconds)
        while self._buffer.facts.buffered and self._clock().mono < deadline and self.step_safely() == 0.0:
            pass

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    # --- one batch -----------------------------------------------------------------------------------------------

    def _next_rows(self) -> Waiting:
        waiting = self._buffer.peek(self._limit, MAX_INFLATED_BYTES - ENVELOPE_BYTES, self._clock().wall)
        if not self._only_before_notice:
            return waiting
        ready = _before_notice_is_needed(waiting.rows)
        if not ready and self._brought_notice_first():
            return self._buffer.peek(2, ENVELOPE_BYTES, self._clock().wall)
        return Waiting(waiting.epoch, ready)

    def _brought_notice_first(self) -> bool:
        """Put the person's answer in front of what the server does not take without it, once per answer."""
        answer = self._current_notice()
        if answer is None or answer == self._brought_first or answer.answer == "withdrawn":
            return False
        self._brought_first = answer
        self._stats.count("epoch notice_first")
        self._buffer.start_epoch("notice_first", 0, self._clock().wall, first=[answer])
        return True

    def _deliver(self, waiting: Waiting, rows: Sequence[Row]) -> Outcome:
        now = self._clock()
        batch = Batch(
            protocol=PROTOCOL,
            epoch=waiting.epoch,
            first=rows[0].seq,
            machine=self._identity.machine,
            sent_at=now.wall,
            boot=self._identity.boot,
            monotonic_ms=now.mono,
            events=[msgspec.Raw(row.event) for row in rows],
        )
        body = gzip.compress(msgspec.json.encode(batch), compresslevel=6, mtime=0)
        facts = self._buffer.facts
        counts = {RECORDED_HEADER: str(facts.recorded), BUFFERED_HEADER: str(facts.buffered)} if facts.epoch == waiting.epoch else {}
        outcome = outcome_of(self._transport.post("/api/v1/ingest", body, GZIP | counts), now.wall / 1000)
        self._stats.count(f"answer {type(outcome).__name__.lower()}")
        return outcome

    def _follow(self, outcome: Outcome, waiting: Waiting) -> float:
        match outcome:
            case Acked(ack):
                return self._acked(ack.acked, ack.policy, [refusal.reason for refusal in ack.refused], waiting)
            case Rewind(expected):
                return self._rewind(expected, waiting)
            case TooLarge() | Bad() if len(waiting.rows) > 1:
                self._limit = max(1, len(waiting.rows) // 2)
                return 0.0
            case TooLarge():
                return self._poison(waiting, "too_large")
            case Bad():
                log.warning("the server does not take an event", seq=waiting.rows[0].seq)
                return self._poison(waiting, "poison")
            case Revoked():
                return self._stop_sending(
                    Sending.REVOKED, "The server no longer takes data from this device; enrol it anew. What is recorded stays here."
                )
            case Cloned():
                return self._stop_sending(Sending.CLONED, "This buffer belongs to another PC (a copied disk image?); enrol this PC anew.")
            case NoNotice():
                return self._no_notice()
            case Busy(wait):
                return self._back_off(Sending.BUSY, "the server asked to wait", wait)
            case Unknown(what):
                return self._back_off(Sending.REFUSED, f"the server answered something unexpected: {what}")

    # --- what follows --------------------------------------------------------------------------------------------

    def _acked(self, acked: int, revision: int, refused: list[str], waiting: Waiting) -> float:
        first, last = waiting.rows[0].seq, waiting.rows[-1].seq
        facts = self._buffer.facts
        for reason in refused:
            unquoted = reason.partition("'")[0].strip()  # what is quoted in a reason may be what was recorded
            self._stats.count(f"quarantined {unquoted}"[:64])
        if facts.epoch == waiting.epoch and acked > facts.recorded:
            return self._start_epoch("older_copy", 0)  # the server has numbers this copy of the buffer never gave out
        if acked < first:
            return (
                self._rewind(acked + 1, waiting)
                if acked < first - 1
                else self._back_off(Sending.REFUSED, "the server acknowledged nothing")
            )
        self._buffer.acknowledge(waiting.epoch, acked)
        self.lately.extend(row.event for row in waiting.rows if row.seq <= acked)
        self._fine()
        if revision > self._policy.revision:
            self._fetch_policy()
        if len(waiting.rows) < self._limit and last >= self._buffer.facts.recorded:
            self._limit = int(self._settings.batch_events)
            return self._send_more()
        self._limit = min(int(self._settings.batch_events), self._limit * 2)
        return 0.0 if self._buffer.facts.buffered else self._send_more()

    def _send_more(self) -> float:
        """Bring what goes beside the events, now that these are delivered; return how long to wait."""
        try:
            while self._deliver_more(self._transport):
                pass
        except AwayError as fault:
            return self._back_off(Sending.OFFLINE, str(fault))
        return self._policy.send_every

    def _rewind(self, expected: int, waiting: Waiting) -> float:
        facts, first = self._buffer.facts, waiting.rows[0].seq
        if facts.epoch != waiting.epoch:
            return 0.0
        if expected > facts.recorded + 1:
            return self._start_epoch("older_copy", 0)
        if expected < first:  # the server lost what it had acknowledged, and we no longer have it
            return self._start_epoch("server_lost_it", first - expected)
        if expected == first:
            return self._back_off(Sending.REFUSED, f"the server asks for number {expected} and does not take it")
        self._buffer.acknowledge(waiting.epoch, expected - 1)
        return 0.0

    def _start_epoch(self, reason: str, lost: int) -> float:
        log.warning("a new epoch starts", reason=reason, lost=lost)
        self._stats.count(f"epoch {reason}")
        self._buffer.start_epoch(reason, lost, self._clock().wall)
        return self._back_off(Sending.REFUSED, f"a new epoch starts: {reason}", 0.0)

    def _poison(self, waiting: Waiting, reason: str) -> float:
        """Send a gap in the place of the one event that was refused; the event goes only once the gap was taken.

        If the gap is refused as well, the event was not the reason, and nothing is given up.
        """
        seq = waiting.rows[0].seq
        stand_in = Row(seq, lost_in_place(reason, self._clock().wall))
        try:
            outcome = self._deliver(waiting, [stand_in])
        except AwayError as fault:
            return self._back_off(Sending.OFFLINE, str(fault))
        if isinstance(outcome, TooLarge | Bad):
            return self._back_off(Sending.REFUSED, "the server refuses whatever is sent; nothing is given up")
        if isinstance(outcome, Acked) and outcome.ack.acked >= seq:
            self._stats.count(f"lost {reason}")
        return self._follow(outcome, Waiting(waiting.epoch, [stand_in]))

    def _no_notice(self) -> float:
        """Send only what needs no notice, the person's answer first of all; if that is refused as well, wait."""
        self._only_before_notice = not self._only_before_notice
        if self._only_before_notice:
            self._fetch_policy()  # the person may have withdrawn at the server's page
        why = "The server has no answer to the notice from this account; run `agent notice`."
        return self._back_off(Sending.NO_NOTICE, why, 0.0 if self._only_before_notice else SLOW_RETRY_SECONDS)

    def _nothing_to_send(self) -> float:
        if not self._only_before_notice:
            return self._send_more()
        self._only_before_notice = False
        return SLOW_RETRY_SECONDS

    def notice_answered(self) -> None:
        """Somebody answered the notice just now: try again at once."""
        self.wake.set()

    def _stop_sending(self, word: Sending, why: str) -> float:
        self.sending, self.last_error = word, why
        log.error("sending stops", reason=word)
        return self._settings.longest_wait_seconds

    def _fetch_policy(self) -> None:
        try:
            answer = self._transport.get(self._policy_path)
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            policy = decode_policy(answer.body)
            if policy.work_hours:
                zone_named(policy.work_hours.zone)
        except (AwayError, ValueError) as fault:
            self.last_error = f"the new policy is not used: {fault}"
            self._stats.count("policy refused")
            return
        if policy.revision > self._policy.revision:
            self._policy = policy
            self._on_policy(policy)

    def _fine(self) -> None:
        self.sending, self.last_error, self._failures, self._only_before_notice = Sending.ONLINE, None, 0, False

    def _back_off(self, word: Sending, why: str, asked: float | None = None) -> float:
        self.sending, self.last_error = word, why
        self._stats.count(f"trouble {word}")
        longest = self._settings.longest_wait_seconds
        grown = min(longest, FIRST_WAIT_SECONDS * (1 << min(self._failures, 20)))
        self._failures += 1
        if asked is not None:
            return asked * (1 + random.random() / 4)
        return grown * (1 + random.random()) / 2


def _before_notice_is_needed(rows: Sequence[Row]) -> list[Row]:
    ready: list[Row] = []
    for row in rows:
        if isinstance(event_decoder.decode(row.event), NEEDS_NOTICE):
            break
        ready.append(row)
    return ready
