"""How a PC becomes a device: check the server against the code, ask, and keep the credentials sealed."""

from __future__ import annotations

import hashlib
import hmac
import re
import ssl
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from agent.folder import Folder, write_whole
from agent.sealing import Sealer, UnopenedError
from agent.transport import JSON, MOST_ANSWER_BYTES, AwayError, Transport
from policy.wire import AgentPolicy, EnrolReply, EnrolRequest, Problem

CODE = re.compile(r"WP1-([A-Za-z2-7]{4,})-([0-9a-f]{20})", re.ASCII)
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", re.ASCII)
_PLACE = b"credentials"


class EnrolmentError(RuntimeError):
    """The PC was not enrolled; the sentence says why."""


class Credentials(Struct, frozen=True):
    """Which device of which server this is."""

    url: str
    device_id: str
    token: str
    server_id: str


class ServerHealth(Struct, frozen=True):
    """What the server says to anybody: among it, its certificate authority."""

    server_id: str
    ca: str


@dataclass(frozen=True)
class Machine:
    """What the server is told about the PC that asks."""

    hostname: str
    os: str
    account: str
    agent_version: str


class Code(NamedTuple):
    """A code in its parts; `text` is what the server knows."""

    text: str
    fingerprint: str


def parse_code(text: str) -> Code:
    """Return the code in `text`; raise EnrolmentError when it is not one."""
    found = CODE.fullmatch(text.strip())
    if not found:
        raise EnrolmentError("This is not an enrolment code; one looks like WP1-ABCD…-0123456789abcdef0123 and comes from the server.")
    return Code(found[0], found[2])


def enrol(folder: Folder, sealer: Sealer, url: str, code: Code, machine: Machine, fingerprint: str | None = None) -> Credentials:
    """Make this PC a device of the server in `url` and keep its credentials; raise EnrolmentError when that fails.

    The authority is fetched without trust and sent nothing; it must match the code. The code itself goes out only over
    a connection that this authority vouches for.
    """
    authority = _checked_authority(_fetch_authority(url), code, fingerprint)
    beside = folder.authority.with_suffix(".new")
    write_whole(beside, authority.encode("ascii"))
    reply = _ask(url, beside, EnrolRequest(code.text, machine.hostname, machine.os, machine.account, machine.agent_version))
    beside.replace(folder.authority)
    write_whole(folder.policy, msgspec.json.encode(reply.policy))
    credentials = Credentials(url, reply.device_id, reply.token, reply.server_id)
    write_whole(folder.credentials, sealer.seal(msgspec.json.encode(credentials), _PLACE))
    return credentials


def load_credentials(folder: Folder, sealer: Sealer) -> Credentials | None:
    """Return who this device is, or None when it is not enrolled or no longer knows."""
    try:
        return msgspec.json.decode(sealer.open(folder.credentials.read_bytes(), _PLACE), type=Credentials)
    except (FileNotFoundError, UnopenedError, msgspec.DecodeError):
        return None


def load_policy(folder: Folder) -> AgentPolicy | None:
    """Return the newest policy the server gave, or None when there is none to read."""
    try:
        return decode_policy(folder.policy.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def decode_policy(body: bytes) -> AgentPolicy:
    """Return the policy in `body`; raise ValueError for anything that is not exactly one."""
    return msgspec.json.decode(body, type=AgentPolicy)


def _fetch_authority(url: str) -> str:
    """Ask `/health` of whoever answers: nothing secret goes out, nothing that comes back is trusted yet."""
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=10, context=context)
    try:
        connection.request("GET", "/health")
        return msgspec.json.decode(connection.getresponse().read(MOST_ANSWER_BYTES), type=ServerHealth).ca
    except (OSError, HTTPException) as fault:
        raise EnrolmentError(f"{url} does not answer: {fault}.") from None
    except msgspec.DecodeError as fault:
        raise EnrolmentError(f"{url} is not a WorkPulse server: {fault}.") from None
    finally:
        connection.close()


def _checked_authority(pem: str, code: Code, fingerprint: str | None) -> str:
    found = _PEM.search(pem)
    if not found or len("".join(found[1].split())) % 4:
        raise EnrolmentError("The server shows no certificate authority; nothing was sent to it.")
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(found[0])).hexdigest()
    expected = "".join((fingerprint or "").lower().split(":"))
    if not hmac.compare_digest(digest[:20], code.fingerprint) or (expected and not hmac.compare_digest(digest, expected)):
        raise EnrolmentError(
            f"This is not the server the code is for: its fingerprint is {digest}. Nothing was sent to it. "
            "Somebody may be standing between; ask whoever gave you the code."
        )
    return found[0] + "\n"


def _ask(url: str, authority: Path, request: EnrolRequest) -> EnrolReply:
    try:
        transport = Transport(url, authority)
        try:
            answer = transport.post("/api/v1/enrol", msgspec.json.encode(request), JSON)
        finally:
            transport.close()
    except (AwayError, ssl.SSLError) as fault:
        raise EnrolmentError(f"The server could not be verified or went away: {fault}. The code was not used.") from None
    if answer.status == 201:
        try:
            return msgspec.json.decode(answer.body, type=EnrolReply)
        except msgspec.DecodeError as fault:
            raise EnrolmentError(f"The server's answer is not understood: {fault}.") from None
    raise EnrolmentError(f"The server refused: {_why(answer.body) or answer.status}.")


def _why(body: bytes) -> str:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError:
        return ""
    return problem.message.rstrip(".") or problem.reason
