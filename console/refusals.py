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
    "linked": N_("This case points at it already."),
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
    "no_name": N_("Write a name."),
    "no_words": N_("There is nothing written yet."),
    "say_why": N_("Say in a few words why."),
    "other_name": N_("This is not the person's name. Type it as it is shown."),
    "no_team": N_("A manager needs at least one team."),
    "no_zone": N_("There is no such time zone."),
    "short_password": N_("This password is too short."),
    "bad_site": N_("A site is named by its domain, such as example.com."),
    "bad_app": N_("An app is named by its program file, such as excel.exe, or by what people call it."),
    "bad_path": N_("A path to watch must name something, such as S:\\Board\\**."),
    "bad_days": N_("These days cannot be asked for."),
    "not_yet": N_("Choose days that have been already."),
    "past": N_("Choose a time that is still to come."),
    "code_once": N_("A code for one person's PC works once."),
    "bad_code": N_("This code is unknown, used up or expired."),
    "nothing_new": N_("Nothing was changed."),
    "file_gone": N_("The file is not on the server any more, or not as it was made. Have it made again."),
    "no_backups": N_("The server was started without a folder for backups."),
    "held": N_("A hold keeps this record: nothing of it may be erased."),
    "confirm": N_("This deletes for good: confirm it with the person's name."),
    "pictures_off": N_("Pictures of the screen are off for this team."),
    "clips_off": N_("Clips of the screen are off for this team."),
    "no_clip": N_("No clip was approved for this."),
    "four_eyes": N_("Somebody else must agree: neither who asked for it nor whom it is of."),
    "outside_hours": N_("Pictures are taken in work hours only."),
    "away": N_("The screen was locked, or recording was paused."),
    "not_announced": N_("A picture must be announced on the screen before it is taken."),
    "no_notice": N_("This person has not agreed to this, or withdrew."),
    "no_consent": N_("This person has not agreed to this, or withdrew."),
    "hash": N_("What arrived is not the file that was announced."),
    "hole": N_("Something before this is missing; the PC sends it again."),
    "cloned": N_("Two PCs say that they are the same one. Enrol this one anew."),
}
"""Refusals by the reason the server gives."""
CARRIES_MORE = frozenset(
    {"bad_request", "malformed", "conflict", "bad_days", "short_password", "too_large", "locked", "confirm", "not_sent", "wrong_media"}
)
"""Reasons whose sentence leaves out a value, a limit or a place that the server's own words name."""
LONGEST_TOLD = 600


def told_besides(problem: Problem) -> str:
    """Return the server's own words, marked as such, where they carry more than our sentence does; else nothing."""
    if problem.reason in SAID and problem.reason not in CARRIES_MORE:
        return ""
    return in_the_servers_words(" ".join(problem.message[:LONGEST_TOLD].split()))


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
