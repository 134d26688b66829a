"""Options and fixtures of the test suite."""

import json
from pathlib import Path

import pytest
from hypothesis import settings

# a busy machine is no failure: times are watched in benchmarks/, never asserted
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    parser.addoption("--gold", default=None, help="labelled real sentences, JSON lines with text and label")
    parser.addoption("--corpora", default=None, help="folder with kcna_*.parquet for tests on real statements")


@pytest.fixture(scope="session")
def corpora(request):
    path = request.config.getoption("--corpora")
    if path is None:
        pytest.skip("needs real statements: pass --corpora FOLDER, a folder with kcna_*.parquet")
    return path


@pytest.fixture(scope="session")
def gold(request):
    path = request.config.getoption("--gold")
    if path is None:
        pytest.skip("needs labelled real sentences: pass --gold FILE, JSON lines with text and label")
    return path


@pytest.fixture(scope="session")
def traced_reading():
    """The reading of an example statement against the example archive."""
    from rhetoric.archive import Archive
    from rhetoric.classify import statement

    line = (EXAMPLES / "traced.jsonl").read_text(encoding="utf-8").splitlines()[0]
    return statement(**json.loads(line), archive=Archive.example())
