"""Where a bundle's programs begin: the plain `run` of an enrolled account goes straight to work, everything else to the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from agent.folder import Folder
from agent.running import folder_of, run_plainly


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; a double-click says nothing and means `run`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    plain = folder_of(given)
    if plain is not None and Folder(plain).credentials.exists():
        run_plainly(plain)
        return
    from agent.first_run import main as begin  # the command line's library and the set-up page: not for a whole day's memory

    begin(given)


if __name__ == "__main__":
    main()
