"""What the server's refusals mean, said in the reader's language; its own English words are only a detail."""

from __future__ import annotations

from console.i18n.language import N_, _
from policy.wire import Problem

NOT_SIGNED_IN, NOT_ALLOWED, REASON_NEEDED = "not_signed_in", "not_allowed", "reason_needed"
SAID = {
    "stale": N_("Somebody else changed this meanwhile. It is shown now as it stands; look, and change it again."),
    "not_there": N_("It is not there any more."),
    "last_owner": N_("The only owner must stay one: make another owner first."),
    "cannot_log": N_("Nothing was done: it could not be written into the audit log. Ask whoever runs the server."),
    "too_many": N_("Too many attempts. Wait a little and try again."),
    "bad_request": N_("The server does not accept this as it is."),
    "malformed": N_("The server could not read what was sent; it may be another version."),
    "taken": N_("There is one of that name already."),
    "conflict": N_("This does not fit what the server has by now. Look at it again."),
    "closed": N_("This case is closed: open it again to write to it."),
    "running": N_("It is not finished yet. Look again in a moment."),
    "restricted": N_("This person's record is restricted already."),
    "hold": N_("A hold keeps this record: nothing of it may be erased."),
    "floor": N_("A law or a rule of yours keeps a part of this record for longer."),
    "sign_in": N_("This person signs in here: lock their user out first."),
    "erased": N_("This person's record is erased already."),
    "locked": N_("The agreement with the works council does not allow this."),
    "bad_password": N_("Name or password is wrong."),
    NOT_SIGNED_IN: N_("The sign-in is no longer valid."),
    "bad_token": N_("The sign-in is no longer valid."),
    NOT_ALLOWED: N_("Your role may not see or do this."),
    "revoked": N_("This access was taken away."),
    REASON_NEEDED: N_("These figures open only with a reason. Say why you look, then they open for a while."),
    "too_large": N_("That is more than the server takes at once."),
    "our_fault": N_("Something went wrong at the server; it is written in its log."),
    "not_sent": N_("The mail did not go out."),
    "store_unavailable": N_("The server cannot reach its database now; it tries again by itself."),
    "wrong_method": N_("The server could not read what was sent; it may be another version."),
    "wrong_media": N_("The server could not read what was sent; it may be another version."),
}
"""Refusals by the reason the server gives."""


def in_the_servers_words(told: str) -> str:
    """Return what the server says itself, marked as that: it is English whatever the console speaks."""
    return _("In the server's own words: {words}").format(words=told) if told else ""


def sentence_of(problem: Problem, status: int) -> str:
    """Return what a refusal means: by its reason, else by its status."""
    if problem.reason in SAID:
        return _(SAID[problem.reason])
    if status == 401:
        return _(SAID[NOT_SIGNED_IN])
    if status == 403:
        return _(SAID[NOT_ALLOWED])
    if status == 429 or status >= 500:
        return _("The server could not answer ({status}).").format(status=status)
    return _("The server refused the request ({status}).").format(status=status)
