"""Every option of the server in one table, from which the command line's help and docs/settings.md are made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs
from dotenv import dotenv_values
from msgspec import Struct

from policy.wire import DEFAULT_PORT

VARIABLE = "WORKPULSE_SERVER_SETTINGS"
"""How the settings reach the server's own processes: on Windows each is a new interpreter, which inherits nothing else."""


class Option(NamedTuple):
    """One setting: its name on the command line, its environment variable, type, default, what it is for; what another tracker calls it."""

    name: str
    variable: str
    kind: Callable[[str], Any]
    default: Any
    help: str
    theirs: str = ""


SHORT = {"HOST": "WORKPULSE_HOST", "PORT": "WORKPULSE_PORT"}
"""Names that mean the server only in a file made for it; in an environment they can be anybody's."""


def default_data_folder() -> Path:
    """Return the platform's own place for a service's data of this user."""
    return Path(platformdirs.user_data_dir("workpulse-server", appauthor=False))


OPTIONS = (
    Option("data", "WORKPULSE_DATA", Path, None, "Folder of the database, keys and logs; default: the platform's data folder."),
    Option("config", "WORKPULSE_CONFIG", Path, None, "File of NAME=value lines that stand in for environment variables which are not set."),
    Option("host", "WORKPULSE_HOST", str, "0.0.0.0", "Address to listen on; 0.0.0.0 is every network of this PC.", "FLASK_HOST"),  # noqa: S104 — a LAN server
    Option("port", "WORKPULSE_PORT", int, DEFAULT_PORT, "Port to listen on.", "FLASK_PORT"),
    Option("names", "WORKPULSE_NAMES", str, "", "More host names or addresses, comma-separated, under which this PC is reached."),
    Option(
        "database-uri",
        "DATABASE_URI",
        str,
        "",
        "PostgreSQL address (postgresql://…); empty, or any sqlite: address: SQLite in the data folder.",
    ),
    Option("origins", "WORKPULSE_ORIGINS", str, "", "Origins of browser dashboards that may read the API, comma-separated; empty: none."),
    Option(
        "tls-minimum",
        "WORKPULSE_TLS_MINIMUM",
        str,
        "1.3",
        "Oldest TLS spoken: 1.3, or 1.2 for Windows 10's own programs (curl.exe, report.ps1).",
    ),
    Option("ledger-every", "WORKPULSE_LEDGER_EVERY", float, 2.0, "Seconds between two looks for days to rebuild."),
    Option(
        "announce",
        "WORKPULSE_ANNOUNCE",
        str,
        "auto",
        "Be found on the LAN by consoles: yes, no, or auto (unless only this PC can reach it).",
    ),
    Option("smtp-host", "WORKPULSE_SMTP_HOST", str, "", "Mail server by which reports go out; empty: none."),
    Option("smtp-port", "WORKPULSE_SMTP_PORT", int, 587, "Its port."),
    Option("smtp-security", "WORKPULSE_SMTP_SECURITY", str, "starttls", "How it is spoken to: starttls, or tls from the first byte."),
    Option("smtp-from", "WORKPULSE_SMTP_FROM", str, "", "Address that reports come from."),
    Option("smtp-user", "WORKPULSE_SMTP_USER", str, "", "User to sign in there as; empty: without."),
    Option("smtp-password-file", "WORKPULSE_SMTP_PASSWORD_FILE", str, "", "File that holds the password; or set WORKPULSE_SMTP_PASSWORD."),
    Option("smtp-authority", "WORKPULSE_SMTP_AUTHORITY", str, "", "Certificate authority (PEM) of the mail server; empty: the system's."),
    Option("report-folder", "WORKPULSE_REPORT_FOLDER", str, "", "Folder, perhaps of another PC, into which reports are copied too."),
    Option(
        "drive-folder", "WORKPULSE_DRIVE_FOLDER", str, "", "Number of a Google Drive folder into which reports are copied; empty: none."
    ),
    Option("drive-key-file", "WORKPULSE_DRIVE_KEY_FILE", str, "", "Key (JSON) of the service account that may write there."),
    Option("captures-mib", "WORKPULSE_CAPTURES_MIB", int, 2048, "Room for pictures of screens, in MiB; beyond it the oldest go first."),
    Option(
        "backup-folder", "WORKPULSE_BACKUP_FOLDER", str, "", "Folder, best of another disk, for a sealed backup each night; empty: none."
    ),
    Option("backup-key-file", "WORKPULSE_BACKUP_KEY_FILE", str, "", "File that seals them; `backup-key` makes one."),
    Option("backup-hour", "WORKPULSE_BACKUP_HOUR", int, 2, "Hour of the organisation's day at which the nightly backup is due."),
    Option("backup-keep", "WORKPULSE_BACKUP_KEEP", int, 14, "How many backups stay in that folder."),
    Option("backup-days", "WORKPULSE_BACKUP_DAYS", int, 30, "Days after which a backup is deleted: what was erased must not live on."),
    Option("threads", "WORKPULSE_THREADS", int, 512, "Requests that may wait at once: a batch holds one until it is on disk."),
)


