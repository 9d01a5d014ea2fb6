"""Codes for PCs, and users of the console."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy import Connection

from policy.roles import Role
from server import (
    enrolment,
    users,
)
from server.clock import now_ms
from server.commands.base import options, with_data, write
from server.core import own_identity
from server.refusals import RefusalError
from server.settings import Settings


@click.command("enrol-code")
@options("data", "database-uri")
@click.option("--team", help="Team of the PCs that use the code.")
@click.option("--person", help="Name of the one person whose PC it is; default: the account's name.")
@click.option("--uses", type=int, default=1, show_default=True, help="How many PCs may use it.")
@click.option("--hours", type=float, default=24.0, show_default=True, help="How long it is good.")
@click.pass_obj
def enrol_code(settings: Settings, /, team: str | None, person: str | None, uses: int, hours: float, **chosen: Any) -> None:
    """Print a new enrolment code."""
    settings = with_data(settings, chosen)
    fingerprint = own_identity(settings).fingerprint

    def make(connection: Connection) -> str:
        return enrolment.make_code(connection, fingerprint, now_ms(), team=team, person=person, uses=uses, hours=hours)

    click.echo(write(settings, make))


@click.group("user")
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
    settings = with_data(settings, chosen)
    try:
        hashed = users.new_password_hash(sys.stdin.readline().rstrip("\r\n"))
    except RefusalError as refusal:
        raise click.ClickException(refusal.message) from None
    write(settings, lambda connection: users.add_user(connection, name, Role(role), hashed, now_ms(), teams=teams))
