"""A paper of `policy/notice` as files: a PDF with the reports' own typesetting, and a DOCX that can be changed before it is signed."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from policy.notice.paper import Blanks, Block, Grid, Lines, Paper, Paragraph, Points
from reports import document as printed
from reports.archive import settled
from reports.pdf import pdf_of
from reports.speech import Speech, safe

LONGEST = 4_000
FACE, COMPLEX_FACE = "Calibri", "Nirmala UI"
"""Windows' own faces for Latin, and for Devanagari and Bengali letters; other systems put theirs in their place."""
ACCENT, MUTED = RGBColor(0x2F, 0x5B, 0xD7), RGBColor(0x56, 0x61, 0x73)
WORD_LANGUAGES = {"hi": "hi-IN", "bn": "bn-IN"}
WIDTH = Cm(16.6)


# --- PDF ----------------------------------------------------------------------------------------------------------------


def paper_pdf(paper: Paper, made_at: int, program: str) -> bytes:
    """Return a paper as a PDF."""
    return pdf_of(_as_document(paper, made_at, program))


def _as_document(paper: Paper, made_at: int, program: str) -> printed.Document:
    sections = tuple(
        printed.Section(
            f"part{number}", _clean(part.title), tuple(_printed(block, f"Table{number}x{place}") for place, block in enumerate(part.blocks))
        )
        for number, part in enumerate(paper.parts, 1)
    )
    head = tuple((_clean(name), _clean(value)) for name, value in paper.head)
    say = Speech(paper.language, "UTC")
    title, organisation, foot = _clean(paper.title), _clean(paper.organisation), _clean(paper.foot)
    return printed.Document(title, organisation, paper.language, made_at, program, head, sections, say, foot)


def _printed(block: Block, name: str) -> printed.Block:
    if isinstance(block, Paragraph):
        return printed.Text(_clean(block.text), block.strong, block.small)
    if isinstance(block, Points):
        return printed.Points(tuple(_clean(item) for item in block.items))
    if isinstance(block, Blanks):
        return printed.Blanks(tuple(_clean(one) for one in block.names))
    if isinstance(block, Lines):
        return printed.Facts(name, tuple((_clean(one), _clean(value)) for one, value in block.rows))
    weights = [_weight(block, place) for place in range(len(block.headings))]
    columns = tuple(
        printed.Column(_clean(heading), width=weight * len(weights) / sum(weights), whole=True)
        for heading, weight in zip(block.headings, weights, strict=True)
    )
    rows = tuple(tuple(_clean(cell) for cell in row) for row in block.rows)
    return printed.Table(name, _clean(block.title), columns, rows, empty=_clean(block.empty))


def _weight(grid: Grid, place: int) -> float:
    """Return how wide a column is beside the others: by the root of its longest cell, so that long prose does not crowd out the rest."""
    longest = max((len(row[place]) for row in grid.rows), default=0)
    return math.sqrt(max(longest, len(grid.headings[place]), 6))


def _clean(text: str) -> str:
    return safe(text, LONGEST)


# --- DOCX ---------------------------------------------------------------------------------------------------------------


def paper_docx(paper: Paper, made_at: int) -> bytes:
    """Return a paper as a DOCX; the same paper is the same bytes."""
    made = docx.Document()
    _set_up(made, paper)
    made.add_paragraph(_clean(paper.organisation)).runs[0].font.color.rgb = ACCENT
    made.add_heading(_clean(paper.title), 0)
    for name, value in paper.head:
        _say(made.add_paragraph(), f"{name}: {value}", small=True)
    for part in paper.parts:
        made.add_heading(_clean(part.title), 1)
        for block in part.blocks:
            _put(made, block)
    _say(made.sections[0].footer.paragraphs[0], paper.foot, small=True)
    target = io.BytesIO()
    made.save(target)
    return settled(target.getvalue(), datetime.fromtimestamp(made_at / 1000, UTC))


def _set_up(made: Docx, paper: Paper) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2)
    made.styles["Normal"].font.size = Pt(10.5)
    made.styles["Normal"].paragraph_format.space_after = Pt(4)
    for name in ("Normal", "Title", "Heading 1", "List Bullet", "Table Grid"):
        _letter(made.styles[name], paper.language)
    told = made.core_properties
    told.title, told.author, told.language = _clean(paper.title), "WorkPulse", paper.language
    told.comments = ""


def _letter(style: Any, language: str) -> None:
    """Give a style a face for each script: a word processor keeps one for Latin and one for complex letters."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for place in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{place}"), FACE)
    fonts.set(qn("w:cs"), COMPLEX_FACE)
    if language in WORD_LANGUAGES:
        told = style.element.rPr.makeelement(qn("w:lang"), {qn("w:bidi"): WORD_LANGUAGES[language]})
        style.element.rPr.append(told)


def _put(made: Docx, block: Block) -> None:
    if isinstance(block, Paragraph):
        _say(made.add_paragraph(), block.text, bold=block.strong, small=block.small)
    elif isinstance(block, Points):
        for item in block.items:
            made.add_paragraph(_clean(item), "List Bullet")
    elif isinstance(block, Blanks):
        for place, name in enumerate(block.names):
            _blank(made, _clean(name), last=place == len(block.names) - 1)
    elif isinstance(block, Lines):
        _table(made, (), block.rows, (1.0, 2.6))
    elif block.rows:
        if block.title:
            _say(made.add_paragraph(), block.title, bold=True)
        _table(made, block.headings, block.rows, [_weight(block, place) for place in range(len(block.headings))])
    elif block.empty:
        _say(made.add_paragraph(), block.empty, small=True)


def _blank(made: Docx, name: str, *, last: bool) -> None:
    """A name with a line to the margin: a tab with a leader, which stays a line when somebody types on it."""
    line = made.add_paragraph(f"{name}: \t")
    line.paragraph_format.space_before = Pt(10)
    line.paragraph_format.keep_with_next = not last
    line.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)


def _table(made: Docx, headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...], weights: Sequence[float]) -> None:
    table = made.add_table(0, len(rows[0]), "Table Grid")
    table.autofit = False
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = int(WIDTH * weight / sum(weights))
    for place, row in enumerate((headings, *rows) if headings else rows):
        line = table.add_row()
        for number, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            cell.width = int(WIDTH * weights[number] / sum(weights))
            bold = place == 0 if headings else number == 0
            _say(cell.paragraphs[0], text, bold=bold, size=9)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            cell.paragraphs[0].paragraph_format.keep_with_next = bool(headings) and place == 0
        _keep_whole(line, repeated=bool(headings) and place == 0)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _keep_whole(line: Any, *, repeated: bool) -> None:
    """Let no row be cut at the end of a page, and have the headings on each."""
    told = line._tr.get_or_add_trPr()
    told.append(told.makeelement(qn("w:cantSplit"), {}))
    if repeated:
        told.append(told.makeelement(qn("w:tblHeader"), {}))


def _say(paragraph: Any, text: str, *, bold: bool = False, small: bool = False, size: float = 0) -> None:
    """Add a text to a paragraph, alike in each script: Word keeps size and weight of complex letters apart."""
    run = paragraph.add_run(_clean(text))
    run.font.bold = run.font.cs_bold = bold or None
    size = size or (8.5 if small else 0)
    if size:
        run.font.size = Pt(size)
        run._r.rPr.append(run._r.makeelement(qn("w:szCs"), {qn("w:val"): str(int(size * 2))}))
    if small:
        run.font.color.rgb = MUTED
