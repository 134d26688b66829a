"""Every measure of a corpus agrees to 1e-9 with a plain, slow one written from its formula."""

from collections import Counter
from math import log, log2, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric.measures as rm

pytestmark = pytest.mark.filterwarnings("ignore:.* undefined for all:UserWarning")
WORDS = ["war", "peace", "talks", "bomb", "rice", "coal", "trade", "army"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=4)
DOCUMENTS = st.lists(st.tuples(SENTENCES, st.integers(0, 9), st.sampled_from("AB")), min_size=1, max_size=9)
same = settings(max_examples=60, deadline=None)


def corpus(documents):
    """Documents in order of time, and the same made ready in the order of the input."""
    frame = pd.DataFrame(
        {
            "text": ["\n".join(" ".join(sentence) for sentence in sentences) for sentences, _, _ in documents],
            "date": [f"2021-05-{day + 1:02}" for _, day, _ in documents],
            "source": [source for *_, source in documents],
        }
    )
    return rm.prepare(frame, collapse_reissues=False)


def words(document):
    return [word for sentence in document[0] for word in sentence]


def grams(document, n):
    return [tuple(s[i : i + n]) for s in document[0] for i in range(len(s) - n + 1)]


def past(documents, one):
    return [other for other in documents if other[1] < one[1]]


def previous(documents, one):
    """The last document of the source before `one`; among equals the later row."""
    before = [other for other in documents if other[1] < one[1] and other[2] == one[2]]
    return max(enumerate(before), key=lambda item: (item[1][1], item[0]))[1] if before else None


def neighbours(documents, row, w):
    """The w documents before and the w after, as they follow each other in time and then by row."""
    order = sorted(range(len(documents)), key=lambda at: documents[at][1])
    before = [at for at in order if documents[at][1] < documents[row][1]][-w:]
    after = [at for at in order if documents[at][1] > documents[row][1]][:w]
    return before, after


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), atol=1e-9, rtol=1e-9)


def share_flagged(document, is_flagged):
    return sum(len(s) for s in document[0] if is_flagged(s)) / len(words(document))


@same
@given(DOCUMENTS)
def test_boilerplate(documents):
    def slow(one):
        before = past(documents, one)
        if not before:
            return nan
        having, uses = Counter(), Counter()
        for other in before:
            having.update(set(grams(other, 2)))
            uses.update(grams(other, 2))
        n = len(before)
        stock = {g for g in having if (having[g] / n >= 0.3 or uses[g] / n >= 1.5) and having[g] / n < 0.75}
        return share_flagged(one, lambda s: any(g in stock for g in grams(([s],), 2)))

    close(rm.boilerplate(corpus(documents), n=2, min_uses=1.5), [slow(one) for one in documents])


@same
@given(DOCUMENTS)
def test_stickiness(documents):
    def slow(one):
        before = previous(documents, one)
        if before is None:
            return nan
        return share_flagged(one, lambda s: any(g in grams(before, 3) for g in grams(([s],), 3)))

    close(rm.stickiness(corpus(documents), n=3), [slow(one) for one in documents])


@same
@given(DOCUMENTS)
def test_redundancy(documents):
    sentences = [share_flagged(one, lambda s, one=one: one[0].count(s) > 1) for one in documents]
    close(rm.redundancy(corpus(documents)), sentences)
    counts = [Counter(grams(one, 2)) for one in documents]
    runs = [sum(n for n in c.values() if n > 1) / sum(c.values()) if c else nan for c in counts]
    close(rm.redundancy(corpus(documents), n=2), runs)


def slow_divergence(documents, one, other, a):
    until = max(one[1], other[1])
    vocabulary = {word for document in documents if document[1] <= until for word in words(document)}
    p, q = Counter(words(one)), Counter(words(other))
    zp, zq = sum(p.values()) + a * len(vocabulary), sum(q.values()) + a * len(vocabulary)
    return sum((p[w] + a) / zp * log2((p[w] + a) / zp / ((q[w] + a) / zq)) for w in vocabulary)


