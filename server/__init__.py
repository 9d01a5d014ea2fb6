"""The office PC's server: takes in what agents report, keeps the ledger, answers consoles."""

VERSION = "0.1.0"
