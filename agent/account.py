"""The name of the signed-in account, as every event carries it: DOMAIN\\user, or HOST\\user where there is no domain."""

from __future__ import annotations

import getpass
import os
import socket


def current_account() -> str:
    """Return the account this process runs as."""
    domain = os.environ.get("USERDOMAIN") if os.name == "nt" else None
    return f"{domain or hostname()}\\{getpass.getuser()}"


def hostname() -> str:
    """Return this PC's own name, without its domain."""
    return socket.gethostname().split(".")[0] or "PC"
