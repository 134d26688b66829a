"""Classification and archives on a Dask cluster: the answer of one machine, whatever happens to a worker."""

import filecmp
import os
import signal
import threading
import time
from pathlib import Path

import joblib
import pandas as pd
import pytest

from rhetoric._corpus_tables import CHUNK_CHARS
from rhetoric.archive import Archive
from rhetoric.classify import statements
from rhetoric.cli import main
from rhetoric.datasets import load_statements

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install rhetoric[dask]")

pytestmark = pytest.mark.filterwarnings("ignore")  # what Dask says of ports, sockets and event loops


@pytest.fixture(scope="module")
def cluster():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options, silence_logs="CRITICAL") as running:
        yield running


@pytest.fixture(scope="module")
def corpus():
    return load_statements().head(240)


@pytest.fixture
def partitions(corpus, tmp_path):
    """Write the corpus as a folder of Parquet files."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, start in enumerate(range(0, len(corpus), 24)):
        corpus.iloc[start : start + 24].to_parquet(folder / f"{number:02d}.parquet")
    return folder


def run(*arguments):
    with pytest.raises(SystemExit, match=r"^\d$") as exit_:
        main(list(map(str, arguments)))
    return exit_.value.code


def same(one, other):
    """Return whether two folders hold the same files, to the byte."""
    names = sorted(str(path.relative_to(one)) for path in Path(one).rglob("*"))
    found = filecmp.cmpfiles(one, other, [name for name in names if (Path(one) / name).is_file()], shallow=False)
    return names == sorted(str(path.relative_to(other)) for path in Path(other).rglob("*")) and not found[1] + found[2]


def test_statements_are_read_by_the_workers_of_a_cluster(cluster, corpus):
    many = pd.concat([corpus] * (1 + 3 * CHUNK_CHARS // int(corpus["text"].str.len().sum())), ignore_index=True)
    with cluster.get_client(), joblib.parallel_config(backend="dask"):
        spread = statements(many)
    pd.testing.assert_frame_equal(spread, statements(many))


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_a_folder_is_classified_by_a_cluster_as_by_one_process(cluster, partitions, tmp_path, suffix):
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    assert run("classify", partitions, "-o", one) == 0
    assert run("classify", partitions, "-o", other, "--scheduler", cluster.scheduler_address) == 0
    assert one.read_bytes() == other.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", one.name, other.name]


def test_statements_that_are_no_partitions_travel_to_the_cluster(cluster, corpus, tmp_path, capsys):
    corpus.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    assert run("classify", tmp_path / "a.jsonl") == 0
    alone = capsys.readouterr().out
    assert run("classify", tmp_path / "a.jsonl", "--scheduler", cluster.scheduler_address) == 0
    assert capsys.readouterr().out == alone


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, corpus, tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(8):
        pd.concat([corpus] * 4, ignore_index=True).to_parquet(tmp_path / "in" / f"{number}.parquet")
    killed = threading.Thread(target=kill_at_first_part, args=(cluster, tmp_path))
    killed.start()
    assert run("classify", tmp_path / "in", "-o", tmp_path / "a.jsonl", "--scheduler", cluster.scheduler_address) == 0
    killed.join()
    assert run("classify", tmp_path / "in", "-o", tmp_path / "b.jsonl") == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def kill_at_first_part(cluster, folder):
    """Kill a worker as soon as one part of an output is complete and others are in the making."""
    with cluster.get_client(set_as_default=False) as client:
        victim = min(client.run(os.getpid).values())
    while not list(folder.glob(".*.parts/0*.json")):
        time.sleep(0.01)
    os.kill(victim, signal.SIGKILL)


def test_an_archive_of_a_folder_is_that_of_one_process_to_the_byte(cluster, partitions, tmp_path, monkeypatch):
    monkeypatch.setattr("rhetoric._archive_partitions.FAN_IN", 3)  # a tree of three rounds from ten files
    assert run("archive", "build", partitions, "-o", tmp_path / "a") == 0
    assert run("archive", "build", partitions, "-o", tmp_path / "b", "--scheduler", cluster.scheduler_address) == 0
    assert same(tmp_path / "a", tmp_path / "b")
    Archive.open(tmp_path / "b").verify()


def test_an_archive_is_built_by_the_backend_of_joblib(cluster, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("rhetoric._archive_write.BATCH_CHARS", 1 << 17)
    with cluster.get_client(), joblib.parallel_config(backend="dask"):
        Archive.build(corpus, tmp_path / "a")
    Archive.build(corpus, tmp_path / "b")
    assert same(tmp_path / "a", tmp_path / "b")


def test_ids_repeated_in_another_file_are_told_as_by_one_process(cluster, corpus, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    corpus.head(20).to_parquet(tmp_path / "in" / "a.parquet")
    corpus.iloc[15:40].to_parquet(tmp_path / "in" / "b.parquet")
    for extra in ([], ["--invalid", "skip"]):
        told = []
        for name, how in (("one", []), ("other", ["--scheduler", cluster.scheduler_address])):
            status = run("archive", "build", tmp_path / "in", "-o", tmp_path / name, *extra, *how)
            told.append((status, capsys.readouterr().err.replace(f"{tmp_path}/{name}", "")))
        assert told[0] == told[1]
        assert "5 repeated ids" in told[0][1]
    assert same(tmp_path / "one", tmp_path / "other")


def test_a_scheduler_that_does_not_answer_is_refused_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rhetoric._workers.SECONDS_TO_CONNECT", 1)
    assert run("classify", "--text", "Glory!", "--scheduler", "tcp://127.0.0.1:9") == 2
    error = capsys.readouterr().err
    assert "--scheduler must be the address of a running Dask scheduler, got 'tcp://127.0.0.1:9'" in error
    assert error.count("\n") == 1
