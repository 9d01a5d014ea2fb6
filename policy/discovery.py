"""How a server is found on the LAN: the name it is announced under and what the announcement says."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

SERVICE = "_workpulse._tcp.local."
PROTOCOL = "1"
HEX = frozenset("0123456789abcdef")


class Announcement(Struct, frozen=True):
    """What a server says of itself to anybody on the LAN; the fingerprint is a help to compare, never a proof."""

    fingerprint: str
    server_id: str

    def as_text(self) -> dict[str, str]:
        """Return the fields of the TXT record."""
        return {"protocol": PROTOCOL, "fingerprint": self.fingerprint, "id": self.server_id}


def read_announcement(fields: Mapping[bytes, bytes | None]) -> Announcement | None:
    """Return what a TXT record says; None when it is not ours or was made to mislead."""
    fingerprint, server_id = (_hex(fields.get(key)) for key in (b"fingerprint", b"id"))
    if fields.get(b"protocol") != PROTOCOL.encode() or len(fingerprint) != 64 or not 0 < len(server_id) <= 64:
        return None
    return Announcement(fingerprint, server_id)


def _hex(value: bytes | None) -> str:
    text = (value or b"").decode("ascii", "replace")
    return text if set(text) <= HEX else ""
