"""`python ml score` and `python ml evaluate`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ml.cli import main


def write_table(path: Path) -> pd.DataFrame:
    rows = [
        {"who": f"u{user}", "when": str(pd.Timestamp(2025, 1, 1) + pd.Timedelta(days=day))[:10], "files": 3 + (user + day) % 3, "odd": 0}
        for user in range(8)
        for day in range(40)
    ]
    rows[-1] |= {"files": 500, "odd": 1}
    table = pd.DataFrame(rows).sample(frac=1, random_state=3)
    table.to_csv(path, index=False)
    return table


@pytest.mark.feature("K01")
def test_each_row_gets_a_score_in_the_order_of_the_file(tmp_path: Path) -> None:
    table = write_table(tmp_path / "days.csv")
    asked = ["score", str(tmp_path / "days.csv"), "--user", "who", "--day", "when", "--ignore", "odd", "--out", str(tmp_path / "o.csv")]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    scores = pd.read_csv(tmp_path / "o.csv")
    assert scores[["who", "when"]].to_numpy().tolist() == table[["who", "when"]].to_numpy().tolist()
    assert table["odd"].to_numpy()[scores["score"].argmax()] == 1


def test_labelled_days_are_evaluated_beside_the_naive_detectors(tmp_path: Path) -> None:
    write_table(tmp_path / "days.csv")
    done = CliRunner().invoke(main, ["evaluate", str(tmp_path / "days.csv"), "--user", "who", "--day", "when", "--label", "odd"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].split("  ")[1] == "WorkPulse"
    assert "1.000" in done.output.splitlines()[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,when\na,2025-01-01\n", "no numeric column"),
        ("who,day,n\na,2025-01-01,1\n", "no column 'when'"),
        ("who,when,n\na,soon,1\n", "not dates"),
        ("who,when,n\n,2025-01-01,1\n", "empty cells"),
        ("who,when,n\na,2025-01-01,1\na,2025-01-01,2\n", "two rows of one day"),
        ("", "No columns"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    done = CliRunner().invoke(main, ["score", str(tmp_path / "bad.csv"), "--user", "who", "--day", "when"])
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output
