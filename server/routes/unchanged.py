"""An answer that a console has already: told by what it would be made of, before anything is read, and else by its bytes.

```
ETag            "what it is made of . its bytes"
both equal      304 without reading a figure
bytes equal     304 with the new tag: a minute passed, or an event came in that changes nothing here
else            200
```
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Response
from sqlalchemy.orm import Session

from server.auth import Ask
from server.queries.revision import revision_of
from server.queries.selection import Selection


def answer(ask: Ask, selection: Selection, make: Callable[[Session], Any], *, always_now: bool = False) -> Response:
    """Return the answer `make` gives; the look at whom it is about is written down before, whether it is read anew or not."""
    query = ask.request.query_string.decode("latin-1")
    made_of = revision_of(ask.session, ask.who(), f"{ask.request.path}?{query}", selection, ask.now, always_now=always_now)
    had = {tag.partition(".")[::2] for tag in ask.request.if_none_match}
    same = next((content for before, content in had if before == made_of and content), None)
    if same is not None:
        return _tagged(Response(status=304), made_of, same)
    body = msgspec.json.encode(make(ask.session))
    content = hashlib.blake2b(body, digest_size=12).hexdigest()
    known = any(content == one for _, one in had)
    return _tagged(Response(status=304) if known else Response(body, mimetype="application/json"), made_of, content)


def _tagged(response: Response, made_of: str, content: str) -> Response:
    response.set_etag(f"{made_of}.{content}")
    return response
