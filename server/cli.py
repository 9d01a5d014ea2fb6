"""The server's command line."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from policy import notice
from policy.categories import load_rule_book
from policy.roles import Role
from policy.summaries import MeasureKind
from server import (
    audit_keeping,
    backup,
    breach,
    cipher_change,
    enrolment,
    evidence_command,
    file_seals,
    ledger,
    migrations,
    notice_papers,
    reporting_command,
    sql_script,
    subject_command,
    users,
)
from server.backup_stores import BackupError
from server.clock import now_ms
from server.compat.variables import adopt, theirs
from server.core import Core, own_identity
from server.db import UnfitStoreError, database_url, writing_engine
from server.doctor import examine, look_at_timetable
from server.evidence_key import EvidenceKey
from server.key_file import KeyUnreadableError
from server.move import CannotMoveError, move, refuse_half_moved
from server.organisation import organisation
from server.refusals import RefusalError
from server.restore import restore, verify
from server.sealed_stream import SealError
from server.serve import AlreadyRunningError, is_running, lock, serve
from server.settings import OPTIONS, Settings, load
from server.settings import variables as environment_variables
from server.store import Store, reading_engine
from server.tls import as_groups

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])


def options(*names: str) -> Callable[[Command], Command]:
    """Add rows of the options table to a command."""

    def add(command: Command) -> Command:
        for option in reversed([option for option in OPTIONS if option.name in names]):
            command = click.option(f"--{option.name}", type=option.kind, help=option.help)(command)
        return command

    return add


class Commands(click.Group):
    """Every command, with the trouble a person can do something about in a sentence."""

    def invoke(self, context: click.Context) -> Any:
        """Run one."""
        with _trouble_in_a_sentence():
            return super().invoke(context)


@click.group(cls=Commands, invoke_without_command=True)
@options(*(option.name for option in OPTIONS))
@click.pass_context
def main(context: click.Context, /, **chosen: Any) -> None:
    """WorkPulse's server: without a command, serve."""
    context.obj = _settings(chosen)
    if context.invoked_subcommand is None:
        _serve(context.obj)


def _settings(chosen: dict[str, Any]) -> Settings:
    try:
        return load(chosen)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def _serve(settings: Settings) -> None:
    try:
        with lock(settings.data):
            identity = own_identity(settings)
            link = _write(settings, lambda connection: users.make_owner_link(connection, now_ms()))
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
        return _write(settings, lambda connection: adopt(connection, load_rule_book(), said, now_ms())) if said else []
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def _write(settings: Settings, work: Callable[[Connection], Result]) -> Result:
    """Run one change in a transaction of its own; a running server on the same store is not disturbed."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = database_url(settings.data, settings.database_uri or None)
    with _trouble_in_a_sentence():
        migrations.upgrade(url)
        engine = writing_engine(url)
        try:
            with engine.begin() as connection:
                refuse_half_moved(connection)
                return work(connection)
        finally:
            engine.dispose()


@contextmanager
def _trouble_in_a_sentence() -> Iterator[None]:
    """Turn what a person can do something about into a sentence on stderr."""
    try:
        yield
    except RefusalError as refusal:
        raise click.ClickException(refusal.message) from None
    except (UnfitStoreError, CannotMoveError, AlreadyRunningError, BackupError, SealError, KeyUnreadableError) as trouble:
        raise click.ClickException(str(trouble)) from None
    except OperationalError as away:
        raise click.ClickException(f"the database cannot be used: {away.orig}") from None


def _with_data(settings: Settings, chosen: dict[str, Any]) -> Settings:
    """Options may stand before or after the command; what stands after it wins."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return _settings({field: getattr(settings, field) for field in Settings.__struct_fields__} | given)


@main.command("enrol-code")
@options("data", "database-uri")
@click.option("--team", help="Team of the PCs that use the code.")
@click.option("--person", help="Name of the one person whose PC it is; default: the account's name.")
@click.option("--uses", type=int, default=1, show_default=True, help="How many PCs may use it.")
@click.option("--hours", type=float, default=24.0, show_default=True, help="How long it is good.")
@click.pass_obj
def enrol_code(settings: Settings, /, team: str | None, person: str | None, uses: int, hours: float, **chosen: Any) -> None:
    """Print a new enrolment code."""
    settings = _with_data(settings, chosen)
    fingerprint = own_identity(settings).fingerprint

    def make(connection: Connection) -> str:
        return enrolment.make_code(connection, fingerprint, now_ms(), team=team, person=person, uses=uses, hours=hours)

    click.echo(_write(settings, make))


