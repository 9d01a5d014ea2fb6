"""The parts of a report, each made from the report's figures and nothing else."""
