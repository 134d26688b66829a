"""Model files: exact round trips, equal bytes, and one clear error from whatever is no model."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetoric import _model_file
from rhetoric.classify import RhetoricClassifier, load

SENTENCES = ["Talks open on 4 May.", "It fired 3 rockets.", "We will win!", "Glory to all!"]
LABELS = ["substantive", "substantive", "formulaic", "formulaic"]
reuse = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def model():
    return RhetoricClassifier(n_buckets=1 << 8).fit(SENTENCES, LABELS)


@pytest.fixture(scope="module")
def small():
    return RhetoricClassifier(["substance", "words"], n_buckets=1 << 4).fit(SENTENCES, LABELS)


@pytest.fixture
def path(model, tmp_path):
    _model_file.dump(model, tmp_path / "model.npz")
    return tmp_path / "model.npz"


@pytest.fixture
def small_path(small, tmp_path):
    _model_file.dump(small, tmp_path / "small.npz")
    return tmp_path / "small.npz"


def rewritten(path, member, change, compression=zipfile.ZIP_STORED):
    """Return a copy of the file with one member changed, or dropped where `change` gives None."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    copy = path.with_name("changed.npz")
    with zipfile.ZipFile(copy, "w", compression) as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return copy


@contextlib.contextmanager
def refused_by_name(path):
    """Let pass a ValueError that names the file, or no error at all."""
    try:
        yield
    except ValueError as exc:
        if str(path) not in str(exc):
            raise


def with_manifest(path, **changes):
    return rewritten(path, "manifest.json", lambda raw: json.dumps({**json.loads(raw), **changes}).encode())


@pytest.mark.parametrize(
    "blocks",
    [["substance"], ["formula", "substance"], ["vectors"], ["profiles"], ["words"], ["vectors", "profiles", "words"]],
)
def test_a_loaded_model_gives_identical_answers(blocks, tmp_path):
    model = RhetoricClassifier(blocks, n_buckets=1 << 8).fit(SENTENCES, LABELS)
    _model_file.dump(model, tmp_path / "model.npz")
    loaded = load(tmp_path / "model.npz")
    assert np.array_equal(loaded.predict_proba(SENTENCES), model.predict_proba(SENTENCES))
    assert loaded.explain(SENTENCES) == model.explain(SENTENCES)
    assert loaded.classes_.tolist() == model.classes_.tolist()


