"""Maximal recurring phrases, checked by hand and against a plain reference."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._dated_words import date_words
from rhetoric._formulas import default_min_documents, find_formulas
from rhetoric._sentence_tokens import tokenize_sentences
from rhetoric._tiling import choose


def corpus(texts, days=None, sources=None, families=None):
    n = len(texts)
    days = np.arange(n) if days is None else np.array(days, dtype=np.int64)
    sources = np.zeros(n, dtype=np.int64) if sources is None else np.array(sources, dtype=np.int64)
    families = np.arange(n) if families is None else np.array(families, dtype=np.int64)
    return date_words(tokenize_sentences(texts), days, sources, families)


def formulas(texts, *, min_documents=2, trim=False, min_words=3, max_words=40, **dates):
    return find_formulas(
        corpus(texts, **dates),
        lambda document, start, end: texts[document][start:end],
        min_documents=min_documents,
        trim=trim,
        min_words=min_words,
        max_words=max_words,
    )


def counts(found):
    return {formula.text.lower(): (formula.n_documents, formula.n_occurrences) for formula in found}


def reference(texts, min_documents, min_words, max_words):
    """Return documents and uses of each formula the slow way."""
    sentences = [(d, part.split()) for d, text in enumerate(texts) for part in text.split("\n") if part]
    used = {(s, at): False for s, (_, words) in enumerate(sentences) for at in range(len(words))}
    found = {}
    for n in range(max_words, min_words - 1, -1):
        places = {}
        for s, (_, words) in enumerate(sentences):
            for at in range(len(words) - n + 1):
                places.setdefault(tuple(words[at : at + n]), []).append((s, at))
        spread = {run: len({sentences[s][0] for s, _ in where}) for run, where in places.items()}
        open_runs = {run for run in places if spread[run] >= min_documents}
        while open_runs:
            free = [
                (-spread[run], s, at, run)
                for run in open_runs
                for s, at in places[run]
                if not any(used[s, at + step] for step in range(n))
            ]
            taken = set()
            chosen = []
            for _, s, at, run in sorted(free):
                if all((s, at + step) not in taken for step in range(n)):
                    taken |= {(s, at + step) for step in range(n)}
                    chosen.append((run, s))
            documents = {run: len({sentences[s][0] for other, s in chosen if other == run}) for run, _ in chosen}
            short = {run for run in documents if documents[run] < min_documents}
            if not short:
                uses = Counter(run for run, _ in chosen)
                found |= {" ".join(run): (documents[run], uses[run]) for run in documents}
                used |= dict.fromkeys(taken, True)
                break
            open_runs -= short
    return found


LINES = st.lists(st.sampled_from("abcd"), min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(st.lists(LINES, max_size=3).map("\n".join), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(2, 3), st.integers(2, 3), st.integers(3, 6))
def test_formulas_equal_those_of_a_plain_reference(texts, min_documents, min_words, max_words):
    found = formulas(texts, min_documents=min_documents, min_words=min_words, max_words=max_words)
    assert counts(found) == reference(texts, min_documents, min_words, max_words)


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_formulas_do_not_depend_on_the_order_of_documents(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled = [texts[i] for i in order]
    days = [i // 2 for i in range(len(texts))]
    found = formulas(shuffled, days=[days[i] for i in order])
    assert repr(found) == repr(formulas(texts, days=days))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), unique_by=lambda run: run[0]), st.integers(1, 5))
def test_choose_takes_high_priority_first_then_left(runs, n):
    runs = sorted(runs)
    taken: list[int] = []
    for position, _ in sorted(runs, key=lambda run: (-run[1], run[0])):
        if all(abs(position - other) >= n for other in taken):
            taken.append(position)
    positions, priorities = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    assert positions[choose(positions, priorities, n)].tolist() == sorted(taken)


def test_a_long_formula_is_not_counted_again_through_its_parts():
    long = "the dignity of the supreme leadership"
    found = formulas([f"hurting {long} again", f"insulting {long} now", "supreme leadership of"])
    assert counts(found) == {long: (2, 2)}


def test_a_part_is_counted_where_it_stands_alone():
    found = formulas(["w x y z", "w x y z", "q x y z", "x y z r"])
    assert counts(found) == {"w x y z": (2, 2), "x y z": (2, 2)}


def test_a_formula_does_not_cross_the_end_of_a_sentence():
    assert formulas(["He came. They left.", "He came. They left."], min_words=3) == []
    assert len(formulas(["He came and they left.", "He came and they left."])) == 1


def test_re_issues_of_a_text_count_once():
    texts = ["we will never forgive", "we will never forgive", "we will never forgive"]
    found = formulas(texts, families=[0, 0, 2], sources=[1, 2, 3])
    assert [(f.n_documents, f.n_occurrences, f.sources, f.last) for f in found] == [(2, 2, (1, 3), 2)]
    assert formulas(texts, families=[0, 0, 0]) == []


def test_first_and_last_days_and_sources_are_those_of_the_uses():
    texts = ["X! A sea of fire.", "a sea of fire", "nothing here at all", "A SEA OF FIRE"]
    found = formulas(texts, days=[300, 100, 50, 200], sources=[4, 2, 1, 2])
    assert [(f.text, f.n_words, f.first, f.last, f.sources) for f in found] == [("a sea of fire", 4, 100, 300, (2, 4))]


def test_association_is_the_mutual_information_of_the_words():
    found = formulas(["a b c", "a b c d"])
    # 7 words, each of a, b, c twice, expected 7 * (2/7)**3
    assert found[0].association == pytest.approx(np.log2(2 / (7 * (2 / 7) ** 3)))


def test_dispersion_is_over_calendar_years_and_needs_five_uses():
    texts = ["p q r"] * 5 + ["s t u"] * 4 + ["v"] * 3
    days = np.array(["2011-01-01"] * 5 + ["2012-12-31"] * 7, dtype="datetime64[D]").astype(int)
    found = {f.text: f.dispersion for f in formulas(texts, days=days)}
    # 15 of 30 words lie in 2011
    assert found["p q r"] == pytest.approx(0.5)
    assert np.isnan(found["s t u"])


def test_burstiness_counts_the_gaps_in_documents():
    regular = ["x y z", "one", "x y z", "two", "x y z"]
    assert formulas(regular)[0].burstiness == -1
    bursty = ["x y z", "x y z", "x y z", *(str(i) for i in range(6)), "x y z"]
    assert formulas(bursty)[0].burstiness == pytest.approx((2.8284 - 3) / (2.8284 + 3), abs=1e-4)
    assert np.isnan(formulas(["x y z", "x y z"])[0].burstiness)


def test_order_is_by_documents_times_root_of_association():
    found = formulas(["a b c"] * 3 + ["d e f g"] * 2)
    score = [f.n_documents * f.association**0.5 for f in found]
    assert [f.text for f in found] == ["a b c", "d e f g"]
    assert score == sorted(score, reverse=True)


def test_trimming_drops_grammar_at_the_edges_and_keeps_what_belongs():
    rng = np.random.default_rng(1)
    common = ["the", "of", "in"]
    texts = []
    for i in range(300):
        noise = [f"n{rng.integers(400)}" for _ in range(40)]
        mixed = [word for pair in zip(noise, rng.choice(common, 40), strict=True) for word in pair]
        texts.append(" ".join(mixed) + (f"\nhe{i} opposes the sea of fire in n{i}" if i % 3 == 0 else ""))
    found = formulas(texts, trim=True, min_documents=20)
    assert [f.text for f in found] == ["opposes the sea of fire"]


def test_text_closes_what_it_opens():
    texts = ['the show "sea of fire and more" today', 'the show "sea of fire or less" again', "of (sea) fires (x", "y"]
    assert [f.text for f in formulas(texts)] == ['the show "sea of fire"']


def test_no_documents_give_no_formulas():
    assert formulas([]) == []
    assert formulas(["", "..."]) == []


def test_default_min_documents_is_ten_per_million_words_and_at_least_five():
    words = corpus(["a b c"])
    assert default_min_documents(words) == 5
    assert default_min_documents(corpus([" ".join(["a"] * 600_001)])) == 7


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"min_documents": 1}, r"min_documents must be at least 2, got 1"),
        ({"min_words": 1}, r"min_words must be at least 2, got 1"),
        ({"max_words": 2}, r"max_words must be at least min_words, got 2 < 3"),
    ],
)
def test_senseless_bounds_are_refused(bounds, message):
    with pytest.raises(ValueError, match=message):
        formulas(["a b c"], **bounds)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"days must hold one number for each of 2 documents, got 1"):
        corpus(["a", "b"], days=[0])
    with pytest.raises(ValueError, match=r"families must point at first issues, got 1 for document 2"):
        corpus(["a", "b", "c"], families=[0, 0, 1])
