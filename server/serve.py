"""Run the server: a process that talks to the network, one that keeps the timetable, and one that watches over both and holds the lock."""

from __future__ import annotations

import atexit
import gc
import json
import logging
import multiprocessing
import os
import socket
import sys
import threading
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings

from server.companion import Companion
from server.core import Core, own_identity
from server.discovery import Announcer
from server.logs import set_up_logs
from server.settings import VARIABLE, Settings, load
from server.tls import Identity

LOCK_WAIT_SECONDS = 1.5
TURN_SECONDS = 0.001
"""How long a thread may compute while another waits. The store's driver gives its turn away at every statement; with Python's
5 ms the one writer would spend most of its time waiting behind threads that decode (a quarter more events a second)."""

COLLECT_AFTER = (20_000, 20, 50)
"""When Python looks for circles of garbage, of which a batch makes none: with its own 700 it looked at each event of each batch."""


class AlreadyRunningError(RuntimeError):
    """Another server works on this data folder."""


def lock(data: Path) -> FileLock:
    """Return the held lock of a data folder; raise AlreadyRunningError when somebody else holds it."""
    data.mkdir(parents=True, exist_ok=True)
    held = FileLock(data / "server.lock")
    try:
        held.acquire(timeout=LOCK_WAIT_SECONDS)
    except Timeout:
        raise AlreadyRunningError(f"another server is running on {data}; stop it first, or choose another --data folder") from None
    return held


def is_running(data: Path) -> bool:
    """Return whether a server works on a data folder."""
    held = FileLock(data / "server.lock")
    try:
        held.acquire(timeout=0)
    except Timeout:
        return True
    held.release()
    return False


def serve(settings: Settings) -> None:
    """Serve until told to stop (Ctrl+C, SIGTERM); the lock must be held."""
    identity = own_identity(settings)
    _refuse_taken_port(settings)
    os.environ[VARIABLE] = json.dumps(msgspec.structs.asdict(settings), default=str)
    companion = Companion()
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look through it again, and a forked worker goes on sharing it
    try:
        _network(settings, identity).serve()
    finally:
        companion.close()


def _network(settings: Settings, identity: Identity) -> Any:
    return Granian(
        "server.serve:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, keep_alive=True, max_buffer_size=65_536),
        loop=Loops.asyncio,
        websockets=False,
        factory=True,
        workers=1,
        blocking_threads=settings.threads,
        backlog=512,
        ssl_cert=identity.chain,
        ssl_key=identity.key,
        ssl_protocol_min=SSLProtocols.tls12 if settings.tls_minimum == "1.2" else SSLProtocols.tls13,
        log_enabled=False,
        workers_kill_timeout=10,
    )


def application() -> Any:
    """Return the WSGI application; the worker process calls this once."""
    from server import read_ahead  # only the worker needs Flask, numpy and what they bring
    from server.app import make_app

    settings = load(json.loads(os.environ[VARIABLE]))
    set_up_logs(settings.data)
    sys.setswitchinterval(TURN_SECONDS)
    _die_with_parent()
    core = Core(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    announcer = Announcer(settings, core.identity)
    announcer.start()
    atexit.register(core.close)
    atexit.register(announcer.close)
    app = make_app(core)
    with app.app_context():
        read_ahead.start(app.extensions["sqlalchemy"].engine)
    return app


def _die_with_parent() -> None:
    """End this process when the one that watches over it is gone, even if it was killed: the port and the store must be free."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        logging.getLogger(__name__).warning("the watching process is gone; ending")
        os._exit(3)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _refuse_taken_port(settings: Settings) -> None:
    """Raise OSError with a sentence when the port is taken; the worker itself could only say so in a log."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as fault:
            raise OSError(f"port {settings.port} on {settings.host} cannot be used: {fault.strerror}") from None
