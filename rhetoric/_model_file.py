"""A trained classifier as one file of arrays.

The file is an uncompressed ``.npz``: arrays of whole numbers (weights are multiples of 1/1024) and a JSON
manifest with format number, versions, labels, parameters, the digest of the lexicon that the weights
belong to, the digest of the training data, the measured figures and a checksum over all arrays. Reading
checks names, sizes, types and shapes before an array is built, never unpickles, and so runs no code from
the file. Equal models give equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tokenize
import zipfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric import __version__
from rhetoric._atomic import atomic_path
from rhetoric._classifier import RhetoricClassifier
from rhetoric._decision import SURFACE_BLOCKS
from rhetoric._language import MAX_FOREIGN_SHARE
from rhetoric._linear import GRID
from rhetoric._terms import WORD_TABLES, word_weights
from rhetoric.features import check_blocks, check_buckets, column_names

FORMAT = 2
"""Raised whenever a word gets another hash: weights of hashed terms are of use with their own hashes only."""
MAX_MEMBER_BYTES = 1 << 27  # the largest array of a model with 2**24 buckets, twice over
LEXICON_FILES = ("cues.toml", "words.tsv.gz")
ARRAYS = ("dense_weights", "word_weights", "term_weights", "term_frequency", "scalars", "term_buckets")
MAX_MANIFEST_BYTES = 1 << 22
_CONTAINER_ERRORS = (
    zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, OSError, OverflowError, struct.error,
    UnicodeDecodeError,
)  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)


@cache
def lexicon_digest() -> str:
    """Return the SHA-256 of the tables that weights are aligned with."""
    digest = hashlib.sha256()
    for name in LEXICON_FILES:
        digest.update((files("rhetoric") / "data" / name).read_bytes())
    return digest.hexdigest()


def _to_arrays(model: RhetoricClassifier) -> dict[str, NDArray[np.int32]]:
    """Return the weights of a fitted model as whole numbers; of the buckets only those that were seen."""
    frequency = model.term_frequency_
    unseen = frequency.max() if len(frequency) else 0.0
    seen = np.flatnonzero((frequency != unseen) | (model.term_weights_ != 0))
    on_grid = {
        "dense_weights": model.dense_weights_,
        "word_weights": model.word_weights_,
        "term_weights": model.term_weights_[seen],
        "term_frequency": frequency[seen],
        "scalars": np.array([model.intercept_, unseen]),
    }
    arrays = {name: np.round(values * GRID).astype(np.int32) for name, values in on_grid.items()}
    return {**arrays, "term_buckets": seen.astype(np.int32)}


def _checksum(arrays: dict[str, NDArray[np.int32]]) -> str:
    """Return the SHA-256 over all arrays."""
    digest = hashlib.sha256()
    for name in ARRAYS:
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()


def dump(model: RhetoricClassifier, path: str | Path, *, training: dict[str, Any] | None = None) -> None:
    """Write a fitted classifier.

    Parameters
    ----------
    model : RhetoricClassifier
        Fitted, with labels that are str.
    path : str or Path
        Ends in ``.npz``. Written aside and renamed, so that an earlier file stays whole until then.
    training : dict, optional
        JSON-ready facts about the training, kept in the manifest.

    Raises
    ------
    ValueError
        If `path` does not end in ``.npz`` or a label is no str.
    """
    target = Path(path)
    if target.suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}; name the model {target.stem}.npz.")
    labels = model.classes_.tolist()
    if not all(isinstance(label, str) for label in labels):
        raise ValueError(f"labels must be str to be saved, got {labels!r}; rename the labels before fitting.")
    arrays = _to_arrays(model)
    manifest = {
        "format": FORMAT,
        "rhetoric": __version__,
        "labels": labels,
        "blocks": list(model.blocks),
        "C": float(model.C),
        "n_buckets": int(model.n_buckets),
        "lexicon": lexicon_digest(),
        "shapes": {name: len(array) for name, array in arrays.items()},
        "checksum": _checksum(arrays),
        "training": training or {},
    }
    if model.foreign_share_ > MAX_FOREIGN_SHARE:
        # only then, so that models of English are the same as before there was such a share
        manifest["foreign_share"] = round(model.foreign_share_, 4)
    with atomic_path(str(target)) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        archive.writestr(zipfile.ZipInfo("manifest.json", _EPOCH), text)
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), buffer.getvalue())


def read_manifest(path: str | Path) -> dict[str, Any]:
    """Return the manifest of a model file, checked.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no model, damaged, or of a format or lexicon that this version does not read.
    """
    return _read(path, arrays=False)[0]


def load(path: str | Path) -> RhetoricClassifier:
    """Return the classifier in a model file.

    Parameters
    ----------
    path : str or Path
        A file written by `dump`.

    Returns
    -------
    RhetoricClassifier
        Fitted; gives the same answers as the model that was written.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no model, damaged, or of a format or lexicon that this version does not read.
    """
    manifest, arrays = _read(path, arrays=True)
    model = RhetoricClassifier(manifest["blocks"], manifest["C"], manifest["n_buckets"])
    surface = [block for block in manifest["blocks"] if block in SURFACE_BLOCKS]
    names = column_names(surface)
    if len(names) != len(arrays["dense_weights"]):
        raise ValueError(f"{path}: {len(arrays['dense_weights'])} surface weights, expected {len(names)}; retrain it.")
    values = {name: array / GRID for name, array in arrays.items()}
    intercept, unseen = values["scalars"].tolist()
    n_buckets = manifest["n_buckets"] if "words" in manifest["blocks"] else 0
    buckets = arrays["term_buckets"]
    model.classes_ = np.array(manifest["labels"])
    model.dense_names_ = np.array(names, dtype=str)
    model.dense_weights_ = values["dense_weights"]
    model.word_weights_ = values["word_weights"]
    model.term_frequency_ = np.full(n_buckets, unseen)
    model.term_frequency_[buckets] = values["term_frequency"]
    model.term_weights_ = np.zeros(n_buckets)
    model.term_weights_[buckets] = values["term_weights"]
    model.intercept_ = intercept
    model.foreign_share_ = float(manifest.get("foreign_share", 0.0))
    return model


def _read(path: str | Path, *, arrays: bool) -> tuple[dict[str, Any], dict[str, NDArray[np.int32]]]:
    """Return manifest and, if asked for, arrays, everything checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _check_manifest(_member(archive, "manifest.json"), path)
            found = {name: _array(archive, name, manifest["shapes"][name]) for name in ARRAYS} if arrays else {}
    except _CONTAINER_ERRORS as exc:
        # the system names the file when it cannot be opened; without a name a damaged offset led nowhere
        if isinstance(exc, OSError) and exc.filename is not None:
            raise
        raise ValueError(
            f"{path}: not a rhetoric model, or damaged ({exc}); train it again or get a new copy."
        ) from exc
    if arrays:
        _check_arrays(manifest, found, path)
    return manifest, found


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one member of the file, refusing an unreasonable size before reading it."""
    info = archive.getinfo(name)
    if info.file_size > MAX_MEMBER_BYTES or info.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"{name} is packed or claims {info.file_size:,} bytes")
    with archive.open(name) as stream:
        return stream.read(MAX_MEMBER_BYTES)


def _array(archive: zipfile.ZipFile, name: str, length: int) -> NDArray[np.int32]:
    """Return one array, which must have the length that the manifest states."""
    raw = io.BytesIO(_member(archive, f"{name}.npy"))
    try:
        if np.lib.format.read_magic(raw) != (1, 0):
            raise ValueError("array format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(raw)
    except (ValueError, SyntaxError, TypeError, IndexError, MemoryError, tokenize.TokenError) as exc:
        # whatever the parser of Python literals says of a header that is none
        raise zipfile.BadZipFile(f"{name}: {exc!r}") from exc
    body = raw.read()
    if shape != (length,) or dtype != np.dtype("<i4") or len(body) != 4 * length:
        raise zipfile.BadZipFile(f"{name} has shape {shape} and type {dtype}, expected ({length},) and int32")
    return np.frombuffer(body, dtype="<i4")


def _check_manifest(raw: bytes, path: str | Path) -> dict[str, Any]:
    """Return the manifest, refusing what this version cannot use."""
    try:
        manifest = _json(raw, path)
        _check_format(manifest["format"], path)
        if manifest["lexicon"] != lexicon_digest():
            raise ValueError(f"{path}: trained with another lexicon than this version's; train it again.")
        _check_features(manifest["blocks"], manifest["n_buckets"], path)
        labels, shapes = manifest["labels"], manifest["shapes"]
        if not (
            len(labels) == 2
            and isinstance(labels, list)
            and isinstance(manifest["blocks"], list)
            and all(isinstance(label, str) for label in labels)
            and labels[0] < labels[1]
            and all(isinstance(shapes[name], int) and shapes[name] >= 0 for name in ARRAYS)
            and isinstance(manifest["C"], int | float)
            and manifest["C"] > 0
            and isinstance(manifest["checksum"], str)
            and isinstance(manifest.get("foreign_share", 0.0), int | float)
            and 0 <= manifest.get("foreign_share", 0.0) <= 1
        ):
            raise ValueError(f"{path}: the manifest is not that of a model; train it again or get a new copy.")
    except (KeyError, TypeError) as exc:
        raise ValueError(f"{path}: the manifest is damaged ({exc}); train it again or get a new copy.") from exc
    result: dict[str, Any] = manifest
    return result


def _json(raw: bytes, path: str | Path) -> Any:
    """Return what a manifest says, refusing one of a size that no model needs before it is read."""
    try:
        if len(raw) > MAX_MANIFEST_BYTES:
            raise ValueError(f"{len(raw):,} bytes")
        return json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"{path}: the manifest is damaged ({exc}); train it again or get a new copy.") from exc


def _check_features(blocks: Any, n_buckets: Any, path: str | Path) -> None:
    """Raise if blocks or buckets are none that this version knows."""
    try:
        check_blocks(blocks)
        check_buckets(n_buckets)
    except ValueError as exc:
        raise ValueError(f"{path}: {exc}") from exc


def _check_format(version: Any, path: str | Path) -> None:
    """Raise if a model is of another format than this version's."""
    # True is an int to Python
    if type(version) is not int or version < 1:
        raise ValueError(f"{path}: model format must be a whole number from 1, got {version!r}; get a new copy.")
    if version > FORMAT:
        raise ValueError(f"{path}: model format {version}, this version reads {FORMAT}; upgrade rhetoric.")
    if version < FORMAT:
        raise ValueError(f"{path}: model format {version}, this version reads {FORMAT}; train it again.")


def _check_arrays(manifest: dict[str, Any], arrays: dict[str, NDArray[np.int32]], path: str | Path) -> None:
    """Raise if the arrays are not those that the manifest describes."""
    if _checksum(arrays) != manifest["checksum"]:
        raise ValueError(f"{path}: checksum does not match, the file is damaged; get a new copy.")
    buckets, n_seen = arrays["term_buckets"], len(arrays["term_buckets"])
    consistent = (
        len(arrays["scalars"]) == 2
        and len(arrays["term_weights"]) == len(arrays["term_frequency"]) == n_seen
        and len(arrays["word_weights"]) == (len(word_weights()) if set(WORD_TABLES) & set(manifest["blocks"]) else 0)
        and (n_seen == 0 or "words" in manifest["blocks"])
        and (n_seen == 0 or (buckets.min() >= 0 and buckets.max() < manifest["n_buckets"]))
    )
    if not consistent:
        raise ValueError(f"{path}: the arrays do not fit together, the file is damaged; get a new copy.")
