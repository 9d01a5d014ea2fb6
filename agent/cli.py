"""The agent's command line; what a script needs stands alone on standard output, everything else on standard error."""

from __future__ import annotations

import platform
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from agent import VERSION
from agent.account import current_account, hostname
from agent.answers import record_answers
from agent.autostart import set_autostart
from agent.buffer import Buffer
from agent.captures.store import CaptureStore
from agent.clock import SystemClock
from agent.desktop import DesktopGoneError
from agent.doctor import examine
from agent.enrolment import EnrolmentError, Machine, enrol, load_policy, parse_code
from agent.folder import Folder, default_root, machine_root
from agent.glance import BufferBusyError
from agent.keys import load_or_make_key
from agent.person import answer_notice, set_paused
from agent.program import MIB, NotEnrolledError
from agent.running import RefusedError, run, stop_when_told
from agent.sealing import Sealer
from agent.set_up import set_up
from agent.settings import SettingError, Settings, load_settings
from agent.status import read_status
from agent.transport import normalised_url
from agent.uninstall import UninstallError, forget_other_accounts, leave
from policy import notice as notices

ANSWERS = ("acknowledged", "withdrawn")


def _with_folder(command: Callable[..., Any]) -> Callable[..., Any]:
    place = click.Path(file_okay=False, path_type=Path)
    return click.option("--data", type=place, default=default_root, help="The agent's data folder [default: this account's own].")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(version)s")
def main() -> None:
    """WorkPulse agent: visible, and it records nothing before you answered the notice."""


@main.command("enrol")
@_with_folder
@click.option("--server", required=True, help="The server's address, such as https://192.168.1.10:5050.")
@click.option("--code", required=True, help="The enrolment code the server printed.")
@click.option("--fingerprint", help="The whole SHA-256 of the server's certificate authority, to check it as well.")
def enrol_command(data: Path, server: str, code: str, fingerprint: str | None) -> None:
    """Make this PC a device of a server; prints the device's id."""
    folder = Folder(data).make()
    machine = Machine(hostname(), f"{platform.system()} {platform.release()}", current_account(), VERSION)
    try:
        credentials = enrol(folder, _sealer(folder), normalised_url(server), parse_code(code), machine, fingerprint)
    except (EnrolmentError, ValueError) as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(credentials.device_id)
    click.echo("This PC is enrolled. Next: `agent notice`, then `agent run`.", err=True)


@main.command("notice")
@_with_folder
@click.option("--answer", type=click.Choice(ANSWERS), help="Answer without being asked on the terminal.")
@click.option("--language", type=click.Choice(tuple(notices.LANGUAGES)), default="en", show_default=True)
def notice_command(data: Path, answer: str | None, language: str) -> None:
    """Show what is recorded, and answer it; a withdrawal works at once and takes back what was not sent."""
    folder = Folder(data).make()
    if answer is None:
        policy = load_policy(folder)
        click.echo((policy and notices.text_of(language, policy.notice)) or notices.text(language))
        answer = click.prompt("Your answer", type=click.Choice((*ANSWERS, "later")), err=True)
    if answer == "later":
        click.echo("Nothing is recorded until you answer.", err=True)
        return
    _answer(folder, answer, language)
    said = "Recording may begin." if answer == "acknowledged" else "Nothing more is recorded, and what was not sent is deleted."
    click.echo(f"Noted. {said}", err=True)


@main.command("run")
@_with_folder
def run_command(data: Path) -> None:
    """Record and send, visibly, until stopped (Ctrl+C)."""
    try:
        run(data)
    except RefusedError as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("machine")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=machine_root, help="The role's own folder.")
def machine_command(data: Path) -> None:
    """On Windows, as SYSTEM: who did what to which file, and exact bytes, for accounts that agreed in their own agent."""
    from agent.machine.start import run_machine  # this role only

    try:
        run_machine(Folder(data).make(), threading.Event(), stop_when_told)
    except (NotEnrolledError, SettingError, DesktopGoneError, BufferBusyError, OSError, sqlite3.Error) as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("machine-role")
