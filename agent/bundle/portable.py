"""The portable zip: unpack it anywhere, on a USB stick too; the same input gives the same bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from agent.bundle.tree import files_of

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a zip can name; a true one would make every build another file."""
ORDINARY_FILE = 0o100644 << 16
WINDOWS = 0


def write_zip(tree: Path, name: str, out: Path) -> None:
    """Pack `tree` as a folder called `name` into `out`."""
    beside = out.with_name(f"{out.name}.new")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files_of(tree):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(tree).as_posix()}", MOMENT)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, WINDOWS, ORDINARY_FILE
            archive.writestr(entry, path.read_bytes())
    beside.replace(out)
