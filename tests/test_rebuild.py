"""The shipped model comes from the repository alone, to the byte."""

from __future__ import annotations

from rhetoric.classify import shipped_model_path
from rhetoric.train import train


def test_training_without_arguments_rebuilds_the_shipped_model(tmp_path):
    train().save(tmp_path / "rhetoric.npz")
    shipped = shipped_model_path()
    assert (tmp_path / "rhetoric.npz").read_bytes() == shipped.read_bytes()
    assert (tmp_path / "rhetoric.md").read_text() == shipped.with_suffix(".md").read_text()
