"""Evidence packs: which there are, asking for one, and its file."""

from __future__ import annotations

from flask import Response, send_file

from policy.summaries import EvidenceAsked, EvidencePacks, EvidenceWish
from server.auth import Ask
from server.evidence import wanted
from server.evidence.key import EvidenceKey
from server.refusals import NotThereError


def show_packs(ask: Ask) -> EvidencePacks:
    """Every pack, and the key that signs them."""
    return wanted.packs(ask.session, EvidenceKey(ask.core.identity).public)


def ask_for_pack(ask: Ask) -> EvidenceAsked:
    """Ask for a pack; it is made within a minute or so, and the people in it see that it was."""
    wish = ask.body(EvidenceWish)
    return EvidenceAsked(ask.change(lambda connection, by: wanted.ask_for(connection, wish, by)))


def show_zip(ask: Ask) -> Response:
    """A pack's file, a piece at a time; reading it is a look at everybody in it."""
    pack = wanted.made_pack(ask.session, ask.number_in_path())
    place = wanted.place_of(ask.core.settings.data, pack.name or "")
    if not place.is_file():
        raise NotThereError("this file is not on this server any more: ask for the pack again", reason="file_gone")
    ask.note_looks("an evidence pack", pack.name or "", pack.people, pack.reason, even_at_nobody=True)
    return send_file(place, "application/zip", as_attachment=True, download_name=pack.name, etag=False)
