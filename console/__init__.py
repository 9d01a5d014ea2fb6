"""The managers' native window."""
