"""`python ml`: make the environment, then evaluate the detector or score a table."""

from __future__ import annotations

import sys
from pathlib import Path

# Python put ml/ itself first on the path, where our file names would shadow other modules.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bootstrap import enter

enter("server")

from ml.cli import main

main()
