"""Put Hill's claim to the test: how much of later statements was in print years before.

    python examples/perishable.py --early kcna_2011_2012.parquet --late kcna_2024.parquet --contrast whitehouse.parquet

Prints tables in Markdown. "Early" makes the archive, "late" is compared with it. The contrast is cut in two: its
first part, as long in days as the early corpus, makes an archive of its own, and the statements of its last
twelve months are compared with that, and with the early corpus, too. Since a larger archive covers more, the late
statements are also compared with as many words of the early corpus, drawn at random, as the contrast's archive has.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

import rhetoric.classify
from rhetoric._vehicles import find_vehicle
from rhetoric.archive import Archive

SHARES = (0.5, 0.6, 0.7, 0.8)
KINDS = ("boilerplate", "standing line", "fresh rhetoric", "news")
N_CONTRAST = 400
MIN_GROUP = 5


def read(path: Path) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    frame["date"] = pd.to_datetime(frame["date"]).dt.strftime("%Y-%m-%d")
    return frame.sort_values(["date", "id"], ignore_index=True)


def drawn(frame: pd.DataFrame, archive: Archive, n_words: int) -> pd.DataFrame:
    """Return documents of `frame`, drawn at random, with about `n_words` words."""
    sizes = archive.documents().set_index("id")["n_words"]
    shuffled = frame[frame["id"].isin(sizes.index)].sample(frac=1, random_state=0)
    return shuffled[shuffled["id"].map(sizes).cumsum() <= n_words]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(f"{cell:.0%}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
    print()


def reused(archive: Archive, frame: pd.DataFrame) -> pd.DataFrame:
    """Return reuse of each statement, and whether a share of its words was in print, for each of `SHARES`."""
    found = archive.coverage(frame)
    for share in SHARES:
        found[share] = archive.coverage(frame, q=share)["writable_since"].notna()
    return found


def summary(name: str, archive: Archive, frame: pd.DataFrame) -> list[object]:
    found = reused(archive, frame)
    mean = float((found["reused_share"] * found["n_words"]).sum() / found["n_words"].sum())
    return [name, len(frame), mean, *(float(found[share].mean()) for share in SHARES)]


def by_vehicle(archive: Archive, frame: pd.DataFrame) -> list[list[object]]:
    names = [find_vehicle(row.title, row.text[:300], row.source) for row in frame.itertuples()]
    frame = frame.assign(vehicle=[vehicle.name if vehicle else "none named" for vehicle in names])
    counts = frame["vehicle"].value_counts()
    kept = [name for name in counts.index if counts[name] >= MIN_GROUP]
    return [summary(name, archive, frame[frame["vehicle"] == name]) for name in kept]


def by_kind(name: str, archive: Archive, frame: pd.DataFrame) -> list[object]:
    sentences = rhetoric.classify.statements(frame, archive=archive)
    words = sentences.groupby("kind")["n_words"].sum()
    changed = sentences.groupby("verdict")["n_words"].sum()
    shares = [float(words.get(kind, 0) / words.sum()) for kind in KINDS]
    return [name, *shares, *(float(changed.get(verdict, 0) / words.sum()) for verdict in ("verbatim", "changed"))]


def since(archive: Archive, frame: pd.DataFrame, q: float) -> list[tuple[str, int]]:
    dates = pd.to_datetime(archive.coverage(frame, q=q)["writable_since"].dropna())
    counts = dates.dt.to_period("Q").value_counts().sort_index()
    return [(str(quarter), int(count)) for quarter, count in counts.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("early", "late", "contrast"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    early, late, contrast = read(options.early), read(options.late), read(options.contrast)
    days = pd.to_datetime(early["date"].iloc[-1]) - pd.to_datetime(early["date"].iloc[0])
    when = pd.to_datetime(contrast["date"])
    first = contrast[when <= when.iloc[0] + days]
    last = contrast[when > when.iloc[-1] - pd.Timedelta(days=365)]
    last = last.sample(min(N_CONTRAST, len(last)), random_state=0).sort_index().reset_index(drop=True)
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.build(early, Path(folder) / "early", invalid="skip")
        other = Archive.build(first, Path(folder) / "first", invalid="skip")
        print(f"archive of {archive.n_words:,} words; contrast of {other.n_words:,} words\n")
        fewer = Archive.build(drawn(early, archive, other.n_words), Path(folder) / "fewer", invalid="skip")
        names = (
            ("KCNA 2023-24 in KCNA 2011-12", archive, late),
            (f"KCNA 2023-24 in {fewer.n_words / 1e6:.1f} million words of it", fewer, late),
            ("White House, last year, in its first 23 months", other, last),
            ("White House, last year, in KCNA 2011-12", archive, last),
        )
        header = ["statements", "number", "words in print", *(f"{share:.0%} of the words" for share in SHARES)]
        table(header, [summary(*one) for one in names])
        table(header, by_vehicle(archive, late))
        table(header, by_vehicle(other, last))
        table(["statements", *KINDS, "verbatim", "changed"], [by_kind(*one) for one in (names[0], names[2])])
        for share in (0.6, 0.8):
            print(f"{share:.0%} of the words in print since:")
            table(["quarter", "statements"], since(archive, late, share))


if __name__ == "__main__":
    main()
