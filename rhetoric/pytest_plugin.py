"""Fixtures and options to evaluate a model inside one's own test suite.

Installed with the package (entry point ``pytest11``). Nothing heavy is imported before a fixture is used.

Fixtures, all of session scope: ``rhetoric_model``, ``rhetoric_seed``, ``rhetoric_evaluation``.

Options: ``--rhetoric-model``, ``--rhetoric-data``, ``--rhetoric-min-macro-f1``, ``--rhetoric-baseline`` and
``--rhetoric-update-baseline``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric.classify import RhetoricClassifier
    from rhetoric.evaluate import Evaluation

__all__ = ["rhetoric_evaluation", "rhetoric_model", "rhetoric_seed"]

TOLERANCE = 0.01
"""A figure may be worse than the baseline by this much before the run fails."""
COMPARED = ("macro_f1", "accuracy", "auc", "brier", "ece")
LESS_IS_BETTER = ("brier", "ece")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    group = parser.getgroup("rhetoric", "evaluation of a rhetoric model")
    group.addoption("--rhetoric-model", metavar="FILE", help="model file; by default the one that ships")
    group.addoption("--rhetoric-data", metavar="FILE", help="labelled sentences, columns text and label")
    group.addoption("--rhetoric-min-macro-f1", metavar="F1", type=float, help="fail below this macro-F1")
    group.addoption("--rhetoric-baseline", metavar="FILE", help="fail where figures are worse than in this JSON file")
    group.addoption("--rhetoric-update-baseline", action="store_true", help="write the baseline file anew")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that cannot be meant."""
    least = config.getoption("--rhetoric-min-macro-f1")
    if least is not None and not 0 <= least <= 1:
        raise pytest.UsageError(
            f"--rhetoric-min-macro-f1 must be from 0 to 1, got {least:g}; divide a percentage by 100."
        )
    if config.getoption("--rhetoric-update-baseline") and not config.getoption("--rhetoric-baseline"):
        raise pytest.UsageError("--rhetoric-update-baseline needs --rhetoric-baseline FILE to write to.")


@pytest.fixture(scope="session")
def rhetoric_model(pytestconfig: pytest.Config) -> RhetoricClassifier:
    """Return the classifier of ``--rhetoric-model``, or the one that ships."""
    from rhetoric.classify import load

    return load(pytestconfig.getoption("--rhetoric-model"))


@pytest.fixture(scope="session")
def rhetoric_seed() -> pd.DataFrame:
    """Return the seed dataset."""
    from rhetoric.datasets import load_seed

    return load_seed()


@pytest.fixture(scope="session")
def rhetoric_evaluation(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Evaluation:
    """Return the figures of the model on ``--rhetoric-data``, checked against the bounds of the options.

    Without data of one's own these are the article examples and hard cases of the seed. The shipped model
    has seen them in training: that shows that the model works, not how good it is.
    """
    from rhetoric.evaluate import evaluate

    model = request.getfixturevalue("rhetoric_model")
    evaluation = evaluate(model, _labelled(pytestconfig, request))
    least = pytestconfig.getoption("--rhetoric-min-macro-f1")
    if least is not None:
        _require(evaluation, {"macro_f1": least})
    _compare(evaluation, pytestconfig)
    return evaluation


def _labelled(config: pytest.Config, request: pytest.FixtureRequest) -> pd.DataFrame:
    """Return the sentences to evaluate on."""
    path = config.getoption("--rhetoric-data")
    if path is None:
        seed: pd.DataFrame = request.getfixturevalue("rhetoric_seed")
        return seed[seed["part"] != "statement"].reset_index(drop=True)
    from rhetoric._read import read_table

    return read_table(path)


def _require(evaluation: Evaluation, bounds: dict[str, float]) -> None:
    """Fail with the evaluation's own words where a bound is missed."""
    try:
        evaluation.require(**bounds)
    except AssertionError as exc:
        pytest.fail(str(exc), pytrace=False)


def _compare(evaluation: Evaluation, config: pytest.Config) -> None:
    """Fail where a figure is worse than the baseline, or write the baseline anew."""
    name = config.getoption("--rhetoric-baseline")
    if name is None:
        return
    path = Path(name)
    if config.getoption("--rhetoric-update-baseline"):
        _write_baseline(evaluation, path)
        return
    baseline = _read_baseline(path)
    worse = []
    for figure in COMPARED:
        found, expected = getattr(evaluation, figure), baseline[figure]
        loss = found - expected if figure in LESS_IS_BETTER else expected - found
        if not loss <= TOLERANCE:
            worse.append(f"{figure}: {path} has {expected:.4f}, got {found:.4f}, worse by {loss:.4f}")
    if worse:
        way_out = f"More than {TOLERANCE:g} is a loss; if it is meant, run again with --rhetoric-update-baseline."
        pytest.fail("\n".join([*worse, "", way_out]), pytrace=False)


def _write_baseline(evaluation: Evaluation, path: Path) -> None:
    """Write the compared figures."""
    from rhetoric._atomic import atomic_path

    figures = {figure: round(getattr(evaluation, figure), 6) for figure in COMPARED}
    with atomic_path(path) as aside:
        aside.write_text(json.dumps({"n_samples": evaluation.n_samples, **figures}, indent=1) + "\n", encoding="utf-8")


def _read_baseline(path: Path) -> dict[str, Any]:
    """Return the recorded figures."""
    try:
        baseline = json.loads(path.read_text(encoding="utf-8"))
        return {figure: float(baseline[figure]) for figure in COMPARED}
    except FileNotFoundError:
        pytest.fail(f"{path}: no such baseline; make it with --rhetoric-update-baseline.", pytrace=False)
    except (ValueError, KeyError, TypeError) as exc:
        pytest.fail(f"{path}: not a baseline ({exc}); make it anew with --rhetoric-update-baseline.", pytrace=False)
