"""The managers' native window: it shows what the server knows and decides nothing itself."""

VERSION = "0.1.0"
