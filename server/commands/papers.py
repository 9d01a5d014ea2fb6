"""Reports and documents as files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from policy import notice
from server.clock import now_ms
from server.commands.base import options, trouble_in_a_sentence, with_data
from server.organisation import organisation
from server.reporting import command
from server.rights import breach, notice_papers
from server.settings import Settings
from server.store.opened import Store


@click.command("report")
@options("data", "database-uri")
@click.option("--day", help="The report of one day, such as 2026-11-16.")
@click.option("--week", help="The report of an ISO week, such as 2026-W46.")
@click.option("--month", help="The report of a month, such as 2026-11.")
@click.option("--team", help="Only this team, by its name.")
@click.option("--person", help="Only this person, by name, or by number where two have one name.")
@click.option("--language", type=click.Choice(tuple(notice.LANGUAGES)), default="en", show_default=True, help="The report's language.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to; default: this one.")
@click.pass_obj
def report(settings: Settings, /, out: Path, language: str, **chosen: Any) -> None:
    """Write a report of any period as a PDF and an Excel workbook, and print where they are."""
    said = {name: chosen.pop(name) for name in ("day", "week", "month", "team", "person")}
    asked = command.Asked(**said, language=language)
    with trouble_in_a_sentence():
        store = Store(with_data(settings, chosen))
        try:
            for path in command.write_report(store, asked, out, now_ms()):
                click.echo(path)
        finally:
            store.close()


@click.command("documents")
@options("data", "database-uri")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to; default: this one.")
@click.pass_obj
def documents(settings: Settings, /, out: Path, **chosen: Any) -> None:
    """Write the IT usage policy to sign, the record of processing and the draft assessment, as the settings stand now."""
    with trouble_in_a_sentence():
        store = Store(with_data(settings, chosen))
        try:
            for path in notice_papers.write_all(store, out, now_ms()):
                click.echo(path)
        finally:
            store.close()


@click.command("breach-kit")
@options("data", "database-uri")
@click.option("--from", "start", required=True, help="First day or instant concerned, such as 2026-11-20 or 2026-11-20T14:05.")
@click.option("--to", "end", required=True, help="Last day (its end) or instant.")
@click.option("--device", default="", help="One PC that was lost or opened, by its name or id.")
@click.option("--user", default="", help="One user whose sign-in was misused.")
@click.option("--aware", default="", help="When it became known: the laws' hours run from then; default: now.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to; default: this one.")
@click.pass_obj
def breach_kit(settings: Settings, /, start: str, end: str, device: str, user: str, aware: str, out: Path, **chosen: Any) -> None:
    """Answer who is concerned by a breach, which data, who looked, what to revoke and what is due when; print the ZIP's path."""
    with closing(Store(with_data(settings, chosen))) as store:
        with store.readers.connect() as connection:
            zone = organisation(connection).zone
        known = breach.instant_of(aware, zone) if aware else now_ms()
        asked = breach.Asked(breach.instant_of(start, zone), breach.instant_of(end, zone, end=True), device, user, known)
        click.echo(breach.write_kit(store, asked, out, now_ms()))
