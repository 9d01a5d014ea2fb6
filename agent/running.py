"""What `run` does, apart from the command line's own library: what stays in memory all day on every PC is kept small."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.account import current_account
from agent.desktop import DesktopGoneError, open_desktop
from agent.folder import Folder, default_root
from agent.gate import Word
from agent.glance import BufferBusyError
from agent.log import start_log
from agent.program import NotEnrolledError, Program
from agent.settings import SettingError, load_settings
from policy import notice as notices
from policy.wire import AgentPolicy

SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
_SENTENCES = {
    Word.RECORDING: "WorkPulse is recording on this PC for {account}: the app in front, its title ({titles}), the site's name, how many "
    "keys, clicks and scrolls (never which), how far the pointer moved, lock and sleep, bytes sent and received, and changes of files "
    "in {folders} watched folders. Pause: the tray or `agent pause`. Stop: Ctrl+C.",
    Word.PAUSED: "WorkPulse is paused; nothing is recorded until `agent resume`.",
    Word.AWAITING_NOTICE: "WorkPulse records nothing: the notice (version {notice}) is not answered. Answer it with `agent notice`.",
    Word.WITHDRAWN: "WorkPulse records nothing: you withdrew. What was not sent is deleted.",
    Word.OUTSIDE_HOURS: "WorkPulse records nothing outside work hours.",
    Word.UNSEEN: "WorkPulse records nothing until its symbol is on the tray.",
    Word.STOPPED: "WorkPulse is stopping …",
}


class RefusedError(RuntimeError):
    """It does not run; the sentence says why."""


def folder_of(words: Sequence[str]) -> Path | None:
    """Return the data folder of the plain command `run [--data FOLDER]`; None for any other, which the command line understands."""
    match list(words):
        case ["run"]:
            return default_root()
        case ["run", "--data", folder] if not folder.startswith("-"):
            return Path(folder)
    return None


def run(data: Path) -> None:
    """Record and send, visibly, until stopped; raise RefusedError when that cannot be."""
    try:
        folder = Folder(data).make()
        settings = load_settings(folder.settings)
        start_log(folder.log, settings.log_level)
        program = Program(folder, settings, open_desktop(), say=_say)
    except (NotEnrolledError, SettingError, DesktopGoneError, BufferBusyError, OSError, sqlite3.Error) as refusal:
        raise RefusedError(str(refusal)) from None
    stop_when_told(program.stop)
    program.run()
    _tell("WorkPulse has stopped; nothing is recorded now.")


def run_plainly(data: Path) -> None:
    """Do what the command `run` does, and end the process as it does."""
    try:
        run(data)
    except RefusedError as refusal:
        _tell(f"Error: {refusal}")
        sys.exit(1)


def stop_when_told(stop: Callable[[], object]) -> None:
    """Call `stop` on each signal that asks for the end.

    On a thread: a handler interrupts the main thread anywhere, and there it may hold the lock that stopping needs.
    """
    for name in SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: threading.Thread(target=stop, name="stop").start())


def _say(word: Word, policy: AgentPolicy) -> None:
    sentence = _SENTENCES.get(word, str(word))
    _tell(sentence.format(account=current_account(), titles=policy.titles, notice=policy.notice, folders=len(policy.folders)))
    if word is Word.AWAITING_NOTICE and notices.text_of("en", policy.notice) is None:
        _tell(f"This agent can only show version {notices.VERSION}; the office must install a newer agent.")


def _tell(sentence: str) -> None:
    """Say it to whoever started this on a terminal; a program without a console has nobody to say it to."""
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
