"""A report as a PDF for paper: A4, a line of who, which days and page n of m on each page, bookmarks; the same report is the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer

from policy.summaries import Report
from reports.blocks import BlankLines, Heading, flowable_of
from reports.contents import document_of
from reports.document import Blanks, Document, Place, Table
from reports.lettering import cut, load_fonts, width_of, write
from reports.look import ACCENT, INK, LINE, MUTED, look_of

MARGIN, TOP, FOOT = 15 * mm, 20 * mm, 16 * mm
FIRST_HEAD = 26 * mm
WIDTH, HEIGHT = A4
ROOM_TO_BEGIN = 42 * mm
Progress = Callable[[float], None]


def make_pdf(report: Report, progress: Progress | None = None) -> bytes:
    """Return the report as a PDF; `progress` is told how much of it is done, 0 to 1."""
    return pdf_of(document_of(report), progress)


def pdf_of(document: Document, progress: Progress | None = None) -> bytes:
    """Return a document as a PDF."""
    load_fonts()
    target = io.BytesIO()
    paper = BaseDocTemplate(
        target,
        pagesize=A4,
        title=f"{document.organisation}: {document.title}",
        author="WorkPulse",
        subject=document.title,
        creator=f"WorkPulse {document.program}",
        lang=document.language,
        invariant=1,
        pageCompression=1,
    )
    first = Frame(MARGIN, FOOT, WIDTH - 2 * MARGIN, HEIGHT - FOOT - TOP - FIRST_HEAD, 0, 0, 0, 0)
    later = Frame(MARGIN, FOOT, WIDTH - 2 * MARGIN, HEIGHT - FOOT - TOP, 0, 0, 0, 0)
    head = lambda canvas, _paper: _first_head(canvas, document)  # noqa: E731 - reportlab asks for a function of two
    paper.addPageTemplates([PageTemplate("first", [first], onPage=head, autoNextPageTemplate="later"), PageTemplate("later", [later])])
    story = story_of(document)
    if progress is not None:
        _tell(paper, len(story), progress)
    paper.build(story, canvasmaker=lambda *args, **kwargs: _Numbered(document, *args, **kwargs))
    return target.getvalue()


def story_of(document: Document) -> list[Flowable]:
    """Return everything in the order of the pages."""
    story: list[Flowable] = []
    look = look_of(document.say)
    for section in document.sections:
        blocks = [block for block in section.blocks if not (isinstance(block, Table) and block.place is Place.BOOK)]
        to_sign = sum(len(block.names) for block in blocks if isinstance(block, Blanks))  # stays on one page
        story += [CondPageBreak(ROOM_TO_BEGIN + to_sign * BlankLines.ROOM), Heading(section.key, section.title)]
        for block in blocks:
            story += flowable_of(block, document.say, look)
        story.append(Spacer(1, 8))
    return story


def _tell(paper: BaseDocTemplate, many: int, progress: Progress) -> None:
    done = iter(range(1, many + 1))
    paper.afterFlowable = lambda _flowable: progress(min(1.0, next(done, many) / many))


def _first_head(canvas: Any, document: Document) -> None:
    """Draw the organisation, the title and what the report is about."""
    wide, y = WIDTH - 2 * MARGIN, HEIGHT - TOP - 6
    write(canvas, MARGIN, y, cut(document.organisation, wide, 10, bold=True), 10, ACCENT, bold=True)
    write(canvas, MARGIN, y - 22, cut(document.title, wide, 18, bold=True), 18, INK, bold=True)
    x, line = MARGIN, y - 40
    for name, value in document.head:
        text = cut(f"{name}: {value}", wide, 7.6)
        if x > MARGIN and x + width_of(text, 7.6) > MARGIN + wide:
            x, line = MARGIN, line - 11
        write(canvas, x, line, text, 7.6, MUTED)
        x += width_of(text, 7.6) + 14


class _Numbered(Canvas):
    """A canvas that knows how many pages there are before it writes their numbers."""

    def __init__(self, document: Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._document = document
        self._pages: list[dict[str, Any]] = []
        self._marks: list[tuple[int, str]] = []

    def bookmarkPage(self, key: str, *args: Any, **kwargs: Any) -> Any:
        """Remember on which page a bookmark is: reportlab will not have begun that page when it is told."""
        self._marks.append((len(self._pages) + 1, key))
        return super().bookmarkPage(key, *args, **kwargs)

    def showPage(self) -> None:
        """Keep the page for later."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page, now that their number is known."""
        pages, marks = self._pages, self._marks
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self._foot(number, len(pages))
            for key in (key for on, key in marks if on == number):
                self._bookmarkReference(key).setPage(self._doc.thisPageRef())
            super().showPage()
        super().save()

    def _foot(self, number: int, many: int) -> None:
        say = self._document.say
        left = f"{self._document.organisation}  ·  {self._document.title}"
        right = say("Page {n} of {m}", n=number, m=many)
        if number > 1:
            self._rule(HEIGHT - TOP + 5 * mm)
            write(self, MARGIN, HEIGHT - TOP + 7 * mm, cut(left, WIDTH - 2 * MARGIN, 7), 7, MUTED)
        self._rule(FOOT - 4 * mm)
        kept = self._document.foot or say("Confidential: figures about people. Keep it as you would keep a payslip.")
        write(self, MARGIN, FOOT - 7.5 * mm, cut(kept, WIDTH - 2 * MARGIN - 80, 7), 7, MUTED)
        write(self, WIDTH - MARGIN, FOOT - 7.5 * mm, right, 7, MUTED, side="right")

    def _rule(self, y: float) -> None:
        self.setStrokeColor(HexColor(LINE))
        self.setLineWidth(0.5)
        self.line(MARGIN, y, WIDTH - MARGIN, y)
