"""Makes a text from a PC harmless for a spreadsheet: what it would take for a formula gets an apostrophe in front."""

from __future__ import annotations

STARTS = frozenset("=+-@|%＝＋－＠｜")
"""What spreadsheets begin a formula or a command with; the full-width signs count for some of them too."""
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff'"


def is_harmful(text: str) -> bool:
    """Whether a spreadsheet might calculate this text instead of showing it."""
    return text.lstrip().lstrip(UNSEEN).lstrip()[:1] in STARTS if text else False


def harmless(text: str) -> str:
    """Return one line that no spreadsheet calculates; an ordinary text comes back as it is."""
    flat = " ".join(text.split())
    return f"'{flat}" if is_harmful(flat) else flat
