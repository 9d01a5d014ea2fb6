"""What protects people's records, each measure with the ids of the tests that hold it (docs/compliance.md says where they are)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from policy.notice.live import Live


class Measure(NamedTuple):
    """One measure: what it is, which tests hold it, and where it is in force."""

    text: str
    tests: tuple[str, ...]
    holds: Callable[[Live], bool] = lambda live: True


MEASURES = (
    Measure("A symbol is always shown; there is no build and no setting that hides the agent.", ("P-01",)),
    Measure("Nothing is recorded before the notice of the version in force is answered; agent and server both refuse.", ("P-10",)),
    Measure("Only the published fields leave a PC; identity numbers and addresses are taken out before a disk is reached.", ("P-03",)),
    Measure("Withdrawing takes two clicks and stops the recording.", ("P-09",)),
    Measure("Each person sees the manager's figures of themselves and who looked, and can contest a span.", ("P-06",)),
    Measure("Every route names who may call it; what each role may is one reviewed table.", ("S-01", "S-02", "S-03")),
    Measure("Managers reach their own teams only, and many looks raise an alert.", ("S-23",)),
    Measure("The audit log is chained and sealed; a change is found offline, and what cannot be logged is not done.", ("S-24", "S-30")),
    Measure(
        "No default password; credentials are stored as hashes, guessing is slowed down, revoking works at once.", ("S-04", "S-05", "S-20")
    ),
    Measure("TLS 1.3 with the office's own authority, pinned by each agent.", ("S-17",)),
    Measure("What waits on a PC is sealed, and lost neither by a crash nor by a server that is away.", ("R-02", "R-06", "R-12")),
    Measure("What was acknowledged is on the disk, and every number that is missing is declared.", ("R-01", "R-20")),
    Measure("Records are deleted when their period ends.", ("P-05",)),
    Measure("A finding decides nothing: it waits for somebody to read it and for the person to answer.", ("P-14",)),
    Measure("Words of the program judge nobody; no figure is called not working.", ("P-04",)),
    Measure("Texts from PCs are never a formula, a link, markup, a path or a log line.", ("S-09", "S-11", "S-12", "S-13", "S-14")),
    Measure(
        "Copies for emergencies are encrypted, tried out by a restore, and removed by age.",
        ("R-17",),
        lambda live: live.protection.backup_folder,
    ),
    Measure("The database is encrypted at rest.", ("S-25",), lambda live: live.protection.database_encrypted),
    Measure(
        "An agreement with the works council locks what would watch more closely.",
        ("P-19",),
        lambda live: bool(live.organisation.works_council),
    ),
)


def in_force(live: Live) -> list[Measure]:
    """Return the measures that hold under this configuration."""
    return [one for one in MEASURES if one.holds(live)]
