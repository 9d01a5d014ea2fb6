"""`python -m console.i18n`: brings every catalogue up to the source, compiles it, and says what is left to translate."""

from __future__ import annotations

import sys

import click

from console.i18n.catalogues import TRANSLATED, faults, update


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; end with 1 when something is missing or stale.")
def main(check: bool) -> None:
    """Read every text of the console, complete console/i18n/*/LC_MESSAGES, and list what a translator has to do."""
    left = 0
    for language in TRANSLATED:
        if not check:
            update(language)
        found = list(faults(language))
        left += len(found)
        for fault in found:
            click.echo(f"{language.value}: {fault.what}: {fault.text}")
        click.echo(f"{language.value}: {len(found)} to do")
    sys.exit(1 if left else 0)


main()
