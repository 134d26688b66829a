"""The labelled seed dataset that ships with the package.

All sentences were written for this project. The data card in the documentation says how, by which rules
they are labelled, and what they are not good for.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_article_examples", "load_seed", "load_statements"]


def load_seed() -> pd.DataFrame:
    """Return the seed dataset, one row a sentence.

    Returns
    -------
    DataFrame
        Whole statements first, in the order of their dates, then hard single sentences and contrast
        pairs, then the examples of the founding article. Columns:

        ``id``
            unique name of the sentence;
        ``text``, ``label``
            the sentence; ``"formulaic"`` or ``"substantive"``;
        ``grade``
            how substantive it is, 1 (pure formula) to 5;
        ``move``
            what it does: report, denunciation, threat, praise, offer, condition, figure, ...;
        ``register``
            dprk_statement, dprk_news, us_government, other_government, un, central_bank, company or other;
        ``origin``
            ``"article"`` for examples of the founding article, ``"written"`` for all else;
        ``paragraph``
            paragraph of the article, None elsewhere;
        ``part``
            ``"statement"``, ``"contrast"`` or ``"article"``;
        ``document``, ``position``
            the statement that it belongs to, and its place there, from 1;
        ``title``, ``date``, ``source``
            of the statement, invented; None outside whole statements;
        ``pair``
            shared by the two sentences of a contrast pair and by the uses of a line that returns from
            statement to statement, None elsewhere;
        ``rationale``
            why the label, for article examples and hard cases.

    Examples
    --------
    >>> seed = load_seed()
    >>> sorted(seed["label"].unique())
    ['formulaic', 'substantive']
    """
    import pandas as pd

    lines = (files("rhetoric") / "data" / "seed.jsonl").read_text(encoding="utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines], dtype=object).astype({"grade": int, "position": int})


def load_statements() -> pd.DataFrame:
    """Return the whole statements of the seed dataset, one row a statement, in the order of their dates.

    Returns
    -------
    DataFrame
        Columns ``id``, ``date``, ``source``, ``title`` and ``text``, one sentence a line: what an archive is
        built from.

    Examples
    --------
    >>> statements = load_statements()
    >>> statements["date"].is_monotonic_increasing
    True
    """
    seed = load_seed()
    grouped = seed[seed["part"] == "statement"].sort_values(["date", "document", "position"]).groupby("document")
    table = grouped.agg({"date": "first", "source": "first", "title": "first", "text": "\n".join})
    return table.rename_axis("id").reset_index().sort_values(["date", "id"], ignore_index=True)


def load_article_examples() -> pd.DataFrame:
    """Return the examples of the founding article, in our own words around its short quoted terms.

    Christopher R. Hill, "North Korea has much to consider - when, and if, talks resume", 2021.

    Returns
    -------
    DataFrame
        The rows of :func:`load_seed` with origin ``"article"``, in the order of its paragraphs.

    Examples
    --------
    >>> examples = load_article_examples()
    >>> examples["paragraph"].iloc[0]
    '1'
    """
    seed = load_seed()
    return seed[seed["origin"] == "article"].reset_index(drop=True)
