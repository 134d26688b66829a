"""Options and fixtures of the test suite."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import settings

# a busy machine is no failure: times are watched in benchmarks/, never asserted. The same examples each time, so that
# a change is judged by what it changed; tests/fuzz looks for new ones
settings.register_profile("same", deadline=None, derandomize=True)
settings.load_profile("same")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    parser.addoption("--gold", default=None, help="labelled real sentences, JSON lines with text and label")
    parser.addoption("--corpora", default=None, help="folder with kcna_*.parquet for tests on real statements")
    parser.addoption("--browser", default=None, help="Chromium for tests of pages, such as /usr/bin/chromium")
    parser.addoption("--axe", default=None, help="axe.min.js of axe-core, for tests of accessibility")
    parser.addoption("--pictures", default=None, help="folder in which to keep pictures of the pages")


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


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk():
    """No test cuts the power, and waiting for a slow disk would take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def traced_reading():
    """The reading of an example statement against the example archive."""
    from rhetoric.archive import Archive
    from rhetoric.classify import statement

    line = (EXAMPLES / "traced.jsonl").read_text(encoding="utf-8").splitlines()[0]
    return statement(**json.loads(line), archive=Archive.example())
