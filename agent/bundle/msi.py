"""The MSI for GPO and Intune: the same tree as the zip, installed for the whole PC, with what IT says as public properties.

wixl writes the database from a WiX source; the few rows it has no words for are added with msibuild.
"""

# ruff: noqa: S608 - every word in the statements below is a constant of this module

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
import xml.etree.ElementTree as ET
from pathlib import Path

from agent.bundle.signing import sign
from agent.bundle.trouble import run_tool
from agent.provision import KEY

UPGRADE_CODE = "{7F0C2E9A-5B1D-4C86-9A43-1E6D7B2F8C55}"
"""The same for ever: by it an MSI finds the version that it replaces."""
_FAMILY = uuid.UUID(UPGRADE_CODE)
RUN_KEY = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
PROPERTIES = {"SERVER": "Server", "CODE": "Code", "FINGERPRINT": "Fingerprint"}
"""What IT may say on the command line of msiexec: the value of KEY that it becomes."""
MACHINE_ROLE = "MACHINEROLE"
"""The property that, set to anything, has the machine role registered as a service; it stays until the MSI is removed for good."""

_EXE_IN_FOLDER, _SET_PROPERTY = 34, 51
_WHATEVER_IT_RETURNS, _DEFERRED, _AS_SYSTEM = 64, 1024, 2048
_LATE = _EXE_IN_FOLDER + _WHATEVER_IT_RETURNS + _DEFERRED + _AS_SYSTEM
_LOCAL_MACHINE = 2
_LEAVING = 'REMOVE="ALL"'
_FOR_GOOD = 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE AND NOT REPLACED'
_MARK = "Replaced"
"""The value of KEY by which the old version learns, beside Windows' own property, that a new one takes its place."""


def write_msi(tree: Path, out: Path, sign_with: str | None = None) -> None:
    """Write the MSI of `tree` to `out`."""
    version = str(json.loads((tree / "build.json").read_text("ascii"))["version"])
    beside = out.with_name(f"{out.name}.new")
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "agent.wxs"
        ET.ElementTree(_source(tree, version)).write(source, encoding="utf-8", xml_declaration=True)
        # wixl loses its way when the files are named by absolute paths
        run_tool(["wixl", "--arch", "x64", "-o", str(beside.resolve()), str(source)], cwd=tree)
    for query in _added_rows():
        run_tool(["msibuild", str(beside), "-q", query])
    sign(beside, sign_with)
    beside.replace(out)


