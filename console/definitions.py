"""What every figure means, in the reader's language; the words themselves are policy's, so that reports say the same."""

from __future__ import annotations

from console.words import _
from policy.definitions import DEFINITIONS, Definition


def known(key: str) -> bool:
    """Whether a figure of this name is defined."""
    return key in DEFINITIONS


def title(key: str) -> str:
    """Return the name of a figure."""
    return _(DEFINITIONS[key].name)


def definition(key: str) -> str:
    """Return name and meaning of a figure, for a tooltip."""
    one = DEFINITIONS[key]
    lines = (one.name, one.what, one.how)
    return "\n".join(_(line) for line in lines if line)


def parts(key: str) -> list[tuple[str, str]]:
    """Return (heading, text) of everything known about a figure, for the panel that explains it."""
    one: Definition = DEFINITIONS[key]
    pairs = ((_("What it is"), one.what), (_("How it is made"), one.how), (_("Example"), one.example), (_("Made from"), one.source))
    return [(heading, _(text)) for heading, text in pairs if text]
