"""Write the tables of formulas and phrase frames in docs/formulas.md from dated corpora.

Reads Parquet files with the columns ``text``, ``date`` and ``source``; all of them count as one corpus.
Formulas of more than twelve words are shortened: the project carries no sentences of other publications.
Run it as::

    python tools/list_formulas.py --home kcna_2011_2012.parquet kcna_2024.parquet --contrast whitehouse.parquet
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rhetoric._dated_words import DatedWords, ReadText, date_words
from rhetoric._formulas import Formula, default_min_documents, find_formulas
from rhetoric._frames import Frame, find_frames
from rhetoric._sentence_tokens import tokenize_sentences

PAGE = Path(__file__).parents[1] / "docs" / "formulas.md"
MAX_SHOWN_WORDS = 12
N_FILLERS = 4


def read_corpus(paths: Sequence[Path]) -> tuple[DatedWords, ReadText]:
    """Return the words of the corpora in the order of time, and what reads their texts."""
    columns = ["text", "date", "source"]
    frame = pd.concat([pd.read_parquet(path, columns=columns) for path in paths], ignore_index=True)
    days = pd.to_datetime(frame["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    texts = frame["text"].tolist()
    by_day = np.argsort(days, kind="stable")
    earliest: dict[str, int] = {}
    for document in by_day.tolist():
        earliest.setdefault(texts[document], document)
    families = np.array([earliest[text] for text in texts])
    sources = pd.factorize(frame["source"], sort=True)[0].astype(np.int64)
    words = date_words(tokenize_sentences(texts), days, sources, families)
    return words, lambda document, start, end: texts[document][start:end]


def shortened(text: str) -> str:
    """Return `text` without its middle if it is long."""
    words = text.replace("<", "&lt;").split()
    return " ".join(words) if len(words) <= MAX_SHOWN_WORDS else " ".join([*words[:7], "…", *words[-4:]])


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown; columns of figures and days stand on the right."""
    rows = list(rows)
    figures = [all(re.fullmatch(r"[-\d.,%]+", str(row[at])) for row in rows) for at in range(len(header))]
    rule = "|".join("---:" if is_figure else "---" for is_figure in figures)
    lines = [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in [header, *rows]]
    return "\n".join([f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])])


def day(number: int) -> str:
    """Return a day as an ISO date."""
    return str(np.datetime64(number, "D"))


def formula_table(formulas: Sequence[Formula]) -> str:
    """Return the formulas, one row each."""
    rows = [
        [shortened(f.text), f"{f.n_documents:,}", day(f.first), day(f.last)]
        + [f"{x:.2f}" for x in (f.dispersion, f.burstiness)]
        + [f"{f.association:.0f}"]
        for f in formulas
    ]
    return table(["formula", "documents", "first", "last", "DP", "B", "MI"], rows)


def frame_table(frames: Sequence[Frame]) -> str:
    """Return the frames, one row each, with their most widespread fillers."""
    rows = []
    for frame in frames:
        fillers = [f"{x.text} ({x.n_documents}, {day(x.first)} to {day(x.last)})" for x in frame.fillers[:N_FILLERS]]
        more = len(frame.fillers) - len(fillers)
        shown = "<br>".join(fillers + [f"and {more} more"] * (more > 0))
        phrase = f"{shortened(frame.prefix)} \\* {shortened(frame.suffix)}"
        rows.append([phrase, f"{frame.n_documents:,}", f"{frame.hapaxity:.2f}", shown])
    return table(["frame", "documents", "hapaxity", "fillers (documents, first to last use)"], rows)


def coverage(words: DatedWords, formulas: Sequence[Formula]) -> float:
    """Return the share of all words that lie inside a formula."""
    return sum(formula.n_words * formula.n_occurrences for formula in formulas) / words.n_words


def summary(name: str, words: DatedWords, formulas: Sequence[Formula], frames: Sequence[Frame]) -> list[str]:
    """Return the size of a corpus and of what was found in it."""
    return [
        name,
        f"{words.n_documents:,}",
        f"{words.n_words:,}",
        str(default_min_documents(words)),
        f"{len(formulas):,}",
        f"{len(frames):,}",
        f"{coverage(words, formulas):.1%}",
    ]


def fill(page: str, name: str, content: str) -> str:
    """Return the page with the part between two marks replaced."""
    pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"{PAGE} must hold the marks of {name!r}, got none; add a begin and an end mark.")
    return pattern.sub(lambda match: f"{match[1]}\n{content}\n\n{match[2]}", page)


def main() -> None:
    """Fill the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, nargs="+", required=True, help="corpora of the first table")
    parser.add_argument("--contrast", type=Path, nargs="+", required=True, help="corpora of the second table")
    paths = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    sizes = []
    for name, corpus in (("home", paths.home), ("contrast", paths.contrast)):
        words, read = read_corpus(corpus)
        begun = time.perf_counter()
        formulas = find_formulas(words, read)
        frames = find_frames(words, read)
        print(f"{name}: {time.perf_counter() - begun:.1f} s for {words.n_words:,} words")
        sizes.append(summary(name, words, formulas, frames))
        page = fill(page, f"{name} formulas", formula_table(formulas[: 100 if name == "home" else 20]))
        page = fill(page, f"{name} frames", frame_table(frames[: 30 if name == "home" else 8]))
    header = ["corpus", "documents", "words", "least documents", "formulas", "frames", "words inside a formula"]
    labels = ["KCNA 2011-12 and 2024", "White House 2021-25"]
    page = fill(page, "sizes", table(header, [[label, *row[1:]] for label, row in zip(labels, sizes, strict=True)]))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