@main.group("user")
def user_commands() -> None:
    """The people who sign in at the console."""


@user_commands.command("add")
@options("data", "database-uri")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--team", "teams", multiple=True, help="A team a manager leads; may be repeated.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@click.pass_obj
def add_user(settings: Settings, /, name: str, role: str, teams: tuple[str, ...], password_stdin: bool, **chosen: Any) -> None:
    """Add a user; the password comes on standard input."""
    settings = _with_data(settings, chosen)
    try:
        hashed = users.new_password_hash(sys.stdin.readline().rstrip("\r\n"))
    except RefusalError as refusal:
        raise click.ClickException(refusal.message) from None
    _write(settings, lambda connection: users.add_user(connection, name, Role(role), hashed, now_ms(), teams=teams))


@main.command("init-db")
@options("data", "database-uri")
@click.pass_obj
def init_db(settings: Settings, /, **chosen: Any) -> None:
    """Make the store's tables, or bring them up to date; running it again changes nothing."""
    _write(_with_data(settings, chosen), lambda connection: None)


@main.command("sql")
@click.option("--dialect", type=click.Choice(tuple(sql_script.DIALECTS)), default="sqlite", show_default=True, help="For which store.")
def sql(dialect: str) -> None:
    """Print the tables as an SQL script, for whoever makes databases by hand; it makes what init-db makes."""
    click.echo(sql_script.as_script(dialect))


@main.command("process-real-hours")
@options("data", "database-uri")
@click.pass_obj
def process_real_hours(settings: Settings, /, **chosen: Any) -> None:
    """Make every day anew that has new facts, real work hours included, as the timetable does; print how many."""
    settings = _with_data(settings, chosen)
    _write(settings, lambda connection: None)
    done = 0
    with _trouble_in_a_sentence(), closing(Store(settings)) as store:
        while made := ledger.rebuild(store.readers, store.writer, store.rules, store.thresholds, now_ms()):
            done += made
    click.echo(done)


@main.command("migrate")
@options("data", "database-uri")
@click.pass_obj
def migrate(settings: Settings, /, **chosen: Any) -> None:
    """Bring the store's shape up to date."""
    _write(_with_data(settings, chosen), lambda connection: None)


@main.command("move")
@options("data")
@click.option("--to", "target", required=True, help="The empty PostgreSQL database (postgresql://…).")
@click.pass_obj
def move_store(settings: Settings, /, target: str, **chosen: Any) -> None:
    """Copy the SQLite store to PostgreSQL and compare; started again after a stop, it goes on where it was."""
    settings = _with_data(settings, chosen)
    with _trouble_in_a_sentence(), lock(settings.data):
        move(settings.data, target, click.echo)
    click.echo("moved: every table is equal. Set DATABASE_URI to the new address and start the server; keep the old file for a while.")


@main.command("rebuild")
@options("data", "database-uri")
@click.pass_obj
def rebuild(settings: Settings, /, **chosen: Any) -> None:
    """Rebuild every dirty person-day now and print how many there were."""
    with _trouble_in_a_sentence():
        core = Core(_with_data(settings, chosen))
    try:
        total = 0
        while done := ledger.rebuild(core.readers, core.writer, core.rules, core.thresholds, now_ms()):
            total += done
        click.echo(total)
    finally:
        core.close()


@main.command("doctor")
@options("data", "database-uri")
@click.option("--days", type=click.IntRange(1, 400), default=14, show_default=True, help="How many days of ledgers to compare.")
@click.pass_obj
def doctor(settings: Settings, /, days: int, **chosen: Any) -> None:
    """Look the store over: whole, adding up, and every ledger the sum of its spans. Exits 1 when something is not."""
    core = Core(_with_data(settings, chosen))
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