@click.argument("wish", type=click.Choice(("on", "off", "start", "stop")))
def machine_role_command(wish: str) -> None:
    """On Windows, as an administrator: register the machine role as a service and start it, or take it away for good."""
    from agent.machine import service  # this role only

    try:
        if wish == "on":
            service.install(Path(sys.executable))
        elif wish == "off":
            service.remove()
            leave(Folder(machine_root()))
            service.forget()
        else:
            (service.start if wish == "start" else service.stop)()
    except (service.ServiceError, UninstallError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("status")
@_with_folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
def status_command(data: Path, as_json: bool) -> None:
    """Say how the agent is doing: what is recorded, sent, waiting, lost, and why."""
    status = read_status(Folder(data))
    if as_json:
        click.echo(msgspec.json.encode(status).decode())
        return
    for name, value in msgspec.structs.asdict(status).items():
        click.echo(f"{name:11} {value if value not in (None, {}) else '-'}")


@main.command("pause")
@_with_folder
def pause_command(data: Path) -> None:
    """Record nothing until `resume`; only that it was paused is recorded."""
    set_paused(Folder(data).make(), True)
    click.echo("Paused: nothing is recorded until `agent resume`.", err=True)


@main.command("resume")
@_with_folder
def resume_command(data: Path) -> None:
    """Go on recording after `pause`."""
    set_paused(Folder(data).make(), False)
    click.echo("Resumed.", err=True)


@main.command("doctor")
@_with_folder
def doctor_command(data: Path) -> None:
    """Check everything the agent needs, one line each; the exit code says whether all is well."""
    findings = list(examine(Folder(data).make()))
    for finding in findings:
        click.echo(f"{'ok ' if finding.ok else 'BAD'} {finding.what}: {finding.said}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@main.command("set-up")
@_with_folder
def set_up_command(data: Path) -> None:
    """Set this PC up in a page of the browser: the server's address and a code; then record as `run` does."""
    folder = Folder(data).make()
    set_up(folder, webbrowser.open)
    set_autostart(True, data)
    click.get_current_context().invoke(run_command, data=data)


@main.command("picture", hidden=True)
@click.argument("text")
def picture_command(text: str) -> None:
    """Announce TEXT on the screen, then write one picture of it; the agent starts this when the policy asks for pictures."""
    from agent.captures.child import take_picture  # in this short-lived process only

    try:
        take_picture(text, sys.stdout.buffer)
    except (DesktopGoneError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("clip", hidden=True)
@click.argument("seconds", type=click.IntRange(1, 60))
@click.argument("text")
def clip_command(seconds: int, text: str) -> None:
    """Announce TEXT on the screen for as long as pictures of it are taken; the agent starts this for a clip that was approved."""
    from agent.captures.film import take_clip  # in this short-lived process only

    try:
        take_clip(text, sys.stdout.buffer, seconds)
    except (DesktopGoneError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("autostart")
@_with_folder
@click.argument("state", type=click.Choice(("on", "off")))
def autostart_command(data: Path, state: str) -> None:
    """Start the agent whenever this account signs in, or no longer; an MSI does it for all accounts."""
    set_autostart(state == "on", data)


@main.command("uninstall")
@_with_folder
@click.option("--all-accounts", is_flag=True, help="As an administrator on Windows: remove what is kept for every account of this PC.")
def uninstall_command(data: Path, all_accounts: bool) -> None:
    """End the agent, tell the server, and remove everything it kept on this PC; what was not sent is lost."""
    try:
        farewell = leave(Folder(data))
        forgotten = forget_other_accounts() if all_accounts else []
    except UninstallError as refusal:
        raise click.ClickException(str(refusal)) from None
    told = "The server was told." if farewell.told else "No server was told."
    click.echo(f"Nothing of the agent is left here. {told} {farewell.discarded} events were not sent.", err=True)
    for root in forgotten:
        click.echo(f"Removed {root}", err=True)


def _answer(folder: Folder, answer: str, language: str) -> None:
    account, now = current_account(), SystemClock().now().wall
    policy = load_policy(folder)
    version = policy.notice if policy and notices.text_of(language, policy.notice) else notices.VERSION
    control = answer_notice(folder, account, "withdrawn" if answer == "withdrawn" else "acknowledged", version, language, now)
    if answer == "withdrawn":
        CaptureStore(folder.captures, _sealer(folder)).clear()
    try:
        buffer = Buffer(folder.buffer, _sealer(folder), int(_settings(folder).buffer_mib * MIB), now)
    except BufferBusyError:
        return  # a running agent has it, and looks at the file every second
    try:
        record_answers(buffer, control, account, now)
    finally:
        buffer.close()


def _settings(folder: Folder) -> Settings:
    try:
        return load_settings(folder.settings)
    except SettingError as refusal:
        raise click.ClickException(str(refusal)) from None


def _sealer(folder: Folder) -> Sealer:
    return Sealer(load_or_make_key(folder.key))
