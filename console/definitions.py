"""What every figure means, in the words of its tooltip: what it is, how it is computed, and what it is not."""

from __future__ import annotations

from console.words import _

DEFINITIONS = {
    "active_people": (
        _("People active"),
        _("People with any engaged time in these days."),
    ),
    "engaged": (
        _("Engaged time"),
        _(
            "Active + reading + in a meeting: time with evidence of work at the PC. Example: 5 h active, 1 h reading and 30 min "
            "in calls are 6 h 30 min."
        ),
    ),
    "productivity": (
        _("Productive share"),
        _(
            "Productive ÷ (productive + neutral + unproductive) of engaged time, by your organisation's own rules for apps and "
            "sites. Not shown when coverage is below 70 %. It describes time in apps, not the worth of anybody's work."
        ),
    ),
    "idle": (
        _("No input seen"),
        _(
            "The PC was on and unlocked, and no key, click or scroll was seen. Somebody may well have been working: on paper, on "
            "the phone, with a colleague."
        ),
    ),
    "coverage": (
        _("Coverage"),
        _(
            "The part of expected working time about which there are records at all. Low coverage means a PC or agent to look at,"
            " not a person."
        ),
    ),
    "attention": (
        _("Needs attention"),
        _(
            "PCs that are silent, refuse notice or lost records, and people whose figures are thin. Mend these first: all other "
            "figures rest on them."
        ),
    ),
    "productive_bar": (
        _("Productive / neutral / unproductive"),
        _("How engaged time divides by the category of the app or site. Sorted by the productive share."),
    ),
    "first_last": (
        _("First and last"),
        _("Earliest and latest engaged moment of the last day with any, in the organisation's time zone."),
    ),
    "share": (_("Share"), _("This app's part of all engaged time in these days.")),
    "change": (_("Change"), _("Engaged time compared with the period of the same length just before.")),
    "people": (_("People"), _("How many people used this app in these days.")),
    "trend": (_("Trend"), _("Engaged time for each day, first day on the left.")),
    "keys": (_("Keys"), _("How many key presses were counted while this app was in front. Which keys is never recorded.")),
    "clicks": (_("Clicks"), _("How many mouse clicks were counted while this app was in front.")),
    "category": (
        _("Category"),
        _("What your organisation's rules count this app as. Unclassified time counts as neutral until somebody makes a rule."),
    ),
    "review": (_("Second look"), _("Minutes whose input was unusually regular. They change no total; a person should look and ask.")),
}


def title(key: str) -> str:
    """Return the name of a figure."""
    return DEFINITIONS[key][0]


def definition(key: str) -> str:
    """Return name and meaning of a figure, for a tooltip."""
    return "\n".join(DEFINITIONS[key])
