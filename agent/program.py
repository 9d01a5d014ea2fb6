"""The running agent: puts the parts together, keeps the sender beside the loop, and notes how it goes."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable

import msgspec

from agent.buffer import Buffer
from agent.captures.delivery import deliver
from agent.captures.store import CaptureStore
from agent.clock import Clock, Moment, SystemClock
from agent.collectors import Collector, FileChanges, Foreground, HealthReport, NetworkUse, ScreenCaptures, ScreenClips, SessionChanges
from agent.control import ControlWatch
from agent.desktop import Desktop
from agent.enrolment import Credentials, load_credentials, load_policy
from agent.exact import exact_here
from agent.folder import Folder, write_whole
from agent.gate import Word
from agent.keys import load_or_make_key
from agent.listener import Listener, open_listener
from agent.log import log
from agent.loop import Loop
from agent.sealing import Sealer
from agent.selfstats import SelfStats
from agent.sender import STOPPED_SENDING, Identity, Sender
from agent.settings import Settings
from agent.status import Note
from agent.tabs import Tabs
from agent.transport import Transport
from agent.tray import Tray
from agent.visible import Standing, Visible
from policy.categories import load_rule_book
from policy.events import Notice
from policy.readiness import make_types_ready
from policy.wire import AgentPolicy

NOTE_EVERY_MS = 10_000
MIB = 1 << 20


class NotEnrolledError(RuntimeError):
    """This PC is no device of any server yet."""


class Program:
    """One run of the agent, from the opened desktop to the last goodbye."""

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        desktop: Desktop,
        clock: Clock | None = None,
        say: Callable[[Word, AgentPolicy], None] = lambda word, policy: None,
    ) -> None:
        self._folder, self._settings, self._desktop, self._say = folder, settings, desktop, say
        self._clock = clock or SystemClock()
        self._sealer = Sealer(load_or_make_key(folder.key))
        self._credentials, policy = self._enrolled()
        self._seen_credentials = self._credentials_signature()
        self._stats = SelfStats()
        self._buffer = Buffer(folder.buffer, self._sealer, int(settings.buffer_mib * MIB), self._clock.now().wall)
        self._bind(self._credentials)
        self._control = ControlWatch(folder.control)
        self._captures = CaptureStore(folder.captures, self._sealer)
        self._sender = self._make_sender(policy)
        self._tabs = Tabs()
        self._visible = self._make_visible()
        self._tray = Tray(self._visible)
        self._loop = self._make_loop(policy)
        self._listener: Listener | None = None
        self._stop = threading.Event()
        self._noted: tuple[str, str, str | None] | None = None
        self._noted_at = 0
        self._fault: BaseException | None = None

    def stop(self) -> None:
        """Ask the agent to end in good order; may be called from a signal handler or another thread."""
        self._stop.set()
        self._sender.wake.set()

    def run(self) -> None:
        """Record and send until told to stop or until the session ends."""
        make_types_ready()
        sending = threading.Thread(target=self._send, name="sender", daemon=True)
        self._desktop.start()
        self._tray.start()
        self._listener = open_listener(self._settings.web_port, self._tabs, self._mono, self._is_recording)
        sending.start()
        try:
            self._loop.run(self._stop)
        finally:
            self.stop()
            sending.join(self._settings.goodbye_seconds)
            if not sending.is_alive():
                self._sender.say_goodbye(self._settings.goodbye_seconds)
            self._close()
        if self._fault is not None:
            raise self._fault

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._sender.close()
        self._visible.close()
        self._tray.close()
        self._desktop.close()
        self._buffer.close()

    # --- making ------------------------------------------------------------------------------------------------------

    def _enrolled(self) -> tuple[Credentials, AgentPolicy]:
        credentials, policy = load_credentials(self._folder, self._sealer), load_policy(self._folder)
        if credentials is None or policy is None:
            raise NotEnrolledError("This PC is not enrolled; run `agent enrol --server URL --code CODE` first.")
        return credentials, policy

    def _bind(self, credentials: Credentials) -> None:
        """Tie the buffer's epoch to the device; numbers of another device's epoch mean nothing to the server."""
        bound = self._buffer.facts.device
        if not bound:
            self._buffer.note(device=credentials.device_id)
        elif bound != credentials.device_id:
            self._buffer.start_epoch("enrolled_anew", 0, self._clock.now().wall, device=credentials.device_id)

    def _make_sender(self, policy: AgentPolicy) -> Sender:
        machine = self._settings.machine or self._desktop.machine()
        return Sender(
            self._buffer,
            self._transport(self._credentials),
            Identity(hashlib.sha256(machine.encode()).hexdigest(), self._desktop.boot()[0]),
            policy,
            self._settings,
            self._stats,
            self._clock.now,
            on_policy=self._new_policy,
            current_notice=self._current_notice,
            deliver_more=lambda transport: deliver(self._captures, transport),
            account=self._desktop.account,
        )

    def _make_visible(self) -> Visible:
        return Visible(
            self._folder,
            self._desktop.account,
            ControlWatch(self._folder.control),
            lambda: self._loop.policy,
            lambda: Standing(self._loop.word, self._sender.sending, self._buffer.facts.buffered),
            lambda: self._sender.lately,
            lambda: (self._credentials.url, self._transport(self._credentials)),
            lambda: self._clock.now().wall,
        )

    def _make_loop(self, policy: AgentPolicy) -> Loop:
        collectors: list[Collector] = [
            SessionChanges(),
            Foreground(load_rule_book(), policy, self._settings.gap_samples, self._tabs),
            FileChanges(policy, self._clock.now),
            NetworkUse(policy, exact=exact_here),
            ScreenCaptures(policy, self._captures, self._visible.language),
            ScreenClips(policy, self._captures, self._visible.language),
            HealthReport(self._buffer, self._stats, self._folder.root, policy),
        ]
        return Loop(
            self._desktop, self._buffer, collectors, self._control, policy, self._clock, self._look, self._answered, self._tray.is_up
        )

    def _transport(self, credentials: Credentials) -> Transport:
        patience = (self._settings.connect_seconds, self._settings.answer_seconds)
        return Transport(credentials.url, self._folder.authority, credentials.token, patience)

    # --- while it runs -----------------------------------------------------------------------------------------------

    def _send(self) -> None:
        try:
            self._sender.run(self._stop)
        except BaseException as fault:  # noqa: BLE001 - our own fault ends the agent, visibly, from the main thread
            log.exception("the sender failed")
            self._fault = fault
            self._stop.set()

    def _answered(self) -> None:
        """Somebody answered the notice: a withdrawal takes back everything that is not with the server yet."""
        answer = self._current_notice()
        if answer is not None and answer.answer == "withdrawn":
            self._captures.clear()
            self._tabs.forget()
            self._sender.lately.clear()
        self._sender.wake.set()

    def _mono(self) -> int:
        return self._clock.now().mono

    def _is_recording(self) -> bool:
        return self._loop.word is Word.RECORDING

    def _current_notice(self) -> Notice | None:
        return self._control.read().newest_answer(self._desktop.account)

    def _new_policy(self, policy: AgentPolicy) -> None:
        self._loop.obey(policy)
        log.info("a new policy", revision=policy.revision)
        with contextlib.suppress(OSError):  # a full disk: the next start asks for it again
            write_whole(self._folder.policy, msgspec.json.encode(policy))

    def _look(self, word: Word, now: Moment) -> None:
        self._watch_enrolment()
        self._tray.update()
        state = str(self._sender.sending) if word is Word.RECORDING and self._sender.sending in STOPPED_SENDING else str(word)
        seen = (state, str(self._sender.sending), self._sender.last_error)
        if seen == self._noted and now.mono - self._noted_at < NOTE_EVERY_MS:
            return
        if self._noted is None or self._noted[0] != state:
            self._say(word, self._loop.policy)
        self._noted, self._noted_at = seen, now.mono
        note = Note(now.wall, *seen, counts=dict(self._stats.counts))
        with contextlib.suppress(OSError):  # a full disk, or on Windows a reader at this moment: the next note comes soon
            write_whole(self._folder.status, msgspec.json.encode(note), durable=False)

    def _watch_enrolment(self) -> None:
        """Go on with new credentials as soon as somebody enrolled this PC anew; end when it is taken off."""
        signature = self._credentials_signature()
        if signature is None:
            self.stop()
        if signature is None or signature == self._seen_credentials:
            return
        self._seen_credentials = signature
        self._credentials, policy = self._enrolled()
        self._bind(self._credentials)
        self._sender.renew(self._transport(self._credentials), policy)
        self._loop.obey(policy)

    def _credentials_signature(self) -> tuple[int, int] | None:
        try:
            found = self._folder.credentials.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino
