"""Pages opened from disk in a real browser.

Chromium is the one of the system, found by ``--browser PATH``; axe-core is the script ``--axe PATH``. ``make
test-browser`` installs both. Without the options these tests are skipped.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

import rhetoric.report
from rhetoric._reading import Reading, Sentence
from rhetoric.archive import Archive
from rhetoric.classify import Cue, statement, statements
from rhetoric.datasets import load_seed

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
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
EARLIER = "kcna-20240720"
"""The statement of the example archive that the traced example repeats most of."""


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
def seed_documents():
    """The whole statements of the seed, as a table."""
    seed = load_seed()
    seed = seed[seed["part"] == "statement"].sort_values(["document", "position"])
    columns = {"text": ("text", " ".join), "date": ("date", "first"), "source": ("source", "first")}
    return seed.groupby("document").agg(**columns, title=("title", "first")).reset_index(names="id")


@pytest.fixture(scope="session")
def pages(tmp_path_factory, seed_documents, traced_reading):
    """One page of each sort, as files."""
    folder = tmp_path_factory.mktemp("pages")
    plain = json.loads((EXAMPLES / "statement.jsonl").read_text(encoding="utf-8").splitlines()[0])
    earlier = seed_documents.set_index("id").loc[EARLIER].to_dict()
    made = {
        "traced": rhetoric.report.html(traced_reading),
        "plain": rhetoric.report.html(statement(**plain)),
        "compared": rhetoric.report.compare_html(statement(**earlier), traced_reading),
        "hostile": rhetoric.report.html(_hostile_reading()),
        "corpus": _corpus_page(seed_documents),
    }
    for name, page in made.items():
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


def _corpus_page(documents):
    """Return the page of the statements of the foreign ministry and of Kim Yo Jong in the seed, and a hostile one."""
    chosen = documents[documents["title"].str.contains("Foreign Ministry|Kim Yo Jong")].reset_index(drop=True)
    chosen = pd.concat([chosen, pd.DataFrame({"text": [" ".join(HOSTILE[:4])], "title": [HOSTILE[0]]})]).reset_index()
    archive = Archive.example()
    novelty = pd.DataFrame({"novelty": chosen.index % 7 / 2, "resonance": chosen.index % 5 / 4 - 0.5})
    return rhetoric.report.corpus_html(
        chosen,
        statements(chosen, archive=archive),
        coverage=archive.coverage(chosen),
        novelty=novelty,
        formulas=archive.formulas(min_documents=5),
        title="Statements of the Foreign Ministry",
    )


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
