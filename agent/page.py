"""The pages the person sees on this PC: set-up, the notice and its answer, what was sent; served to this PC only, under a secret path.

A page in the browser works wherever Python does; a bundle's Python has no window toolkit. Nobody but who was given the
address can open it, because the address holds a key made for this run of the agent.
"""

from __future__ import annotations

import hmac
import html
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from agent.words import say
from policy.notice import LANGUAGES

MOST_FORM_BYTES = 8 << 10
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
STYLE = """
body{font:16px/1.55 system-ui,'Nirmala UI',sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem} h2{font-size:1.15rem;margin-top:1.6rem} h3{font-size:1rem}
.state{padding:.6rem 1rem;border-radius:.5rem;background:#eef3fb} .bad{background:#fdecea}
button{font:inherit;padding:.5rem 1.1rem;border-radius:.4rem;border:1px solid #2456b8;background:#2456b8;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#2456b8} form{display:inline-block;margin:.3rem .5rem .3rem 0} nav a{margin-right:1rem}
input{font:inherit;width:100%;padding:.4rem;margin:.2rem 0 .8rem;box-sizing:border-box}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem;background:#f4f5f7;padding:.6rem;border-radius:.4rem}
@media (prefers-color-scheme:dark){
body{background:#16191d;color:#e6e8eb} .state,pre{background:#23282f} .bad{background:#4a211d} a{color:#8fb4ff}
button.quiet{background:#16191d;color:#8fb4ff} input{background:#23282f;color:inherit;border:1px solid #555}
}"""


class Subject(Protocol):
    """What the pages show and do; the running agent is one, a PC that is not set up another."""

    def language(self) -> str: ...

    def state(self) -> str: ...

    def notice(self, language: str) -> str | None: ...

    def sent(self) -> list[str]: ...

    def waiting(self) -> int: ...

    def asks_consent(self) -> bool: ...

    def act(self, what: str, form: Mapping[str, str]) -> str: ...


class Shown(NamedTuple):
    """One page."""

    title: str
    body: str


class Pages:
    """Serves `subject` on a port of its own until closed."""

    def __init__(self, subject: Subject) -> None:
        self._subject, self.key = subject, secrets.token_urlsafe(24)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.port = int(self._http.server_address[1])
        threading.Thread(target=self._http.serve_forever, args=(0.5,), name="pages", daemon=True).start()

    def address(self, page: str = "") -> str:
        """Return the address of a page, with its key."""
        return f"http://127.0.0.1:{self.port}/{self.key}/{page}"

    def close(self) -> None:
        """Serve no more."""
        self._http.shutdown()
        self._http.server_close()

    def show(self, page: str, said: str = "") -> Shown | None:
        """Return a page; None when there is none of that name."""
        language = self._subject.language()
        show = {"": self._home, "notice": self._notice, "sent": self._sent, "set-up": self._set_up}.get(page)
        if show is None:
            return None
        shown = show(language)
        line = f'<p class="state" role="status">{html.escape(said)}</p>' if said else ""
        return Shown(shown.title, line + shown.body)

    def act(self, what: str, form: Mapping[str, str]) -> str:
        """Do what a form asks for, and return a sentence."""
        return self._subject.act(what, form)

    # --- the pages ---------------------------------------------------------------------------------------------------

    def _home(self, language: str) -> Shown:
        if self._subject.state() == "not_enrolled":
            return self._set_up(language)
        state = self._subject.state()
        act = "resume" if state == "paused" else "pause"
        body = f'<p class="state">{_said(state, language)} · {self._subject.waiting()} {_said("waiting", language)}</p>'
        body += _button(act, _said(act, language)) if state in ("recording", "paused", "offline", "outside_hours") else ""
        links = (("notice", "notice"), ("sent", "sent_lately"))
        body += "<p><nav>" + "".join(f'<a href="{page}">{_said(words, language)}</a>' for page, words in links) + "</nav></p>"
        return Shown("WorkPulse", body + self._languages(language))

    def _notice(self, language: str) -> Shown:
        text = self._subject.notice(language)
        if text is None:
            return Shown("WorkPulse", f'<p class="state bad">{_said("too_new", language)}</p>')
        later = f"<p>{_said('later', language)}</p>"
        buttons = _button("acknowledged", _said("acknowledge", language), language=language)
        if self._subject.asks_consent():
            buttons += _button("consented", _said("consent", language), language=language)
        buttons += _button("withdrawn", _said("withdraw", language), quiet=True, language=language)
        return Shown("WorkPulse", self._languages(language) + markdown(text) + f"<hr>{buttons}{later}")

    def _sent(self, language: str) -> Shown:
        sent = self._subject.sent()
        if not sent:
            return Shown("WorkPulse", f"<p>{_said('nothing_sent', language)}</p>")
        rows = "".join(f"<pre>{html.escape(one)}</pre>" for one in reversed(sent))
        return Shown("WorkPulse", f"<p>{_said('sent_exactly', language)}</p>{rows}")

    def _set_up(self, language: str) -> Shown:
        fields = "".join(
            f'<label>{_said(name, language)}<input name="{name}" required autocomplete="off" spellcheck="false"></label>'
            for name in ("server", "code")
        )
        form = f'<form method="post" action="enrol" style="display:block">{fields}<button>{_said("connect", language)}</button></form>'
        return Shown(say("set_up", language), form + self._languages(language))

    def _languages(self, language: str) -> str:
        others = ((code, name) for code, name in LANGUAGES.items() if code != language)
        return "<p>" + "".join(_button("language", name, quiet=True, language=code) for code, name in others) + "</p>"


