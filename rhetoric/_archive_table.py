"""The documents of an archive as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rhetoric._dated_documents import date_of
from rhetoric._tracing import Collection

if TYPE_CHECKING:
    import pandas as pd


def documents_table(collection: Collection) -> pd.DataFrame:
    """Return one row a document in the order of time, without the texts."""
    import pandas as pd

    columns: dict[str, list[object]] = {name: [] for name in ("id", "date", "source", "title", "vehicle", "n_words")}
    for segment in collection.segments:
        columns["id"] += segment.strings("id")
        columns["date"] += [date_of(day) for day in segment.days.tolist()]
        columns["title"] += [title or None for title in segment.strings("title")]
        columns["n_words"] += segment.arrays["document_words"].tolist()
        for name in ("source", "vehicle"):
            names = np.array([value or None for value in segment.strings(name)], dtype=object)
            columns[name] += names[segment.arrays[f"document_{name}"]].tolist()
    ids = np.array(columns["id"], dtype=object)
    reissue_of = ids[collection.families]
    reissue_of[collection.families == np.arange(len(ids))] = None
    table = pd.DataFrame({**columns, "reissue_of": reissue_of})
    return table.sort_values(["date", "id"], ignore_index=True)
