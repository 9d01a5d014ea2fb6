"""The builder's command line; the paths of what was built stand alone on standard output."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from agent import VERSION
from agent.bundle.lock import PYTHONS, write_lock
from agent.bundle.msi import write_msi
from agent.bundle.portable import write_zip
from agent.bundle.runtime import read_runtime
from agent.bundle.tree import Recipe, build_tree
from agent.bundle.trouble import BundleError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
NAME = f"WorkPulseAgent-{VERSION}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Build what IT installs on PCs: a portable zip and an MSI, on Linux or Windows.

    \b
    python -m agent.bundle build --python-embed python-3.12.10-embed-amd64.zip --python-embed-sha256 HEX --msi
    """


@main.command("build")
@click.option("--python-embed", required=True, type=FILE, help="The embeddable 64-bit CPython for Windows, a zip file from python.org.")
@click.option("--python-embed-sha256", required=True, metavar="HEX", help="Its SHA-256, from a place you trust more than the file's.")
@click.option("--out", type=FOLDER, default=Path("dist"), show_default=True, help="Where the built files go.")
@click.option("--msi", is_flag=True, help="Build the MSI as well (needs wixl: Debian package of that name).")
@click.option("--wheels", type=FOLDER, help="Take the packages from this folder only; nothing is downloaded then.")
@click.option(
    "--sign-with",
    metavar="COMMAND",
    help="Sign the programs and the MSI with it, such as 'osslsigncode sign -pkcs12 company.p12 -readpass FILE -in {in} -out {out}'.",
)
def build_command(python_embed: Path, python_embed_sha256: str, out: Path, msi: bool, wheels: Path | None, sign_with: str | None) -> None:
    """Build from the locked packages and the CPython given; prints the path of each file built."""
    try:
        recipe = Recipe(read_runtime(python_embed, python_embed_sha256), wheels, sign_with)
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            tree = Path(place) / NAME
            build_tree(recipe, tree)
            write_zip(tree, NAME, out / f"{NAME}-win64.zip")
            click.echo(out / f"{NAME}-win64.zip")
            if msi:
                write_msi(tree, out / f"{NAME}-win64.msi", sign_with)
                click.echo(out / f"{NAME}-win64.msi")
    except BundleError as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command("lock")
@click.option("--python", "pythons", multiple=True, type=click.Choice(PYTHONS), default=PYTHONS, help="For which Python; all if not given.")
def lock_command(pythons: tuple[str, ...]) -> None:
    """Write anew which wheels go into a bundle, each with its hashes, from requirements-agent.txt; prints the files."""
    try:
        for python in pythons:
            click.echo(write_lock(python))
    except BundleError as refusal:
        raise click.ClickException(str(refusal)) from None
