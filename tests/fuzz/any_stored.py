"""Models and archives that somebody forged, checksums included: what must hold, and a target for guided fuzzing.

pip install atheris
python tests/fuzz/any_stored.py -max_total_time=300 -len_control=0 -max_len=50 [FOLDER WITH FINDS]
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import tempfile
import warnings
import zipfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

SENTENCES = ["Talks open on 4 May.", "It fired 3 rockets.", "We will win!", "Glory to all!"]
LINES = ["The army will never beg for talks.", "Glory to the heroes of the nation!", "It met on 4 May in Geneva."]
TEXT = " ".join(LINES[:2]) + " The fleet will never beg for talks."
OPERATIONS = ("set", "fill", "cut", "double", "swap")
WORDS = (0, 1, 2, 7, 255, 1 << 16, 1 << 31, (1 << 32) - 1, 1 << 40, 1 << 63, (1 << 64) - 1)
"""Numbers that are written into arrays."""


def documents(word, n=8):
    """Return a small table of documents."""
    texts = [" ".join([LINES[at % 3], LINES[(at + 1) % 3], f"The {word} fired {at}."]) for at in range(n)]
    columns = {"id": [f"{word}{at}" for at in range(n)], "source": ["KCNA", "Rodong"] * (n // 2), "text": texts}
    return pd.DataFrame({**columns, "date": [f"2020-03-{at // 2 + 1:02}" for at in range(n)]})


@cache
def whole_archive():
    """Return the folder of an archive of two segments, kept until the end."""
    from rhetoric.archive import Archive

    return Archive.build(documents("army"), Path(tempfile.mkdtemp()) / "a").add(documents("fleet")).path


@cache
def whole_model():
    """Return the members of a model file."""
    from rhetoric import _model_file
    from rhetoric.classify import RhetoricClassifier

    path = Path(tempfile.mkdtemp()) / "model.npz"
    labels = ["substantive", "substantive", "formulaic", "formulaic"]
    _model_file.dump(RhetoricClassifier(["substance", "words"], n_buckets=1 << 4).fit(SENTENCES, labels), path)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def edited(content, operation, at, value, width):
    """Return bytes with one edit; `at` counts items of `width` bytes, from the beginning again behind the end."""
    n_items = max(1, len(content) // width)
    at = at % n_items * width
    item = (value % (1 << 8 * width)).to_bytes(width, "little")
    if operation == "set":
        return content[:at] + item + content[at + width :]
    if operation == "fill":
        return item * n_items
    if operation == "cut":
        return content[:at]
    if operation == "double":
        return content[:at] + content
    other = value % n_items * width
    swapped = bytearray(content)
    swapped[at : at + width], swapped[other : other + width] = content[other : other + width], content[at : at + width]
    return bytes(swapped)


def forged_archive(folder, edits):
    """Copy the archive to `folder` with edits to its arrays, which its manifest then describes as they are."""
    shutil.copytree(whole_archive(), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    for number, name, operation, at, value in edits:
        part = manifest["segments"][number]
        file = manifest["families"] if name == "families" else part["files"][name]
        path = folder / part["name"] / name if name != "families" else folder / f"families-{file['sha256'][:16]}"
        width = np.dtype(file["dtype"]).itemsize
        content = edited(path.read_bytes(), operation, at, value, width)
        content = content[: len(content) // width * width]
        path.unlink()
        file |= {"length": len(content) // width, "sha256": hashlib.sha256(content).hexdigest()}
        path = path.with_name(f"families-{file['sha256'][:16]}" if name == "families" else name)
        path.write_bytes(content)
    sign(folder / "manifest.json", manifest)


def sign(path, manifest):
    """Write a manifest with the checksum that fits it."""
    manifest.pop("sha256", None)
    checksum = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({**manifest, "sha256": checksum}))


def _require(is_so, exc):
    """Raise AssertionError unless an error is told as it should be."""
    assert is_so, exc


@contextmanager
def or_refused():
    """Let pass the errors that are documented for files."""
    from rhetoric._files import InputError

    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            yield
        except InputError as exc:
            _require(str(exc).isprintable(), exc)


def check_archive(folder):
    """Raise unless all that can be asked of an archive is answered, or refused by `ArchiveError` or `InputError`."""
    from rhetoric.archive import Archive

    outside = {path: path.stat().st_mtime_ns for path in folder.parent.iterdir() if path != folder}
    questions = [
        Archive.verify,
        Archive.info,
        Archive.documents,
        Archive.to_frame,
        repr,
        lambda one: one.trace(TEXT, before="2030-01-01", source="KCNA").to_dict(),
        lambda one: one.coverage(documents("army", 2)),
        lambda one: one.formulas(min_documents=2),
        lambda one: one.frames(min_documents=2),
        lambda one: Archive.merge([one], folder.parent / "merged").verify(),
        lambda one: one.add(documents("navy", 2)).trace(TEXT),
    ]
    for ask in questions:
        with or_refused():
            ask(Archive.open(folder))
    assert outside.items() <= {path: path.stat().st_mtime_ns for path in folder.parent.iterdir()}.items()


def forged_model(path, edits):
    """Write the model with edits to its members, its manifest describing them as they are."""
    members = dict(whole_model())
    manifest = json.loads(members["manifest.json"])
    for name, operation, at, value in edits:
        key = f"{name}.npy"
        array = np.load(io.BytesIO(members[key]))
        content = edited(array.tobytes(), operation, at, value, 4)
        array = np.frombuffer(content[: len(content) // 4 * 4], dtype="<i4")
        raw = io.BytesIO()
        np.lib.format.write_array(raw, array, version=(1, 0))
        members[key] = raw.getvalue()
        manifest["shapes"][name] = len(array)
    from rhetoric._model_file import ARRAYS

    digest = hashlib.sha256()
    for name in ARRAYS:
        digest.update(name.encode() + np.load(io.BytesIO(members[f"{name}.npy"])).tobytes())
    members["manifest.json"] = json.dumps({**manifest, "checksum": digest.hexdigest()}).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


def check_model(path):
    """Raise unless a model is read and answers soundly, or is refused by a ValueError that names the file."""
    from rhetoric.classify import load, statement

    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            model = load(path)
        except ValueError as exc:
            _require(path.name in str(exc), exc)
            return
        p = model.predict_proba(SENTENCES)
        assert np.all((p >= 0) & (p <= 1))
        for cues, decision in zip(model.explain(SENTENCES), model.decision_function(SENTENCES), strict=True):
            assert np.isclose(sum(cue.contribution for cue in cues), decision, rtol=1e-6, atol=1e-6)
        statement(TEXT, model=model)


def fuzz(content):
    """Check one input: the first byte says what it is, every five bytes after it are an edit."""
    from rhetoric import _model_file, _segment

    kind, content = (content[0] if content else 0), content[1:]
    moves = [tuple(content[at : at + 5]) for at in range(0, len(content) - 4, 5)][:8]
    with tempfile.TemporaryDirectory() as folder:
        if kind % 4:
            names = [*_segment.ARRAYS, "families"]
            forged_archive(Path(folder) / "a", [(move[1] % 2, *_edit(move, names)) for move in moves])
            check_archive(Path(folder) / "a")
            return
        path = Path(folder) / "model.npz"
        forged_model(path, [_edit(move, _model_file.ARRAYS) for move in moves])
        if kind % 8:
            # what the checksum does not cover: the container
            operation = "set" if kind % 16 == 4 else "cut"
            path.write_bytes(edited(path.read_bytes(), operation, int.from_bytes(content, "little"), kind // 16, 1))
        check_model(path)


def _edit(move, names):
    """Return an edit for five bytes."""
    name, choice, operation, at, value = move
    value = WORDS[value % len(WORDS)] if choice % 4 < 2 else value
    return names[name % len(names)], OPERATIONS[operation % len(OPERATIONS)], at, value


def main():
    import atheris

    with atheris.instrument_imports(include=["rhetoric"]):
        import rhetoric.archive
        import rhetoric.classify  # noqa: F401 - imported to be instrumented
    whole_archive(), whole_model()
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
