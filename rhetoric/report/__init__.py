"""Readings as pages to look at: one self-contained HTML file each, without any network.

A page is made in two steps: a summary turns the result into a plain dict, a template turns the dict into
HTML. Whatever a text contains, it is shown and never obeyed: markup is escaped, control characters and
direction overrides appear as code points, and the page's security policy allows nothing from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rhetoric.report._compare import summarize_comparison
from rhetoric.report._corpus import summarize_corpus
from rhetoric.report._render import embedded_json, render
from rhetoric.report._statement import summarize_statement

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric._reading import Reading

__all__ = ["compare_html", "corpus_html", "html"]


def html(reading: Reading) -> str:
    """Return a page that shows one statement.

    Parameters
    ----------
    reading : Reading
        From :func:`rhetoric.classify.statement`; with an archive the page also shows where the wording
        comes from, what changed and what is missing.

    Returns
    -------
    str
        A complete HTML document, to be written as UTF-8.

    Examples
    --------
    >>> import rhetoric.classify
    >>> page = html(rhetoric.classify.statement("Glory to all! On 4 May the talks <failed>."))
    >>> page.splitlines()[0], "&lt;failed&gt;" in page
    ('<!doctype html>', True)
    """
    return render("statement.html", summarize_statement(reading))


def compare_html(earlier: Reading, later: Reading) -> str:
    """Return a page that sets two statements side by side: what changed since the last one.

    Parameters
    ----------
    earlier, later : Reading
        From :func:`rhetoric.classify.statement`.

    Returns
    -------
    str
        A complete HTML document, to be written as UTF-8.

    Examples
    --------
    >>> import rhetoric.classify
    >>> before, after = map(rhetoric.classify.statement, ["Talks are open.", "Talks are not open."])
    >>> "Talks are <ins>not</ins> open." in compare_html(before, after)
    True
    """
    return render("compare.html", summarize_comparison(earlier, later))


def corpus_html(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    *,
    coverage: pd.DataFrame | None = None,
    novelty: pd.DataFrame | None = None,
    formulas: pd.DataFrame | None = None,
    title: str = "Statements",
) -> str:
    """Return a page that shows many statements: charts, a table to sort and filter, and each text.

    Parameters
    ----------
    documents : DataFrame
        One row a statement, with ``text`` and, if there, ``id``, ``date`` (ISO), ``source`` and ``title``.
    sentences : DataFrame
        From :func:`rhetoric.classify.statements` for the same table; with an archive the page counts news
        and changed lines, too.
    coverage : DataFrame, optional
        From :meth:`rhetoric.archive.Archive.coverage` for the same table: share of the words in print.
    novelty : DataFrame, optional
        Columns ``novelty`` and ``resonance``, one row a statement, NaN where undefined: a chart of one
        against the other.
    formulas : DataFrame, optional
        Column ``text``, the most telling first, as from :meth:`rhetoric.archive.Archive.formulas`: the first
        24 that the statements have are shown with their years.
    title : str, default="Statements"
        Heading of the page.

    Returns
    -------
    str
        A complete HTML document, to be written as UTF-8.

    Raises
    ------
    ImportError
        If Altair or vl-convert, which draw the charts, are not installed.
    ValueError
        If `documents` has no row, or a table has another number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from rhetoric.classify import statements
    >>> table = pd.DataFrame({"text": ["Glory to all!", "Talks open in Geneva."], "date": ["2021-05-02", "2021-06-02"]})
    >>> page = corpus_html(table, statements(table), title="Two statements")
    >>> "<h1>Two statements</h1>" in page
    True
    """
    if len(documents) == 0:
        raise ValueError("documents must hold at least one statement, got no rows.")
    for name, table in (("coverage", coverage), ("novelty", novelty)):
        if table is not None and len(table) != len(documents):
            raise ValueError(
                f"{name} must have a row for each of the {len(documents):,} statements, got {len(table):,}; "
                "compute it from the same table."
            )
    page = summarize_corpus(documents, sentences, coverage, novelty, formulas, title)
    embedded = {name: page.pop(name) for name in ("columns", "rows", "labels", "kinds", "chunk", "chunks")}
    return render("corpus.html", page, data=embedded_json(embedded))