def _said(what: str, language: str) -> str:
    return html.escape(say(what, language))


def _button(act: str, label: str, *, quiet: bool = False, **hidden: str) -> str:
    fields = "".join(f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in hidden.items())
    kind = ' class="quiet"' if quiet else ""
    return f'<form method="post" action="{act}">{fields}<button{kind}>{label}</button></form>'


def markdown(text: str) -> str:
    """Return the notice as HTML: its headings, lists, strong words and code words; everything else is text."""
    blocks: list[tuple[str, str]] = []
    fresh = True
    for line in text.splitlines():
        begins = re.match(r"(#{1,3}|-) (.*)", line)
        if begins:
            blocks.append(("li" if begins[1] == "-" else f"h{len(begins[1])}", begins[2]))
        elif line.strip() and (fresh or blocks[-1][0].startswith("h")):
            blocks.append(("p", line))
        elif line.strip():
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]} {line.strip()}")
        fresh = not line.strip()
    shown = "\n".join(f"<{kind}>{_inline(content)}</{kind}>" for kind, content in blocks)
    return re.sub(r"((?:<li>.*</li>\n?)+)", r"<ul>\1</ul>", shown)


def _inline(text: str) -> str:
    escaped = html.escape(text, quote=False)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", escaped))


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        server_version, sys_version = "workpulse", ""

        def do_GET(self) -> None:
            page = self._page()
            shown = pages.show(page) if page is not None else None
            self._send(shown)

        def do_POST(self) -> None:
            form, page = self._form(), self._page()
            if page is None or form is None:
                self._send(None)
                return
            said = pages.act(page, form)
            self._send(pages.show("notice" if page == "language" and form.get("back") == "notice" else "", said))

        def _page(self) -> str | None:
            """Return the page asked for; None unless the host is this PC and the key is ours."""
            here = self.headers.get("Host", "") == f"127.0.0.1:{pages.port}"
            _, key, page, *more = [*urlsplit(self.path).path.split("/"), ""][:4] + ([""] * 3)
            good = hmac.compare_digest(key.encode(), pages.key.encode())
            return page if here and good and not any(more) else None

        def _form(self) -> dict[str, str] | None:
            length = self.headers.get("Content-Length", "")
            if not length.isascii() or not length.isdigit() or int(length) > MOST_FORM_BYTES:
                return None
            try:
                fields = parse_qs(self.rfile.read(int(length)).decode("utf-8"), strict_parsing=False, max_num_fields=8)
            except ValueError:
                return None
            return {name: values[0] for name, values in fields.items()}

        def _send(self, shown: Shown | None) -> None:
            shown_title, body = shown or Shown("WorkPulse", "<p>404</p>")
            page = (
                f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(shown_title)}'
                f"</title><style>{STYLE}</style><h1>{html.escape(shown_title)}</h1>{body}"
            ).encode()
            self.send_response(200 if shown else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            for name, value in SECURITY.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Write no log: the path holds the key."""

    return Handler


def wait_for_set_up(pages: Pages, done: Callable[[], bool], wait: Callable[[float], object]) -> None:
    """Return once this PC is set up."""
    while not done():
        wait(0.5)
