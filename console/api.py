"""The typed client of one server: verified against its own CA, without Qt, raising console.trouble and nothing else."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec
import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter

from console.i18n.language import _
from console.refusals import REASON_NEEDED, sentence_of, told_besides
from console.servers import KnownServer, KnownServers, fingerprint_of
from console.trouble import NotAllowed, ReasonNeeded, Refused, ServerAway, ServerChanged
from policy.summaries import (
    AlertCount,
    Alerts,
    AlertWish,
    Applications,
    Bandwidth,
    Choices,
    Devices,
    ExportNote,
    Files,
    Health,
    Inactivity,
    Overview,
    RuleEffect,
    RuleSaved,
    RuleWish,
    SignInReply,
    SignInRequest,
    SitePeople,
    Sites,
    Timeline,
    Unclassified,
    UndoWish,
)
from policy.wire import Problem

SERVER_NAME = "workpulse-server"
TIMEOUTS = (5.0, 30.0)  # seconds to connect, seconds without a byte
MAX_HEALTH_BYTES = 1 << 16
KEPT_ANSWERS = 64

Kind = TypeVar("Kind")


def connect(url: str, known: KnownServers) -> KnownServer:
    """Return the server that answers at `url`, proven to hold the CA it shows; nothing secret is sent.

    When `url` is known, raise ServerChanged unless it is the same CA. When it is not, the caller must let a person
    compare the fingerprint and only then `known.remember(...)` it.
    """
    kept = known.find(url)
    if kept is None:
        met = _presented(url)
        _prove(met, known.ca_file(met))
        return met
    _prove(kept, known.ca_file(kept))
    return kept


def _prove(server: KnownServer, ca_file: Path) -> None:
    with requests.Session() as session:
        _prepare(session, ca_file)
        _checked(server, lambda: session.get(f"{server.url}/health", timeout=TIMEOUTS, allow_redirects=False))


def _presented(url: str) -> KnownServer:
    """Ask an unproven server for its CA; the only unverified connection there is."""
    split = urlsplit(url)
    connection = http.client.HTTPSConnection(split.hostname or "", split.port, timeout=TIMEOUTS[0], context=_unverified())
    try:
        connection.request("GET", "/health", headers={"Accept": "application/json"})
        health = msgspec.json.decode(connection.getresponse().read(MAX_HEALTH_BYTES), type=Health)
        fingerprint_of(health.ca)
    except (OSError, http.client.HTTPException) as fault:
        raise _away(url, fault) from None
    except ValueError as fault:
        raise Refused(_("What answers at {url} is not a WorkPulse server.").format(url=url), str(fault)) from None
    finally:
        connection.close()
    return KnownServer(url=url, server_id=health.server_id, ca=health.ca)


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _prepare(session: requests.Session, ca_file: Path) -> None:
    session.trust_env = False  # else REQUESTS_CA_BUNDLE silently replaces our CA, and proxies see the LAN
    session.verify = str(ca_file)
    session.mount("https://", _PinnedAdapter(ca_file))
    session.headers.update({"Accept": "application/json"})


class _PinnedAdapter(HTTPAdapter):
    """TLS 1.3, one CA, and the server's fixed name whatever address it was reached by."""

    def __init__(self, ca_file: Path) -> None:
        self._ca_file = ca_file
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **others: Any) -> None:
        context = ssl.create_default_context(cafile=str(self._ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        super().init_poolmanager(
            connections,
            maxsize,
            block,
            ssl_context=context,
            server_hostname=SERVER_NAME,
            assert_hostname=SERVER_NAME,
            **others,
        )


def _checked(server: KnownServer, send: Any) -> requests.Response:
    """Return the answer of `send()`, turning every fault of the network into one of our troubles."""
    try:
        answer: requests.Response = send()
    except requests.exceptions.SSLError as fault:
        raise _changed(server, fault) from None
    except requests.RequestException as fault:
        raise _away(server.url, fault) from None
    if answer.status_code >= 400:
        raise _refusal(answer)
    return answer


def _changed(server: KnownServer, fault: Exception) -> ServerChanged | ServerAway:
    """Say why verification failed: another CA, or the same CA shown by something that cannot prove it is the server."""
    try:
        presented = _presented(server.url).fingerprint
    except ServerAway:
        return _away(server.url, fault)
    except Refused:
        presented = None
    if presented == server.fingerprint:
        sentence = _("This server shows the known certificate authority but cannot prove that it is the WorkPulse server.")
    else:
        sentence = _("This is not the server whose fingerprint was compared.")
    return ServerChanged(sentence, server.fingerprint, presented, str(fault))


def _away(url: str, fault: Exception) -> ServerAway:
    return ServerAway(_("The server at {url} did not answer.").format(url=url), f"{type(fault).__name__}: {fault}")


def _refusal(answer: requests.Response) -> ServerAway | NotAllowed | Refused:
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem(reason="", message="")
    status = answer.status_code
    sentence, told = sentence_of(problem, status), told_besides(problem)
    technical = f"{status} {problem.reason} · {answer.request.method} {answer.url}"
    details = "\n".join(part for part in (told, technical) if part)
    if status == 403 and problem.reason == REASON_NEEDED:
        return ReasonNeeded(sentence, details)
    if status in (401, 403):
        return NotAllowed(sentence, details, signed_out=status == 401)
    if status == 429 or status >= 500:
        return ServerAway(sentence, details, _seconds_to_wait(answer))
    return Refused(sentence, details, told)


def _seconds_to_wait(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


class Api:
    """One signed-in conversation with one server.

    Attributes:
        server: the proven server this client speaks to.
        user: the name given at sign-in, empty before.
        who: the role, teams and expiry the server answered with, None before.
    """

    def __init__(self, server: KnownServer, known: KnownServers) -> None:
        self.server = server
        self.user = ""
        self.who: SignInReply | None = None
        self._session = requests.Session()
        _prepare(self._session, known.ca_file(server))
        self._answers: OrderedDict[str, tuple[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def sign_in(self, user: str, password: str) -> SignInReply:
        """Ask for a token and use it from now on."""
        body = msgspec.json.encode(SignInRequest(user=user, password=password))
        answer = self._send("POST", f"{self.server.url}/api/v1/sign-in", data=body, headers={"Content-Type": "application/json"})
        who = self._decoded(answer, SignInReply)
        self._forget()
        self._session.headers["Authorization"] = f"Bearer {who.token}"
        self.user, self.who = user, who
        return who

    def sign_out(self) -> None:
        """Revoke the token and forget everything that was shown with it, even when the server is away."""
        try:
            self._send("POST", f"{self.server.url}/api/v1/sign-out")
        finally:
            self._forget()
            self._session.headers.pop("Authorization", None)
            self.who = None

    def choices(self) -> Choices:
        """Return what the scope bar offers this viewer."""
        return self._get("choices", {}, Choices)

    def overview(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Overview:
        """Return the figures of the first tab."""
        return self._get("overview", _asked(first, last, team, person), Overview)

    def applications(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Applications:
        """Return the figures of the applications tab."""
        return self._get("applications", _asked(first, last, team, person), Applications)

    def urls(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Sites:
        """Return the figures of the URL Report."""
        return self._get("urls", _asked(first, last, team, person), Sites)

    def site_people(self, first: date, last: date, team: int | None, person: int | None, site: str) -> SitePeople:
        """Return who was at one site and at which hours."""
        return self._get("urls/people", _asked(first, last, team, person) | {"site": site}, SitePeople)

    def timeline(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Timeline:
        """Return the figures of Timeline & Heatmap."""
        return self._get("timeline", _asked(first, last, team, person), Timeline)

    def inactivity(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Inactivity:
        """Return the figures of the Inactivity Monitor."""
        return self._get("inactivity", _asked(first, last, team, person), Inactivity)

    def bandwidth(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Bandwidth:
        """Return the figures of Bandwidth Usage."""
        return self._get("bandwidth", _asked(first, last, team, person), Bandwidth)

    def files(
        self,
        first: date,
        last: date,
        team: int | None,
        person: int | None,
        wanted: Mapping[str, str],
        limit: int,
        cursor: str | None = None,
    ) -> Files:
        """Return one page of file events; `wanted` are the conditions by the names of docs/api.md. Later pages are not kept."""
        asked = _asked(first, last, team, person) | dict(wanted) | {"limit": str(limit)}
        if cursor is None:
            return self._get("files", asked, Files)
        return self._decoded(self._send("GET", self._url("files", asked | {"cursor": cursor})), Files)

    def alerts(
        self,
        first: date,
        last: date,
        team: int | None = None,
        person: int | None = None,
        limit: int = 100,
        cursor: str | None = None,
        *,
        everything: bool = False,
    ) -> Alerts:
        """Return one page of what there is to read: what is open, or everything."""
        asked = _asked(first, last, team, person) | {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return self._get("alerts", asked | ({"all": "1"} if everything else {}), Alerts)

    def unclassified(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Unclassified:
        """Return what no rule names."""
        return self._get("unclassified", _asked(first, last, team, person), Unclassified)

    def preview_rule(self, wish: RuleWish, first: date, last: date) -> RuleEffect:
        """Return what a rule would move in these days; it saves nothing."""
        url = self._url("rules/preview", _asked(first, last, None, None))
        return self._decoded(self._send("POST", url, **_json(wish)), RuleEffect)

    def save_rule(self, wish: RuleWish) -> RuleSaved:
        """Change the rule book."""
        return self._decoded(self._post("rules", wish), RuleSaved)

    def undo_rule(self, change: int) -> RuleSaved:
        """Put back what a change replaced."""
        return self._decoded(self._post("rules/undo", UndoWish(change)), RuleSaved)

    def note_export(self, note: ExportNote) -> None:
        """Have an export written down; unless this returns, nothing may leave the window."""
        self._post("exports", note)

    def ask(self, route: str, kind: type[Kind], asked: Mapping[str, str] | None = None) -> Kind:
        """Return the answer of a reading route, by its name in docs/api.md."""
        return self._get(route, asked or {}, kind)

    def read(self, route: str) -> bytes:
        """Return a file, as it lies at the server."""
        return self._send("GET", self._url(route, {})).content

    def tell(self, route: str, body: Struct, kind: type[Kind]) -> Kind:
        """Make or do something at the server and return what it answers."""
        return self._decoded(self._post(route, body), kind)

    def alter(self, route: str, body: Struct, kind: type[Kind]) -> Kind:
        """Change what is there and return what the server answers."""
        return self._decoded(self._send("PATCH", self._url(route, {}), **_json(body)), kind)

    def order(self, route: str, body: Struct) -> None:
        """Have something done that answers nothing."""
        self._post(route, body)

    def _post(self, route: str, body: Struct) -> requests.Response:
        return self._send("POST", self._url(route, {}), **_json(body))

    def alert_count(self, first: date, last: date) -> AlertCount:
        """Return how many alerts of everybody are open."""
        return self._get("alerts/count", _asked(first, last, None, None), AlertCount)

    def act_on_alert(self, wish: AlertWish, first: date, last: date, team: int | None = None, person: int | None = None) -> None:
        """Do something with one alert of these days and people."""
        self._send("POST", self._url("alerts", _asked(first, last, team, person)), **_json(wish))

    def devices(self) -> Devices:
        """Return the fleet, for IT."""
        return self._get("devices", {}, Devices)

    def _get(self, route: str, asked: Mapping[str, str], kind: type[Kind]) -> Kind:
        """Return the decoded answer; the very same object as last time when the server says it has not changed."""
        url = self._url(route, asked)
        with self._lock:
            tag, kept = self._answers.get(url, ("", None))
        answer = self._send("GET", url, headers={"If-None-Match": tag} if tag else {})
        if answer.status_code == 304 and tag:
            self._keep(url, answer.headers.get("ETag", tag), kept)  # the same answer may be made of something newer
            return kept
        value = self._decoded(answer, kind)
        self._keep(url, answer.headers.get("ETag", ""), value)
        return value

    def _url(self, route: str, asked: Mapping[str, str]) -> str:
        return f"{self.server.url}/api/v1/{route}" + (f"?{urlencode(asked)}" if asked else "")

    def _send(self, method: str, url: str, **others: Any) -> requests.Response:
        try:
            return _checked(self.server, lambda: self._session.request(method, url, timeout=TIMEOUTS, allow_redirects=False, **others))
        except NotAllowed:
            self._forget()
            raise

    def _decoded(self, answer: requests.Response, kind: type[Kind]) -> Kind:
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except msgspec.DecodeError as fault:
            raise Refused(_("The server's answer was not understood; it may be another version."), f"{answer.url}: {fault}") from None

    def _keep(self, url: str, tag: str, value: object) -> None:
        with self._lock:
            self._answers.pop(url, None)
            if tag:
                self._answers[url] = (tag, value)
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)

    def _forget(self) -> None:
        with self._lock:
            self._answers.clear()


def _json(body: Struct) -> dict[str, Any]:
    return {"data": msgspec.json.encode(body), "headers": {"Content-Type": "application/json"}}


def _asked(first: date, last: date, team: int | None, person: int | None) -> dict[str, str]:
    asked = {"from": first.isoformat(), "to": last.isoformat()}
    if team is not None:
        asked["team"] = str(team)
    if person is not None:
        asked["person"] = str(person)
    return asked