@same
@given(DOCUMENTS, st.sampled_from([0.01, 1.0]), st.integers(1, 3))
def test_novelty_transience_and_resonance(documents, a, w):
    rows = []
    for row, one in enumerate(documents):
        means = [
            sum(slow_divergence(documents, one, documents[at], a) for at in side) / w if len(side) == w else nan
            for side in neighbours(documents, row, w)
        ]
        rows.append([*means, means[0] - means[1]])
    ready = corpus(documents)
    close(rm.resonance(ready, window=w, smoothing=a), rows)
    close(rm.novelty(ready, window=w, smoothing=a), [row[0] for row in rows])
    close(rm.transience(ready, window=w, smoothing=a), [row[1] for row in rows])


@same
@given(st.lists(st.lists(st.floats(0.05, 1), min_size=3, max_size=3), min_size=1, max_size=7), st.integers(1, 3))
def test_resonance_of_distributions(shares, w):
    p = np.array(shares) / np.sum(shares, axis=1, keepdims=True)
    kl = np.array([[np.sum(x * np.log2(x / y)) for y in p] for x in p])
    n = len(p)
    new = [kl[j, j - w : j].mean() if j >= w else nan for j in range(n)]
    passing = [kl[j, j + 1 : j + 1 + w].mean() if j + w < n else nan for j in range(n)]
    found = rm.distribution_resonance(p, window=w)
    close(found, np.column_stack([new, passing, np.subtract(new, passing)]))


@same
@given(DOCUMENTS, st.integers(1, 3))
def test_backward_and_forward_similarity(documents, w):
    def cosine(one, other):
        t = min(one[1], other[1])
        before = [set(words(document)) for document in documents if document[1] < t]
        if not before:
            return nan
        idf = {word: log(len(before) / (1 + sum(word in document for document in before))) for word in WORDS}
        x, y = ([Counter(words(d))[word] / len(words(d)) * idf[word] for word in WORDS] for d in (one, other))
        length = sqrt(sum(v * v for v in x)) * sqrt(sum(v * v for v in y))
        return sum(a * b for a, b in zip(x, y, strict=True)) / length if length else nan

    rows = []
    for row, one in enumerate(documents):
        sides = neighbours(documents, row, w)
        bs, fs = (sum(cosine(one, documents[at]) for at in side) if len(side) == w else nan for side in sides)
        rows.append([bs, fs, fs / bs if bs else nan])
    close(rm.importance(corpus(documents), window=w), rows)


def slow_cosine(x, y):
    if not x or not y:
        return nan
    return sum(x[w] * y[w] for w in x) / sqrt(sum(v * v for v in x.values()) * sum(v * v for v in y.values()))


@same
@given(DOCUMENTS)
def test_consecutive_similarity_with_and_without_formulas(documents):
    def rest(document, stock):
        kept = Counter()
        for s in document[0]:
            inside = {i + k for i in range(len(s) - 3) if tuple(s[i : i + 4]) in stock for k in range(4)}
            kept.update(word for at, word in enumerate(s) if at not in inside)
        return kept

    rows = []
    for one in documents:
        before = previous(documents, one)
        if before is None:
            rows.append([nan, nan])
            continue
        earlier = past(documents, one)
        having = Counter(g for other in earlier for g in set(grams(other, 4)))
        stock = {g for g, n in having.items() if 0.3 * len(earlier) <= n < 0.9 * len(earlier)}
        raw = slow_cosine(Counter(words(one)), Counter(words(before)))
        rows.append([raw, slow_cosine(rest(one, stock), rest(before, stock))])
    found = rm.consecutive_similarity(corpus(documents), max_document_share=0.9)
    close(found, rows)


def slow_indel(a, b):
    table = np.add.outer(np.arange(len(a) + 1), np.arange(len(b) + 1))
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            step = min(table[i - 1, j], table[i, j - 1]) + 1
            table[i, j] = min(step, table[i - 1, j - 1]) if a[i - 1] == b[j - 1] else step
    return table[-1, -1]


@same
@given(SENTENCES, SENTENCES)
def test_lazy_prices(old, new):
    a, b = words((old,)), words((new,))
    expected = [
        slow_cosine(Counter(a), Counter(b)),
        len({*a} & {*b}) / len({*a} | {*b}),
        1 - slow_indel(a, b) / (len(a) + len(b)),
    ]
    texts = ["\n".join(map(" ".join, document)) for document in (old, new)]
    close(rm.text_similarities(texts[:1], texts[1:]).iloc[0, :3], expected)


def random_documents(seed, n):
    random = np.random.default_rng(seed)
    sizes, days, sources = random.integers(1, 8, n), random.integers(0, 10, n), random.choice(["A", "B"], n)
    return [([random.choice(WORDS, size).tolist()], *rest) for size, *rest in zip(sizes, days, sources, strict=True)]


