"""Every option of this PC's agent in one table; `agent.toml` in the data folder or WORKPULSE_AGENT_<NAME> sets one.

What to collect is not here: that is the server's policy, and the person's answer stands above both.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

PREFIX = "WORKPULSE_AGENT_"


class SettingError(ValueError):
    """An option nobody knows, or a value outside its bounds."""


class Option(NamedTuple):
    """One row of the table."""

    name: str
    default: float | str
    least: float
    most: float
    help: str


class Settings(Struct, frozen=True):
    """The options as they stand on this PC; OPTIONS says what each means and may be."""

    buffer_mib: float = 256.0
    batch_events: int = 500
    gap_samples: float = 3.0
    connect_seconds: float = 5.0
    answer_seconds: float = 30.0
    longest_wait_seconds: float = 300.0
    goodbye_seconds: float = 3.0
    web_port: int = 5600
    machine: str = ""
    log_level: str = "INFO"


_DEFAULTS = Settings()
OPTIONS = (
    Option(
        "buffer_mib",
        _DEFAULTS.buffer_mib,
        0.25,
        65_536,
        "The most the buffer may hold, in MiB; beyond it the newest is counted instead of kept.",
    ),
    Option("batch_events", _DEFAULTS.batch_events, 1, 2_000, "How many events one request carries at most."),
    Option(
        "gap_samples", _DEFAULTS.gap_samples, 1.5, 60, "After so many sampling periods without a sample the time between is not counted."
    ),
    Option("connect_seconds", _DEFAULTS.connect_seconds, 0.1, 120, "How long to wait for the server to take a connection."),
    Option("answer_seconds", _DEFAULTS.answer_seconds, 0.1, 600, "How long to wait for the server's answer."),
    Option("longest_wait_seconds", _DEFAULTS.longest_wait_seconds, 0.1, 86_400, "The longest pause between two attempts to send."),
    Option("goodbye_seconds", _DEFAULTS.goodbye_seconds, 0, 60, "How long the agent, told to stop, still tries to send."),
    Option(
        "web_port",
        _DEFAULTS.web_port,
        0,
        65_535,
        "The port on this PC at which the browsers' ActivityWatch extension tells their sites; 0: none.",
    ),
    Option(
        "machine",
        _DEFAULTS.machine,
        0,
        256,
        "A name for this PC in place of its hardware identity, for virtual desktops made from one image.",
    ),
    Option("log_level", _DEFAULTS.log_level, 0, 8, "DEBUG, INFO, WARNING or ERROR."),
)


def as_table() -> str:
    """Return the options as the table of docs/agent.md."""
    rows = [f"| `{one.name}` | {one.default} | {one.help} |" for one in OPTIONS]
    return "\n".join(["| option | default | what it is |", "| --- | --- | --- |", *rows])


def load_settings(file: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings from `file`, overruled by the environment; raise SettingError with a sentence."""
    given = _from_file(file)
    known = {option.name: option for option in OPTIONS}
    given |= {name: environment[PREFIX + name.upper()] for name in known if PREFIX + name.upper() in environment}
    strangers = sorted(set(given) - set(known))
    if strangers:
        raise SettingError(f"{file.name} sets {strangers[0]!r}, which is no option; the options are {', '.join(known)}.")
    return Settings(**{name: _checked(known[name], value) for name, value in given.items()})


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingError(f"{file.name} is not readable as TOML: {fault}.") from None


def _checked(option: Option, value: Any) -> Any:
    kind = type(getattr(_DEFAULTS, option.name))
    try:
        converted = kind(value)
        size = len(converted) if kind is str else converted
        if option.least <= size <= option.most:
            return converted
    except (TypeError, ValueError):
        pass
    raise SettingError(f"{option.name} = {value!r} must be between {option.least:g} and {option.most:g}. {option.help}")
