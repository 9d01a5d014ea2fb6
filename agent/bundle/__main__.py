"""`python -m agent.bundle COMMAND`: make the agent's environment and hand over to the builder's command line."""

from bootstrap import enter

enter("agent")

from agent.bundle.cli import main

main()
