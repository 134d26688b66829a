"""The example scripts run."""

import re
import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

import rhetoric
from rhetoric.datasets import load_seed

EXAMPLES = Path(rhetoric.__file__).resolve().parents[1] / "examples"


def run(name, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


def test_study_prints_periods_and_draws(tmp_path, monkeypatch, capsys):
    pytest.importorskip("vl_convert", reason="plots need vl-convert-python")
    days = pd.date_range("2011-01-01", "2012-11-30").strftime("%Y-%m-%d")
    sentences = load_seed()["text"].tolist()
    texts = [" ".join(sentences[5 * number : 5 * number + 5]) for number in range(len(days))]
    corpus = tmp_path / "corpus.parquet"
    pd.DataFrame({"text": texts, "date": days, "title": "A title"}).to_parquet(corpus)
    run("study_kim_jong_il.py", monkeypatch, corpus, tmp_path / "plots")
    out = capsys.readouterr().out
    assert re.search(r"^mourning +11 ", out, re.MULTILINE)
    assert "window 30D: resonance" in out
    assert (tmp_path / "plots" / "study.svg").stat().st_size > 1000


def test_study_finds_the_announcement_on_real_statements(corpora, monkeypatch, capsys):
    run("study_kim_jong_il.py", monkeypatch, Path(corpora) / "kcna_2011_2012.parquet")
    highest = capsys.readouterr().out.split("Highest resonance")[1].splitlines()[2:]
    assert {line.split()[0] for line in highest} == {"2011-12-19"}
