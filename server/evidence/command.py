"""Evidence packs as commands ask for them: made into any folder, and what checking one found, in sentences."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from policy.summaries import EvidenceWish, FileFilters
from server.evidence import making, wanted
from server.evidence.check import Checked, check_pack
from server.evidence.manifest import Manifest
from server.office import By
from server.refusals import NotThereError
from server.reporting.command import person_named
from server.store.opened import Store
from server.tls import as_groups

CONSOLE = "console"
"""Who the audit log names for a command on the server PC."""
MOST_SAID = 40


def write_pack(store: Store, asked: dict[str, Any], out: Path, now: int) -> Path:
    """Make a pack and return where its copy is; raise a refusal when it cannot be meant."""
    with store.readers.connect() as connection:
        person = person_named(connection, asked["person"]) if asked["person"] else None
    filters = FileFilters(
        asked["first"].date(), asked["last"].date(), person=person, **{name: asked[name] for name in ("path", "host", "action")}
    )
    wish = EvidenceWish(filters, asked["reason"], language=asked["language"])
    number = store.writer.do(partial(wanted.ask_for, wish=wish, by=By(CONSOLE, "", now)))
    making.make_wanted(store, now, number)
    with store.readers.connect() as connection:
        name = wanted.made_pack(connection, number).name
    if name is None:
        raise NotThereError("another process is making this pack")
    out.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(wanted.place_of(store.settings.data, name), out / name)).absolute()


def lines_about(path: Path, key: str | None) -> list[str]:
    """Return what checking a pack found; the last line begins with PASS or FAIL."""
    checked = check_pack(path, key)
    said = [*(_about(checked, checked.manifest) if checked.manifest else []), *checked.faults[:MOST_SAID]]
    if len(checked.faults) > MOST_SAID:
        said.append(f"and {len(checked.faults) - MOST_SAID} more")
    known = "the key that was given" if key else "a key that nobody compared: give --key"
    if checked.sound and checked.manifest is not None:
        return [*said, f"PASS  {checked.manifest.events} events as they came, signed by {known}"]
    return [*said, f"FAIL  {len(checked.faults)} faults"]


def _about(checked: Checked, manifest: Manifest) -> list[str]:
    """Say what a pack says it is; nothing in it can begin another line."""
    made = datetime.fromtimestamp(manifest.made / 1000, UTC)
    told = [
        ("pack", f"{manifest.number} of {manifest.organisation}"),
        ("made", f"{made:%Y-%m-%d %H:%M:%S} UTC by {manifest.made_by}"),
        ("reason", manifest.reason),
        ("filters", ", ".join(f"{name} {value}" for name, value in manifest.filters.items())),
        ("gaps", f"{manifest.gaps_declared} declared"),
        ("unsealed", ", ".join(map(str, manifest.days_unsealed)) or "no day"),
        ("key", manifest.public_key),
        ("server", as_groups(checked.authority) if checked.authority else "unknown"),
    ]
    return [f"{name:<9} {_one_line(value)}" for name, value in told]


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:300]
