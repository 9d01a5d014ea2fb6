"""Sealed copies of everything, put back and tried out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from policy.summaries import BackupTrial
from server.audit_log import audit
from server.backup import copies, facts
from server.backup.restore import restore, verify
from server.backup.stores import FILE
from server.clock import now_ms
from server.commands.base import Command, options, trouble_in_a_sentence, with_data, write
from server.settings import Settings

SEALED_BY = (
    click.option("--key-file", help="File that seals it; default: the setting backup-key-file."),
    click.option("--passphrase-stdin", is_flag=True, help="Read a passphrase from standard input instead."),
)


def sealed(command: Command) -> Command:
    """Add how a backup is sealed to a command."""
    for option in SEALED_BY:
        command = option(command)
    return command


def _secret(settings: Settings, key_file: str | None, passphrase_stdin: bool) -> copies.Secret:
    if passphrase_stdin:
        return copies.secret_from(key_file or "", sys.stdin.readline().rstrip("\r\n"))
    return copies.secret_from(key_file or settings.backup_key_file)


@click.command("backup")
@options("data", "database-uri", "backup-key-file", "backup-keep", "backup-days")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write it to.")
@sealed
@click.pass_obj
def make_backup(settings: Settings, /, target: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Write a sealed copy of everything into a folder, while the server runs; print its path. Old ones there are deleted."""
    settings = with_data(settings, chosen)
    with trouble_in_a_sentence():
        path = copies.make_backup(settings, target.absolute(), _secret(settings, key_file, passphrase_stdin), now_ms())
        gone = copies.rotate(target, settings.backup_keep, settings.backup_days, now_ms())
    click.echo(path)
    if gone:
        click.echo(f"{len(gone)} older ones deleted", err=True)


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_key(file: Path) -> None:
    """Make a key file that seals backups. Keep a copy of it away from this PC: without it no backup opens."""
    try:
        copies.make_key_file(file)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already") from None
    click.echo(file.absolute())


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options("database-uri", "backup-key-file")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="New or empty data folder.")
@sealed
@click.pass_obj
def restore_backup(settings: Settings, /, file: Path, target: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Make a data folder out of a backup: all of it, or nothing. Then serve with --data that folder."""
    settings = with_data(settings, chosen)
    with trouble_in_a_sentence():
        made = restore(file, _secret(settings, key_file, passphrase_stdin), target, settings.database_uri)
    click.echo(made.data)
    click.echo(f"{sum(made.manifest.rows.values())} rows. What was erased after the backup was made must be erased again.", err=True)


@click.command("verify-backup")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options("data", "database-uri", "backup-key-file")
@sealed
@click.pass_obj
def verify_backup(settings: Settings, /, file: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Really put a backup back into a folder of its own, look everything over, and remove it again. Exits 1 when something is not right."""
    settings = with_data(settings, chosen)
    broken = 0
    with trouble_in_a_sentence():
        secret = _secret(settings, key_file, passphrase_stdin)
        for finding in verify(file, secret, settings.data, settings.database_uri, now_ms()):
            click.echo(f"{'FAIL' if finding.faults else 'PASS'}  {finding.what}: {finding.sound} sound, {len(finding.faults)} not")
            for fault in finding.faults[:20]:
                click.echo(f"      {fault}")
            broken += len(finding.faults)
    _note_trial(settings, BackupTrial(file.name, now_ms(), broken))
    sys.exit(1 if broken else 0)


def _note_trial(settings: Settings, told: BackupTrial) -> None:
    """Tell the server's own store, where there is one: a backup can be tried out anywhere."""
    if settings.database_uri or (settings.data / FILE).exists():
        write(settings, lambda connection: _keep_trial(connection, told))


def _keep_trial(connection: Connection, told: BackupTrial) -> None:
    facts.note_trial(connection, told)
    audit.record(connection, audit.Deed("console", "tried a backup out", detail=f"{told.name}, {told.faults} faults"), told.at)
