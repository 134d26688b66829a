"""Readings as pages to look at: one self-contained HTML file each, without any network.

A page is made in two steps: a summary turns the result into a plain dict, a template turns the dict into
HTML. Whatever a text contains, it is shown and never obeyed: markup is escaped, control characters and
direction overrides appear as code points, and the page's security policy allows nothing from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rhetoric.report._compare import summarize_comparison
from rhetoric.report._render import render
from rhetoric.report._statement import summarize_statement

if TYPE_CHECKING:
    from rhetoric._reading import Reading

__all__ = ["compare_html", "html"]


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
