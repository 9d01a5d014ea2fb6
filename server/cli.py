"""The server's command line: serving, and every other command from `server/commands/`."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import click

from policy.categories import load_rule_book
from server import users
from server.clock import now_ms
from server.commands import backups, enrolling, papers, proof, rights, stores
from server.commands.base import Commands, options, settings_from, write
from server.compat.variables import adopt, theirs
from server.core import own_identity
from server.serve import AlreadyRunningError, lock, serve
from server.settings import OPTIONS, Settings
from server.settings import variables as environment_variables
from server.tls import as_groups


@click.group(cls=Commands, invoke_without_command=True)
@options(*(option.name for option in OPTIONS))
@click.pass_context
def main(context: click.Context, /, **chosen: Any) -> None:
    """WorkPulse's server: without a command, serve."""
    context.obj = settings_from(chosen)
    if context.invoked_subcommand is None:
        _serve(context.obj)


def _serve(settings: Settings) -> None:
    try:
        with lock(settings.data):
            identity = own_identity(settings)
            link = write(settings, lambda connection: users.make_owner_link(connection, now_ms()))
            for sentence in _adopt(settings):
                click.echo(sentence, err=True)
            everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 — a comparison, not a choice
            click.echo(f"address      https://{socket.gethostname() if everywhere else settings.host}:{settings.port}")
            click.echo(f"fingerprint  {identity.fingerprint}")
            click.echo(f"to compare   {as_groups(identity.fingerprint)}")
            if link:
                click.echo(f"first owner  https://localhost:{settings.port}/first-owner?key={link}  (once, within 30 minutes)")
            sys.stdout.flush()
            serve(settings)
    except (AlreadyRunningError, OSError) as trouble:
        raise click.ClickException(str(trouble)) from None


def _adopt(settings: Settings) -> list[str]:
    """Take over what another tracker's variables say."""
    try:
        said = theirs(environment_variables(settings.config))
        return write(settings, lambda connection: adopt(connection, load_rule_book(), said, now_ms())) if said else []
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


@main.command("demo")
@options("data", "port")
@click.option("--people", type=click.IntRange(1, 500), default=12, show_default=True, help="How many people to invent.")
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True, help="How many weeks of work to invent.")
@click.option("--no-console", is_flag=True, help="Do not open the console.")
@click.option("--exit-after-setup", is_flag=True, help="Stop when the company is filled in and its pictures are made.")
@click.pass_obj
def demo(settings: Settings, /, people: int, weeks: int, no_console: bool, exit_after_setup: bool, **chosen: Any) -> None:
    """Try WorkPulse out with an invented company."""
    from server.demo import run_demo

    folder = chosen.get("data")
    run_demo(Path(folder) if folder else None, chosen.get("port"), people, weeks, console=not no_console, stay=not exit_after_setup)


for command in (
    enrolling.enrol_code,
    enrolling.user_commands,
    stores.init_db,
    stores.sql,
    stores.process_real_hours,
    stores.migrate,
    stores.move_store,
    stores.rebuild,
    stores.doctor,
    proof.verify_audit,
    papers.report,
    papers.documents,
    proof.evidence,
    proof.evidence_key,
    proof.verify_pack,
    backups.make_backup,
    backups.backup_key,
    backups.restore_backup,
    backups.verify_backup,
    stores.encrypt,
    papers.breach_kit,
    rights.export_person,
    rights.erase_person,
    rights.measure_commands,
):
    main.add_command(command)
