"""Pages opened from disk in a real browser.

Chromium is the one of the system, found by ``--browser PATH``; axe-core is the script ``--axe PATH``. ``make
test-browser`` installs both. Without the options these tests are skipped.
"""

import runpy
from pathlib import Path

import pandas as pd
import pytest

import rhetoric.report
from rhetoric._reading import Reading, Sentence
from rhetoric.classify import Cue, statements

GALLERY = Path(__file__).resolve().parent.parent.parent / "examples" / "gallery.py"
OFFLINE = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = (
    "<script>alert(1)</script><img src=http://example.org/x onerror=alert(1)>",
    "\"><svg onload=alert(1)> ' onmouseover='alert(1)",
    "He \u202esaid\u202c \x1b[2J\x00 no.",
    "</style></script><!-- <iframe src=//example.org>",
    "x" * 4000,
)


@pytest.fixture(scope="session")
def chromium(request):
    """The browser."""
    path = request.config.getoption("--browser")
    if path is None:
        pytest.skip("needs a browser: pass --browser PATH of Chromium, as make test-browser does")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OFFLINE, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(request):
    """The script that finds faults of accessibility."""
    path = request.config.getoption("--axe")
    if path is None:
        pytest.skip("needs axe-core: pass --axe PATH of axe.min.js, as make test-browser does")
    return Path(path).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """One page of each sort, as files."""
    folder = tmp_path_factory.mktemp("pages")
    hostile = {"hostile": rhetoric.report.html(_hostile_reading()), "hostile_corpus": _hostile_corpus()}
    for name, page in {**runpy.run_path(str(GALLERY))["pages"](), **hostile}.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


def _hostile_reading():
    """Return a reading whose every text is an attack."""
    start, sentences = 0, []
    for text in HOSTILE:
        cue = Cue("wording", 1.0, text, ())
        sentences.append(Sentence(text, start, start + len(text), 3, "substantive", 0.9, (cue,)))
        start += len(text) + 1
    known = dict.fromkeys(("title", "source", "vehicle", "id"), HOSTILE[0])
    return Reading(tuple(sentences), 0.5, (0.2, 0.8), **known)


def _hostile_corpus():
    """Return the page of statements whose every text is an attack."""
    texts = pd.DataFrame({"text": [" ".join(HOSTILE[:4]), "On 4 May two ships left Wonsan."]})
    documents = texts.assign(title=[HOSTILE[0], HOSTILE[2]], source=HOSTILE[1], date=["2021-05-02", "2022-06-03"])
    formulas = pd.DataFrame({"text": [HOSTILE[3], "two ships"]})
    return rhetoric.report.corpus_html(documents, statements(documents), formulas=formulas, title=HOSTILE[0])


@pytest.fixture
def visit(chromium, pages):
    """Open a page and fail on anything that it should not do: errors, dialogs, requests."""
    contexts, faults = [], []

    def opened(name, *, width=1360, height=900, folder=pages, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        url = (folder / f"{name}.html").as_uri()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda sent: sent.url.partition("#")[0] == url or faults.append(f"request: {sent.url}"))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
