"""How long a report takes and how much memory: `python -m tests.bench.reports`; PDF and workbook, each size in a fresh process.

The baseline of the same run is a bare canvas on which as many words are drawn as the report has cells, with nothing laid out.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time

from reportlab.pdfgen.canvas import Canvas

from reports.contents import document_of
from reports.pdf import make_pdf
from reports.xlsx import make_xlsx
from tests.reports.examples import example

LIMITS = {50: 5.0, 500: 15.0}
MOST_MB = 400


def main() -> int:
    """Measure each size in a process of its own and say whether it kept its limits."""
    worst = 0
    for people in LIMITS:
        worst = max(worst, subprocess.run([sys.executable, "-m", "tests.bench.reports", str(people)], check=False).returncode)
    return worst


def measure(people: int) -> int:
    """Make both files once, as a server does on a Monday."""
    report = example(people)
    start = time.perf_counter()
    paper = make_pdf(report)
    between = time.perf_counter()
    book = make_xlsx(report)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = sum(len(table.rows) * len(table.columns) for table in document_of(report).tables())
    bare = baseline(cells)
    took = end - start
    print(
        f"{people:4} people  {cells:6} cells  PDF {between - start:5.2f} s {len(paper) / 1e6:.2f} MB   "
        f"workbook {end - between:5.2f} s {len(book) / 1e6:.2f} MB   "
        f"both {took:5.2f} s (limit {LIMITS[people]:.0f} s, {took / bare:.1f} × bare)   peak {peak:.0f} MB (limit {MOST_MB})"
    )
    return int(took > LIMITS[people] or peak > MOST_MB)


def baseline(words: int) -> float:
    """Return how long a bare canvas takes for as many words."""
    start = time.perf_counter()
    canvas = Canvas(io.BytesIO())
    for number in range(words):
        canvas.drawString(20 + number % 10 * 50, 800 - number // 10 % 60 * 12, str(number))
        if number % 600 == 599:
            canvas.showPage()
    canvas.save()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(measure(int(sys.argv[1])) if len(sys.argv) > 1 else main())
