"""Phrase frames with a variable slot, checked by hand and against a plain reference."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._dated_words import date_words
from rhetoric._frames import find_frames
from rhetoric._sentence_tokens import tokenize_sentences

# chance meetings are rare only in a corpus of some size
PADDING = " ".join(f"p{i}" for i in range(1500))


def frames(texts, *, min_documents=3, days=None, families=None):
    texts = [*texts, PADDING]
    n = len(texts)
    days = np.arange(n) if days is None else np.array([*days, 0], dtype=np.int64)
    families = np.arange(n) if families is None else np.array([*families, n - 1], dtype=np.int64)
    words = date_words(tokenize_sentences(texts), days, np.zeros(n, dtype=np.int64), families)
    return find_frames(words, lambda document, start, end: texts[document][start:end], min_documents=min_documents)


def as_text(frame):
    return f"{frame.prefix} * {frame.suffix}"


def slots_between(sentences, frequent):
    """Return the slots between frequent runs of two words: pair -> (sentence, start) -> shortest use."""
    found = defaultdict(dict)
    for size in range(1, 5):
        for s, (document, words) in enumerate(sentences):
            for start in range(2, len(words) - size - 1):
                pair = tuple(words[start - 2 : start]), tuple(words[start + size : start + size + 2])
                if set(pair) <= frequent:
                    found[pair].setdefault((s, start), (document, s, start, start + size))
    return found


def meetings(sentences, min_documents):
    """Return the uses of all pairs of two-word anchors: pair -> list of (document, sentence, start, stop)."""
    uses, documents = Counter(), defaultdict(set)
    for document, words in sentences:
        for run in pairwise(words):
            uses[run] += 1
            documents[run].add(document)
    frequent = {run for run in uses if len(documents[run]) >= min_documents}
    found = slots_between(sentences, frequent)
    total = sum(len(words) for _, words in sentences)
    result = {}
    for pair, by_start in found.items():
        by_stop = {}
        for use in sorted(by_start.values(), key=lambda use: use[3] - use[2]):
            by_stop.setdefault((use[1], use[3]), use)
        expected = uses[pair[0]] * uses[pair[1]] * (4 / total)
        bits = np.log2(len(by_stop) / expected)
        if bits >= 4 and len({use[0] for use in by_stop.values()}) >= min_documents:
            result[pair] = bits, sorted(by_stop.values())
    return result


def commonest(uses, keys):
    documents = defaultdict(set)
    for use, key in zip(uses, keys, strict=True):
        documents[key].add(use[0])
    return max(documents.items(), key=lambda item: len(item[1])) if uses else (None, set())


def grown(sentences, uses, min_documents):
    """Return the words before and after that nearly always go with a pair, and the uses that have them."""
    extra = {True: [], False: []}
    is_growing = True
    while is_growing:
        is_growing = False
        for left in (True, False):
            step = 2 + len(extra[left])
            keys = []
            for _, s, start, stop in uses:
                at = start - step - 1 if left else stop + step
                words = sentences[s][1]
                keys.append(words[at] if 0 <= at < len(words) else None)
            key, documents = commonest(uses, keys)
            total = len({use[0] for use in uses})
            if key is not None and len(documents) >= max(min_documents, 0.75 * total):
                extra[left].append(key)
                uses = [use for use, found in zip(uses, keys, strict=True) if found == key]
                is_growing = True
    return " ".join(reversed(extra[True])), " ".join(extra[False]), uses


def reference(texts, min_documents):
    """Return prefix, suffix and counts of each frame the slow way; every word counts as content."""
    sentences = [(d, part.split()) for d, text in enumerate([*texts, PADDING]) for part in text.split("\n") if part]
    open_frames = []
    for (prefix, suffix), (bits, first_uses) in meetings(sentences, min_documents).items():
        before, after, uses = grown(sentences, first_uses, min_documents)
        slots = [tuple(sentences[s][1][start:stop]) for _, s, start, stop in uses]
        total = len({use[0] for use in uses})
        varies = all(len(commonest(uses, [slot[edge] for slot in slots])[1]) <= 0.75 * total for edge in (0, -1))
        if varies and len(set(slots)) >= 3:
            name = f"{before} {' '.join(prefix)} * {' '.join(suffix)} {after}".strip()
            open_frames.append((-np.sqrt(bits) * total, uses, name, Counter(slots)))
    claimed, found = set(), []
    for _, uses, name, slots in sorted(open_frames, key=lambda frame: (frame[0], frame[1][0][1:3])):
        places = [{(s, at) for at in range(start, stop)} for _, s, start, stop in uses]
        if np.mean([bool(place & claimed) for place in places]) < 0.75:
            claimed |= set().union(*places)
            documents = len({use[0] for use in uses})
            found.append((name, documents, len(uses), {" ".join(slot): n for slot, n in slots.items()}))
    return found


SLOT = st.lists(st.sampled_from("pqrstu"), min_size=1, max_size=4).map(" ".join)
SENTENCE = st.tuples(
    st.sampled_from(["", "x ", "y x ", "z "]),
    st.just("a b "),
    SLOT,
    st.just(" c d"),
    st.sampled_from(["", " v", " w v"]),
).map("".join)
TEXTS = st.lists(st.lists(SENTENCE, min_size=1, max_size=2).map("\n".join), min_size=8, max_size=16)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(2, 4))
def test_frames_equal_those_of_a_plain_reference(texts, min_documents):
    found = [
        (as_text(f), f.n_documents, f.n_occurrences, {filler.text: filler.n_occurrences for filler in f.fillers})
        for f in frames(texts, min_documents=min_documents)
    ]
    assert found == reference(texts, min_documents)


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_frames_do_not_depend_on_the_order_of_documents(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    days = [i // 2 for i in order]
    found = frames([texts[i] for i in order], days=days)
    assert repr(found) == repr(frames(texts, days=[i // 2 for i in range(len(texts))]))


LEADERS = ["wise", "Songun revolutionary", "wise", "energetic", "outstanding", "wise"]


def test_fillers_have_documents_and_first_and_last_use():
    texts = [f"They rallied under his {word} leadership of revolution." for word in LEADERS]
    (frame,) = frames(texts, days=[60, 10, 20, 30, 40, 50])
    assert as_text(frame) == "They rallied under his * leadership of revolution"
    assert (frame.n_documents, frame.first, frame.last) == (6, 10, 60)
    assert [(f.text, f.n_documents, f.first, f.last) for f in frame.fillers] == [
        ("wise", 3, 20, 60),
        ("Songun revolutionary", 1, 10, 10),
        ("energetic", 1, 30, 30),
        ("outstanding", 1, 40, 40),
    ]


def test_hapaxity_is_the_share_of_fillers_used_once():
    (frame,) = frames([f"under his {word} leadership of revolution" for word in LEADERS])
    assert frame.hapaxity == pytest.approx(3 / 4)
    (rigid,) = frames([f"under his {word} leadership of revolution" for word in LEADERS * 2])
    assert rigid.hapaxity == 0


def test_association_counts_the_slot_lengths():
    texts = [f"under his {word} leadership of" for word in LEADERS]
    (frame,) = frames(texts)
    total = 1500 + sum(len(text.split()) for text in texts)
    assert frame.association == pytest.approx(np.log2(6 * total / (6 * 6 * 4)))


def test_re_issues_of_a_text_count_once():
    texts = [f"under his {word} leadership of revolution" for word in [*LEADERS, "wise", "wise"]]
    (frame,) = frames(texts, families=[0, 1, 2, 3, 4, 5, 0, 2])
    assert (frame.n_documents, frame.n_occurrences) == (6, 6)


def test_a_slot_that_hardly_varies_is_no_frame():
    words = ["wise"] * 16 + ["energetic", "outstanding", "bold", "sure"]
    assert frames([f"under his {word} leadership of revolution" for word in words]) == []


def test_a_slot_does_not_cross_the_end_of_a_sentence():
    assert frames([f"under his {word}\nleadership of revolution" for word in LEADERS]) == []


def test_an_anchor_does_not_cut_a_name():
    texts = [f"Kim Jong {name} {word} vowed revenge" for name in ("Il", "Un", "Suk") for word in "pqrstu"]
    assert [frame.prefix for frame in frames(texts)] == ["Kim Jong Il", "Kim Jong Un", "Kim Jong Suk"]
    assert [frame.prefix for frame in frames([text.lower() for text in texts])] == ["kim jong"]


def test_frames_end_on_words_of_content():
    texts = []
    for i in range(200):
        noise = " ".join(f"{small} n{i * j % 97}" for j, small in enumerate(["the", "of", "in", "to"] * 3))
        line = f"the dignity of the f{i % 7} leadership of the nation in n{i % 89}"
        texts.append(f"{noise}\n{line}" if i % 4 == 0 else noise)
    found = frames(texts, min_documents=20)
    assert [as_text(frame) for frame in found] == ["dignity of the * leadership of the nation"]


def test_no_documents_give_no_frames():
    words = date_words(tokenize_sentences([]), *(np.zeros(0, dtype=np.int64),) * 3)
    assert find_frames(words, lambda *_: "") == []


def test_a_frame_in_one_document_is_refused():
    with pytest.raises(ValueError, match=r"min_documents must be at least 2, got 1"):
        frames(["a"], min_documents=1)
