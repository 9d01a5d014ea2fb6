"""The command line of the console: the window, and `pictures`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import platformdirs

from console.trouble import Refused, ServerChanged, Trouble

DEFAULT_URL = ""


def data_folder(given: Path | None) -> Path:
    """Return the folder for settings and known servers."""
    return given or platformdirs.user_data_path("WorkPulse", appauthor=False) / "console"


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--server", "url", default=DEFAULT_URL, metavar="URL", help="Address of the server; the one used last if left away.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for settings and known servers.")
@click.pass_context
def main(context: click.Context, url: str, data: Path | None) -> None:
    """The window for managers, owners, compliance and IT."""
    context.obj = (url, data)
    if context.invoked_subcommand is None:
        from console.app import Console

        Console(data_folder(data), url).run()


@main.command()
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the pictures.")
@click.option("--server", "url", default=DEFAULT_URL, metavar="URL", help="Address of the server.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for settings and known servers.")
@click.option("--user", required=True, help="Who signs in.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from the first line of standard input.")
@click.option("--documents", is_flag=True, help="Only the pictures that the documents show: every tab light, two dark, one in Hindi.")
@click.option("--fingerprint", default="", metavar="HEX", help="The server's fingerprint; needed at the first meeting.")
@click.pass_obj
def pictures(
    outer: tuple[str, Path | None],
    folder: Path,
    url: str,
    data: Path | None,
    user: str,
    password_stdin: bool,
    documents: bool,
    fingerprint: str,
) -> None:
    """Draw every tab without a window, light and dark, and print the paths of the PNG files."""
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        place = data_folder(data or outer[1])
        for path in _pictures(outer[0] or url, place, folder, user, password, fingerprint, documents=documents):
            click.echo(path)
    except ServerChanged as fault:
        raise click.ClickException(f"{fault.sentence} Compared: {fault.kept}. Presented: {fault.presented or 'none'}.") from None
    except Trouble as fault:
        raise click.ClickException(" ".join(part for part in (fault.sentence, fault.details) if part)) from None


def _pictures(url: str, data: Path, folder: Path, user: str, password: str, fingerprint: str, *, documents: bool) -> list[Path]:
    from console.api import Api, connect
    from console.servers import KnownServers, groups_of, normal_url, same_fingerprint

    known = KnownServers(data)
    last = next(iter(known.all()), None)
    server = connect(normal_url(url or (last.url if last else "")), known)
    if fingerprint and not same_fingerprint(fingerprint, server.fingerprint):
        raise ServerChanged("The server's fingerprint is not the one given.", fingerprint, server.fingerprint)
    if not fingerprint and known.find(server.url) is None:
        raise Refused(
            f"This server is not known yet. Compare its fingerprint and give it with --fingerprint: {groups_of(server.fingerprint)}"
        )
    known.remember(server)
    api = Api(server, known)
    api.sign_in(user, password)
    try:
        return _drawn(api, folder, documents=documents)
    finally:
        api.sign_out()


def _drawn(api: object, folder: Path, *, documents: bool) -> list[Path]:
    """Draw with settings of its own, so that a person's columns and days neither show nor change."""
    import tempfile

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from console.api import Api
    from console.app import make_application, services_of
    from console.pictures import NotShown, take_documents_pictures, take_pictures
    from console.scope import Preset
    from console.settings import Settings
    from console.tasks import Tasks
    from console.theme import Theme, ThemeChoice

    assert isinstance(api, Api)
    application = make_application()
    tasks = Tasks()
    with tempfile.TemporaryDirectory() as place:
        services = services_of(api, api.choices(), tasks, Theme(ThemeChoice.LIGHT), Settings(Path(place)))
        services.scope.choose(Preset.LAST_7_DAYS)
        try:
            take = take_documents_pictures if documents else take_pictures
            return list(take(services, folder))
        except NotShown as fault:
            raise Refused("A tab could not be drawn.", str(fault)) from None
        finally:
            tasks.finish()
            application.processEvents()  # also keeps the application alive until here; nobody else holds it
