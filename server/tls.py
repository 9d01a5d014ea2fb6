"""The server's own certificate authority and certificate, made at the first run; private keys are readable by their owner only."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

SERVER_NAME = "workpulse-server"
"""The name clients check, whatever address they reached it under; an office PC's address may change."""
CA_LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=60)


class Identity(Struct, frozen=True):
    """Where the key material lies, and the fingerprint people compare."""

    ca: Path
    chain: Path
    key: Path
    fingerprint: str
    server_id: str

    @property
    def ca_pem(self) -> str:
        """The CA's certificate, which is public."""
        return self.ca.read_text()

    @property
    def ca_key(self) -> Path:
        """The CA's private key, which never leaves this PC."""
        return self.ca.with_name("ca.key")


def identity(folder: Path, names: list[str], now: datetime) -> Identity:
    """Return the server's identity, made or renewed where needed; the CA stays the same for its whole life."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_path, ca_key_path = folder / "ca.pem", folder / "ca.key"
    chain_path, key_path = folder / "server.pem", folder / "server.key"
    if not ca_path.exists():
        _make_ca(ca_path, ca_key_path, now)
    ca = x509.load_pem_x509_certificate(ca_path.read_bytes())
    names = sorted({SERVER_NAME, "localhost", "127.0.0.1", "::1", socket.gethostname(), *names} - {""})
    if not _still_good(chain_path, names, now):
        _make_leaf(ca, _load_key(ca_key_path), chain_path, key_path, names, now)
    fingerprint = ca.fingerprint(hashes.SHA256()).hex()
    return Identity(ca=ca_path, chain=chain_path, key=key_path, fingerprint=fingerprint, server_id=fingerprint[:16])


def as_groups(fingerprint: str) -> str:
    """Return a fingerprint as the console shows it beside its own: upper-case groups of four."""
    return " ".join(fingerprint[at : at + 4].upper() for at in range(0, len(fingerprint), 4))


def _make_ca(path: Path, key_path: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"WorkPulse CA of {socket.gethostname()[:40]}")])
    usage = _usage(sign_certificates=True)
    builder = _builder(name, name, key.public_key(), key.public_key(), now, CA_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
    write_private(key_path, _pem(key))
    _write(path, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_leaf(
    ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, path: Path, key_path: Path, names: list[str], now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SERVER_NAME)])
    builder = _builder(subject, ca.subject, key.public_key(), ca_key.public_key(), now, LEAF_LIFE)
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
    )
    certificate = builder.sign(ca_key, hashes.SHA256())
    write_private(key_path, _pem(key))
    _write(path, certificate.public_bytes(serialization.Encoding.PEM) + ca.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a PC whose clock is a little behind must still be able to enrol
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode())


def _still_good(path: Path, names: list[str], now: datetime) -> bool:
    if not path.exists():
        return False
    leaf = x509.load_pem_x509_certificate(path.read_bytes())
    known = set(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    return leaf.not_valid_after_utc - now > RENEW_BEFORE and {_general_name(name) for name in names} <= known


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} is not the key this server made")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    # PKCS#8, because that is the only form the web server reads.
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    whole = path.with_suffix(path.suffix + ".new")
    whole.write_bytes(content)
    whole.replace(path)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that was never readable by anybody else, not even for a moment."""
    whole = path.with_suffix(path.suffix + ".new")
    whole.unlink(missing_ok=True)
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    whole.replace(path)
