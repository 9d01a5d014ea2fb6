"""`python tests`: make the environment, see that the system has what is needed, then ruff, mypy and pytest."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bootstrap import enter

enter("tests")

from tests.run import main

sys.exit(main(sys.argv[1:]))
