"""Mine the stock-phrase lexicon and the word statistics from dated corpora.

Reads Parquet files with the columns ``text`` and ``date`` and writes two tables into ``rhetoric/data``:

``phrases.tsv.gz``
    phrases of two to six words that many documents share: phrase, documents, first year, last year.
``words.tsv.gz``
    words with the number of documents that have them, and the share of their uses that lie inside a
    five-word run which another document has too.

Phrases are runs of words inside one sentence, without figures, that stand in at least `--min-documents`
documents. A phrase goes out again where a longer one accounts for most of its documents, and where its
words meet no more often than chance would have them. Only short phrases and figures are kept. Run it as::

    python tools/mine_phrases.py corpora/*.parquet
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
import pandas as pd

from rhetoric._sentences import split_sentences
from rhetoric._tokens import Tokens, ngram_hashes, runs_within_documents, tokenize

DATA = Path(__file__).parents[1] / "rhetoric" / "data"
MIN_ASSOCIATION = 2.0  # bits per added word: log2(f / expected f) / (n - 1)
MAX_SHARE_IN_LONGER = 0.7
COMMON_WORDS = 120  # a phrase made of nothing but the most widespread words is grammar, not wording
REUSE_RUN = 5


def read_documents(paths: list[Path]) -> pd.DataFrame:
    """Return text, year and number of the corpus of every distinct document."""
    frames = [pd.read_parquet(path, columns=["text", "date"]).assign(corpus=at) for at, path in enumerate(paths)]
    documents = pd.concat(frames, ignore_index=True).drop_duplicates("text", ignore_index=True)
    return documents.assign(year=documents["date"].str[:4].astype(int))


def tokenize_sentences(documents: pd.DataFrame) -> tuple[list[str], Tokens, np.ndarray]:
    """Return all sentences, their tokens, and the document of each token."""
    sentences, owner = [], []
    for index, text in enumerate(documents["text"]):
        spans = split_sentences(text)
        sentences += [text[start:end] for start, end in spans]
        owner += [index] * len(spans)
    tokens = tokenize(sentences)
    return sentences, tokens, np.repeat(owner, tokens.n_words)


def runs(tokens: Tokens, n: int, *, with_figures: bool) -> np.ndarray:
    """Return the positions of the runs of `n` words inside one sentence."""
    positions = runs_within_documents(tokens, n)
    if with_figures:
        return positions
    figures = np.concatenate(([0], np.cumsum(tokens.n_digits > 0)))
    return positions[figures[positions + n] == figures[positions]]


def count(tokens: Tokens, document: np.ndarray, year: np.ndarray, n: int, min_documents: int) -> pd.DataFrame:
    """Return the runs of `n` words in at least `min_documents` documents, one row each."""
    positions = runs(tokens, n, with_figures=False)
    rows = pd.DataFrame({"key": ngram_hashes(tokens.hashes, n)[positions], "document": document[positions]})
    rows["position"] = positions
    rows["uses"] = rows.groupby("key")["key"].transform("size")
    rows = rows[rows["uses"] >= min_documents].drop_duplicates(["key", "document"])
    rows["year"] = year[rows["document"].to_numpy()]
    table = rows.groupby("key").agg(
        position=("position", "first"),
        uses=("uses", "first"),
        documents=("document", "size"),
        first_year=("year", "min"),
        last_year=("year", "max"),
    )
    return table[table["documents"] >= min_documents].assign(n=n)


def association(tokens: Tokens, table: pd.DataFrame, n: int) -> np.ndarray:
    """Return log2 of observed over expected uses, per added word."""
    _words, inverse, uses = np.unique(tokens.hashes, return_inverse=True, return_counts=True)
    total = len(tokens.hashes)
    log_share = np.log2(uses / total)[inverse]
    positions = table["position"].to_numpy()
    expected = sum(log_share[positions + step] for step in range(n)) + np.log2(total)
    return (np.log2(table["uses"].to_numpy()) - expected) / (n - 1)


def has_content(tokens: Tokens, table: pd.DataFrame, n: int) -> np.ndarray:
    """Return whether each phrase has a word outside the most widespread ones."""
    words, uses = np.unique(tokens.hashes, return_counts=True)
    is_content = ~np.isin(tokens.hashes, words[np.argsort(-uses, kind="stable")[:COMMON_WORDS]])
    positions = table["position"].to_numpy()
    return np.any([is_content[positions + step] for step in range(n)], axis=0)


def drop_parts(tables: dict[int, pd.DataFrame], tokens: Tokens) -> None:
    """Drop from each table the phrases that a longer phrase mostly accounts for."""
    for n in sorted(tables)[:-1]:
        longer = tables[n + 1]
        hashes = ngram_hashes(tokens.hashes, n)
        positions = longer["position"].to_numpy()
        inside = pd.concat(
            [pd.Series(longer["documents"].to_numpy(), index=hashes[positions + step]) for step in (0, 1)]
        )
        most = inside.groupby(level=0).max().reindex(tables[n].index).fillna(0)
        tables[n] = tables[n][most < MAX_SHARE_IN_LONGER * tables[n]["documents"]]


def phrase_table(sentences: list[str], tokens: Tokens, document: np.ndarray, year: np.ndarray, minimum: int):
    """Return the lexicon, most widespread phrases first."""
    tables = {n: count(tokens, document, year, n, minimum) for n in range(2, 7)}
    drop_parts(tables, tokens)
    kept = [
        table[(association(tokens, table, n) >= MIN_ASSOCIATION) & has_content(tokens, table, n)]
        for n, table in tables.items()
    ]
    lexicon = pd.concat(kept)
    sentence = tokens.document
    lexicon["phrase"] = [
        " ".join(
            sentences[sentence[i]][tokens.starts[j] : tokens.ends[j]].lower().replace("\u2019", "'")
            for j in range(i, i + n)
        )
        for i, n in zip(lexicon["position"], lexicon["n"], strict=True)
    ]
    # a short phrase occurs more easily: ask for more documents
    needed = minimum * 2.0 ** (4 - lexicon["n"].clip(upper=4))
    lexicon = lexicon[lexicon["documents"] >= needed]
    order = lexicon.sort_values(["documents", "phrase"], ascending=[False, True])
    return order[["phrase", "documents", "first_year", "last_year"]]


def word_table(sentences: list[str], tokens: Tokens, document: np.ndarray, minimum: int) -> pd.DataFrame:
    """Return documents and share of reused uses of every word in at least `minimum` documents."""
    positions = runs(tokens, REUSE_RUN, with_figures=True)
    rows = pd.DataFrame({"key": ngram_hashes(tokens.hashes, REUSE_RUN)[positions], "document": document[positions]})
    shared = (rows.groupby("key")["document"].transform("min") < rows["document"]) | (
        rows.groupby("key")["document"].transform("max") > rows["document"]
    )
    reused = np.zeros(len(tokens.hashes), dtype=bool)
    for step in range(REUSE_RUN):
        reused[positions[shared.to_numpy()] + step] = True
    words = pd.DataFrame({"key": tokens.hashes, "document": document, "reused": reused})
    words["position"] = np.arange(len(words))
    words = words[tokens.n_digits == 0]
    table = words.groupby("key").agg(
        documents=("document", "nunique"), reused_share=("reused", "mean"), position=("position", "first")
    )
    table = table[table["documents"] >= minimum]
    at = table["position"].to_numpy()
    sentence = tokens.document[at]
    table["word"] = [
        sentences[s][a:b].lower().replace("\u2019", "'")
        for s, a, b in zip(sentence, tokens.starts[at], tokens.ends[at], strict=True)
    ]
    table["reused_share"] = table["reused_share"].round(3)
    return table.sort_values(["documents", "word"], ascending=[False, True])[["word", "documents", "reused_share"]]


def write(table: pd.DataFrame, path: Path) -> None:
    """Write `table` so that equal tables give equal bytes."""
    text = table.to_csv(sep="\t", index=False, lineterminator="\n")
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    print(f"{path.name}: {len(table):,} rows")


def main() -> None:
    """Read the corpora and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--min-documents", type=int, default=16, help="documents that must share a phrase of 4+ words")
    parser.add_argument("--min-word-documents", type=int, default=6)
    options = parser.parse_args()
    documents = read_documents(options.corpora)
    sentences, tokens, document = tokenize_sentences(documents)
    year = documents["year"].to_numpy()
    write(phrase_table(sentences, tokens, document, year, options.min_documents), DATA / "phrases.tsv.gz")
    write(word_table(sentences, tokens, document, options.min_word_documents), DATA / "words.tsv.gz")


if __name__ == "__main__":
    main()
