"""Make one page of each sort from the example statements in this repository.

python examples/gallery.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import rhetoric.report
from rhetoric.archive import Archive
from rhetoric.classify import statement, statements
from rhetoric.datasets import load_statements
from rhetoric.measures import measure

HERE = Path(__file__).resolve().parent
EARLIER = "kcna-20240720"
"""The statement of the seed that the traced example takes most from."""


def example(name: str) -> dict[str, str]:
    """Return the first statement of a file beside this one."""
    record: dict[str, str] = json.loads((HERE / name).read_text(encoding="utf-8").splitlines()[0])
    return record


def pages() -> dict[str, str]:
    """Return the pages by name: a statement without and with an archive, two compared, and a corpus."""
    archive = Archive.example()
    plain, traced = example("statement.jsonl"), example("traced.jsonl")
    seed = load_statements()
    earlier = seed.set_index("id", drop=False).loc[EARLIER].to_dict()
    corpus = seed[seed["source"].isin(["KCNA", "Rodong Sinmun", "White House"])].reset_index(drop=True)
    late = corpus[corpus["date"] >= "2019"].reset_index(drop=True)
    reading = statement(**traced, archive=archive)
    return {
        "statement": rhetoric.report.html(statement(**plain)),
        "traced": rhetoric.report.html(reading),
        "compared": rhetoric.report.compare_html(statement(**earlier), reading),
        "corpus": rhetoric.report.corpus_html(
            late,
            statements(late, archive=archive),
            coverage=archive.coverage(late),
            novelty=measure(late, ["novelty", "resonance"]),
            formulas=archive.formulas(),
            title="Example statements, 2019 to 2025",
        ),
    }


if __name__ == "__main__":
    for name, page in pages().items():
        (Path(sys.argv[1]) / f"{name}.html").write_text(page, encoding="utf-8")
