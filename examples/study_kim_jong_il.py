"""What the death of Kim Jong Il changed in the language of KCNA, December 2011.

Measures a corpus of KCNA articles of 2011-12 and compares the days of mourning with the weeks before and
after, and with every other stretch of as many days::

    python examples/study_kim_jong_il.py kcna_2011_2012.parquet [FOLDER]

FOLDER takes the plots ``study.png`` and ``study.svg``; without it none are drawn. Printed are figures, dates
and titles, never sentences.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import rhetoric.measures as rm

PERIODS = {
    "autumn": ("2011-10-01", "2011-12-18"),
    "mourning": ("2011-12-19", "2011-12-29"),
    "January": ("2011-12-30", "2012-01-31"),
    "spring": ("2012-02-01", "2012-03-31"),
}
NAMES = ["formulaic_share", "reuse", "novelty", "transience", "resonance", "return_time", "specificity"]
SHOWN = ["formulaic_share", "reuse", "specificity", "novelty", "transience", "resonance", "returned_in_30_days"]
WINDOWS = [50, 200, "30D"]
N_TITLES = 8


def between(scores: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """Return the rows from one day to another, both included."""
    return scores[(scores["date"] >= start) & (scores["date"] <= end)]


def period_of(day: pd.Timestamp) -> str:
    """Return the period that a day lies in."""
    return next(name for name, (start, end) in PERIODS.items() if pd.Timestamp(start) <= day <= pd.Timestamp(end))


def with_returns(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores with whether half of the wording returned within 30 days; unknown where the corpus ends first."""
    returned = (scores["is_censored"] == 0) & (scores["return_days"] <= 30)
    is_known = returned | (scores["return_days"] >= 30)
    return scores.assign(returned_in_30_days=returned.astype(float).where(is_known))


def by_period(scores: pd.DataFrame) -> pd.DataFrame:
    """Return documents and mean scores of each period."""
    parts = {name: between(scores, *days) for name, days in PERIODS.items()}
    table = pd.DataFrame({name: part[SHOWN].mean() for name, part in parts.items()}).T
    table.insert(0, "documents", [len(part) for part in parts.values()])
    return table


def rank_among_stretches(scores: pd.DataFrame, column: str, start: str, end: str, skip_days: int = 60) -> str:
    """Return where the mean over a period stands among those of all stretches as long, one beginning each day."""
    days = pd.date_range(scores["date"].min() + pd.Timedelta(days=skip_days), scores["date"].max())
    daily = scores.groupby("date")[column].agg(["sum", "count"]).reindex(days, fill_value=0)
    length = (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
    sums = daily.rolling(length).sum().dropna()
    means = sums["sum"] / sums["count"]
    own = means[pd.Timestamp(end)]
    # stretches that overlap the period are no comparison
    others = means[(means.index < start) | (means.index >= pd.Timestamp(end) + pd.Timedelta(days=length))]
    return f"{column:<20} {own:6.3f}   others {others.median():6.3f} ({others.quantile(0.05):.3f} to \
{others.quantile(0.95):.3f})   above {np.mean(others < own):4.0%} of {len(others)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    documents = pd.read_parquet(options.corpus)
    documents["date"] = pd.to_datetime(documents["date"])
    scores = with_returns(rm.measure(documents, NAMES, window=WINDOWS[0]))
    print(f"{len(scores):,} documents, {scores['date'].min():%Y-%m-%d} to {scores['date'].max():%Y-%m-%d}\n")
    print(by_period(scores).round(3).to_string(), "\n")
    print("The days of mourning among all stretches of 11 days:")
    for column in SHOWN:
        print(rank_among_stretches(scores, column, *PERIODS["mourning"]))
    print("\nMean resonance by window:")
    ready = rm.prepare(documents)
    for window in WINDOWS:
        drift = pd.concat([documents["date"], rm.resonance(ready, window=window)], axis=1)
        print(f"window {window}:", rank_among_stretches(drift, "resonance", *PERIODS["mourning"]))
    first = between(scores, "2011-03-01", "2012-11-30").nlargest(N_TITLES, "resonance")
    print("\nHighest resonance from March 2011 on:")
    print(first[["date", "title", *SHOWN[3:6]]].to_string(index=False, float_format="{:.2f}".format))
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        near = between(scores, "2011-11-14", "2012-01-31")
        for name in ("study.png", "study.svg"):
            rm.plot(near.assign(source=[period_of(day) for day in near["date"]]), options.folder / name)


if __name__ == "__main__":
    main()
