"""The files of the invented company: what its people open, save, rename and delete in a day's work; no clock, no disk."""

from __future__ import annotations

from random import Random
from typing import Literal, NamedTuple

from policy.events import File, FileAction

CLIENTS = ("Kaveri Textiles", "Lotus Pharma", "Nandi Logistics", "Sagar Foods", "Vidya Books", "Himgiri Tools")
MONTHS = ("July", "August", "September", "October")
SHARES: tuple[tuple[FileAction, int], ...] = (("opened", 36), ("modified", 38), ("created", 14), ("renamed", 8), ("deleted", 4))


class Shelf(NamedTuple):
    """Where a team keeps its work, and what it calls it; `{month}` and `{number}` are filled in."""

    folder: str
    names: tuple[str, ...]
    process: str


SHELVES = {
    "Audit & Tax": Shelf(
        "S:\\Clients\\{client}\\{month}",
        ("GSTR-3B {month}.xlsx", "Trial balance {month}.xlsx", "Bank reconciliation {number}.xlsx", "Audit notes {number}.docx"),
        "excel.exe",
    ),
    "Engineering": Shelf(
        "S:\\Projects\\{client}",
        ("design-{number}.md", "schema-{number}.sql", "Release notes {month}.docx", "sketch-{number}.fig"),
        "code.exe",
    ),
    "Customer Care": Shelf(
        "S:\\Tickets\\{client}",
        ("Ticket {number}.pdf", "Call list {month}.xlsx", "Refunds {month}.xlsx", "Answer {number}.docx"),
        "excel.exe",
    ),
}


def document(team: str, chance: Random) -> str:
    """Return the path of something the team works on."""
    shelf, month = SHELVES[team], chance.choice(MONTHS)
    folder = shelf.folder.format(client=chance.choice(CLIENTS), month=month)
    return f"{folder}\\{chance.choice(shelf.names).format(month=month, number=chance.randint(100, 160))}"


def file_event(at: int, account: str, team: str, chance: Random) -> File:
    """Return one thing somebody did with a file."""
    actions, weights = zip(*SHARES, strict=True)
    action: FileAction = chance.choices(actions, weights)[0]
    path = document(team, chance)
    source: Literal["watcher", "audit_log"] = "audit_log" if action == "opened" else "watcher"
    return File(
        at=at,
        account=account,
        action=action,
        path=path,
        new_path=renamed(path, chance) if action == "renamed" else None,
        source=source,
        bytes=chance.randint(9_000, 900_000) if action in ("created", "modified") else None,
        process=SHELVES[team].process if action == "opened" else None,
    )


def renamed(path: str, chance: Random) -> str:
    """Return what people make of a name."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem} {chance.choice(('final', 'v2', 'sent', 'old'))}{dot}{ending}"


def clearing_out(first: int, account: str, many: int) -> list[File]:
    """Return an old folder being deleted, some files a second."""
    folder = "S:\\Clients\\Lotus Pharma\\2019"
    return [
        File(at=first + number * 1400, account=account, action="deleted", path=f"{folder}\\Voucher {4000 + number}.pdf", source="watcher")
        for number in range(many)
    ]


def at_payroll(at: int, account: str) -> list[File]:
    """Return somebody at a place that is watched."""
    path = "S:\\Payroll\\2026\\Salaries October.xlsx"
    return [
        File(at=at, account=account, action="opened", path=path, source="audit_log", process="excel.exe"),
        File(at=at + 340_000, account=account, action="modified", path=path, source="watcher", bytes=41_300),
    ]
