"""A bundle's command line: the ordinary one, and without arguments `run`, enrolled as IT set it up."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import click

from agent import cli
from agent.enrolment import EnrolmentError, load_credentials
from agent.folder import Folder, default_root, machine_root
from agent.keys import load_or_make_key
from agent.log import log, start_log
from agent.machine.service import ServiceError, serve
from agent.provision import Provision, ProvisionError, find_provision
from agent.sealing import Sealer
from agent.set_up import set_up

AGAIN_SECONDS = 60.0
LONGEST_AGAIN_SECONDS = 1_800.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; a double-click says nothing, and then people must see why something fails."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given == ["machine", "--service"]:
            serve(_run_as_service)
            return
        if not given or given[0] in ("run", "machine"):
            _enrol_as_set_up(data_of(given), by_hand=not given)
        cli.main(given or ["run"], prog_name="wpagent", standalone_mode=False)
    except (click.ClickException, click.Abort, ProvisionError, ServiceError) as refusal:
        said = refusal.format_message() if isinstance(refusal, click.ClickException) else str(refusal) or "Stopped."
        _say(said, in_a_window=not given and sys.stderr is None)
        sys.exit(1)


def enrol_when_possible(provision: Provision, attempt: Callable[[Provision], None], wait: Callable[[float], object]) -> None:
    """Enrol; a server that is away is asked again, after ever longer pauses, because a laptop may start at home.

    Ends without having enrolled as soon as `wait` says that there is nothing to wait for any more.
    """
    pause = AGAIN_SECONDS
    while True:
        try:
            return attempt(provision)
        except EnrolmentError as refusal:
            log.warning("not enrolled yet", why=str(refusal))
        if wait(pause):
            return None
        pause = min(pause * 2, LONGEST_AGAIN_SECONDS)


def _run_as_service(stop: threading.Event) -> None:
    """Enrol as soon as the server is there, then read and send until Windows says to stop."""
    from agent.machine.start import run_machine  # this role only

    root = machine_root()
    _enrol_as_set_up(root, by_hand=False, stop=stop)
    if not stop.is_set():
        run_machine(Folder(root).make(), stop)


def _enrol_as_set_up(root: Path, *, by_hand: bool, stop: threading.Event | None = None) -> None:
    folder = Folder(root)
    if folder.credentials.exists() and load_credentials(folder, Sealer(load_or_make_key(folder.key))):
        return
    folder.make()
    start_log(folder.log, "INFO")
    provision = find_provision(Path(sys.executable).parent)
    if provision is None:
        if by_hand:  # somebody double-clicked it and is there to answer; at logon nobody may be
            set_up(folder, webbrowser.open)
        return
    enrol_when_possible(provision, lambda told: _enrol(root, told), (stop or threading.Event()).wait)


def _enrol(root: Path, told: Provision) -> None:
    fingerprint = ["--fingerprint", told.fingerprint] if told.fingerprint else []
    command = ["enrol", "--data", str(root), "--server", told.server, "--code", told.code, *fingerprint]
    try:
        cli.main(command, standalone_mode=False)
    except click.ClickException as refusal:
        raise EnrolmentError(refusal.format_message()) from None


def data_of(given: Sequence[str]) -> Path:
    """Return the data folder that `run` or `machine` is going to use."""
    for word, following in pairwise([*given, ""]):
        if word == "--data":
            return Path(following)
        if word.startswith("--data="):
            return Path(word.removeprefix("--data="))
    return machine_root() if given and given[0] == "machine" else default_root()


def _say(sentence: str, *, in_a_window: bool) -> None:
    if in_a_window and sys.platform == "win32":
        import win32api  # only here: on the command line it is not needed

        win32api.MessageBox(0, sentence, "WorkPulse", 0x40)
    else:
        click.echo(f"Error: {sentence}", err=True)
