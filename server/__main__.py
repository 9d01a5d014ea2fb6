"""`python server`: make the environment if need be, then the command line."""

import sys
from pathlib import Path

# Python put server/ itself first on the path, where our file names would shadow the standard library's.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bootstrap import enter

enter("server")

from server.cli import main

main()