def as_table() -> str:
    """Return the options as the table of docs/settings.md."""
    names = ((one, f"`{one.variable}`" + (f", `{one.theirs}`" if one.theirs else "")) for one in OPTIONS)
    rows = [f"| `--{one.name}` | {variable} | {'' if one.default is None else one.default} | {one.help} |" for one, variable in names]
    return "\n".join(["| option | environment | default | what it is |", "| --- | --- | --- | --- |", *rows])


class Settings(Struct, frozen=True):
    """The server's options, decided."""

    data: Path
    host: str
    port: int
    names: str
    database_uri: str
    origins: str
    tls_minimum: str
    ledger_every: float
    announce: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_from: str
    smtp_user: str
    smtp_password_file: str
    smtp_authority: str
    report_folder: str
    drive_folder: str
    drive_key_file: str
    captures_mib: int
    backup_folder: str
    backup_key_file: str
    backup_hour: int
    backup_keep: int
    backup_days: int
    threads: int
    config: Path | None = None


def load(chosen: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings: what was chosen on the command line, else the environment, else the default.

    Raises ValueError with a sentence when a value is not one.
    """
    values: dict[str, Any] = {}
    environment = variables((chosen or {}).get("config"), environment)
    for option in OPTIONS:
        field = option.name.replace("-", "_")
        value = (chosen or {}).get(field)
        values[field] = value if value is not None else _from_environment(option, environment)
    values["data"] = Path(values["data"] or default_data_folder()).absolute()
    if values["database_uri"].startswith("sqlite:"):
        values["database_uri"] = ""  # another tracker's file is not ours to put tables into
    values["config"] = Path(values["config"]).absolute() if values["config"] else None
    if not 0 < values["port"] < 65536:
        raise ValueError(f"port must be 1 to 65535, not {values['port']}")
    if values["announce"] not in ("auto", "yes", "no"):
        raise ValueError(f"announce must be auto, yes or no, not {values['announce']!r}")
    if values["tls_minimum"] not in ("1.3", "1.2"):
        raise ValueError(f"tls-minimum must be 1.3 or 1.2, not {values['tls_minimum']!r}")
    if not (0 <= values["backup_hour"] <= 23 and values["backup_keep"] >= 1 and values["backup_days"] >= 1):
        raise ValueError("backup-hour must be 0 to 23, backup-keep and backup-days at least 1")
    if values["smtp_security"] not in ("starttls", "tls"):
        raise ValueError(f"smtp-security must be starttls or tls, not {values['smtp_security']!r}")
    return Settings(**values)


def variables(config: str | Path | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment with what a file of variables says besides; raise ValueError when there is no such file."""
    path = config or environment.get("WORKPULSE_CONFIG")
    if not path:
        return dict(environment)
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}")
    said = {name: text for name, text in dotenv_values(path, interpolate=False, encoding="utf-8-sig").items() if text is not None}
    return {ours: said[short] for short, ours in SHORT.items() if short in said} | said | dict(environment)


def _from_environment(option: Option, environment: Mapping[str, str]) -> Any:
    text = environment.get(option.variable) or environment.get(option.theirs, "")
    if not text:
        return option.default
    try:
        return option.kind(text)
    except ValueError:
        raise ValueError(f"{option.variable} is {text!r}, which is no {option.kind.__name__}") from None
