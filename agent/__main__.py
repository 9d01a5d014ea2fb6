"""`python agent COMMAND`: make the agent's environment and hand over to its command line."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bootstrap import enter

enter("agent")

from agent.cli import main

main()
