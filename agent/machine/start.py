"""Puts the `machine` role together out of what Windows gives it."""

from __future__ import annotations

from agent.desktop import identity_of_pc
from agent.desktop.base import DesktopGoneError
from agent.desktop.windows_accounts import accounts_by_session, close_to
from agent.desktop.windows_etw import EtwFeed
from agent.desktop.windows_security import open_security_log
from agent.exact import Publisher, exact_folder
from agent.folder import Folder
from agent.machine.answers import Answers
from agent.machine.count import ByteCount
from agent.machine.program import MachineProgram
from agent.settings import Settings
from agent.uninstall import folders_of_accounts


def machine_program(folder: Folder, settings: Settings) -> MachineProgram:
    """Return the role on this PC, not running yet; DesktopGoneError where there is no such role."""
    machine, boot = identity_of_pc()
    shared = exact_folder()
    if shared is None:
        raise DesktopGoneError("This PC has no folder for what programs share.")
    count = ByteCount(EtwFeed, Publisher(shared, close_to), accounts_by_session)
    return MachineProgram(folder, settings, machine, boot, open_security_log, Answers(folders_of_accounts), count=count)
