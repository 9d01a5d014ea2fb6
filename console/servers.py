"""The servers this console has been shown: their address, their own CA, and the fingerprint a person compared."""

from __future__ import annotations

import binascii
import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from msgspec import Struct

from console.i18n.language import _
from console.trouble import Refused
from policy.wire import DEFAULT_PORT

FILE_NAME = "console-servers.json"


class KnownServer(Struct, frozen=True):
    """A server as it was when a person compared its fingerprint; `ca` is PEM."""

    url: str
    server_id: str
    ca: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the CA certificate's DER, as lower-case hex."""
        return fingerprint_of(self.ca)


def fingerprint_of(pem: str) -> str:
    """Return SHA-256 of the certificate's DER as lower-case hex; ValueError when `pem` is no certificate."""
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def groups_of(fingerprint: str) -> str:
    """Return a fingerprint as a person compares it: upper-case groups of four hex digits."""
    return " ".join(re.findall("....", fingerprint.upper()))


def same_fingerprint(typed: str, fingerprint: str) -> bool:
    """Return whether what a person typed or pasted, with whatever separators, is this fingerprint."""
    try:
        return binascii.unhexlify(re.sub(r"[\s:.-]", "", typed)) == bytes.fromhex(fingerprint)
    except ValueError:
        return False


def normal_url(typed: str) -> str:
    """Return the https address meant by `typed` (a name, name:port or URL); raise Refused with a sentence otherwise."""
    text = typed.strip()
    split = urlsplit(text if "://" in text else f"https://{text}")
    try:
        port = split.port or DEFAULT_PORT
    except ValueError:
        raise Refused(_("The port in that address is not a number between 1 and 65535.")) from None
    if split.scheme != "https":
        raise Refused(_("The console speaks only https. Leave the beginning away or write https://."))
    if not split.hostname or split.username or split.path.strip("/") or split.query:
        raise Refused(_("That is not a server address. Write a name or number, for example office-pc or 192.168.1.20:5050."))
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    return f"https://{host}:{port}"


class KnownServers:
    """The remembered servers, kept in one small file; certificates are public, so it needs no lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE_NAME

    def all(self) -> list[KnownServer]:
        """Return every remembered server, the one used last first."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[KnownServer])
        except FileNotFoundError:
            return []
        except msgspec.DecodeError:
            sentence = _("The list of known servers cannot be read: {path}. Delete it to compare the fingerprints again.")
            raise Refused(sentence.format(path=self._path)) from None

    def find(self, url: str) -> KnownServer | None:
        """Return the server remembered for this address."""
        return next((server for server in self.all() if server.url == url), None)

    def remember(self, server: KnownServer) -> None:
        """Keep this server as the one used last, in place of any other at the same address."""
        others = [other for other in self.all() if other.url != server.url]
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode([server, *others])))
        draft.replace(self._path)

    def ca_file(self, server: KnownServer) -> Path:
        """Return a file holding exactly this server's CA, for the TLS library to verify against."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"ca-{server.fingerprint[:16]}.pem"
        path.write_text(server.ca)
        return path
