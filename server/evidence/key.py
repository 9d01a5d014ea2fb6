"""The key that signs evidence packs (Ed25519): made at the first need, beside the server's TLS keys and as private as they are."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.tls import Identity, write_private

NAME = "evidence.key"
VOUCHED = b"WorkPulse evidence key\0"
"""What stands before the public key where the certificate authority vouches for it."""


class EvidenceKey:
    """The key of one server."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._key = _loaded(identity.ca.with_name(NAME))

    @property
    def public(self) -> str:
        """The public key, 64 hexadecimal digits: what `verify-pack --key` is given."""
        return self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()

    @property
    def vouched(self) -> str:
        """The certificate authority's signature of the public key: whoever knows its fingerprint knows this key too."""
        authority = serialization.load_pem_private_key(self._identity.ca_key.read_bytes(), None)
        assert isinstance(authority, ec.EllipticCurvePrivateKey)
        return authority.sign(VOUCHED + bytes.fromhex(self.public), ec.ECDSA(hashes.SHA256())).hex()

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes."""
        return self._key.sign(content)


def _loaded(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not the key this server made")
    return key


def _make(path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(path, pem)
