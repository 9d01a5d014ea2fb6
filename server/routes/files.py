"""The file audit: who asks for which file events, one search, and every search written down."""

from __future__ import annotations

from policy.roles import may_view_files
from policy.summaries import Files
from server.auth import Ask
from server.paths import LONGEST
from server.queries import files
from server.routes.question import LONGEST_CURSOR, asked_silently, days_of

LONGEST_WORD = 256


def show_files(ask: Ask) -> Files:
    """The File Access Audit tab."""
    wanted = files.Wanted(
        path=ask.text("path", LONGEST),
        user=ask.text("user", LONGEST_WORD),
        host=ask.text("host", LONGEST_WORD),
        action=ask.text("action", LONGEST_WORD),
        extension=ask.text("extension", LONGEST_WORD),
        since=ask.number("since"),
        until=ask.number("until"),
    )
    after, limit = ask.text("cursor", LONGEST_CURSOR), ask.rows()
    selection = asked_silently(ask, may_view_files)
    search = files.search_for(ask.session, selection, wanted)
    page = files.files(ask.session, search, after, limit)
    told = (days_of(selection), wanted.words, "a further page" if after else "")
    looked_at = [search.person] if search.person is not None else selection.ids if selection.reason else []
    ask.note_looks("files", ", ".join(filter(None, told)), looked_at, selection.reason, even_at_nobody=True)
    return page
