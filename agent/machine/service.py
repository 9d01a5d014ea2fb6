"""The `machine` role as a service of Windows: installed, started, stopped and removed, and what runs when Windows starts it."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from agent.desktop.base import DesktopGoneError
from agent.exact import exact_folder
from agent.folder import machine_root

NAME = "WorkPulseMachine"
SHOWN = "WorkPulse machine role"
SAID = "Who did what to which file, and bytes by program, for people of this PC who agreed in their own WorkPulse agent."
PATIENCE_SECONDS = 30.0
RESTART_AFTER_MS = 60_000


class ServiceError(RuntimeError):
    """Windows did not do it; the sentence says why."""


def service_command(program: Path) -> str:
    """Return the command line of the service, for the `program` of a bundle."""
    return f'"{program.with_name("WorkPulseAgent.exe")}" machine --service'


def _shared_folder() -> Path:
    shared = exact_folder()
    if shared is None:
        raise DesktopGoneError("This PC has no folder for what programs share.")
    return shared


if sys.platform == "win32":
    import pywintypes
    import servicemanager
    import win32service
    import win32serviceutil

    from agent.desktop.windows_accounts import close_folder
    from agent.log import log

    _NOT_THERE, _NOT_RUNNING, _RUNS_ALREADY = 1060, 1062, 1056

    def install(program: Path) -> None:
        """Register the role, to start with Windows, and start it; what somebody put into its folders before is not trusted."""
        if not is_installed():
            for folder in (machine_root(), _shared_folder()):
                shutil.rmtree(folder, ignore_errors=True)
            _create(service_command(program))
        close_folder(machine_root(), may_be_entered=False)
        close_folder(_shared_folder(), may_be_entered=True)
        start()

    def is_installed() -> bool:
        """Return whether the role is registered."""
        try:
            win32serviceutil.QueryServiceStatus(NAME)
        except pywintypes.error as fault:
            if fault.winerror == _NOT_THERE:
                return False
            raise ServiceError(f"Windows does not say whether the service is there: {fault.strerror}") from None
        return True

    def start() -> None:
        """Start the role if it is registered."""
        _do(lambda: win32serviceutil.StartService(NAME), _NOT_THERE, _RUNS_ALREADY)

    def stop() -> None:
        """Stop the role and wait until it has, if it runs."""
        _do(lambda: win32serviceutil.StopService(NAME), _NOT_THERE, _NOT_RUNNING)
        if is_installed():
            _do(lambda: win32serviceutil.WaitForServiceStatus(NAME, win32service.SERVICE_STOPPED, int(PATIENCE_SECONDS)))

    def remove() -> None:
        """Stop the role and take its registration away."""
        stop()
        _do(lambda: win32serviceutil.RemoveService(NAME), _NOT_THERE)

    def forget() -> None:
        """Remove the role's folders; the one above them goes when nobody else's files are in it."""
        for folder in (machine_root(), _shared_folder()):
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            machine_root().parent.rmdir()

    def serve(run: Callable[[threading.Event], None]) -> None:
        """Be the service: Windows starts this process, and says when to stop."""

        class Service(win32serviceutil.ServiceFramework):
            _svc_name_ = NAME

            def __init__(self, arguments: object) -> None:
                super().__init__(arguments)
                self._stop = threading.Event()

            def SvcStop(self) -> None:
                self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, waitHint=int(PATIENCE_SECONDS * 1000))
                self._stop.set()

            SvcShutdown = SvcStop

            def SvcDoRun(self) -> None:
                try:
                    run(self._stop)
                except Exception:
                    log.exception("the machine role failed")
                    raise

        servicemanager.Initialize()
        servicemanager.PrepareToHostSingle(Service)
        servicemanager.StartServiceCtrlDispatcher()

    def _create(command: str) -> None:
        manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_ALL_ACCESS)
        try:
            kind, begin, errors = win32service.SERVICE_WIN32_OWN_PROCESS, win32service.SERVICE_AUTO_START, win32service.SERVICE_ERROR_NORMAL
            made = win32service.CreateService(
                manager, NAME, SHOWN, win32service.SERVICE_ALL_ACCESS, kind, begin, errors, command, None, 0, None, None, None
            )
            again = {"ResetPeriod": 86_400, "RebootMsg": "", "Command": "", "Actions": [(win32service.SC_ACTION_RESTART, RESTART_AFTER_MS)]}
            win32service.ChangeServiceConfig2(made, win32service.SERVICE_CONFIG_DESCRIPTION, SAID)
            win32service.ChangeServiceConfig2(made, win32service.SERVICE_CONFIG_FAILURE_ACTIONS, again)
            win32service.CloseServiceHandle(made)
        except pywintypes.error as fault:
            raise ServiceError(f"Windows does not register the service: {fault.strerror}") from None
        finally:
            win32service.CloseServiceHandle(manager)

    def _do(act: Callable[[], object], *passed_over: int) -> None:
        try:
            act()
        except pywintypes.error as fault:
            if fault.winerror not in passed_over:
                raise ServiceError(f"Windows refuses: {fault.strerror} ({fault.winerror})") from None

else:

    def install(program: Path) -> None:
        """Refuse: there are no such services here."""
        raise ServiceError("The machine role runs on Windows only.")

    def is_installed() -> bool:
        """Return that there is none."""
        return False

    def start() -> None:
        """Refuse: there are no such services here."""
        raise ServiceError("The machine role runs on Windows only.")

    stop = remove = forget = start

    def serve(run: Callable[[threading.Event], None]) -> None:
        """Refuse: there are no such services here."""
        raise ServiceError("The machine role runs on Windows only.")
