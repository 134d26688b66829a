"""Many statements as the plain dict that the page of a corpus shows.

The texts are packed: JSON in chunks, each compressed on its own, which the browser opens when a statement is
asked for. So a page of thousands of statements holds them all and still opens at once.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._labels import CHANGED, FORMULAIC, NEWS, SUBSTANTIVE
from rhetoric._plain import plain
from rhetoric._printable import printable
from rhetoric._summary import counted
from rhetoric._vehicles import find_vehicle
from rhetoric.report import _charts as charts

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 64
"""Statements compressed together: one click opens this many."""
MAX_PACKED_BYTES = 5_000_000
"""Beyond, formulaic sentences are left out of the texts, so that 5,000 statements stay below 8 MB."""
FORMULAS_SHOWN, FORMULAS_TRIED = 24, 240
UNKNOWN_SOURCE = "unknown source"
OTHER_SOURCES = "other sources"
KINDS = ["boilerplate", "fresh rhetoric", "standing line", "news"]
LABELS = ["formulaic", "substantive", "uncertain"]


def summarize_corpus(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    coverage: pd.DataFrame | None,
    novelty: pd.DataFrame | None,
    formulas: pd.DataFrame | None,
    title: str,
) -> dict[str, Any]:
    """Return what the page of a corpus shows, as plain dicts, lists, str and numbers, and charts as SVG."""
    table = statement_table(documents, sentences, coverage, novelty)
    found = [] if formulas is None else summarize_formulas(documents, formulas)
    chunks, has_formulaic = packed(sentences, len(documents))
    return {
        "title": title,
        "summary": _summary(table, sentences, found),
        "figures": _figures(table, has_archive=coverage is not None),
        "columns": table.columns.tolist(),
        "rows": plain(table.to_numpy(dtype=object).tolist()),
        "sources": sorted(set(table["source"].dropna())),
        "timeline": _timeline(table),
        "plane": _plane(table),
        "formulas": found,
        "labels": LABELS,
        "kinds": KINDS,
        "chunk": CHUNK,
        "chunks": chunks,
        "has_formulaic": has_formulaic,
    }


def statement_table(
    documents: pd.DataFrame, sentences: pd.DataFrame, coverage: pd.DataFrame | None, novelty: pd.DataFrame | None
) -> pd.DataFrame:
    """Return one row a statement: what is known of it, and its figures.

    Columns: date, source, title, authority, words, skipped; with an archive reused, since, news and changed;
    with novelty also novelty and resonance. Shares are 0 to 1, unknown cells None or NaN.
    """
    import pandas as pd

    words = sentences["n_words"].to_numpy(dtype=float)
    rows = sentences["row"].to_numpy()
    is_formulaic = sentences["p_substantive"].to_numpy() <= 0.5
    n_words = np.bincount(rows, words, len(documents))
    with np.errstate(invalid="ignore"):
        skipped = np.bincount(rows, words * is_formulaic, len(documents)) / n_words
    table = pd.DataFrame(_known(documents, sentences))
    table["words"] = n_words.astype(int)
    table["skipped"] = skipped.round(4)
    if coverage is not None:
        table["reused"] = coverage["reused_share"].to_numpy().round(4)
        table["since"] = plain(coverage["writable_since"].tolist())
    if "kind" in sentences:
        table["news"] = np.bincount(rows, sentences["kind"] == NEWS, len(documents)).astype(int)
        table["changed"] = np.bincount(rows, sentences["verdict"] == CHANGED, len(documents)).astype(int)
    if novelty is not None:
        for name in ("novelty", "resonance"):
            table[name] = novelty[name].to_numpy(dtype=float).round(3)
    return table


def _known(documents: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, list[Any]]:
    """Return date, source, title and authority of each statement, None where they are unknown."""
    known: dict[str, list[Any]] = {}
    for name in ("date", "source", "title", "id"):
        cells = plain(documents[name].tolist()) if name in documents else [None] * len(documents)
        known[name] = [None if cell is None else printable(" ".join(str(cell).split())) for cell in cells]
    first = sentences.drop_duplicates("row").set_index("row")["text"]
    vehicles = [
        find_vehicle(title, first.get(row, ""), source)
        for row, (title, source) in enumerate(zip(known["title"], known["source"], strict=True))
    ]
    names = known.pop("id")
    known["title"] = [
        title or name or f"statement {row + 1}"
        for row, (title, name) in enumerate(zip(known["title"], names, strict=True))
    ]
    return {**known, "authority": [None if vehicle is None else vehicle.authority for vehicle in vehicles]}


def _summary(table: pd.DataFrame, sentences: pd.DataFrame, formulas: Sequence[dict[str, Any]]) -> list[str]:
    """Return three plain sentences: what can be skipped, what is new, what changed or fell silent."""
    n_words = int(table["words"].sum())
    if n_words == 0:
        return ["There is no word to read."]
    share = float((table["skipped"].fillna(0) * table["words"]).sum()) / n_words
    skip = f"{share:.0%} of {n_words:,} words in {len(table):,} statements can be skipped."
    n_substantive = int((sentences["label"] == SUBSTANTIVE).sum())
    if "news" not in table:
        return [
            skip,
            f"{counted(n_substantive, 'sentence')} of {len(sentences):,} say something to check or act on.",
            "What is new, changed or missing shows only against an archive of earlier statements.",
        ]
    n_news, n_changed = int(table["news"].sum()), int(table["changed"].sum())
    silent = sum(formula["is_silent"] for formula in formulas)
    missing = f", and {counted(silent, 'frequent formula').lower()} fell silent in the last year" if formulas else ""
    return [
        skip,
        f"{counted(n_news, 'sentence')} of {len(sentences):,} are news, something to check or act on in words not "
        "seen before.",
        f"{counted(n_changed, 'line')} returned changed{missing}.",
    ]


def _figures(table: pd.DataFrame, *, has_archive: bool) -> dict[str, Any]:
    """Return the figures of the whole corpus; shares are weighted by words."""
    dates = table["date"].dropna()
    words = table["words"].sum()
    share: dict[str, float | None] = dict.fromkeys(("skipped", "reused"))
    for name in share:
        if name in table and words:
            share[name] = float((table[name].fillna(0) * table["words"]).sum() / words)
    return {
        "n_statements": len(table),
        "n_sources": int(table["source"].nunique()),
        "first": min(dates, default=None),
        "last": max(dates, default=None),
        "has_archive": has_archive,
        **share,
    }


def _timeline(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a chart of shares over time for each source, none without two dates."""
    import pandas as pd

    dated = table.assign(day=pd.to_datetime(table["date"], errors="coerce", format="mixed", utc=True))
    dated = dated[dated["day"].notna() & (dated["words"] > 0)]
    if dated["day"].nunique() < 2:
        return []
    days = (dated["day"].max() - dated["day"].min()).days
    step = "Y" if days > 6 * 365 else "Q" if days > 540 else "M"
    dated = dated.assign(
        source=_main_sources(dated["source"]), period=dated["day"].dt.tz_localize(None).dt.to_period(step).dt.start_time
    )
    parts = []
    for measure in [name for name in ("skipped", "reused") if name in dated]:
        weighed = dated.assign(part=dated[measure].fillna(0) * dated["words"])
        sums = weighed.groupby(["source", "period"], sort=True)[["part", "words"]].sum().reset_index()
        parts.append(sums.assign(measure=measure, share=sums["part"] / sums["words"]))
    shares = pd.concat(parts)[["source", "period", "measure", "share"]]
    sources = dated["source"].value_counts().index.tolist()
    span = shares["period"].min(), shares["period"].max()
    return [
        {"source": source, "chart": charts.timeline(shares[shares["source"] == source], span)} for source in sources
    ]