def test_equal_models_give_equal_bytes(model, path, tmp_path):
    _model_file.dump(model, tmp_path / "again.npz")
    _model_file.dump(load(path), tmp_path / "from_loaded.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()
    assert (tmp_path / "from_loaded.npz").read_bytes() == path.read_bytes()


def test_what_is_known_of_the_training_is_kept(model, tmp_path):
    _model_file.dump(model, tmp_path / "model.npz", training={"n_sentences": 4})
    manifest = _model_file.read_manifest(tmp_path / "model.npz")
    assert manifest["training"] == {"n_sentences": 4}
    assert manifest["labels"] == ["formulaic", "substantive"]


def test_every_truncation_is_refused(path):
    whole = path.read_bytes()
    for length in {*range(0, len(whole), len(whole) // 200), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"model\.npz: not a rhetoric model, or damaged"):
            load(path)


@reuse
@given(data=st.data())
def test_a_flipped_byte_is_named_or_changes_nothing(small, small_path, data):
    _model_file.dump(small, small_path)
    whole = bytearray(small_path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    small_path.write_bytes(whole)
    expected = small.predict_proba(SENTENCES)
    with refused_by_name(small_path):
        # a byte of the container that carries nothing may change, an answer may not
        assert np.array_equal(load(small_path).predict_proba(SENTENCES), expected)


def test_an_offset_that_leads_before_the_file_is_damage(small_path):
    # the lowest byte of the place at which the end record says that the directory begins
    whole = bytearray(small_path.read_bytes())
    whole[-6] ^= 2
    small_path.write_bytes(whole)
    with pytest.raises(ValueError, match=r"small\.npz: not a rhetoric model, or damaged"):
        load(small_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = ["format", "labels", "blocks", "C", "n_buckets", "lexicon", "shapes", "checksum"]


@reuse
@given(key=st.sampled_from(KEYS), value=json_values)
def test_any_manifest_gives_a_usable_model_or_a_value_error(small_path, key, value):
    changed = with_manifest(small_path, **{key: value})
    with contextlib.suppress(ValueError):
        assert set(load(changed).predict(SENTENCES)) <= set(load(changed).classes_)


@pytest.mark.parametrize("key", KEYS)
def test_a_manifest_without_an_entry_names_it(small_path, key):
    def drop(raw):
        return json.dumps({name: value for name, value in json.loads(raw).items() if name != key}).encode()

    with pytest.raises(ValueError, match=rf"changed\.npz: the manifest is damaged \('{key}'\)"):
        load(rewritten(small_path, "manifest.json", drop))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, r"changed\.npz: model format 99, this version reads 2; upgrade rhetoric"),
        ({"format": 1}, r"changed\.npz: model format 1, this version reads 2; train it again"),
        ({"format": 0}, r"changed\.npz: model format must be a whole number from 1, got 0; get a new copy"),
        ({"format": -1}, r"changed\.npz: model format must be a whole number from 1, got -1; get"),
        ({"format": True}, r"changed\.npz: model format must be a whole number from 1, got True; get"),
        ({"format": "2"}, r"changed\.npz: model format must be a whole number from 1, got '2'; get"),
        ({"lexicon": "0"}, r"changed\.npz: trained with another lexicon than this version's; train it again"),
        ({"blocks": ["x"]}, r"changed\.npz: blocks must be .*, got \['x'\]"),
        ({"blocks": ["substance"]}, r"changed\.npz: the arrays do not fit together"),
        ({"blocks": ["substance", "vectors", "words"]}, r"changed\.npz: the arrays do not fit together"),
        ({"n_buckets": 1 << 40}, r"changed\.npz: n_buckets must be a power of two .*, got 1099511627776"),
        ({"n_buckets": 2}, r"changed\.npz: the arrays do not fit together"),
        ({"blocks": {"substance": 1}}, r"changed\.npz: the manifest is not that of a model"),
        ({"labels": ["a"]}, r"changed\.npz: the manifest is not that of a model"),
        ({"labels": ["b", "a"]}, r"changed\.npz: the manifest is not that of a model"),
        ({"labels": {"a": 1, "b": 2}}, r"changed\.npz: the manifest is not that of a model"),
        ({"C": "x"}, r"changed\.npz: the manifest is not that of a model"),
        ({"labels": None}, r"changed\.npz: the manifest is damaged"),
        ({"shapes": {}}, r"changed\.npz: the manifest is damaged"),
        ({"checksum": None}, r"changed\.npz: the manifest is not that of a model"),
        ({"checksum": "0"}, r"changed\.npz: checksum does not match"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(small_path, changes, message):
    with pytest.raises(ValueError, match=message):
        load(with_manifest(small_path, **changes))


def test_word_weights_of_another_lexicon_are_refused(model, path):
    short = load(path)
    short.word_weights_ = short.word_weights_[:5]
    _model_file.dump(short, path)
    with pytest.raises(ValueError, match=r"model\.npz: the arrays do not fit together"):
        load(path)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"\xff", b"[" * 100_000], ids=repr)
def test_a_manifest_that_is_no_json_object_is_refused(small_path, raw):
    with pytest.raises(ValueError, match=r"changed\.npz: the manifest is damaged"):
        load(rewritten(small_path, "manifest.json", lambda _: raw))


def test_a_manifest_beyond_bounds_is_refused_unread(small_path):
    with pytest.raises(ValueError, match=r"changed\.npz: the manifest is damaged \(6,000,000 bytes\)"):
        load(rewritten(small_path, "manifest.json", lambda _: b"[]," * 2_000_000))


def test_names_in_the_container_that_are_no_utf_8_are_damage(small_path):
    whole = small_path.read_bytes()
    directory = whole.rindex(b"PK\x01\x02")
    whole = bytearray(whole)
    whole[directory + 9] |= 8  # says that the name is UTF-8
    whole[directory + 46] = 0xFF
    small_path.write_bytes(whole)
    with pytest.raises(ValueError, match=r"small\.npz: not a rhetoric model, or damaged .*decode"):
        load(small_path)


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_is_never_run(small_path, tmp_path):
    trap = tmp_path / "sprung"
    buffer = io.BytesIO()
    np.save(buffer, np.array([Trap(trap)], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"dense_weights has shape \(1,\) and type object"):
        load(rewritten(small_path, "dense_weights.npy", lambda _: buffer.getvalue()))
    small_path.write_bytes(pickle.dumps(Trap(trap)))
    with pytest.raises(ValueError, match=r"small\.npz: not a rhetoric model"):
        load(small_path)
    assert not trap.exists()


def test_a_changed_weight_fails_the_checksum(small_path):
    def change(raw):
        return raw[:-4] + bytes([raw[-4] ^ 1]) + raw[-3:]

    with pytest.raises(ValueError, match=r"changed\.npz: checksum does not match"):
        load(rewritten(small_path, "dense_weights.npy", change))


def test_a_missing_array_is_named(small_path):
    with pytest.raises(ValueError, match=r"changed\.npz: not a rhetoric model, or damaged .*scalars\.npy"):
        load(rewritten(small_path, "scalars.npy", lambda _: None))


@pytest.mark.parametrize("header", ["(", "-" * 9000 + "1", "{'descr': ()}", "{[]: 1}", "{1: 2, 'a': 3}"])
def test_a_header_that_is_none_is_refused(small_path, header):
    def forge(raw):
        return raw[:8] + len(header).to_bytes(2, "little") + header.encode() + raw[-64:]

    with pytest.raises(ValueError, match=r"changed\.npz: not a rhetoric model, or damaged"):
        load(rewritten(small_path, "term_weights.npy", forge))


def test_a_packed_member_is_refused_unread(small_path):
    with pytest.raises(ValueError, match=r"manifest\.json is packed or claims"):
        load(rewritten(small_path, "manifest.json", lambda raw: raw, zipfile.ZIP_DEFLATED))


def test_foreign_files_are_no_models(tmp_path):
    np.savez(tmp_path / "arrays.npz", a=np.arange(3))
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as archive:
        archive.writestr("readme.txt", "no model")
    (tmp_path / "text.npz").write_text("no model")
    (tmp_path / "empty.npz").write_bytes(b"")
    for name in ("arrays", "zip", "text", "empty"):
        with pytest.raises(ValueError, match=rf"{name}\.npz: not a rhetoric model"):
            load(tmp_path / f"{name}.npz")


def test_folders_and_missing_files_are_named(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.npz"):
        load(tmp_path / "folder.npz")
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


def test_a_write_that_fails_leaves_the_old_file(model, path):
    before = path.read_bytes()
    # found out when the new file is already open
    with pytest.raises(TypeError, match="set is not JSON serializable"):
        _model_file.dump(model, path, training={"facts": {1, 2}})
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["model.npz"]
