"""Installing, upgrading and removing, silently: the portable zip and the MSI, and that nothing is left of either."""

from __future__ import annotations

import hashlib
import re
import shutil
import ssl
from pathlib import Path

import pytest

from agent import VERSION
from agent.bundle.msi import RUN_KEY, write_msi
from agent.machine.service import NAME
from agent.provision import KEY
from tests.agent.screen import wait_for
from tests.real_server import RealServer
from tests.wine.agent import WindowsAgent, arrived
from tests.wine.conftest import Bundle
from tests.wine.cpython import signature_trouble
from tests.wine.pc import WindowsPc, windows_path

SLOW = 240
ROLE = "C:\\ProgramData\\WorkPulse\\machine"
NEWER = "77.1.2"
VOLATILE = re.compile(r"users/[^/]+/(AppData/Local/)?Temp|windows/temp|windows/Installer$", re.IGNORECASE)
"""What Windows itself writes: temporary files, and the (empty) folder of what msiexec keeps of installed packages."""
IMPORT_ALL = """
import importlib, os, pkgutil, agent, policy
for package in (agent, policy):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.startswith("agent.desktop.linux") and module.name != "agent.packaged":
            importlib.import_module(module.name)
            print(module.name, flush=True)
print("that-is-all", flush=True)
os._exit(0)
"""
"""What the libraries do when they are let go is not what this looks at: under wine that now and then ends in a crash."""


def files_of(pc: WindowsPc) -> set[str]:
    return {name for name in pc.files() if not VOLATILE.match(name)}


def newer_version(tree: Path, folder: Path) -> Path:
    """Return the same bundle as a later version."""
    shutil.copytree(tree, folder)
    for name in ("build.json", "app/agent/__init__.py"):
        file = folder / name
        file.write_text(file.read_text("utf-8").replace(VERSION, NEWER), "utf-8")
    for compiled in (folder / "app" / "agent" / "__pycache__").glob("__init__*"):
        compiled.unlink()
    return folder


@pytest.mark.feature("H01", "H02", "H08")
@pytest.mark.timeout(900)
def test_the_msi_installs_upgrades_and_leaves_nothing(pc: WindowsPc, bundle: Bundle, office: RealServer, tmp_path: Path) -> None:
    before = files_of(pc)
    agent = WindowsAgent(pc, pc.drive / "Program Files" / "WorkPulse Agent")
    code = office.command("enrol-code", "--uses", "5")
    write_msi(newer_version(bundle.tree, tmp_path / "newer"), tmp_path / "newer.msi")
    try:
        installed_silently(pc, bundle.msi, f"SERVER={office.url}", f"CODE={code}", f"FINGERPRINT={fingerprint(office)}", "MACHINEROLE=1")
        assert pc.registry(f"HKLM\\{KEY}")["Version"] == VERSION
        assert pc.registry(f"HKLM\\{RUN_KEY}")["WorkPulseAgent"] == '"C:\\Program Files\\WorkPulse Agent\\WorkPulseAgent.exe" run'
        agent.start("run")  # what Windows does at logon
        agent.wait_for(SLOW, state="awaiting_notice")
        agent.command("notice", "--answer", "acknowledged")
        agent.wait_for(SLOW, state="recording")
        device, role = agent.status()["device_id"], role_runs(pc, agent)
        assert role != device, "the machine role is a device of its own"

        installed_silently(pc, tmp_path / "newer.msi")
        agent.ended()
        said = pc.registry(f"HKLM\\{KEY}")
        assert (said["Version"], said["Server"], said["Code"]) == (NEWER, office.url, code), "an upgrade need not say it again"
        assert "Replaced" not in said
        assert agent.command("--version").strip() == NEWER
        agent.start("run")
        agent.wait_for(SLOW, state="recording", device_id=device)
        assert role_runs(pc, agent) == role, "an upgrade starts it again"

        pc.wine("msiexec", "/x", windows_path(tmp_path / "newer.msi"), "/qn")
        agent.ended()
        assert sorted(files_of(pc) - before) == []
        assert pc.registry_lines("workpulse") == []
        gone = {one for (one,) in arrived(office, "SELECT public_id FROM device WHERE revoked IS NOT NULL")}
        assert gone == {device, role}, "both told the server"
    finally:
        agent.kill()


