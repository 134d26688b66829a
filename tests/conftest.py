"""Options and fixtures of the test suite."""

import pytest

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
