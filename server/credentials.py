"""Tokens, codes and passwords: made here, stored only as hashes."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST_PASSWORD = 10
FINGERPRINT_DIGITS = 20

_hasher = PasswordHasher()
# One verification takes 64 MiB: four at once are enough for an office and cannot be made into a memory bomb.
_turns = threading.BoundedSemaphore(4)


def new_token() -> str:
    """Return 256 random bits for a header."""
    return secrets.token_urlsafe(32)


def new_code(fingerprint: str) -> str:
    """Return an enrolment code: 130 secret bits, and the first 80 bits of the CA's SHA-256 so that the agent knows its server."""
    secret = base64.b32encode(secrets.token_bytes(17)).decode().rstrip("=")[:26]
    return f"WP1-{secret}-{fingerprint[:FINGERPRINT_DIGITS]}"


def digest(secret: str) -> bytes:
    """Return what is stored of a token or code; they carry so much chance that no slow hash is needed."""
    return hashlib.sha256(secret.strip().encode("utf-8", "replace")).digest()


def hash_password(password: str) -> str:
    """Return the Argon2id hash; raise ValueError when the password is too short to be one."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    with _turns:
        return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The hash of nobody's password; made when first needed, because hashing is slow and takes its memory on purpose."""
    return _hasher.hash(secrets.token_hex())


def password_matches(stored: str | None, password: str) -> bool:
    """Return whether `password` is the stored one; takes the same time when there is nobody to compare with."""
    with _turns:
        try:
            return _hasher.verify(stored or _nobody(), password) and stored is not None
        except (Argon2Error, InvalidHashError):
            return False
