"""`python console`: make the environment, then open the window."""

from __future__ import annotations

import sys
from pathlib import Path

# `python console` puts console/ itself first on the path, where our own file names would shadow other modules.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bootstrap import enter

enter("server")

from console.cli import main

main()
