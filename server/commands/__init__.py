"""The commands of `python server`, by what they are about."""