def _plane(table: pd.DataFrame) -> Any:
    """Return the chart of novelty against resonance, None where it is unknown."""
    if "novelty" not in table:
        return None
    points = table[["novelty", "resonance"]].assign(
        source=_main_sources(table["source"]), link=[f"#d{row}" for row in range(len(table))]
    )
    points = points[np.isfinite(points["novelty"]) & np.isfinite(points["resonance"])]
    return charts.plane(points) if len(points) else None


def _main_sources(sources: pd.Series[Any]) -> pd.Series[Any]:
    """Return the sources, with all but the most frequent as one."""
    named = sources.fillna(UNKNOWN_SOURCE)
    names = named.value_counts(sort=True).index[: charts.SOURCES_SHOWN]
    if named.nunique() <= charts.SOURCES_SHOWN:
        return named
    return named.where(named.isin(names[:-1]), OTHER_SOURCES)


def summarize_formulas(documents: pd.DataFrame, formulas: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the first formulas that a statement has, with the number of statements of each year."""
    import pandas as pd

    texts = [" ".join(text.split()).lower() for text in documents["text"]]
    given = documents["date"] if "date" in documents else pd.Series([None] * len(documents), dtype=object)
    dates = pd.to_datetime(given, errors="coerce", format="mixed", utc=True)
    years = np.nan_to_num(dates.dt.year.to_numpy(dtype=float)).astype(int)
    span = list(range(int(years[years > 0].min()), int(years.max()) + 1)) if years.any() else []
    found = []
    for text in formulas["text"].tolist()[:FORMULAS_TRIED]:
        words = " ".join(text.split()).lower()
        uses = years[[words in one for one in texts]]
        if len(uses):
            found.append(_formula(text, uses, span))
        if len(found) == FORMULAS_SHOWN:
            break
    return found


def _formula(text: str, uses: NDArray[np.int64], span: Sequence[int]) -> dict[str, Any]:
    """Return a formula with how many statements of each year use it; year 0 stands for no date."""
    counts = {year: int((uses == year).sum()) for year in span}
    used = [year for year, count in counts.items() if count]
    return {
        "text": text,
        "n_statements": len(uses),
        "first": used[0] if used else None,
        "last": used[-1] if used else None,
        "is_silent": bool(used) and used[-1] < span[-1],
        "counts": counts,
        "chart": charts.spark(list(counts), list(counts.values())) if used else None,
    }


def packed(sentences: pd.DataFrame, n_statements: int) -> tuple[list[str], bool]:
    """Return the sentences in compressed chunks of `CHUNK` statements, and whether formulaic ones are there."""
    chunks = [_pack(chunk) for chunk in _chunks(sentences, n_statements)]
    if sum(map(len, chunks)) <= MAX_PACKED_BYTES:
        return chunks, True
    return [_pack(chunk) for chunk in _chunks(sentences[sentences["label"] != FORMULAIC], n_statements)], False


def _chunks(sentences: pd.DataFrame, n_statements: int) -> Iterator[list[list[list[Any]]]]:
    """Yield lists of statements, each a list of sentences: number, label, kind, text."""
    rows = sentences["row"].to_numpy()
    labels = sentences["label"].map({name: code for code, name in enumerate(LABELS)}).fillna(0).astype(int)
    kinds = sentences["kind"] if "kind" in sentences else labels * np.nan
    codes = kinds.map({name: code for code, name in enumerate(KINDS)}).fillna(-1).astype(int)
    texts = [printable(" ".join(text.split())) for text in sentences["text"]]
    cells = list(zip(sentences["sentence"].tolist(), labels.tolist(), codes.tolist(), texts, strict=True))
    bounds = np.searchsorted(rows, np.arange(n_statements + 1)).tolist()
    for start in range(0, n_statements, CHUNK):
        stop = min(start + CHUNK, n_statements)
        yield [[list(cell) for cell in cells[bounds[at] : bounds[at + 1]]] for at in range(start, stop)]


def _pack(chunk: list[list[list[Any]]]) -> str:
    """Return a chunk as JSON, compressed, in letters."""
    raw = json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(raw, 9)).decode()