@main.command("verify-audit")
@options("data", "database-uri")
@click.option("--authority", "others", multiple=True, type=click.Path(exists=True, path_type=Path), help="The CA (PEM) of another server.")
@click.pass_obj
def verify_audit(settings: Settings, /, others: tuple[Path, ...], **chosen: Any) -> None:
    """Look the audit log over without a server: every entry there, in its place, as it was written. Exits 1 when not."""
    settings = _with_data(settings, chosen)
    engine = reading_engine(database_url(settings.data, settings.database_uri or None))
    try:
        authorities = [own_identity(settings).ca_pem, *(path.read_text("utf-8") for path in others)]
        with _trouble_in_a_sentence():
            found = list(audit_keeping.faults(engine, settings.data, authorities))
            newest = audit_keeping.newest_head(engine)
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


@main.command("report")
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
    asked = reporting_command.Asked(**said, language=language)
    with _trouble_in_a_sentence():
        store = Store(_with_data(settings, chosen))
        try:
            for path in reporting_command.write_report(store, asked, out, now_ms()):
                click.echo(path)
        finally:
            store.close()


@main.command("documents")
@options("data", "database-uri")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to; default: this one.")
@click.pass_obj
def documents(settings: Settings, /, out: Path, **chosen: Any) -> None:
    """Write the IT usage policy to sign, the record of processing and the draft assessment, as the settings stand now."""
    with _trouble_in_a_sentence():
        store = Store(_with_data(settings, chosen))
        try:
            for path in notice_papers.write_all(store, out, now_ms()):
                click.echo(path)
        finally:
            store.close()


@main.command("evidence")
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
    with _trouble_in_a_sentence():
        store = Store(_with_data(settings, chosen))
        try:
            click.echo(evidence_command.write_pack(store, asked, out, now_ms()))
        finally:
            store.close()


@main.command("evidence-key")
@options("data", "database-uri")
@click.pass_obj
def evidence_key(settings: Settings, /, **chosen: Any) -> None:
    """Print the public key that signs this server's evidence packs."""
    click.echo(EvidenceKey(own_identity(_with_data(settings, chosen))).public)


@main.command("verify-pack")
@options("data")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The public key that must have signed it, as `evidence-key` prints it.")
def verify_pack(file: Path, key: str | None, **_: Any) -> None:
    """Check an evidence pack, without a database or a server. Exits 1 when anything is not as it was made."""
    for sentence in (lines := evidence_command.lines_about(file, key)):
        click.echo(sentence)
    sys.exit(0 if lines[-1].startswith("PASS") else 1)


SEALED_BY = (
    click.option("--key-file", help="File that seals it; default: the setting backup-key-file."),
    click.option("--passphrase-stdin", is_flag=True, help="Read a passphrase from standard input instead."),
)


def sealed(command: Command) -> Command:
    """Add how a backup is sealed to a command."""
    for option in SEALED_BY:
        command = option(command)
    return command


def _secret(settings: Settings, key_file: str | None, passphrase_stdin: bool) -> backup.Secret:
    if passphrase_stdin:
        return backup.secret_from(key_file or "", sys.stdin.readline().rstrip("\r\n"))
    return backup.secret_from(key_file or settings.backup_key_file)


