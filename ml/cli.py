"""The command line of `python ml`: measure the detector, or score somebody else's table."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TextIO

import click
import numpy as np

from ml.detect import score
from ml.evaluate import Quality, Result, evaluate_company, evaluate_labelled
from ml.synthetic import company
from ml.userdays import BadTableError, read_csv

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Notice unusual days; nothing is kept, and nothing leaves this PC."""


@main.command("score")
@click.argument("file", type=FILE)
@click.option("--user", required=True, help="The column that names the user.")
@click.option("--day", required=True, help="The column with the day: dates, or whole numbers.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A numeric column that is no feature, such as a label; may be repeated.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to stdout.")
def score_table(file: Path, user: str, day: str, ignore: tuple[str, ...], out: Path | None) -> None:
    """Score each row of a CSV file of user-days by the user's own days before it.

    Writes user, day and score for each row, in the order of the file; higher is more unusual, and 0 are rows with fewer than ten
    days of the user before them. A row's score depends on no later day.
    """
    try:
        table, days = read_csv(file, user, day, ignore)
    except (BadTableError, ValueError) as fault:
        raise click.ClickException(str(fault)) from None
    scores = np.empty(days.size)
    scores[days.rows] = score(days)
    rows = zip(table[user], table[day], scores, strict=True)
    if out is None:
        _write(sys.stdout, (user, day), rows)
    else:
        with out.open("w", encoding="utf-8", newline="") as target:
            _write(target, (user, day), rows)


def _write(target: TextIO, names: tuple[str, str], rows: zip[tuple[object, object, float]]) -> None:
    writer = csv.writer(target)
    writer.writerow((*names, "score"))
    writer.writerows((who, day, f"{value:.6f}") for who, day, value in rows)


@main.command("evaluate")
@click.argument("file", type=FILE, required=False)
@click.option("--user", help="With FILE: the column that names the user.")
@click.option("--day", help="With FILE: the column with the day.")
@click.option("--label", help="With FILE: the column that is 1 on the days to be found.")
@click.option("--seeds", default=1, show_default=True, help="How many companies that do not exist to evaluate on.")
@click.option("--people", default=200, show_default=True)
@click.option("--weeks", default=26, show_default=True)
@click.option("--incidents", default=60, show_default=True)
def evaluate(
    file: Path | None, user: str | None, day: str | None, label: str | None, seeds: int, people: int, weeks: int, incidents: int
) -> None:
    """Measure the detector beside four naive ones: on invented companies, or on a CSV FILE of labelled user-days."""
    if file is None:
        for seed in range(1, seeds + 1):
            click.echo(f"company {seed}: {people} people, {weeks} weeks, {incidents} incidents of twelve kinds")
            _show_result(evaluate_company(company(seed, people, weeks, incidents)))
        return
    if not (user and day and label):
        raise click.UsageError("FILE needs --user, --day and --label")
    try:
        table, days = read_csv(file, user, day, (label,))
    except (BadTableError, ValueError) as fault:
        raise click.ClickException(str(fault)) from None
    _show_qualities(evaluate_labelled(days, table[label].to_numpy()[days.rows].astype(bool)))


def _show_result(result: Result) -> None:
    _show_qualities(dict(result.quality))
    click.echo(f"  a right reason among the three: {result.right_reason:.0%}; alerts in somebody's first ten days: {result.too_early}\n")


def _show_qualities(qualities: dict[str, Quality]) -> None:
    click.echo(f"  {'':26}{'AUC':>8}{'avg. precision':>16}{'recall at budget':>18}{'false alerts per 50 people a week':>36}")
    for name, one in qualities.items():
        click.echo(f"  {name:26}{one.auc:8.3f}{one.precision:16.3f}{one.recall:18.2f}{one.false_alerts:36.2f}")
