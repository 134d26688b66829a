"""The command ``rhetoric report``: statements as one page to look at."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from rhetoric._options import ARCHIVE, DATE, JOBS, MODEL

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric._reading import Reading
    from rhetoric.archive import Archive
    from rhetoric.classify import RhetoricClassifier

MAX_WINDOW = 50
"""Statements before and after with which each is compared, as in Barron et al. 2018."""


@dataclass(frozen=True)
class _Reader:
    """What statements are read with."""

    model: RhetoricClassifier
    archive: Archive | None
    jobs: int


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", "-o", required=True, metavar="FILE", help="Page to write, ending in .html.")
@ARCHIVE
@click.option("--compare", is_flag=True, help="Set two statements side by side, the earlier one first.")
@DATE
@MODEL
@JOBS
def report(
    paths: tuple[str, ...], output: str, archive_path: str | None, compare: bool, date: str | None,
    model: str | None, jobs: int,
) -> None:  # fmt: skip
    """Write statements as a page to look at, in one file that needs no network.

    PATH is what `rhetoric classify` reads. One statement makes a page that shows it sentence by sentence;
    several make a page of the corpus, with charts and a table. An archive adds where the wording comes
    from, what changed and what is missing.

    \b
    rhetoric report statement.txt --archive kcna.archive --date 2024-06-02 -o page.html
    rhetoric report corpus.parquet --archive kcna.archive -o corpus.html
    rhetoric report --compare last.txt this.txt -o compare.html
    """
    if not output.lower().endswith((".html", ".htm")):
        raise click.UsageError(f"--output must end in .html, got {output!r}.")
    from rhetoric._atomic import atomic_path
    from rhetoric.archive import Archive
    from rhetoric.classify import load

    documents = _documents(paths, date)
    if compare and len(documents) != 2:
        raise click.UsageError(f"--compare needs two statements, got {len(documents):,}; give two files of one each.")
    reader = _Reader(load(model), None if archive_path is None else Archive.open(archive_path), jobs)
    try:
        page = _page(documents, reader, compare=compare)
    except ImportError as exc:
        raise click.ClickException(str(exc)) from exc
    with atomic_path(output) as aside:
        aside.write_text(page, encoding="utf-8", newline="\n")
    click.echo(f"{output}: {len(page.encode()) / 1000:,.0f} kB", err=True)


def _documents(paths: tuple[str, ...], date: str | None) -> pd.DataFrame:
    """Return all statements as one table; blank ones are left out and counted on standard error."""
    import pandas as pd

    from rhetoric._read import read_documents

    documents = pd.concat(read_documents(paths), ignore_index=True)
    if date is not None:
        given = documents["date"] if "date" in documents else pd.Series([None] * len(documents), dtype=object)
        documents["date"] = given.where(given.notna(), date)
    is_blank = documents["text"].str.strip() == ""
    if is_blank.all():
        raise ValueError(f"{paths[0]}: must hold a statement, got blank ones only; give one with text.")
    if is_blank.any():
        click.echo(f"{is_blank.sum():,} of {len(documents):,} statements are blank and left out", err=True)
    return documents[~is_blank].reset_index(drop=True)


def _page(documents: pd.DataFrame, reader: _Reader, *, compare: bool) -> str:
    """Return the page that suits: of one statement, of two side by side, or of a corpus."""
    from rhetoric.report import compare_html, corpus_html, html

    if compare:
        return compare_html(*_readings(documents, reader))
    if len(documents) == 1:
        return html(*_readings(documents, reader))
    from rhetoric.classify import statements

    archive = reader.archive
    return corpus_html(
        documents,
        statements(documents, model=reader.model, archive=archive, n_jobs=reader.jobs),
        coverage=None if archive is None else archive.coverage(documents),
        novelty=_novelty(documents),
        formulas=None if archive is None else archive.formulas(),
    )


def _novelty(documents: pd.DataFrame) -> pd.DataFrame | None:
    """Return novelty and resonance of each statement, None where no dates put them in an order.

    The window is the published one, and smaller where the corpus is: a tenth of the statements.
    """
    if "date" not in documents or documents["date"].nunique() < 2:
        return None
    from rhetoric.measures import measure

    with warnings.catch_warnings():
        # where nothing is defined the page has no chart of it
        warnings.simplefilter("ignore", UserWarning)
        return measure(documents, ["novelty", "resonance"], window=max(1, min(MAX_WINDOW, len(documents) // 10)))


def _readings(documents: pd.DataFrame, reader: _Reader) -> list[Reading]:
    """Return the reading of each statement."""
    from rhetoric._records import statement_records
    from rhetoric.classify import statement

    return [
        statement(text, model=reader.model, archive=reader.archive, **known)
        for text, known in statement_records(documents)
    ]
