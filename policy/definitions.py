"""What every figure means, once for the window, the reports and the employee's page: what it is, how it is made, and what it is not."""

from __future__ import annotations

from msgspec import Struct


def _(text: str) -> str:
    """Mark a text for the translators; whoever shows it translates it."""
    return text


class Definition(Struct, frozen=True):
    """One figure: its name, what it is, how it is computed, an example, and what it is made from; all but `what` may be empty."""

    name: str
    what: str
    how: str = ""
    example: str = ""
    source: str = ""


SPANS = _("Activity spans: at most a minute each, at one app, with counts of input. Never which keys.")
LEDGER = _("The ledger: each person's local day as a partition of its real length (23, 24 or 25 hours).")
RULES = _("Your organisation's rules for apps and sites, joined when the figure is asked for: a changed rule changes history at once.")

DEFINITIONS = {
    "active_people": Definition(
        _("People active"),
        _("People with any engaged time in these days."),
        _("Counted once each, however many days or PCs."),
        source=LEDGER,
    ),
    "engaged": Definition(
        _("Engaged time"),
        _("Time with evidence of work at the PC."),
        _("Active + reading + in a meeting. Two PCs at once are never counted twice."),
        _("5 h active, 1 h reading and 30 min in calls are 6 h 30 min."),
        LEDGER,
    ),
    "active": Definition(
        _("Active"),
        _("Minutes with clear input."),
        _("At least 10 interactions, 5 keys or 3 clicks in the minute."),
        source=SPANS,
    ),
    "reading": Definition(
        _("Reading"),
        _("Minutes of little input that look like reading: the pointer wanders, or somebody scrolls."),
        _("At least 50 px of pointer movement spread over 15 seconds of the minute, or any scrolling."),
        source=SPANS,
    ),
    "meeting": Definition(
        _("In a meeting"),
        _("A meeting program in front, and evidence of a call."),
        _("The microphone or camera is in use, or there is input, or the call window came to the front less than 5 minutes ago."),
        source=SPANS,
    ),
    "productivity": Definition(
        _("Productive share"),
        _("How much of engaged time went to apps and sites your organisation calls productive. It is not the worth of anybody's work."),
        _("Productive ÷ (productive + neutral + unproductive). Not shown when coverage is below 70 %."),
        _("6 h productive of 8 h engaged are 75 %."),
        RULES,
    ),
    "unclassified": Definition(
        _("Unclassified"),
        _("Engaged time in apps and sites that no rule names. It counts as neutral until somebody makes a rule."),
        _("Unclassified ÷ all engaged time."),
        _("30 min of 8 h are 6 %."),
        RULES,
    ),
    "idle": Definition(
        _("No input seen"),
        _(
            "The PC was on and unlocked, and no key, click or scroll was seen. Somebody may well have been working: on paper, on "
            "the phone, with a colleague."
        ),
        _("What is neither active, reading nor a meeting while the screen was unlocked."),
        source=LEDGER,
    ),
    "coverage": Definition(
        _("Coverage"),
        _("The part of expected working time about which there are records at all. Low coverage means a PC to look at, not a person."),
        _("Time with any record ÷ expected working time."),
        _("Records of 6 h of an 8 h day are 75 %."),
        LEDGER,
    ),
    "attention": Definition(
        _("Needs attention"),
        _(
            "PCs that are silent, refuse notice or lost records, and people whose figures are thin. Mend these first: all other "
            "figures rest on them."
        ),
    ),
    "productive_bar": Definition(
        _("Productive / neutral / unproductive"),
        _("How engaged time divides by the category of the app or site. Sorted by the productive share."),
        source=RULES,
    ),
    "first_last": Definition(
        _("First and last"),
        _("Earliest and latest engaged moment of the last day with any, in the organisation's time zone."),
        source=LEDGER,
    ),
    "share": Definition(_("Share"), _("This row's part of all engaged time in these days.")),
    "change": Definition(_("Change"), _("Engaged time compared with the period of the same length just before.")),
    "people": Definition(_("People"), _("How many people this row is about in these days.")),
    "trend": Definition(_("Trend"), _("Engaged time for each day, first day on the left.")),
    "keys": Definition(
        _("Keys"), _("How many key presses were counted while this app was in front. Which keys is never recorded."), source=SPANS
    ),
    "clicks": Definition(_("Clicks"), _("How many mouse clicks were counted while this app was in front."), source=SPANS),
    "category": Definition(
        _("Category"),
        _("What your organisation's rules count this as. Unclassified time counts as neutral until somebody makes a rule."),
        source=RULES,
    ),
    "review": Definition(
        _("Second look"),
        _("Minutes whose input was unusually regular. They change no total; a person should look and ask."),
        _("Few seconds without input and fewer than three different counts, or exactly periodic input."),
        source=SPANS,
    ),
    "locked": Definition(
        _("Screen locked"), _("The screen was locked or the screen saver ran. Nothing says where its user was."), source=LEDGER
    ),
    "paused": Definition(
        _("Recording paused"), _("The person paused the recording, as they may. Nothing was recorded meanwhile."), source=LEDGER
    ),
    "unknown": Definition(
        _("Nothing known"),
        _("There are no records of this time: an agent that did not run, or records still on their way. It is never counted as idle."),
        source=LEDGER,
    ),
    "quiet": Definition(
        _("Longest quiet stretches"),
        _("Stretches without engagement between a person's first and last engaged moment of a day. A lunch break is one too."),
        source=LEDGER,
    ),
    "input": Definition(
        _("Input per minute"),
        _("How many keys, clicks and scrolls were counted in each minute, and how far the pointer moved. Which keys is never recorded."),
        source=SPANS,
    ),
    "week_map": Definition(
        _("Hours of the week"),
        _("How much of everybody's time in an hour of the week was engaged, over all days shown."),
        _("Engaged time in that hour ÷ all time that hour had for everybody in view."),
        _("5 people each engaged for 30 min of every Monday 10:00–11:00 are 50 %."),
        LEDGER,
    ),
    "site_hours": Definition(_("Hours"), _("Engaged time at this site by hour of the local day, midnight on the left."), source=LEDGER),
    "no_site": Definition(
        _("Site not known"),
        _("A browser was in front and did not say at which site: a private window, an empty tab, a local file."),
        source=SPANS,
    ),
    "received": Definition(
        _("Received"), _("Bytes that came in over the network."), source=_("Counts per program from the operating system.")
    ),
    "sent": Definition(_("Sent"), _("Bytes that went out over the network."), source=_("Counts per program from the operating system.")),
    "estimated": Definition(
        _("Estimated"),
        _("Bytes that a PC could not count per program and shared out by what was connected. Sums with any of them are marked with ≈."),
    ),
    "nobody_signed_in": Definition(_("Nobody signed in"), _("Bytes of shared PCs while nobody was signed in: updates, backups.")),
    "file_time": Definition(
        _("Time"),
        _("When the PC saw the change, in the organisation's time zone and in UTC. A PC whose clock is off is listed on the Overview."),
    ),
    "file_source": Definition(
        _("Known from"),
        _("How the PC knew: its file watcher, Windows' own audit log, or a comparison after the watcher had missed something."),
    ),
    "burst": Definition(
        _("Burst"),
        _("20 or more deletions, renames or creations by one person in one minute. A backup or an unpacked archive does that too."),
    ),
    "gap": Definition(_("Gap"), _("A stretch in which file events of a PC may be missing: silence there is not completeness.")),
    "severity": Definition(_("Severity"), _("How soon somebody should read this: high today, medium this week, low when there is time.")),
    "finding": Definition(
        _("Finding"),
        _("Something unusual for this person compared with their own earlier weeks. Unusual is not misconduct: ask before you judge."),
    ),
}
