"""The archive: variants found, speed beside other tools, memory and size as the corpus grows.

    pip install datasketch rensa
    python benchmarks/archive.py --corpora FOLDER [--part variants|speed|growth]

Truth for the variants are sentences of KCNA 2011-12 that have an earlier sentence with a word similarity of 0.6 and
more (twice the longest common subsequence over the words of both), found by comparing with every sentence whose
words alone would allow it.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from rapidfuzz.distance import Indel

from rhetoric._precedents import find_matches
from rhetoric._sentence_tokens import tokenize_sentences
from rhetoric.archive import Archive

N_VARIANTS = 4000
MIN_SIMILARITY = 0.6
BANDS = ((0.6, 0.7), (0.7, 0.8), (0.8, 1.01))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def kcna(corpora: Path) -> pd.DataFrame:
    """Return KCNA 2011-12 in the order of time."""
    frame = pd.read_parquet(corpora / "kcna_2011_2012.parquet")
    return frame.sort_values(["date", "id"], ignore_index=True)


def days_of(frame: pd.DataFrame) -> np.ndarray:
    return pd.to_datetime(frame["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)


class Variants:
    """Sentences with their nearest earlier sentence, by brute force."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.texts = frame["text"].tolist()
        self.tokens = tokenize_sentences(self.texts)
        self.days = days_of(frame)[self.tokens.document]
        _, words = np.unique(self.tokens.hashes, return_inverse=True)
        self.words = [words[start:stop].tolist() for start, stop in pairwise(self.tokens.first)]
        counts = sp.csr_matrix((np.ones(len(words), dtype=np.int32), (self.tokens.sentence, words)))
        counts.sum_duplicates()
        self.counts, self.by_word = counts, counts.T.tocsr()

    def nearest(self, sentence: int) -> float:
        """Return the greatest similarity with an earlier sentence, 0 below `MIN_SIMILARITY`."""
        limit = np.searchsorted(self.days, self.days[sentence])
        shared = np.zeros(len(self.words), dtype=np.int32)
        row = self.counts[sentence]
        for word, count in zip(row.indices, row.data, strict=True):
            span = slice(self.by_word.indptr[word], self.by_word.indptr[word + 1])
            shared[self.by_word.indices[span]] += np.minimum(self.by_word.data[span], count)
        n_words = self.tokens.n_words
        bound = 2 * shared[:limit] / (n_words[:limit] + n_words[sentence])
        best = 0.0
        for other in sorted(np.flatnonzero(bound >= MIN_SIMILARITY), key=lambda at: -bound[at]):
            if bound[other] <= best:
                break
            best = max(best, Indel.normalized_similarity(self.words[sentence], self.words[other]))
        return best if best >= MIN_SIMILARITY else 0.0

    def sample(self) -> list[tuple[int, float]]:
        """Return sentences of eight words and more with their nearest similarity, `N_VARIANTS` above the least."""
        order = np.flatnonzero((self.tokens.n_words >= 8) & (self.days > self.days[0] + 60))
        np.random.default_rng(0).shuffle(order)
        found: list[tuple[int, float]] = []
        n_variants = 0
        for sentence in order.tolist():
            found.append((sentence, self.nearest(sentence)))
            n_variants += found[-1][1] > 0
            if n_variants == N_VARIANTS:
                break
        return found

    def text(self, sentence: int) -> str:
        """Return a sentence as printed."""
        document = int(self.tokens.document[sentence])
        return self.texts[document][self.tokens.starts[sentence] : self.tokens.ends[sentence]]


def report(name: str, truth: list[tuple[int, float]], found: list[float], seconds: float) -> None:
    """Print the share of variants found, by similarity, and the precision."""
    best = np.array([similarity for _, similarity in truth])
    hit = np.array(found) >= MIN_SIMILARITY
    shares = [f"{hit[(best >= low) & (best < high)].mean():.3f}" for low, high in BANDS]
    precision = (best[hit] >= MIN_SIMILARITY).mean()
    print(f"{name:<34} {' '.join(shares)}  precision {precision:.3f}  {seconds:7.1f} s", flush=True)


def variants(corpora: Path, folder: Path) -> None:
    """Compare the share of variants that the archive and other tools find."""
    frame = kcna(corpora)
    known = Variants(frame)
    began = time.perf_counter()
    truth = known.sample()
    print(f"{len(truth):,} sentences, {N_VARIANTS:,} with a variant; brute force {time.perf_counter() - began:.0f} s")
    print(f"{'found, by similarity':<34} " + " ".join(f"{low}+ " for low, _ in BANDS))
    began = time.perf_counter()
    archive = Archive.build(frame, folder / "kcna", invalid="skip")
    found = []
    for sentence, _ in truth:
        one = tokenize_sentences([known.text(sentence)])
        matches = list(find_matches(archive._segments, one, int(known.days[sentence])))
        found.append(max((match.similarity for match in matches[0]), default=0.0))
    report("rhetoric, build included", truth, found, time.perf_counter() - began)
    for name, search in (("datasketch 0.3", _datasketch), ("rensa 0.3", _rensa)):
        began = time.perf_counter()
        found = search(known, [sentence for sentence, _ in truth])
        report(f"{name}, two-word shingles", truth, found, time.perf_counter() - began)


def _shingles(words: list[int], n: int) -> list[str]:
    return [" ".join(map(str, words[at : at + n])) for at in range(max(1, len(words) - n + 1))]


def _best_of(known: Variants, sentence: int, candidates: list[int]) -> float:
    """Return the similarity of the nearest candidate that is earlier."""
    earlier = [other for other in candidates if known.days[other] < known.days[sentence]]
    return max((Indel.normalized_similarity(known.words[sentence], known.words[o]) for o in earlier), default=0.0)


