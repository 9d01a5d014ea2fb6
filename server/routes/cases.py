"""Cases and watch lists: what compliance looks into, and what it wants to be told of."""

from __future__ import annotations

from flask import Response

from policy.summaries import (
    Case,
    CaseChange,
    CaseLinkWish,
    CaseNoteWish,
    Cases,
    CaseWish,
    Changed,
    Made,
    WatchListChange,
    WatchListEnd,
    WatchLists,
    WatchListWish,
)
from server import watch_lists
from server.auth import Ask
from server.evidence import cases


def show_cases(ask: Ask) -> Cases:
    """Every case, without its notes."""
    return cases.cases(ask.session)


def show_case(ask: Ask) -> Case:
    """One case with its notes and links; reading it is written down."""
    number = ask.number_in_path()
    title = cases.case_of(ask.session, number).case.title
    ask.note_look("a case", f"{cases.subject(number)}, {title}")
    return cases.case_of(ask.session, number)


def open_case(ask: Ask) -> Made:
    """Open a case."""
    wish = ask.body(CaseWish)
    return Made(ask.change(lambda connection, by: cases.open_case(connection, wish, by)))


def change_case(ask: Ask) -> Changed:
    """Another title; close it, or open it again."""
    wish = ask.body(CaseChange)
    return Changed(ask.change(lambda connection, by: cases.change_case(connection, wish, by)))


def add_note(ask: Ask) -> Made:
    """A note, which stays as it is written."""
    wish = ask.body(CaseNoteWish)
    return Made(ask.change(lambda connection, by: cases.add_note(connection, wish, by)))


def add_link(ask: Ask) -> Made:
    """A link to a pack, an alert or files."""
    wish = ask.body(CaseLinkWish)
    return Made(ask.change(lambda connection, by: cases.add_link(connection, wish, by)))


def show_watch_lists(ask: Ask) -> WatchLists:
    """Every watch list, and the paths that the settings name besides."""
    return watch_lists.watch_lists(ask.session)


def add_watch_list(ask: Ask) -> Made:
    """Make a watch list."""
    wish = ask.body(WatchListWish)
    return Made(ask.change(lambda connection, by: watch_lists.add_list(connection, wish, by)))


def change_watch_list(ask: Ask) -> Changed:
    """Change a watch list's name or paths."""
    wish = ask.body(WatchListChange)
    return Changed(ask.change(lambda connection, by: watch_lists.change_list(connection, wish, by)))


def end_watch_list(ask: Ask) -> Response:
    """Watch a list no more."""
    wish = ask.body(WatchListEnd)
    ask.change(lambda connection, by: watch_lists.end_list(connection, wish, by))
    return Response(status=204)