@pytest.mark.parametrize("seed", range(5))
def test_standard_and_informative_content(seed):
    documents = random_documents(seed, 40)

    def vector(document):
        counts = Counter(words(document))
        return np.array([counts[word] for word in WORDS]) / len(words(document))

    rows = []
    for one in documents:
        recent = [vector(d) for d in documents if 0 < one[1] - d[1] <= 2]
        earlier = [vector(d) for d in documents if one[1] - d[1] > 2 and d[2] == one[2]]
        first = min(d[1] for d in documents)
        x = np.column_stack([np.mean(recent, axis=0), np.mean(earlier, axis=0)]) if recent and earlier else None
        if x is None or one[1] - 2 < first or np.linalg.matrix_rank(x, tol=1e-7) < 2:
            rows.append([nan, nan])
            continue
        coefficients = np.linalg.lstsq(x, vector(one), rcond=None)[0]
        rows.append([coefficients.sum(), np.abs(vector(one) - x @ coefficients).sum()])
    close(rm.standard_content(corpus(documents), recent="2D"), rows)


def first_uses(one, others, n):
    """Date of the first of `others` that covers each word of `one`, None where none does."""
    dates = []
    for s in one[0]:
        for at in range(len(s)):
            runs = [tuple(s[i : i + n]) for i in range(at - n + 1, at + 1) if i >= 0 and i + n <= len(s)]
            found = [other[1] for other in others if any(run in grams(other, n) for run in runs)]
            dates.append(min(found, default=None))
    return dates


@same
@given(DOCUMENTS, st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_reuse_and_writable_since(documents, share):
    rows, since = [], []
    for one in documents:
        dates = first_uses(one, past(documents, one), 3)
        known = sorted(date for date in dates if date is not None)
        rows.append(len(known) / len(dates) if past(documents, one) else nan)
        by = [day for day in range(10) if sum(date <= day for date in known) >= share * len(dates) - 1e-9]
        since.append(by[0] if by and known else nan)
    ready = corpus(documents)
    close(rm.reuse(ready, n=3), rows)
    found = rm.writable_since(ready, share=share, n=3)
    close(found.dt.day - 1, since)


@same
@given(DOCUMENTS, st.sampled_from([0.3, 0.5, 1.0]))
def test_return_time(documents, share):
    end = max(day for _, day, _ in documents)
    rows = []
    for one in documents:
        later = [other for other in documents if other[1] > one[1]]
        dates = first_uses(one, later, 3)
        known = [date for date in dates if date is not None]
        days = [day for day in range(10) if known and sum(date <= day for date in known) >= share * len(dates) - 1e-9]
        rows.append([(days[0] if days else end) - one[1], float(not days)])
    close(rm.return_time(corpus(documents), share=share, n=3)[["return_days", "is_censored"]], rows)


@same
@given(DOCUMENTS)
def test_datability(documents):
    months = pd.date_range("2021-01-01", periods=10, freq="MS")
    frame = corpus(documents)
    dated = pd.DataFrame({"text": frame.by_row_all(np.array(frame.texts, dtype=object)), "date": ""})
    dated["date"] = [str(months[day].date()) for _, day, _ in documents]
    rows = []
    for one in documents:
        before = past(documents, one)
        everything = Counter(word for other in before for word in words(other))
        months_seen = sorted({other[1] for other in before})
        d = Counter(words(one))
        if len(months_seen) < 2 or not any(everything[word] for word in d):
            rows.append([nan, nan])
            continue
        scores = []
        for month in months_seen:
            uses = Counter(word for other in before if other[1] == month for word in words(other))
            n = sum(uses.values())
            ratio = {
                w: 0.8 * uses[w] / n / (everything[w] / sum(everything.values())) + 0.2 for w in d if everything[w]
            }
            scores.append(sum(d[w] * log2(r) for w, r in ratio.items()))
        weights = 2.0 ** np.array(scores)
        p = weights / weights.sum()
        rows.append([max(scores) / len(words(one)), -sum(v * log2(v) for v in p if v) / log2(len(p))])
    ready = rm.prepare(dated, collapse_reissues=False)
    close(rm.datability(ready, period="M", smoothing=0.2)[["nllr", "flatness"]], rows)
