"""Looks for servers on the LAN; what answers is only a suggestion, since anybody can announce anything."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from zeroconf import InterfaceChoice, IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from policy.discovery import SERVICE, read_announcement

LOOK_SECONDS = 2.0
ANSWER_MS = 1500
MOST = 20


@dataclass(frozen=True, order=True)
class Found:
    """A server as it was announced: a name for the eye, its address, and the fingerprint it claims."""

    name: str
    url: str
    fingerprint: str


class _Names(ServiceListener):
    """Collects the names that answer."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Note a name; a flood of them is cut."""
        if len(self.seen) < MOST:
            self.seen.append(name)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Its name is known already."""

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """It went while we looked."""
        if name in self.seen:
            self.seen.remove(name)


def look_around(seconds: float = LOOK_SECONDS, interfaces: Sequence[str] = ()) -> list[Found]:
    """Return the servers that answer within `seconds`, by name; none where the network does not carry the question."""
    try:
        asking = Zeroconf(list(interfaces) or InterfaceChoice.All, ip_version=IPVersion.V4Only)
    except OSError:
        return []
    try:
        names = _Names()
        ServiceBrowser(asking, SERVICE, names)
        time.sleep(seconds)
        infos = [asking.get_service_info(SERVICE, name, ANSWER_MS) for name in list(names.seen)]
        return sorted({found for info in infos if info is not None and (found := found_of(info)) is not None})
    finally:
        asking.close()


def found_of(info: ServiceInfo) -> Found | None:
    """Return what an announcement offers; None when it is not a server of ours."""
    told = read_announcement(info.properties)
    addresses = [socket.inet_ntoa(one) for one in info.addresses if len(one) == 4]
    if told is None or not addresses or not info.port:
        return None
    return Found(info.name.removesuffix(f".{SERVICE}"), f"https://{addresses[0]}:{info.port}", told.fingerprint)
