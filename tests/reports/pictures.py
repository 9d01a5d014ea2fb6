"""Draw the pictures in docs/owners.md from invented reports: `python -m tests.reports.pictures FOLDER`; needs poppler's pdftoppm."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from reports.pdf import make_pdf
from tests.reports.examples import example

PAGES = (("report-first-page", 12, "en", 1), ("report-people", 50, "en", 8), ("report-hindi", 12, "hi", 1), ("report-bengali", 12, "bn", 1))
COLOURS = 64


def main(folder: Path) -> None:
    """Draw every picture, in few colours so that the repository stays small."""
    for name, people, language, page in PAGES:
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "report.pdf"
            file.write_bytes(make_pdf(example(people, language=language)))
            target = Path(place) / "page"
            subprocess.run(
                ["pdftoppm", "-r", "70", "-f", str(page), "-l", str(page), "-singlefile", "-png", str(file), str(target)], check=True
            )
            Image.open(target.with_suffix(".png")).convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(
                folder / f"{name}.png", optimize=True
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
