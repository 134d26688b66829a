"""Any bytes as a file and as a text: what must hold of the readings, and a target for coverage-guided fuzzing.

pip install atheris
python tests/fuzz/any_input.py -max_total_time=300 -max_len=4000 [FOLDER WITH FINDS]
"""

from __future__ import annotations

import sys
import tempfile
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

SUFFIXES = (".txt", ".jsonl", ".csv", ".parquet")


@cache
def example():
    """Return the archive that ships."""
    from rhetoric.archive import Archive

    return Archive.example()


def check_reading(text, archive=None):
    """Raise AssertionError unless `text` is read whole and soundly, or refused as blank; return the reading."""
    from rhetoric.classify import statement

    try:
        reading = statement(text, archive=archive, date="2030-01-01")
    except ValueError:
        # the one documented reason
        assert not text.strip()
        return None
    assert "".join("".join(s.text for s in reading.sentences).split()) == "".join(text.split())
    assert all(left.end <= right.start for left, right in pairwise(reading.sentences))
    for sentence in reading.sentences:
        assert 0 <= sentence.p_substantive <= 1
        assert sentence.text == text[sentence.start : sentence.end]
        for cue in sentence.cues:
            assert all(sentence.start <= start < end <= sentence.end for start, end in cue.spans)
            assert cue.text == " | ".join(dict.fromkeys(text[start:end] for start, end in cue.spans))
    low, high = reading.perishable_interval
    assert reading.n_words == 0 or 0 <= low <= reading.perishable_share <= high <= 1
    assert str(reading) == str(statement(text, archive=archive, date="2030-01-01"))
    return reading


def check_trace(text):
    """Raise AssertionError unless the trace of `text` stays inside it; return the trace."""
    reading = check_reading(text, example())
    if reading is None:
        return None
    trace = reading.trace
    words = list(zip(trace.word_starts.tolist(), trace.word_ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(text) for start, end in words)
    assert all(left[1] <= right[0] for left, right in pairwise(words))
    assert not words or 0 <= trace.reused_share <= 1
    for sentence in trace.sentences:
        assert 0 <= sentence.n_reused <= sentence.n_words
        assert sentence.verdict in ("verbatim", "changed", "new")
    assert all(text[p.start : p.end] == p.text for p in trace.new_passages)
    assert trace.to_dict() == check_reading(text, example()).trace.to_dict()
    return trace


def check_forms(text):
    """Raise AssertionError unless composed and decomposed text get the same labels and probabilities."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    composed, decomposed = (check_reading(form) for form in forms)
    if composed is not None:
        for left, right in zip(composed.sentences, decomposed.sentences, strict=True):
            assert (left.label, left.p_substantive, left.n_words) == (right.label, right.p_substantive, right.n_words)
        assert composed.language_note == decomposed.language_note


def check_file(content, suffix):
    """Raise AssertionError unless a file is read or refused in one line; return the texts."""
    from rhetoric._files import InputError
    from rhetoric._read import read_documents

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        message = ""
        texts = []
        try:
            texts += [text for frame in read_documents([path], chunk_rows=3) for text in frame["text"]]
        except InputError as exc:
            message = str(exc)
    assert message.isprintable()
    return texts


def fuzz(content):
    """Check one input: the first byte says what it is."""
    what, content = content[:1], content[1:]
    way = what[0] % 7 if what else 0
    if way < len(SUFFIXES):
        for text in check_file(content, SUFFIXES[way])[:3]:
            check_reading(text)
        return
    text = (
        content.decode("utf-8", "replace")
        if way < 6
        else content[: len(content) // 2 * 2].decode("utf-16-le", "surrogatepass")
    )
    (check_trace, check_forms, check_trace)[way - len(SUFFIXES)](text)


def main():
    import atheris

    with atheris.instrument_imports(include=["rhetoric"]):
        import rhetoric._read
        import rhetoric.classify  # noqa: F401 - imported to be instrumented
    check_trace("Warm up: the talks open on 4 May.")
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
