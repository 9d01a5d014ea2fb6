"""Administration of people, teams, accounts, PCs and enrolment codes."""

from __future__ import annotations

from flask import Response

from policy.summaries import (
    AccountLink,
    Changed,
    CodeMade,
    CodeRevoke,
    Codes,
    CodeWish,
    DeviceChange,
    DeviceRevoke,
    Made,
    Office,
    PersonChange,
    PersonWish,
    TeamChange,
    TeamWish,
)
from server import enrolment, office
from server.auth import Ask
from server.queries import office as queries
from server.refusals import NotThereError


def show_people(ask: Ask) -> Office:
    """People, teams and accounts."""
    return queries.office(ask.session, ask.who())


def add_person(ask: Ask) -> Made:
    """Make a person, before any PC of theirs is known."""
    wish = ask.body(PersonWish)
    return Made(ask.change(lambda connection, by: office.new_person(connection, wish, by)))


def change_person(ask: Ask) -> Changed:
    """Change a person's name, team, zone, work hours, or whether they are still here."""
    wish = ask.body(PersonChange)
    return Changed(ask.change(lambda connection, by: office.change_person(connection, wish, by)))


def add_team(ask: Ask) -> Made:
    """Make a team."""
    wish = ask.body(TeamWish)
    return Made(ask.change(lambda connection, by: office.new_team(connection, wish, by)))


def rename_team(ask: Ask) -> Changed:
    """Give a team another name."""
    wish = ask.body(TeamChange)
    return Changed(ask.change(lambda connection, by: office.rename_team(connection, wish, by)))


def link_account(ask: Ask) -> Response:
    """Say whose account it is."""
    wish = ask.body(AccountLink)
    ask.change(lambda connection, by: office.link_account(connection, wish, by))
    return Response(status=204)


def change_device(ask: Ask) -> Changed:
    """Move a PC to another team."""
    wish = ask.body(DeviceChange)
    return Changed(ask.change(lambda connection, by: office.change_device(connection, wish, by)))


def revoke_device(ask: Ask) -> Response:
    """Take a PC's credential away; what it delivered stays."""
    wish = ask.body(DeviceRevoke)
    if not ask.change(lambda connection, by: enrolment.revoke(connection, wish.device, by.now, by.actor)):
        raise NotThereError("there is no such PC, or it was revoked already")
    return Response(status=204)


def show_codes(ask: Ask) -> Codes:
    """The enrolment codes, without their secrets."""
    return queries.codes(ask.session)


def make_code(ask: Ask) -> CodeMade:
    """Make a code and show it, this once."""
    wish, fingerprint = ask.body(CodeWish), ask.core.identity.fingerprint
    return ask.change(lambda connection, by: enrolment.make_code_for(connection, fingerprint, wish, by))


def revoke_code(ask: Ask) -> Response:
    """Let nobody in by a code any more."""
    wish = ask.body(CodeRevoke)
    ask.change(lambda connection, by: enrolment.revoke_code(connection, wish.code, by))
    return Response(status=204)
