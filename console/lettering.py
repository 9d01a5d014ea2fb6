"""The fonts that come with us for Hindi and Bengali, made known to Qt; the charts on paper find them by themselves."""

from __future__ import annotations

import functools

from PyQt5.QtGui import QFont, QFontDatabase

from reports.charts import BUNDLED_FAMILIES, FONTS

LATIN = ("Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans")


@functools.cache
def bring_fonts() -> None:
    """Register every bundled font, once, whatever the PC has installed."""
    for path in sorted(FONTS.glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise OSError(f"a font that belongs to the console cannot be read: {path}")


def in_our_families(font: QFont) -> QFont:
    """Return this font in the first Latin family there is, and the bundled scripts after it."""
    found = set(QFontDatabase().families())
    latin = next((name for name in LATIN if name in found), font.family())
    made = QFont(font)
    made.setFamily(latin)
    made.setFamilies([latin, *BUNDLED_FAMILIES])
    return made
