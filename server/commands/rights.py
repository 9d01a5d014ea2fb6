"""One person's rights: a copy, an erasure, holds and restrictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policy import notice
from policy.summaries import MeasureKind
from server.clock import now_ms
from server.commands.base import opened, options
from server.rights import command
from server.settings import Settings


@click.command("export-person")
@options("data", "database-uri")
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="File, or folder to write to; default: this folder.")
@click.option("--language", type=click.Choice(tuple(notice.LANGUAGES)), default="en", show_default=True, help="The summary's language.")
@click.option("--request", type=int, help="The number of their request for a copy, which is granted by this.")
@click.pass_obj
def export_person(settings: Settings, /, person: str, out: Path, language: str, request: int | None, **chosen: Any) -> None:
    """Write a copy of everything about PERSON (name or number) as a ZIP; they see at their page that it was made."""
    with opened(settings, chosen) as store:
        click.echo(command.write_copy(store, person, out, language, request, now_ms()))


@click.command("erase-person")
@options("data", "database-uri")
@click.argument("person")
@click.option("--name", help="The person's name, typed once more; without it, only what would be done is told.")
@click.option("--reason", default="", help="Why; it stands in the certificate.")
@click.option("--request", type=int, help="The number of their request for erasure, which is granted by this.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for the certificate; default: this one."
)
@click.pass_obj
def erase_person(settings: Settings, /, person: str, name: str | None, reason: str, request: int | None, out: Path, **chosen: Any) -> None:
    """Erase PERSON (name or number) for good and write the certificate; nobody can bring it back."""
    with opened(settings, chosen) as store:
        if name is None:
            for line in command.preview(store, person, now_ms()):
                click.echo(line)
            return
        paths = list(command.erase(store, person, name, reason, request, out, now_ms()))
    for path in paths:
        click.echo(path)
    if not paths:
        click.echo("the rest is done at night, by the server: its database is large", err=True)


@click.group("measure")
def measure_commands() -> None:
    """Legal holds (nothing of a person is deleted) and restrictions (they are in nobody's view but their own)."""


@measure_commands.command("order")
@options("data", "database-uri")
@click.argument("person")
@click.option("--kind", type=click.Choice([kind.value for kind in MeasureKind]), required=True)
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
@click.option("--until", help="The last day it holds, such as 2027-03-31; default: until it is ended.")
@click.pass_obj
def order_measure(settings: Settings, /, person: str, kind: str, reason: str, until: str | None, **chosen: Any) -> None:
    """Put a hold or a restriction on PERSON (name or number) in force; print its number."""
    with opened(settings, chosen) as store:
        click.echo(command.order(store, command.Order(person, kind, reason, until), now_ms()))


@measure_commands.command("end")
@options("data", "database-uri")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
@click.pass_obj
def end_measure(settings: Settings, /, number: int, reason: str, **chosen: Any) -> None:
    """End the measure of that NUMBER now."""
    with opened(settings, chosen) as store:
        command.end(store, number, reason, now_ms())


@measure_commands.command("list")
@options("data", "database-uri")
@click.pass_obj
def list_measures(settings: Settings, /, **chosen: Any) -> None:
    """List the measures in force."""
    with opened(settings, chosen) as store:
        for line in command.in_force(store, now_ms()):
            click.echo(line)
