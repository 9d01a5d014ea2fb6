"""What proves itself: the audit log and evidence packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from policy import notice
from server.audit_log import keeping
from server.clock import now_ms
from server.commands.base import options, trouble_in_a_sentence, with_data
from server.core import own_identity
from server.evidence import command, file_seals
from server.evidence.key import EvidenceKey
from server.settings import Settings
from server.store.db import database_url
from server.store.opened import Store, reading_engine


@click.command("verify-audit")
@options("data", "database-uri")
@click.option("--authority", "others", multiple=True, type=click.Path(exists=True, path_type=Path), help="The CA (PEM) of another server.")
@click.pass_obj
def verify_audit(settings: Settings, /, others: tuple[Path, ...], **chosen: Any) -> None:
    """Look the audit log over without a server: every entry there, in its place, as it was written. Exits 1 when not."""
    settings = with_data(settings, chosen)
    engine = reading_engine(database_url(settings.data, settings.database_uri or None))
    try:
        authorities = [own_identity(settings).ca_pem, *(path.read_text("utf-8") for path in others)]
        with trouble_in_a_sentence():
            found = list(keeping.faults(engine, settings.data, authorities))
            newest = keeping.newest_head(engine)
            with engine.connect() as connection:
                sealed = file_seals.unchained(connection)
    finally:
        engine.dispose()
    for fault in found[:20]:
        click.echo(f"entry {fault.entry}: {fault.what}")
    for sentence in sealed.faults[:20]:
        click.echo(sentence)
    click.echo(f"{'FAIL' if sealed.faults else 'PASS'}  {sealed.sound} seals of file events told by it, {len(sealed.faults)} faults")
    click.echo(f"{'FAIL' if found else 'PASS'}  {newest.entries} entries, head {newest.chain.hex()}, {len(found)} faults")
    sys.exit(1 if found or sealed.faults else 0)


@click.command("evidence")
@options("data", "database-uri")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--reason", required=True, help="Why; the people in the pack see it.")
@click.option("--person", help="Only this person, by name, or by number where two have one name.")
@click.option("--path", help="Only paths that fit, such as S:\\Clients\\**\\*.xlsx.")
@click.option("--host", help="Only PCs whose name has this in it.")
@click.option("--action", help="Only created, modified, deleted, renamed or opened files.")
@click.option("--language", type=click.Choice(tuple(notice.LANGUAGES)), default="en", show_default=True, help="Of the pages for people.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to; default: this one.")
@click.pass_obj
def evidence(settings: Settings, /, out: Path, **chosen: Any) -> None:
    """Make an evidence pack of file events: one signed ZIP; print where it is."""
    asked = {name: chosen.pop(name) for name in ("first", "last", "reason", "person", "path", "host", "action", "language")}
    with trouble_in_a_sentence():
        store = Store(with_data(settings, chosen))
        try:
            click.echo(command.write_pack(store, asked, out, now_ms()))
        finally:
            store.close()


@click.command("evidence-key")
@options("data", "database-uri")
@click.pass_obj
def evidence_key(settings: Settings, /, **chosen: Any) -> None:
    """Print the public key that signs this server's evidence packs."""
    click.echo(EvidenceKey(own_identity(with_data(settings, chosen))).public)


@click.command("verify-pack")
@options("data")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The public key that must have signed it, as `evidence-key` prints it.")
def verify_pack(file: Path, key: str | None, **_: Any) -> None:
    """Check an evidence pack, without a database or a server. Exits 1 when anything is not as it was made."""
    for sentence in (lines := command.lines_about(file, key)):
        click.echo(sentence)
    sys.exit(0 if lines[-1].startswith("PASS") else 1)
