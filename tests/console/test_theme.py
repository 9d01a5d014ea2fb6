"""Both themes: every pair of colours can be read, and the style sheet has no hole."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from PyQt5.QtGui import QPalette

from console.theme import DARK, LIGHT, PRESENCE_HATCH, TEXT_ON, Colours, Theme, ThemeChoice, contrast, look_of, style_sheet
from policy.categories import Category
from policy.presence import Presence
from reports.charts import SHOWN_PRESENCES

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda one: one.name)


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("pair", TEXT_ON, ids="-on-".join)
def test_every_text_can_be_read_on_its_ground(colours: Colours, pair: tuple[str, str]) -> None:
    text, ground = pair
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_every_text_colour_of_the_sheet_is_measured() -> None:
    """A `color: @x@` in the sheet whose `@x@` is in no measured pair would escape the test above."""
    used = set(re.findall(r"(?<!-)color: @(\w+)@", style_sheet.__globals__["ART"].joinpath("console.qss").read_text("utf-8")))
    assert used <= {text for text, _ in TEXT_ON}


@THEMES
def test_every_part_of_a_chart_stands_out_from_its_card(colours: Colours) -> None:
    parts = [*(colours.presences[one] for one in Presence), *colours.categories.values(), colours.unclassified, colours.accent]
    assert all(contrast(one, colours.card) >= 3 for one in parts)


@THEMES
def test_neighbours_in_a_chart_differ_in_more_than_hue(colours: Colours) -> None:
    """Two parts that touch differ in lightness, or one of them is hatched."""
    look = look_of(colours)
    order = [look.presences[one] for one in SHOWN_PRESENCES]
    stack = [
        look.categories[Category.PRODUCTIVE],
        look.categories[Category.NEUTRAL],
        look.unclassified,
        look.categories[Category.UNPRODUCTIVE],
    ]
    for one, other in (*pairwise(order), *pairwise(stack)):
        assert one.hatch != other.hatch or contrast(one.colour, other.colour) >= 1.15, (one.name, other.name)
    assert set(PRESENCE_HATCH) <= set(Presence)


@THEMES
def test_the_sheet_has_no_name_left_over(colours: Colours) -> None:
    assert not re.search(r"@\w+@", style_sheet(colours))


def test_choosing_a_theme_changes_the_application_at_once(qapp) -> None:
    theme, heard = Theme(ThemeChoice.LIGHT), []
    theme.changed.connect(lambda: heard.append(theme.colours.name))
    theme.choose(ThemeChoice.DARK)
    assert heard == ["dark"]
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
    theme.choose(ThemeChoice.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.window