@main.command("backup")
@options("data", "database-uri", "backup-key-file", "backup-keep", "backup-days")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write it to.")
@sealed
@click.pass_obj
def make_backup(settings: Settings, /, target: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Write a sealed copy of everything into a folder, while the server runs; print its path. Old ones there are deleted."""
    settings = _with_data(settings, chosen)
    with _trouble_in_a_sentence():
        path = backup.make_backup(settings, target.absolute(), _secret(settings, key_file, passphrase_stdin), now_ms())
        gone = backup.rotate(target, settings.backup_keep, settings.backup_days, now_ms())
    click.echo(path)
    if gone:
        click.echo(f"{len(gone)} older ones deleted", err=True)


@main.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_key(file: Path) -> None:
    """Make a key file that seals backups. Keep a copy of it away from this PC: without it no backup opens."""
    try:
        backup.make_key_file(file)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already") from None
    click.echo(file.absolute())


@main.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options("database-uri", "backup-key-file")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="New or empty data folder.")
@sealed
@click.pass_obj
def restore_backup(settings: Settings, /, file: Path, target: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Make a data folder out of a backup: all of it, or nothing. Then serve with --data that folder."""
    settings = _with_data(settings, chosen)
    with _trouble_in_a_sentence():
        made = restore(file, _secret(settings, key_file, passphrase_stdin), target, settings.database_uri)
    click.echo(made.data)
    click.echo(f"{sum(made.manifest.rows.values())} rows. What was erased after the backup was made must be erased again.", err=True)


@main.command("verify-backup")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options("data", "database-uri", "backup-key-file")
@sealed
@click.pass_obj
def verify_backup(settings: Settings, /, file: Path, key_file: str | None, passphrase_stdin: bool, **chosen: Any) -> None:
    """Really put a backup back into a folder of its own, look everything over, and remove it again. Exits 1 when something is not right."""
    settings = _with_data(settings, chosen)
    broken = 0
    with _trouble_in_a_sentence():
        secret = _secret(settings, key_file, passphrase_stdin)
        for finding in verify(file, secret, settings.data, settings.database_uri, now_ms()):
            click.echo(f"{'FAIL' if finding.faults else 'PASS'}  {finding.what}: {finding.sound} sound, {len(finding.faults)} not")
            for fault in finding.faults[:20]:
                click.echo(f"      {fault}")
            broken += len(finding.faults)
    sys.exit(1 if broken else 0)


@main.command("encrypt")
@options("data")
@click.option(
    "--key-file", type=click.Path(dir_okay=False, path_type=Path), help="Keep the key there, such as on a stick; default: beside it."
)
@click.option("--undo", is_flag=True, help="Make it a plain file again.")
@click.pass_obj
def encrypt(settings: Settings, /, key_file: Path | None, undo: bool, **chosen: Any) -> None:
    """Encrypt the SQLite database as a whole, or from its beginning where there is none yet; the server must not run."""
    settings = _with_data(settings, chosen)
    with _trouble_in_a_sentence(), lock(settings.data):
        click.echo(cipher_change.decrypt(settings.data) if undo else cipher_change.encrypt(settings.data, key_file))


@main.command("breach-kit")
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
    with closing(Store(_with_data(settings, chosen))) as store:
        with store.readers.connect() as connection:
            zone = organisation(connection).zone
        known = breach.instant_of(aware, zone) if aware else now_ms()
        asked = breach.Asked(breach.instant_of(start, zone), breach.instant_of(end, zone, end=True), device, user, known)
        click.echo(breach.write_kit(store, asked, out, now_ms()))


@main.command("export-person")
@options("data", "database-uri")
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="File, or folder to write to; default: this folder.")
@click.option("--language", type=click.Choice(tuple(notice.LANGUAGES)), default="en", show_default=True, help="The summary's language.")
@click.option("--request", type=int, help="The number of their request for a copy, which is granted by this.")
@click.pass_obj
def export_person(settings: Settings, /, person: str, out: Path, language: str, request: int | None, **chosen: Any) -> None:
    """Write a copy of everything about PERSON (name or number) as a ZIP; they see at their page that it was made."""
    with _opened(settings, chosen) as store:
        click.echo(subject_command.write_copy(store, person, out, language, request, now_ms()))


@main.command("erase-person")
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
    with _opened(settings, chosen) as store:
        if name is None:
            for line in subject_command.preview(store, person, now_ms()):
                click.echo(line)
            return
        paths = list(subject_command.erase(store, person, name, reason, request, out, now_ms()))
    for path in paths:
        click.echo(path)
    if not paths:
        click.echo("the rest is done at night, by the server: its database is large", err=True)


@main.group("measure")
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
    with _opened(settings, chosen) as store:
        click.echo(subject_command.order(store, subject_command.Order(person, kind, reason, until), now_ms()))


@measure_commands.command("end")
@options("data", "database-uri")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
@click.pass_obj
def end_measure(settings: Settings, /, number: int, reason: str, **chosen: Any) -> None:
    """End the measure of that NUMBER now."""
    with _opened(settings, chosen) as store:
        subject_command.end(store, number, reason, now_ms())


@measure_commands.command("list")
@options("data", "database-uri")
@click.pass_obj
def list_measures(settings: Settings, /, **chosen: Any) -> None:
    """List the measures in force."""
    with _opened(settings, chosen) as store:
        for line in subject_command.in_force(store, now_ms()):
            click.echo(line)


@contextmanager
def _opened(settings: Settings, chosen: dict[str, Any]) -> Iterator[Store]:
    """Open the store of a command, its tables brought up to date; what a person can do something about is a sentence."""
    settings = _with_data(settings, chosen)
    _write(settings, lambda connection: None)
    with _trouble_in_a_sentence(), closing(Store(settings)) as store:
        yield store


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