def _datasketch(known: Variants, queries: list[int]) -> list[float]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.3, num_perm=128)
    hashes = {}
    for number, words in enumerate(known.words):
        if not words:
            continue
        signature = MinHash(num_perm=128)
        signature.update_batch([shingle.encode() for shingle in _shingles(words, 2)])
        hashes[number] = signature
        index.insert(number, signature, check_duplication=False)
    return [_best_of(known, query, index.query(hashes[query])) for query in queries]


def _rensa(known: Variants, queries: list[int]) -> list[float]:
    from rensa import RMinHash, RMinHashLSH

    # bands of two rows, as datasketch chooses them for the threshold 0.3
    index = RMinHashLSH(threshold=0.3, num_perm=128, num_bands=64)
    hashes = {}
    for number, words in enumerate(known.words):
        if not words:
            continue
        signature = RMinHash(num_perm=128, seed=1)
        signature.update(_shingles(words, 2))
        hashes[number] = signature
        index.insert(number, signature)
    return [_best_of(known, query, index.query(hashes[query])) for query in queries]


def timed(call: Callable[[], object]) -> float:
    """Return the processor time of a call in seconds."""
    began = time.process_time()
    call()
    return time.process_time() - began


def speed(corpora: Path, folder: Path) -> None:
    """Compare building with MinHashLSH, and measure look-up, trace and size."""
    frame = pd.concat([kcna(corpora), pd.read_parquet(corpora / "whitehouse_2021_2025.parquet")], ignore_index=True)
    size = frame["text"].str.len().sum() / 1e6
    sample = frame.iloc[:: len(frame) // 2000]
    small = sample["text"].str.len().sum() / 1e6
    build = timed(lambda: Archive.build(frame, folder / "all", invalid="skip"))
    other = timed(lambda: _five_word_lsh(sample["text"].tolist()))
    lower = timed(lambda: [text.lower() for text in frame["text"]])
    print(f"build            {size / build:8.1f} MB/s ({size:.1f} MB in {build:.1f} s)")
    print(f"datasketch       {small / other:8.2f} MB/s (MinHashLSH, five-word shingles, {small:.1f} MB)")
    print(f"str.lower        {size / lower:8.1f} MB/s")
    print(
        f"ratio to datasketch {size / build / (small / other):.1f}, to str.lower 1/{size / lower / (size / build):.0f}"
    )
    archive = Archive.open(folder / "all")
    print(f"on disk          {archive.n_bytes / size / 1e6:8.2f} bytes a byte of text, documents included")
    new = pd.read_parquet(corpora / "kcna_2024.parquet")
    new = pd.concat([new] * 5, ignore_index=True)
    archive.coverage(new)
    look_up = timed(lambda: archive.coverage(new))
    print(f"coverage look-up {new['text'].str.len().sum() / 1e6 / look_up:8.1f} MB/s, splitting into words included")
    pages = new[new["text"].str.len().between(2500, 3500)].drop_duplicates("id").head(20)
    times = [
        timed(lambda row=row: archive.trace(row.text, before=row.date, source=row.source, title=row.title))
        for row in pages.itertuples()
    ]
    print(f"trace of a page  {np.median(times):8.3f} s, median of {len(times)}, greatest {max(times):.3f} s")


def _five_word_lsh(texts: list[str]) -> None:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(texts):
        words = text.lower().split()
        signature = MinHash(num_perm=128)
        signature.update_batch([" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))])
        index.insert(number, signature, check_duplication=False)


def copies(corpora: Path, n_copies: int) -> Iterator[pd.DataFrame]:
    """Yield the KCNA corpus several times, each copy years later and in letters of its own."""
    for copy in range(n_copies):
        frame = kcna(corpora)
        table = str.maketrans(LETTERS, LETTERS[copy:] + LETTERS[:copy])
        for start in range(0, len(frame), 1000):
            part = frame.iloc[start : start + 1000].copy()
            part["text"] = [text.translate(table) for text in part["text"]]
            part["id"] = [f"{copy}-{name}" for name in part["id"]]
            part["date"] = [f"{int(date[:4]) + 2 * copy}{date[4:]}" for date in part["date"].astype(str).str[:10]]
            yield part


def growth(corpora: Path, folder: Path) -> None:
    """Measure time, memory and size of a build, each in a process of its own, as the corpus grows."""
    for n_copies in (1, 2, 4, 8):
        command = [sys.executable, __file__, "--corpora", str(corpora), "--part", "one", "--copies", str(n_copies)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
        print(done.stdout.strip(), flush=True)


def one(corpora: Path, folder: Path, n_copies: int) -> None:
    """Build the corpus `n_copies` times over and print what it took."""
    # what the imports and reading the corpus take is not the archive's
    size = 0
    for part in copies(corpora, 1):
        size += int(part["text"].str.len().sum())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    archive = Archive.build(copies(corpora, n_copies), folder / "copies", invalid="skip")
    seconds = time.process_time() - began
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    size *= n_copies
    figures = {"copies": n_copies, "MB": size / 1e6, "s": seconds, "peak MB above the start": peak}
    print(json.dumps({**figures, "bytes a byte": archive.n_bytes / size}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--part", choices=["variants", "speed", "growth", "one"])
    parser.add_argument("--copies", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        if options.part == "one":
            one(options.corpora.resolve(), folder, options.copies)
            return
        for name, part in (("variants", variants), ("speed", speed), ("growth", growth)):
            if options.part in (None, name):
                part(options.corpora.resolve(), folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
