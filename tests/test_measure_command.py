"""The command that measures a corpus, and its plots."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

import rhetoric.measures as rm
from rhetoric.cli import main

TEXTS = ["They will pay a dear price.", "Trade rose by 3 percent.", "They will pay a dear price for it.", "Rain fell."]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.parquet"
    dates = pd.date_range("2021-05-01", periods=12, freq="10D").strftime("%Y-%m-%d")
    titles = [f"Statement {number}" for number in range(12)]
    frame = pd.DataFrame({"text": TEXTS * 3, "date": dates, "title": titles, "source": ["KCNA", "Rodong Sinmun"] * 6})
    frame.to_parquet(path)
    return path


def run(capsys, *arguments):
    with pytest.raises(SystemExit, match=r"^\d$") as ended:
        main(["measure", *map(str, arguments)])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def test_scores_are_written_one_row_a_document(corpus, tmp_path, capsys):
    target = tmp_path / "scores.parquet"
    status, out, err = run(capsys, corpus, "-o", target, "--measure", "reuse", "--measure", "novelty", "--window", "2")
    assert (status, out) == (0, "")
    assert "12 rows" in err
    found = pd.read_parquet(target)
    assert found.columns.tolist() == ["date", "source", "title", "reuse", "novelty"]
    np.testing.assert_allclose(found["reuse"], rm.reuse(pd.read_parquet(corpus)))


def test_scores_are_printed_as_json_lines_without_an_output(corpus, capsys):
    status, out, _ = run(capsys, corpus, "--measure", "hard_information")
    assert status == 0
    assert [json.loads(line)["hard_information"] for line in out.splitlines()][:2] == [0.0, 0.2]


def test_sources_are_measured_apart(corpus, tmp_path, capsys):
    target = tmp_path / "scores.csv"
    assert run(capsys, corpus, "-o", target, "--by", "source", "--measure", "reuse")[0] == 0
    assert pd.read_csv(target)["reuse"].isna().tolist()[:3] == [True, True, False]


def test_what_is_undefined_is_said_in_one_line(corpus, tmp_path, capsys):
    status, _, err = run(capsys, corpus, "-o", tmp_path / "s.csv", "--measure", "novelty", "--window", "900D")
    assert status == 0
    assert "rhetoric: novelty, transience, resonance are undefined for all 12 documents" in err


def test_perishability_stands_for_its_measures(corpus, capsys):
    _, out, _ = run(capsys, corpus, "--measure", "perishability", "--window", "2")
    assert {"reuse", "writable_since", "resonance", "return_days"} <= set(json.loads(out.splitlines()[0]))


def test_names_of_the_measures_are_listed(capsys):
    status, out, _ = run(capsys, "--list")
    assert status == 0
    assert out.split() == list(rm.MEASURES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--measure", "newness"], "measure must be one of formulaic_share"),
        (["--by", "outlet"], "by must name a column of the documents, got 'outlet'"),
        (["--window", "0"], "window must be at least 1 document, got 0"),
        (["--window", "soon"], "got 'soon'"),
        (["-o", "scores.txt"], "suffix must be one of .jsonl"),
        (["--plot", "scores.gif"], "--plot must end in .png or .svg, got 'scores.gif'"),
        (["--measure", "specificity", "--plot", "x.png"], "measure those, too"),
    ],
)
def test_wrong_calls_end_with_status_2(corpus, arguments, message, capsys, monkeypatch):
    monkeypatch.chdir(corpus.parent)
    status, _, err = run(capsys, corpus, *arguments)
    assert status == 2
    assert message in err


def test_undated_files_end_with_status_2(tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Glory!"}\n')
    status, _, err = run(capsys, path, "--measure", "reuse")
    assert status == 2
    assert "must have a column 'date'" in err


# plots


@pytest.fixture
def scores(corpus):
    return rm.measure(pd.read_parquet(corpus), ["formulaic_share", "reuse", "novelty", "transience"], window=2)


def test_plots_name_the_notable_statements_with_dates_and_sources(scores, tmp_path):
    pytest.importorskip("altair", reason="plots need altair")
    pytest.importorskip("vl_convert", reason="plots need vl-convert-python")
    rm.plot(scores, tmp_path / "s.svg", n_notable=2)
    drawn = (tmp_path / "s.svg").read_text(encoding="utf-8")
    resonance = scores["novelty"] - scores["transience"]
    for row in resonance.nlargest(2).index:
        assert " ".join(scores.loc[row, ["date", "source", "title"]]) in " ".join(drawn.split())
    for text in ("novelty (bits)", "transience (bits)", "Reuse, mean of each week", "Rodong Sinmun", "2021"):
        assert text in drawn


def test_plots_are_written_as_png_by_the_command(corpus, tmp_path, capsys):
    pytest.importorskip("vl_convert", reason="plots need vl-convert-python")
    target = tmp_path / "s.png"
    status, *_ = run(capsys, corpus, "-o", tmp_path / "s.csv", "--measure", "reuse", "--plot", target)
    assert status == 0
    assert target.read_bytes().startswith(b"\x89PNG")


def test_a_plot_needs_its_columns_and_values(scores, tmp_path):
    with pytest.raises(ValueError, match="got date, source, title; measure"):
        rm.plot(scores[["date", "source", "title"]], tmp_path / "s.png")
    with pytest.raises(ValueError, match="must hold a dated row with a value, got 12 without"):
        rm.plot(scores.assign(formulaic_share=np.nan, reuse=np.nan, novelty=np.nan), tmp_path / "s.png")


def test_without_the_extra_the_install_command_is_named(scores, corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ModuleNotFoundError, match=r'package altair, .* run pip install "rhetoric\[plots\]"'):
        rm.plot(scores, tmp_path / "s.png")
    status, _, err = run(capsys, corpus, "-o", tmp_path / "s.csv", "--measure", "reuse", "--plot", tmp_path / "s.png")
    assert status == 2
    assert 'pip install "rhetoric[plots]"' in err
