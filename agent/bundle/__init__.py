"""Builds what IT installs on PCs: a portable zip and an MSI with CPython, the locked packages and a launcher inside."""
