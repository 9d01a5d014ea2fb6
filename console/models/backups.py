"""The nightly backups in words: how they stand, what to do, and each fact about the newest and the next one."""

from __future__ import annotations

from console import words
from console.refusals import in_the_servers_words
from console.words import _, _n
from policy.summaries import BackupFailure, Backups, BackupState, BackupTrouble

SET_UP = "python server backup-key FILE\npython server --backup-folder FOLDER --backup-key-file FILE"
"""What whoever looks after the server types once; the second is how it is started from then on."""
TRY_OUT = "python server verify-backup FILE --key-file KEY"


def heading(value: Backups) -> str:
    """How they stand."""
    return {
        BackupState.OFF: _("No nightly backup is set up"),
        BackupState.AWAITED: _("The first backup is not made yet"),
        BackupState.FINE: _("The newest backup is in order"),
        BackupState.LATE: _("The newest backup is too old"),
        BackupState.FAILED: _("The newest backup is not where it was put") if _is_gone(value) else _("The last backup did not come about"),
    }[value.state]


def sentence(value: Backups) -> str:
    """What that means, and what to do."""
    if value.state is BackupState.FAILED:
        return trouble(BackupTrouble.GONE if _is_gone(value) or value.failure is None else value.failure.kind)
    return {
        BackupState.OFF: _(
            "If the server's disk breaks, everything recorded is lost. Whoever looks after the server makes a key once, and then"
            " starts the server with a folder on another disk:"
        ),
        BackupState.AWAITED: _("It is made within a minute of the server's start. If this stays, look at the server's log."),
        BackupState.FINE: _("It is made by itself each night. Try one out each month: only that proves that it can be put back."),
        BackupState.LATE: _("The server was off when it was due, or what it does by itself stands still. Look at its log."),
    }[value.state]


def _is_gone(value: Backups) -> bool:
    return value.newest is not None and not value.newest.there


def tone(value: Backups) -> str:
    """How much it matters, as a colour of the theme."""
    return {BackupState.FINE: "", BackupState.AWAITED: "muted", BackupState.FAILED: "stop"}.get(value.state, "warn")


def sign(value: Backups) -> str:
    """How much it matters, as an icon."""
    return {BackupState.FINE: "good", BackupState.AWAITED: "note", BackupState.FAILED: "stop"}.get(value.state, "attention")


def trouble(kind: BackupTrouble) -> str:
    """Why there is none, and what helps."""
    return {
        BackupTrouble.KEY: _("The key file that seals it could not be read. Put it back where it was, for example the stick it is on."),
        BackupTrouble.FOLDER: _("Its folder could not be written to: the disk is away or full, or the server may not write there."),
        BackupTrouble.BUSY: _("Another backup was being made at the same moment. It is tried again within an hour."),
        BackupTrouble.PROGRAM: _("A program of PostgreSQL is missing on the server's PC. Install its client programs there."),
        BackupTrouble.STORE: _("The database could not be copied. Look at the server's log."),
        BackupTrouble.GONE: _("The newest one is not in its folder any more, or not whole: it was moved, or the disk is away."),
        BackupTrouble.OTHER: _("Something went wrong at the server; it is written in its log."),
    }[kind]


def rows(value: Backups, zone: str, now: int) -> list[tuple[str, str]]:
    """Return (name, words) of every fact there is."""
    if value.state is BackupState.OFF:
        return [(_("Last tried out"), _trial(value, zone))] if value.trial is not None else []
    told = [(_("Newest backup"), _newest(value, zone))]
    if value.newest is not None:
        told += [(_("Where"), _where(value)), (_("Last tried out"), _trial(value, zone))]
    told.append((_("Next one"), _next(value, zone, now)))
    told.append((_("How often"), _("each night at {time}").format(time=words.hour_of_day(value.hour))))
    told.append((_("How many are kept"), _kept(value)))
    told.append((_("Encrypted"), _sealed(value)))
    told.append((_("Last failure"), _failure(value.failure, zone)))
    return told


def _newest(value: Backups, zone: str) -> str:
    if value.newest is None:
        return _("none yet")
    return f"{words.minute(value.newest.made, zone)}  ·  {words.size(value.newest.bytes)}"


def _where(value: Backups) -> str:
    assert value.newest is not None
    place = _("{file} in the folder {folder}").format(file=words.safe(value.newest.name, 80), folder=words.safe(value.folder, 80))
    whole = _("there, as large as when it was made") if value.newest.there else _("not there any more, or not whole")
    return f"{place}  ·  {whole}"


def _trial(value: Backups, zone: str) -> str:
    told = value.trial
    if told is None:
        return _("never; this does it: {command}").format(command=TRY_OUT)
    many = _n("{n} fault found", "{n} faults found", told.faults).format(n=words.count(told.faults))
    parts = [words.minute(told.at, zone), many if told.faults else _("all sound")]
    if value.newest is not None and told.name != value.newest.name:
        parts.append(_("an older one"))
    return "  ·  ".join(parts)


def _next(value: Backups, zone: str, now: int) -> str:
    if value.asked is not None:
        return _("is being made, asked for {time}").format(time=words.minute(value.asked, zone))
    return words.minute(value.due, zone) if value.due is not None and value.due > now else _("at once")


def _kept(value: Backups) -> str:
    most = _("at most {n}, none longer than {days} days").format(n=words.count(value.keep), days=words.count(value.days))
    if value.kept is None:
        return most
    lying = _n("{n} in the folder", "{n} in the folder", value.kept).format(n=words.count(value.kept))
    return f"{lying}  ·  {most}"


def _sealed(value: Backups) -> str:
    told = _("Always ({cipher}). Only the key file {name} opens it: keep a second copy in a safe.")
    return told.format(cipher=words.safe(value.cipher, 40), name=words.safe(value.key_file or words.NOTHING, 80))


def _failure(one: BackupFailure | None, zone: str) -> str:
    if one is None:
        return _("none so far")
    return f"{words.minute(one.at, zone)}  ·  {trouble(one.kind)}\n{in_the_servers_words(words.safe(one.told))}"
