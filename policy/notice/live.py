"""What the documents about the recording are made from: the configuration as it stands, and nothing remembered."""

from __future__ import annotations

from msgspec import Struct

from policy.summaries import Organisation


class Protection(Struct, frozen=True):
    """What guards the store besides roles: what is encrypted, and how copies are made."""

    database_encrypted: bool = False
    postgresql: bool = False
    backup_folder: bool = False
    backup_days: int = 0
    backups_kept: int = 0


class Live(Struct, frozen=True):
    """The organisation's choices with what surrounds them.

    `captured` are the names of the teams whose screens are captured; `roles` is how many sign in as what; `people`, `devices`
    are how many are recorded; `mail`, `folder` and `drive` are whether reports leave the server that way; `notice` is the version in force.
    """

    organisation: Organisation
    made_at: int
    day: str
    program: str
    notice: str
    captured: tuple[str, ...] = ()
    roles: dict[str, int] = {}
    people: int = 0
    devices: int = 0
    mail: bool = False
    folder: bool = False
    drive: bool = False
    protection: Protection = Protection()

    @property
    def pictures(self) -> bool:
        """Whether any screen is captured, now and then or in clips."""
        return bool(self.organisation.capture_every and self.captured) or self.clips

    @property
    def clips(self) -> bool:
        """Whether two people may agree on a short recording of any screen."""
        return bool(self.organisation.clip_seconds and self.captured and not self.organisation.works_council)