def _source(tree: Path, version: str) -> ET.Element:
    root = ET.Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    product = ET.SubElement(root, "Product", _product(tree, version))
    ET.SubElement(product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perMachine", Manufacturer="WorkPulse")
    ET.SubElement(product, "MajorUpgrade", DowngradeErrorMessage="A newer WorkPulse agent is installed already.")
    ET.SubElement(product, "Media", Id="1", Cabinet="agent.cab", EmbedCab="yes")
    for name, kept in [*((f"KEPT{name}", kept) for name, kept in PROPERTIES.items()), ("REPLACED", _MARK)]:
        before = ET.SubElement(product, "Property", Id=name)
        found = {"Id": f"Find{name}", "Root": "HKLM", "Key": KEY, "Name": kept, "Type": "raw", "Win64": "yes"}
        ET.SubElement(before, "RegistrySearch", found)
    ET.SubElement(product, "Property", Id="MsiHiddenProperties", Value="CODE;KEPTCODE")
    ET.SubElement(product, "Property", Id="ARPNOMODIFY", Value="1")
    target = ET.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = ET.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    place = ET.SubElement(programs, "Directory", Id="INSTALLDIR", Name="WorkPulse Agent")
    components = _add_folder(place, tree, tree, version)
    components += _add_registry(place, version)
    components.append(_add_shortcut(target, version))
    feature = ET.SubElement(product, "Feature", Id="Agent", Title="WorkPulse agent", Level="1")
    for component in components:
        ET.SubElement(feature, "ComponentRef", Id=component)
    return root


def _product(tree: Path, version: str) -> dict[str, str]:
    built = hashlib.sha256((tree / "build.json").read_bytes()).hexdigest()
    return {
        "Id": _guid(f"product {version} {built}"),
        "Name": "WorkPulse Agent",
        "Language": "1033",
        "Version": version,
        "Manufacturer": "WorkPulse",
        "UpgradeCode": UPGRADE_CODE,
    }


def _add_folder(parent: ET.Element, folder: Path, tree: Path, version: str) -> list[str]:
    """Add the files of `folder` as one component, and its folders; return the components."""
    components = []
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if files:
        components.append(_named("c", folder, tree))
        component = ET.SubElement(parent, "Component", Id=components[0], Guid=_guid(f"{components[0]} {version}"), Win64="yes")
        for number, path in enumerate(files):
            inside = path.relative_to(tree).as_posix()
            said = {"Id": _named("f", path, tree), "Source": inside, "Name": path.name}
            ET.SubElement(component, "File", said | ({"KeyPath": "yes"} if number == 0 else {}))
    for path in sorted(path for path in folder.iterdir() if path.is_dir()):
        inner = ET.SubElement(parent, "Directory", Id=_named("d", path, tree), Name=path.name)
        components += _add_folder(inner, path, tree, version)
    return components


def _add_registry(place: ET.Element, version: str) -> list[str]:
    """Add the start at every logon, the version for detection rules, and what IT said where it said something."""
    fixed = ET.SubElement(place, "Component", Id="Registry", Guid=_guid(f"registry {version}"), Win64="yes")
    started = '"[INSTALLDIR]WorkPulseAgent.exe" run'
    _add_value(fixed, "RunAtLogon", RUN_KEY, "WorkPulseAgent", started, KeyPath="yes")
    _add_value(fixed, "Version", KEY, "Version", version)
    _add_value(fixed, "Folder", KEY, "Folder", "[INSTALLDIR]")
    components = ["Registry"]
    for name, kept in PROPERTIES.items():
        components.append(f"Said{name}")
        said = ET.SubElement(place, "Component", Id=components[-1], Guid=_guid(f"{name} {version}"), Win64="yes")
        _add_value(said, f"Value{name}", KEY, kept, f"[{name}]", KeyPath="yes")
    return components


def _add_value(component: ET.Element, identity: str, key: str, name: str, value: str, **more: str) -> None:
    said = {"Id": identity, "Root": "HKLM", "Key": key, "Name": name, "Value": value, "Type": "string"}
    ET.SubElement(component, "RegistryValue", said | more)


def _add_shortcut(target: ET.Element, version: str) -> str:
    """Add the agent to the start menu, where everybody on the PC sees it."""
    menu = ET.SubElement(target, "Directory", Id="ProgramMenuFolder")
    component = ET.SubElement(menu, "Component", Id="StartMenu", Guid=_guid(f"start menu {version}"), Win64="yes")
    ET.SubElement(
        component, "Shortcut", Id="Shortcut", Name="WorkPulse Agent", Target="[INSTALLDIR]WorkPulseAgent.exe", WorkingDirectory="INSTALLDIR"
    )
    _add_value(component, "StartMenuValue", KEY, "StartMenu", "1", KeyPath="yes")
    return "StartMenu"


def _added_rows() -> list[str]:
    """Return the rows wixl has no words for.

    What IT said once holds on in an upgrade that says nothing; a running agent is ended before its files go (its buffer
    survives that), and so is the machine role, which starts again behind the new files; leaving for good takes along what the
    agent kept for each account and the machine role with all it kept, and an upgrade is marked as none.
    """
    secure = ";".join([*PROPERTIES, MACHINE_ROLE, "WIX_DOWNGRADE_DETECTED", "WIX_UPGRADE_DETECTED"])
    rows = [f"UPDATE `Property` SET `Value` = '{secure}' WHERE `Property` = 'SecureCustomProperties'"]
    for number, name in enumerate(PROPERTIES):
        rows.append(f"UPDATE `Component` SET `Condition` = '{name}' WHERE `Component` = 'Said{name}'")
        rows.append(_action(f"Keep{name}", _SET_PROPERTY, name, f"[KEPT{name}]"))
        rows.append(_step(f"Keep{name}", f"NOT {name} AND KEPT{name}", 60 + number))
    for name, wish, condition, sequence in (
        ("StopRole", "stop", _LEAVING, 3_470),
        ("RemoveRole", "off", _FOR_GOOD, 3_475),
        ("AddRole", "on", f"{MACHINE_ROLE} AND NOT REMOVE", 5_900),
        ("StartRole", "start", f"NOT {MACHINE_ROLE} AND NOT REMOVE", 5_905),
    ):
        rows.append(_action(name, _LATE, "INSTALLDIR", f'"[INSTALLDIR]wpagent.exe" machine-role {wish}'))
        rows.append(_step(name, condition, sequence))
    rows.append(_action("StopAgents", _LATE, "INSTALLDIR", '"[System64Folder]taskkill.exe" /F /IM WorkPulseAgent.exe'))
    rows.append(_step("StopAgents", _LEAVING, 3_480))
    rows.append(_action("ForgetAccounts", _LATE, "INSTALLDIR", '"[INSTALLDIR]wpagent.exe" uninstall --all-accounts'))
    rows.append(_step("ForgetAccounts", _FOR_GOOD, 3_485))
    mark = f'"[System64Folder]reg.exe" add "HKLM\\{KEY}" /v {_MARK} /d 1 /f /reg:64'
    rows.append(_action("MarkUpgrade", _EXE_IN_FOLDER + _WHATEVER_IT_RETURNS, "INSTALLDIR", mark))
    rows.append(_step("MarkUpgrade", "WIX_UPGRADE_DETECTED", 1_399))
    removed = f"'Unmark', {_LOCAL_MACHINE}, '{KEY}', '{_MARK}', 'Registry'"
    rows.append(
        "CREATE TABLE `RemoveRegistry` (`RemoveRegistry` CHAR(72) NOT NULL, `Root` INT NOT NULL, `Key` CHAR(255) NOT NULL, "
        "`Name` CHAR(255), `Component_` CHAR(72) NOT NULL PRIMARY KEY `RemoveRegistry`)"
    )
    rows.append(f"INSERT INTO `RemoveRegistry` (`RemoveRegistry`, `Root`, `Key`, `Name`, `Component_`) VALUES ({removed})")
    return rows


def _action(name: str, kind: int, source: str, target: str) -> str:
    return f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('{name}', {kind}, '{source}', '{target}')"


def _step(name: str, condition: str, sequence: int) -> str:
    return f"INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('{name}', '{condition}', {sequence})"


def _named(kind: str, path: Path, tree: Path) -> str:
    return f"{kind}{hashlib.sha256(path.relative_to(tree).as_posix().encode()).hexdigest()[:24]}"


def _guid(text: str) -> str:
    return f"{{{uuid.uuid5(_FAMILY, text)}}}".upper()
