"""Puts the `machine` role together out of what Windows gives it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from agent.desktop import identity_of_pc
from agent.desktop.base import DesktopGoneError
from agent.desktop.windows_accounts import accounts_by_session, close_to
from agent.desktop.windows_etw import EtwFeed
from agent.desktop.windows_security import open_security_log
from agent.exact import Publisher, exact_folder
from agent.folder import Folder
from agent.log import start_log
from agent.machine.answers import Answers
from agent.machine.count import ByteCount
from agent.machine.program import MachineProgram
from agent.settings import Settings, load_settings
from agent.uninstall import folders_of_accounts


def run_machine(folder: Folder, stop: threading.Event, on_signal: Callable[[Callable[[], object]], None] = lambda stop: None) -> None:
    """Run the role on this PC until `stop` is set; DesktopGoneError where there is no such role."""
    settings = load_settings(folder.settings)
    start_log(folder.log, settings.log_level)
    program = machine_program(folder, settings)
    on_signal(stop.set)
    program.run(stop)


def machine_program(folder: Folder, settings: Settings) -> MachineProgram:
    """Return the role on this PC, not running yet."""
    machine, boot = identity_of_pc()
    shared = exact_folder()
    if shared is None:
        raise DesktopGoneError("This PC has no folder for what programs share.")
    count = ByteCount(EtwFeed, Publisher(shared, close_to), accounts_by_session)
    return MachineProgram(folder, settings, machine, boot, open_security_log, Answers(folders_of_accounts), count=count)
