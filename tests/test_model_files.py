"""Model files: equal bytes, exact round trips, and nothing but a clear error from a bad one."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile

import numpy as np
import pytest

from rhetoric import _model_file
from rhetoric.classify import RhetoricClassifier, load

SENTENCES = ["Talks open on 4 May.", "It fired 3 rockets.", "We will win!", "Glory to all!"]


@pytest.fixture(scope="module")
def model():
    labels = ["substantive", "substantive", "formulaic", "formulaic"]
    return RhetoricClassifier(n_buckets=1 << 8).fit(SENTENCES, labels)


@pytest.fixture
def path(model, tmp_path):
    _model_file.dump(model, tmp_path / "model.npz")
    return tmp_path / "model.npz"


def rewritten(path, member, change):
    """Return a copy of the file with one member changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    copy = path.with_name("changed.npz")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return copy


def with_manifest(path, **changes):
    return rewritten(path, "manifest.json", lambda raw: json.dumps({**json.loads(raw), **changes}).encode())


def test_a_loaded_model_gives_the_same_answers(model, path):
    assert np.array_equal(load(path).predict_proba(SENTENCES), model.predict_proba(SENTENCES))
    assert load(path).classes_.tolist() == model.classes_.tolist()


def test_equal_models_give_equal_bytes(model, path, tmp_path):
    _model_file.dump(load(path), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_every_truncation_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"model\.npz: "):
            load(path)


def test_no_flipped_byte_goes_unnoticed_or_breaks_out(model, path):
    whole, expected = path.read_bytes(), model.predict_proba(SENTENCES)
    for at in range(0, len(whole), 61):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(ValueError):
            # a byte of the container that carries nothing may change, an answer may not
            assert np.array_equal(load(path).predict_proba(SENTENCES), expected)


def test_arrays_that_hold_python_objects_are_not_unpickled(path):
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"dense_weights has shape \(1,\) and type object"):
        load(rewritten(path, "dense_weights.npy", lambda _: buffer.getvalue()))


def test_a_changed_weight_fails_the_checksum(path):
    def change(raw):
        return raw[:-4] + bytes([raw[-4] ^ 1]) + raw[-3:]

    with pytest.raises(ValueError, match="checksum does not match"):
        load(rewritten(path, "dense_weights.npy", change))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "model format 99, this version reads up to 1; upgrade"),
        ({"lexicon": "0"}, "another lexicon"),
        ({"blocks": ["x"]}, "blocks must be"),
        ({"n_buckets": 1 << 40}, "n_buckets must be a power of two"),
        ({"labels": ["a"]}, "not that of a model"),
        ({"labels": None}, "manifest is damaged"),
        ({"shapes": {}}, "manifest is damaged"),
        ({"checksum": None}, "not that of a model"),
        ({"labels": ["b", "a"]}, "not that of a model"),
        ({"labels": {"a": 1, "b": 2}}, "not that of a model"),
        ({"C": "x"}, "not that of a model"),
        ({"blocks": ["substance"]}, "do not fit together"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(path, changes, message):
    with pytest.raises(ValueError, match=message):
        load(with_manifest(path, **changes))


def test_a_manifest_without_a_checksum_is_refused(path):
    def change(raw):
        manifest = json.loads(raw)
        del manifest["checksum"]
        return json.dumps(manifest).encode()

    with pytest.raises(ValueError, match=r"manifest is damaged \('checksum'\)"):
        load(rewritten(path, "manifest.json", change))


def test_other_archives_and_texts_are_no_models(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    (tmp_path / "text.npz").write_text("no model")
    for name in ("other.npz", "text.npz"):
        with pytest.raises(ValueError, match=f"{name}: not a rhetoric model"):
            load(tmp_path / name)


def test_a_packed_member_is_refused_unread(path):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="is packed or claims"):
        load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load(tmp_path / "none.npz")


def test_the_name_must_end_in_npz(model, tmp_path):
    with pytest.raises(ValueError, match=r"path must end in \.npz, got '.*model\.bin'"):
        _model_file.dump(model, tmp_path / "model.bin")
    assert list(tmp_path.iterdir()) == []


def test_labels_that_are_no_str_cannot_be_saved(tmp_path):
    model = RhetoricClassifier(["substance"]).fit(SENTENCES, [1, 1, 0, 0])
    with pytest.raises(ValueError, match=r"labels must be str to be saved, got \[0, 1\]"):
        _model_file.dump(model, tmp_path / "model.npz")
