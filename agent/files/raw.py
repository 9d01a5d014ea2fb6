"""A change of a file as the system tells it, before it is known what it was part of."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

_TEMPORARY = re.compile(
    r"""^~\$ | ^~WR[A-Z]\d+\.tmp$ | ^~.*\.tmp$ | ^[0-9A-F]{8}$ | \.tmp$ | ^\.~lock\..*\#$ | ^lu[0-9a-z]{5,}\.tmp$ | \.crdownload$
    | \.part(?:ial)?$ | .~$ | ^\.goutputstream- | ^\..*\.sw[a-px]$ | ^4913$ | ^\.\#""",
    re.VERBOSE | re.IGNORECASE,
)
_LOCK = re.compile(r"^~\$|^\.~lock\..*#$|^\.#", re.IGNORECASE)


class What(StrEnum):
    """What the system says happened."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
    MOVED = "moved"
    FOLDER_GONE = "folder_gone"


class Raw(NamedTuple):
    """One change; `to` is where a moved file went. `wall` labels it, `mono` orders it."""

    what: What
    path: str
    wall: int
    mono: int
    to: str = ""


class Settled(NamedTuple):
    """One change as it is recorded: created, modified, deleted, or renamed to `new_path`."""

    action: str
    path: str
    at: int
    new_path: str | None = None


def name_of(path: str) -> str:
    """Return the last part of a path of whichever system."""
    return path.replace("\\", "/").rpartition("/")[2]


def is_temporary(path: str) -> bool:
    """Return whether programs name so what they write on the way to a file."""
    return _TEMPORARY.search(name_of(path)) is not None


def is_lock(path: str) -> bool:
    """Return whether an office program marks so that a document is open; that is no file of anybody's."""
    return _LOCK.search(name_of(path)) is not None
