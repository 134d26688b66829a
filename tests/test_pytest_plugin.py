"""The pytest plugin, run inside pytest."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# loaded before pytester takes note of the modules: NumPy cannot be imported twice in one process
import rhetoric._read
import rhetoric.classify
import rhetoric.evaluate  # noqa: F401

CONFTEST = """
import pytest
from rhetoric.classify import RhetoricClassifier

@pytest.fixture(scope="session")
def rhetoric_model():
    sentences = ["Talks open on 4 May.", "It fired 3 rockets.", "We will win!", "Glory to all!"]
    return RhetoricClassifier(["substance"]).fit(sentences, ["substantive"] * 2 + ["formulaic"] * 2)
"""
LABELS = "text,label\nThe army fired 12 shells.,substantive\nVictory is ours!,formulaic\n"


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a folder with a tiny model and two labelled sentences."""
    pytester.makeconftest(CONFTEST)
    (pytester.path / "labels.csv").write_text(LABELS)
    return pytester


def run(suite: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    suite.makepyfile(f"def test_model(rhetoric_evaluation):\n    {body}\n")
    return suite.runpytest("--rhetoric-data=labels.csv", *options)


def test_a_bound_that_is_met_passes(suite):
    run(suite, "rhetoric_evaluation.require(macro_f1=0.8)").assert_outcomes(passed=1)


def test_a_missed_bound_shows_expected_found_sentences_and_way_out(suite):
    (suite.path / "labels.csv").write_text("text,label\nGo on!,substantive\n7 tanks on 3 May.,formulaic\n")
    result = run(suite, "rhetoric_evaluation.require(macro_f1=0.8)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*macro_f1*at least 0.8*0.0000*", "*2 most confident of 2 mistakes*", "*What to do*train again*"]
    )


def test_the_option_for_the_least_macro_f1_fails_the_fixture(suite):
    (suite.path / "labels.csv").write_text("text,label\nGo on!,substantive\n7 tanks on 3 May.,formulaic\n")
    result = run(suite, "assert rhetoric_evaluation", "--rhetoric-min-macro-f1=0.5")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*macro_f1*at least 0.5*0.0000*"])


def test_a_percentage_is_refused(suite):
    result = run(suite, "pass", "--rhetoric-min-macro-f1=85")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*must be from 0 to 1, got 85*"])


def test_the_baseline_is_written_on_request_and_then_met(suite):
    update = run(suite, "assert rhetoric_evaluation", "--rhetoric-baseline=base.json", "--rhetoric-update-baseline")
    update.assert_outcomes(passed=1)
    assert json.loads((suite.path / "base.json").read_text())["macro_f1"] == 1.0
    run(suite, "assert rhetoric_evaluation", "--rhetoric-baseline=base.json").assert_outcomes(passed=1)


def test_a_loss_against_the_baseline_fails_and_names_both_figures(suite):
    run(suite, "pass", "--rhetoric-baseline=base.json", "--rhetoric-update-baseline")
    (suite.path / "labels.csv").write_text("text,label\nGo on!,substantive\n7 tanks on 3 May.,formulaic\n")
    result = run(suite, "pass", "--rhetoric-baseline=base.json")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*macro_f1: base.json has 1.0000, got 0.0000*", "*--rhetoric-update-baseline*"])


def test_a_missing_baseline_says_how_to_make_one(suite):
    result = run(suite, "pass", "--rhetoric-baseline=none.json")
    result.stdout.fnmatch_lines(["*none.json: no such baseline; make it with --rhetoric-update-baseline*"])


def test_a_foreign_baseline_is_refused(suite):
    (suite.path / "base.json").write_text("[1]")
    result = run(suite, "pass", "--rhetoric-baseline=base.json")
    result.stdout.fnmatch_lines(["*base.json: not a baseline*"])


def test_updating_without_a_baseline_is_refused(suite):
    result = run(suite, "pass", "--rhetoric-update-baseline")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*needs --rhetoric-baseline FILE*"])


def test_the_shipped_model_knows_the_article_examples(rhetoric_evaluation, rhetoric_seed):
    assert rhetoric_evaluation.n_samples == (rhetoric_seed["part"] != "statement").sum()
    rhetoric_evaluation.require(macro_f1=0.7)


def test_importing_the_plugin_imports_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'sklearn', 'scipy', 'rhetoric.classify'}"
    code = f"import sys, rhetoric.pytest_plugin; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
