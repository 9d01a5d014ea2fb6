"""The store: made, moved, rebuilt, looked over, encrypted."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from server.clock import now_ms
from server.commands.base import options, trouble_in_a_sentence, with_data, write
from server.core import Core
from server.days import ledger
from server.days.doctor import examine, look_at_timetable
from server.serve import is_running, lock
from server.settings import Settings
from server.store import cipher_change, sql_script
from server.store.move import move
from server.store.opened import Store


@click.command("init-db")
@options("data", "database-uri")
@click.pass_obj
def init_db(settings: Settings, /, **chosen: Any) -> None:
    """Make the store's tables, or bring them up to date; running it again changes nothing."""
    write(with_data(settings, chosen), lambda connection: None)


@click.command("sql")
@click.option("--dialect", type=click.Choice(tuple(sql_script.DIALECTS)), default="sqlite", show_default=True, help="For which store.")
def sql(dialect: str) -> None:
    """Print the tables as an SQL script, for whoever makes databases by hand; it makes what init-db makes."""
    click.echo(sql_script.as_script(dialect))


@click.command("process-real-hours")
@options("data", "database-uri")
@click.pass_obj
def process_real_hours(settings: Settings, /, **chosen: Any) -> None:
    """Make every day anew that has new facts, real work hours included, as the timetable does; print how many."""
    settings = with_data(settings, chosen)
    write(settings, lambda connection: None)
    done = 0
    with trouble_in_a_sentence(), closing(Store(settings)) as store:
        while made := ledger.rebuild(store.readers, store.writer, store.rules, store.thresholds, now_ms()):
            done += made
    click.echo(done)


@click.command("migrate")
@options("data", "database-uri")
@click.pass_obj
def migrate(settings: Settings, /, **chosen: Any) -> None:
    """Bring the store's shape up to date."""
    write(with_data(settings, chosen), lambda connection: None)


@click.command("move")
@options("data")
@click.option("--to", "target", required=True, help="The empty PostgreSQL database (postgresql://…).")
@click.pass_obj
def move_store(settings: Settings, /, target: str, **chosen: Any) -> None:
    """Copy the SQLite store to PostgreSQL and compare; started again after a stop, it goes on where it was."""
    settings = with_data(settings, chosen)
    with trouble_in_a_sentence(), lock(settings.data):
        move(settings.data, target, click.echo)
    click.echo("moved: every table is equal. Set DATABASE_URI to the new address and start the server; keep the old file for a while.")


@click.command("rebuild")
@options("data", "database-uri")
@click.pass_obj
def rebuild(settings: Settings, /, **chosen: Any) -> None:
    """Rebuild every dirty person-day now and print how many there were."""
    with trouble_in_a_sentence():
        core = Core(with_data(settings, chosen))
    try:
        total = 0
        while done := ledger.rebuild(core.readers, core.writer, core.rules, core.thresholds, now_ms()):
            total += done
        click.echo(total)
    finally:
        core.close()


@click.command("doctor")
@options("data", "database-uri")
@click.option("--days", type=click.IntRange(1, 400), default=14, show_default=True, help="How many days of ledgers to compare.")
@click.pass_obj
def doctor(settings: Settings, /, days: int, **chosen: Any) -> None:
    """Look the store over: whole, adding up, and every ledger the sum of its spans. Exits 1 when something is not."""
    core = Core(with_data(settings, chosen))
    data = core.settings.data
    try:
        broken = 0
        timetable = [look_at_timetable(data, now_ms())] if is_running(data) else []
        for finding in (*timetable, *examine(core.readers, core.rules, core.thresholds, now_ms(), days)):
            click.echo(f"{'FAIL' if finding.faults else 'PASS'}  {finding.what}: {finding.sound} sound, {len(finding.faults)} not")
            for fault in finding.faults[:20]:
                click.echo(f"      {fault}")
            broken += len(finding.faults)
    finally:
        core.close()
    sys.exit(1 if broken else 0)


@click.command("encrypt")
@options("data")
@click.option(
    "--key-file", type=click.Path(dir_okay=False, path_type=Path), help="Keep the key there, such as on a stick; default: beside it."
)
@click.option("--undo", is_flag=True, help="Make it a plain file again.")
@click.pass_obj
def encrypt(settings: Settings, /, key_file: Path | None, undo: bool, **chosen: Any) -> None:
    """Encrypt the SQLite database as a whole, or from its beginning where there is none yet; the server must not run."""
    settings = with_data(settings, chosen)
    with trouble_in_a_sentence(), lock(settings.data):
        click.echo(cipher_change.decrypt(settings.data) if undo else cipher_change.encrypt(settings.data, key_file))
