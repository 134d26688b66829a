"""The shipped model comes from the repository alone, to the byte."""

from __future__ import annotations

from rhetoric.classify import load, shipped_model_path
from rhetoric.datasets import load_article_examples
from rhetoric.train import train


def test_training_without_arguments_rebuilds_the_shipped_model(tmp_path):
    train().save(tmp_path / "rhetoric.npz")
    shipped = shipped_model_path()
    assert (tmp_path / "rhetoric.npz").read_bytes() == shipped.read_bytes()
    assert (tmp_path / "rhetoric.md").read_text() == shipped.with_suffix(".md").read_text()


def test_contributions_add_up_to_the_decision_on_every_article_example():
    model, texts = load(), load_article_examples()["text"].tolist()
    for text, cues, decision in zip(texts, model.explain(texts), model.decision_function(texts), strict=True):
        assert abs(sum(cue.contribution for cue in cues) - decision) < 1e-9
        for cue in cues:
            assert cue.text == " | ".join(dict.fromkeys(text[start:end] for start, end in cue.spans))