def role_runs(pc: WindowsPc, agent: WindowsAgent) -> str:
    """Wait until the machine role's service runs and says what it cannot do here, and return its device."""
    wait_for(lambda: "RUNNING" in pc.wine("sc", "query", NAME, fails=None).stdout and agent.status(ROLE)["running"], SLOW)
    wait_for(lambda: "OpenTraceW" in (agent.status(ROLE)["last_error"] or ""), SLOW)
    said = agent.status(ROLE)
    assert "The Security log cannot be read" in said["last_error"]
    return str(said["device_id"])


def installed_silently(pc: WindowsPc, msi: Path, *properties: str) -> None:
    pc.wine("msiexec", "/i", windows_path(msi), "/qn", *properties)


def fingerprint(office: RealServer) -> str:
    """Return the whole fingerprint of the office's authority, as the server prints it."""
    pem = (office.data / "tls" / "ca.pem").read_text("ascii")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


@pytest.mark.feature("H01", "H02", "H08")
@pytest.mark.timeout(900)
def test_the_portable_one_is_replaced_and_leaves_nothing(pc: WindowsPc, bundle: Bundle, office: RealServer, tmp_path: Path) -> None:
    before = files_of(pc)
    folder = pc.drive / "Stick" / "WorkPulse Agent"
    agent = WindowsAgent(pc, folder)
    shutil.copytree(bundle.tree, folder)
    try:
        assert "BAD enrolment" in agent.command("doctor", fails=True)
        agent.command("enrol", "--server", office.url, "--code", office.command("enrol-code"))
        agent.command("autostart", "on")
        assert pc.registry(f"HKCU\\{RUN_KEY}") == {"WorkPulseAgent": '"C:\\Stick\\WorkPulse Agent\\WorkPulseAgent.exe" run'}
        device = agent.status()["device_id"]

        shutil.rmtree(folder)
        newer_version(bundle.tree, folder)
        assert agent.command("--version").strip() == NEWER
        assert agent.status()["device_id"] == device
        assert not list(folder.rglob("*.log")), "a stick holds the program only; what is recorded stays with the account"

        assert "The server was told." in agent.command("uninstall")
        assert arrived(office, "SELECT count(*) FROM device WHERE revoked IS NOT NULL") == [(1,)]
    finally:
        shutil.rmtree(folder.parent)
    assert sorted(files_of(pc) - before) == []
    assert pc.registry_lines("workpulse") == []


@pytest.mark.timeout(900)
def test_every_module_of_the_bundle_imports_on_windows(pc: WindowsPc, bundle: Bundle, tmp_path: Path) -> None:
    shutil.unpack_archive(bundle.cpython, tmp_path / "cpython", "zip")
    [python] = (tmp_path / "cpython").rglob("python.exe")
    shutil.copytree(bundle.tree, tmp_path / "tree")
    shutil.copy(python, tmp_path / "tree" / "runtime")
    said = pc.wine(str(tmp_path / "tree" / "runtime" / "python.exe"), "-B", "-c", IMPORT_ALL).stdout.split()
    assert {"agent.desktop.windows", "agent.cli", "policy.wire", "that-is-all"} <= set(said)
    assert not list((bundle.tree / "runtime").glob("python*.exe")), "a PC gets no interpreter under a trusted name"


@pytest.mark.skipif(not shutil.which("osslsigncode"), reason="needs osslsigncode installed")
def test_the_cpython_of_the_tests_is_signed_by_its_publisher(bundle: Bundle) -> None:
    if not (bundle.tree / "runtime" / "python311.dll").exists():
        pytest.skip("the authority that signed 3.12 is not among this system's")
    assert signature_trouble(bundle.tree / "runtime" / "python311.dll") == ""
