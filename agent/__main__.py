"""`python agent COMMAND`: make the agent's environment and hand over to its command line."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bootstrap import enter

enter("agent")

from agent.running import folder_of, run_plainly

plain = folder_of(sys.argv[1:])
if plain is not None:
    run_plainly(plain)
else:
    from agent.cli import main

    main()
