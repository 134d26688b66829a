"""Classify whole corpora and show the share of formulaic words by kind of document.

::

    python benchmarks/corpora.py FOLDER
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import pandas as pd

import rhetoric.classify
from rhetoric._vehicles import find_vehicle

SHOWN = 12


def formulaic_share(table: pd.DataFrame) -> float:
    """Return the share of the words in formulaic sentences."""
    return float(table.loc[table["label"] == "formulaic", "n_words"].sum() / table["n_words"].sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for path in sorted(parser.parse_args().folder.glob("*.parquet")):
        frame = pd.read_parquet(path)
        began = time.perf_counter()
        table = rhetoric.classify.statements(frame)
        seconds = time.perf_counter() - began
        megabytes = frame["text"].str.len().sum() / 1e6
        answered = table["row"].nunique()
        print(
            f"\n{path.name}: {len(frame):,} documents, {answered:,} answered, {len(table):,} sentences, "
            f"{megabytes / seconds:.1f} MB/s, formulaic share of words {formulaic_share(table):.2f}"
        )
        lead = table.groupby("row")["text"].first()
        vehicles = [find_vehicle(t, s, o) for t, s, o in zip(frame["title"], lead, frame["source"], strict=True)]
        kind = pd.Series([vehicle.name if vehicle else "(other)" for vehicle in vehicles])
        groups = table.groupby(kind[table["row"]].to_numpy())
        shares = pd.DataFrame({"documents": kind.value_counts(), "formulaic_share": groups.apply(formulaic_share)})
        print(shares.sort_values("documents", ascending=False).head(SHOWN).round(2).to_string())
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
