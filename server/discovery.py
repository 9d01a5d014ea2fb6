"""Announces the server on the LAN by multicast DNS, so that consoles find it without typing; it tells nobody anything secret."""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading

import ifaddr
from zeroconf import InterfaceChoice, IPVersion, ServiceInfo, Zeroconf

from policy.discovery import SERVICE, Announcement
from server.settings import Settings
from server.tls import Identity

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 — a comparison, not a choice
LONGEST_NAME = 40

log = logging.getLogger(__name__)


def is_announced(settings: Settings) -> bool:
    """Whether to announce: `auto` does where others can reach the server at all."""
    return settings.announce == "yes" or (settings.announce == "auto" and not is_loopback(settings.host))


def is_loopback(host: str) -> bool:
    """Whether only this PC can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def service_of(settings: Settings, identity: Identity, addresses: list[str]) -> ServiceInfo:
    """Return what is announced; two servers on one PC differ in the end of their name."""
    host = socket.gethostname()[:LONGEST_NAME]
    return ServiceInfo(
        SERVICE,
        f"{host.replace('.', '-')} {identity.server_id[:6]}.{SERVICE}",
        port=settings.port,
        properties=Announcement(identity.fingerprint, identity.server_id).as_text(),
        server=f"{host.split('.')[0]}.local.",
        parsed_addresses=addresses,
    )


def addresses_of(settings: Settings) -> list[str]:
    """Return the addresses that others may use: the one listened on, or every one of this PC but its loopback."""
    if settings.host not in EVERYWHERE:
        return [socket.gethostbyname(settings.host)]
    found = (str(one.ip) for adapter in ifaddr.get_adapters() for one in adapter.ips if one.is_IPv4)
    return sorted({one for one in found if not is_loopback(one)})


class Announcer:
    """Announces from a thread of its own, because a network that is slow to come up must not keep the server waiting."""

    def __init__(self, settings: Settings, identity: Identity) -> None:
        self._settings, self._identity = settings, identity
        self._zeroconf: Zeroconf | None = None
        self._thread = threading.Thread(target=self._announce, name="announce", daemon=True)

    def start(self) -> None:
        """Begin, if the settings say so."""
        if is_announced(self._settings):
            self._thread.start()

    def _announce(self) -> None:
        """A LAN without multicast is no trouble: the address can be typed."""
        try:
            addresses = addresses_of(self._settings)
            if not addresses:
                return
            local = all(is_loopback(one) for one in addresses)
            self._zeroconf = Zeroconf(addresses if local else InterfaceChoice.All, ip_version=IPVersion.V4Only)
            self._zeroconf.register_service(service_of(self._settings, self._identity, addresses), allow_name_change=True)
        except Exception as fault:  # noqa: BLE001 — whatever the network stack raises, the server serves
            log.warning("the server is not announced on the LAN: %s: %s", type(fault).__name__, fault)

    def wait(self, seconds: float) -> None:
        """Wait until it is announced, or could not be."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def close(self) -> None:
        """Take the announcement back."""
        self.wait(3)
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None
