"""What the builder promises without Windows: nothing unknown gets in, the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from agent.bundle.lock import PYTHONS, ROOT, lock_file
from agent.bundle.msi import UPGRADE_CODE, write_msi
from agent.bundle.portable import write_zip
from agent.bundle.runtime import read_runtime, unpack_runtime
from agent.bundle.signing import sign
from agent.bundle.trouble import BundleError

AMD64, X86 = 0x8664, 0x14C
NO_WIXL = not (shutil.which("wixl") and shutil.which("msibuild"))


def image(machine: int) -> bytes:
    """Return the beginning of a PE file."""
    return b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + b"PE\0\0" + struct.pack("<H", machine)


def embed(folder: Path, inside: str = "", machine: int = AMD64, **more: bytes) -> tuple[Path, str]:
    """Write an archive like an embeddable CPython's and return it with its hash."""
    library = io.BytesIO()
    with zipfile.ZipFile(library, "w") as archive:
        archive.writestr("abc.pyc", b"\xa7\r\r\n compiled")
    files = {"python311.dll": image(machine), "python311.zip": library.getvalue(), "python.exe": b"MZ", "python311._pth": b"."} | more
    path = folder / "embed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(inside + name, content)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("inside", ["", "cp311/"])
def test_a_cpython_is_taken_with_its_hash_wherever_it_lies_in_the_archive(tmp_path: Path, inside: str) -> None:
    runtime = read_runtime(*embed(tmp_path, inside))
    assert (runtime.python, runtime.tag, runtime.magic) == ("3.11", "311", b"\xa7\r\r\n")
    unpack_runtime(runtime, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["python311._pth", "python311.dll", "python311.zip"]
    assert b"..\\app\r\n" in (tmp_path / "out" / "python311._pth").read_bytes()


def test_a_cpython_with_another_hash_is_refused(tmp_path: Path) -> None:
    archive, digest = embed(tmp_path)
    with pytest.raises(BundleError, match=digest):
        read_runtime(archive, "0" * 64)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"machine": X86}, "64-bit"),
        ({"python312.dll": image(AMD64)}, "more than one"),
        ({"../evil.dll": b"MZ"}, "out of it"),
        ({"..\\evil.dll": b"MZ"}, "out of it"),
    ],
)
def test_what_is_no_cpython_for_these_pcs_is_refused(tmp_path: Path, more: dict[str, bytes], why: str) -> None:
    archive, digest = embed(tmp_path, **more)  # type: ignore[arg-type]
    with pytest.raises(BundleError, match=why):
        read_runtime(archive, digest)


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_exactly_what_the_requirements_pin_for_windows(python: str) -> None:
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements-agent.txt").read_text("utf-8").splitlines())
    pinned = {line.split(" ; ")[0] for line in lines if line and 'sys_platform != "win32"' not in line and "linux" not in line}
    text = lock_file(python).read_text("utf-8")
    locked = re.findall(r"^([a-z0-9-]+==[^ ]+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    assert {name for name, _ in locked} == pinned, "`python -m agent.bundle lock` makes the lock anew"
    assert len(re.findall("==", text)) == len(locked), "every package has its hashes"


def tree(folder: Path) -> Path:
    """Make something like a bundle's folder."""
    (folder / "app" / "agent").mkdir(parents=True)
    (folder / "build.json").write_text(json.dumps({"version": "1.2.3"}))
    for name in ("WorkPulseAgent.exe", "wpagent.exe", "app/agent/b.py", "app/agent/a.py"):
        (folder / name).write_text(name)
    return folder


@pytest.mark.feature("H01", "H05")
def test_the_same_files_give_the_same_zip_whenever_and_in_whatever_order_they_were_made(tmp_path: Path) -> None:
    first, second = tree(tmp_path / "first"), tmp_path / "second"
    shutil.copytree(first, second)
    os.utime(second / "app" / "agent" / "a.py", (1, 10_000_000))
    (second / "wpagent.exe").chmod(0o700)
    write_zip(first, "x", tmp_path / "1.zip")
    write_zip(second, "x", tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    (second / "app" / "agent" / "a.py").write_text("other")
    write_zip(second, "x", tmp_path / "3.zip")
    assert (tmp_path / "1.zip").read_bytes() != (tmp_path / "3.zip").read_bytes()


def test_the_signed_file_takes_the_place_of_the_unsigned(tmp_path: Path) -> None:
    file = tmp_path / "a b.exe"
    file.write_text("unsigned")
    signer = tmp_path / "signer.py"
    signer.write_text("import sys, pathlib; pathlib.Path(sys.argv[2]).write_text(pathlib.Path(sys.argv[1]).read_text() + ' signed')")
    sign(file, f"{sys.executable} {signer} {{in}} {{out}}")
    assert file.read_text() == "unsigned signed"
    assert [path.name for path in tmp_path.glob("a b*")] == ["a b.exe"]
    sign(file, None)
    for command, why in ((f"{sys.executable} {signer}", "must name {in}"), ("no-such-tool {in}", "not installed")):
        with pytest.raises(BundleError, match=why):
            sign(file, command)


@pytest.mark.skipif(NO_WIXL, reason="needs wixl and msibuild installed (Debian: wixl, msitools)")
def test_the_msi_says_who_may_set_what_and_starts_at_logon(tmp_path: Path) -> None:
    write_msi(tree(tmp_path / "tree"), tmp_path / "a.msi")

    def table(name: str) -> list[list[str]]:
        shown = subprocess.run(["msiinfo", "export", str(tmp_path / "a.msi"), name], capture_output=True, text=True, check=True)
        return [line.split("\t") for line in shown.stdout.splitlines()[3:]]

    said = {row[0]: row[1] for row in table("Property")}
    assert said["ProductVersion"] == "1.2.3"
    assert said["UpgradeCode"] == UPGRADE_CODE
    assert {"SERVER", "CODE", "FINGERPRINT", "MACHINEROLE"} <= set(said["SecureCustomProperties"].split(";"))
    assert "CODE" in said["MsiHiddenProperties"].split(";"), "the code is in no log"
    values = {row[3]: row[4] for row in table("Registry")}
    assert values["WorkPulseAgent"] == '"[INSTALLDIR]WorkPulseAgent.exe" run'
    assert values["Code"] == "[CODE]"
    assert len(table("File")) == 5
    steps = {row[0]: (row[1], int(row[2])) for row in table("InstallExecuteSequence")}
    assert "NOT UPGRADINGPRODUCTCODE" in steps["ForgetAccounts"][0]
    assert steps["StopRole"][1] < steps["RemoveRole"][1] < steps["StopAgents"][1], "a service that is killed would start again"
    assert steps["RemoveRole"][0] == steps["ForgetAccounts"][0]
    assert steps["InstallFiles"][1] < steps["AddRole"][1] < steps["StartRole"][1] < steps["InstallFinalize"][1]
    assert steps["StopAgents"][1] < steps["ForgetAccounts"][1] < steps["RemoveFiles"][1]


def test_the_builder_says_what_it_needs_in_a_sentence(tmp_path: Path) -> None:
    archive, _ = embed(tmp_path)
    command = [sys.executable, "-m", "agent.bundle", "build", "--python-embed", str(archive), "--python-embed-sha256", "00"]
    ended = subprocess.run([*command, "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: embed.zip has the SHA-256")
    assert ended.stdout == ""
