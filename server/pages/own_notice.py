"""The part of a person's own page about being told and agreeing: the notice, each purpose with its basis, and taking answers back."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask import Response, redirect, request

from policy import notice
from policy.notice.purposes import BASES, PURPOSES
from policy.purposes import Answer, Basis, Purpose, is_current
from policy.wire import AgentPolicy
from server.auth import Ask
from server.organisation import agent_policy, organisation
from server.pages.own_frame import answers_of, language_of, page, refuse_foreign
from server.pages.own_markup import NOTICE
from server.pages.words import words_in
from server.people import Member
from server.queries import me
from server.queries.watching import changes
from server.refusals import BadRequestError
from server.rights import consent, contest

MARKS = re.compile(r"\*\*|`")
LINE = re.compile(r"(#{1,3}|-) (.*)")


class Shown(NamedTuple):
    """A purpose as the page shows it; `offer` is what the person may do, one of agree, withdraw, or nothing."""

    key: str
    name: str
    what: str
    basis: str
    state: str
    offer: str
    at: int | None


def show_notice(ask: Ask) -> Response:
    """Show what is recorded for which purpose, and what the person answered."""
    person = me.myself(ask.session, ask.who())
    language = language_of(ask, person)
    asked = agent_policy(ask.session, person.team)
    text = notice.text_of(language, asked.notice) or notice.text(language)
    answers = answers_of(ask.session, person.id)
    told: dict[str, Any] = {"purposes": _purposes(ask, person, asked, language), "changes": changes(ask.session)}
    return page(ask, NOTICE, person, notice=blocks(text), answers=answers, **told)


def answer_purpose(ask: Ask) -> Response:
    """Keep the person's word about one purpose."""
    refuse_foreign(ask)
    person = me.myself(ask.session, ask.who())
    language = language_of(ask, person)
    try:
        purpose = Purpose(request.form.get("purpose", ""))
    except ValueError:
        raise BadRequestError("choose a purpose") from None
    agrees = request.form.get("answer") == "agree"
    ask.change(lambda connection, by: contest.answer_purpose(connection, person.id, purpose, agrees=agrees, language=language, by=by))
    return redirect(f"/me/notice?lang={language}#purposes", 303)  # type: ignore[return-value]


def withdraw(ask: Ask) -> Response:
    """Take back the person's answers to the notice, for every purpose."""
    refuse_foreign(ask)
    person = me.myself(ask.session, ask.who())
    language = language_of(ask, person)
    ask.change(lambda connection, by: contest.withdraw(connection, person.id, language, by))
    return redirect(f"/me/notice?lang={language}", 303)  # type: ignore[return-value]


def _purposes(ask: Ask, person: Member, asked: AgentPolicy, language: str) -> list[Shown]:
    bases, words = organisation(ask.session).bases, words_in(language)
    newest = {Purpose(row.purpose): row for row in consent.newest_of(ask.session, [person.id])}
    unseen = not asked.capture_every and notice.CLIPS not in asked.notice
    off = {Purpose.NETWORK: not asked.network_every, Purpose.FILES: not asked.folders, Purpose.SCREENSHOTS: unseen}
    shown = []
    for purpose in Purpose:
        row, basis = newest.get(purpose), bases.of(purpose)
        answer = Answer(row.answer) if row else None
        current = is_current(purpose, basis, answer)
        state = "off" if off.get(purpose) else "served" if current else "withheld"
        offer = "" if basis is Basis.LEGAL_OBLIGATION else "withdraw" if current or answer is Answer.CONSENTED else "agree"
        text = PURPOSES[purpose][language]
        shown.append(
            Shown(purpose.value, text.name, text.what, BASES[basis][language], words[f"is_{state}"], offer, row.at if row else None)
        )
    return shown


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the notice's Markdown as (kind, plain text): h, li or p."""
    found: list[tuple[str, str]] = []
    fresh = True
    for line in MARKS.sub("", text).splitlines():
        begins = LINE.match(line)
        if begins:
            found.append(("li" if begins[1] == "-" else "h", begins[2]))
        elif line.strip() and (fresh or found[-1][0] == "h"):
            found.append(("p", line.strip()))
        elif line.strip():
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        fresh = not line.strip()
    return found
