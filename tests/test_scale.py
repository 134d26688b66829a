"""Corpora of any size: several processes, parts that survive a kill, and what happens when something is missing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from rhetoric._atomic import atomic_path
from rhetoric._corpus_tables import chunks
from rhetoric._files import InputError, find_inputs
from rhetoric._parts import parts_of
from rhetoric._read import read_documents
from rhetoric._workers import ITEMS_PER_WORKER, Workers, in_order, workers
from rhetoric._write import part_suffix
from rhetoric.archive import Archive
from rhetoric.cli import main
from rhetoric.datasets import load_statements

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and locks are POSIX")

N_STATEMENTS = 2250
SMALL_PARTS = (
    "import sys, rhetoric._corpus_tables as tables; from rhetoric.cli import main; "
    "tables.CHUNK_CHARS, tables.CHUNKS_PER_PART = 1 << 17, 2; main(sys.argv[1:])"
)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr("rhetoric._corpus_tables.CHUNK_CHARS", 1 << 17)
    monkeypatch.setattr("rhetoric._corpus_tables.CHUNKS_PER_PART", 2)


@pytest.fixture
def corpus(tmp_path):
    frame = pd.concat([load_statements().head(N_STATEMENTS // 3)] * 3, ignore_index=True)
    frame.loc[[5, 900], "text"] = " "
    frame.to_parquet(tmp_path / "in.parquet")
    return tmp_path / "in.parquet"


def run(*arguments):
    with pytest.raises(SystemExit) as exit_:
        main(list(map(str, arguments)))
    return exit_.value.code


def start(*arguments):
    command = [sys.executable, "-c", SMALL_PARTS, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(found, running=None):
    """Return what `found` gives, once it gives something."""
    limit = time.monotonic() + 60
    while not (result := found()):
        assert running is None or running.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.005)
    return result


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def complete(folder):
    return sorted(folder.glob(".*.parts/0*.json"))


def killed_after_a_part(corpus, output):
    """Classify until one part is complete, then kill; return the rows file of that part."""
    with start("classify", corpus, "-o", output, "--resume") as running:
        first = wait_for(lambda: complete(corpus.parent), running)[0]
        running.kill()
    assert not output.exists()
    return first.with_suffix(output.suffix)


def test_results_come_in_the_order_of_the_items():
    def late(item):
        time.sleep(0.001 * (7 * item % 5))
        return item

    with ThreadPoolExecutor(3) as pool:
        assert list(in_order(Workers(pool, 3), late, range(50))) == list(range(50))


def test_items_are_read_only_as_fast_as_results_are_taken():
    read = []
    with ThreadPoolExecutor(2) as pool:
        results = in_order(Workers(pool, 2), str, (read.append(item) or item for item in range(100)))
        for done in range(1, 20):
            next(results)
            assert len(read) <= done + 2 * ITEMS_PER_WORKER


def test_an_error_in_an_item_stops_the_work():
    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError, match="by zero"):
        list(in_order(Workers(pool, 2), lambda item: 1 // item, [3, 2, 1, 0, 1]))


def test_what_is_being_worked_on_ends_before_an_error_is_told():
    ended = []

    def late(item):
        time.sleep(0.2 * item)
        ended.append(1 // item)

    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(ZeroDivisionError, match="by zero"):
            list(in_order(Workers(pool, 2), late, [0, 1]))
        assert ended == [1]


def test_no_worker_at_all_is_refused():
    with pytest.raises(ValueError, match=r"n_jobs must be 1 or more.*got 0"), workers(0):
        pass


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_parts_join_into_the_file_of_one_run(corpus, small_parts, tmp_path, capsys, suffix):
    whole, joined = tmp_path / f"whole{suffix}", tmp_path / f"joined{suffix}"
    assert run("classify", corpus, "-o", whole) == 0
    told = capsys.readouterr().err.replace("whole", "joined")
    assert run("classify", corpus, "-o", joined, "--resume") == 0
    assert capsys.readouterr().err == told
    assert "2 of 2250 statements are blank and have no label (rows 5, 900)" in told
    assert (joined.read_bytes() == whole.read_bytes(), names(tmp_path)) == (
        True,
        sorted(["in.parquet", whole.name, joined.name]),
    )


@pytest.mark.parametrize("parts", [[], ["--resume"]], ids=["as a whole", "in parts"])
@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_two_processes_give_the_answer_of_one(corpus, small_parts, tmp_path, suffix, parts):
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    assert (run("classify", corpus, "-o", one), run("classify", corpus, "-o", two, "--jobs", 2, *parts)) == (0, 0)
    assert one.read_bytes() == two.read_bytes()
    rows = getattr(pd, f"read_{suffix[1:]}")(two)["row"]
    assert sorted(set(rows)) == list(range(N_STATEMENTS))
    assert rows.is_monotonic_increasing


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_a_part_is_joined_before_the_next_is_made(tmp_path, suffix):
    tables = [pd.DataFrame({"row": [row], "text": ["평양"], "label": [None]}) for row in range(3)]
    with parts_of(tmp_path / f"out{suffix}", {}, resume=False) as parts:
        parts.write_first(tables[0])

        def made():
            for number, table in enumerate(tables):
                parts.write(number, [table])
                yield number
                # read by now, or it never will be
                next(parts.folder.glob(f"{number:08d}{part_suffix(suffix)}")).unlink()

        parts.join(made())
    assert pd.concat(read_documents([tmp_path / f"out{suffix}"]))["row"].astype(int).tolist() == [0, 1, 2]
    assert names(tmp_path) == [f"out{suffix}"]


def test_resume_goes_on_after_a_kill_without_repeating_a_part(corpus, small_parts, tmp_path):
    output = tmp_path / "out.jsonl"
    part = killed_after_a_part(corpus, output)
    first, *others = part.read_text().splitlines()
    part.write_text("\n".join([json.dumps({**json.loads(first), "id": "kept"}), *others, ""]))
    assert run("classify", corpus, "-o", output, "--resume") == 0
    assert run("classify", corpus, "-o", tmp_path / "alone.jsonl") == 0
    lines, alone = output.read_text().splitlines(), (tmp_path / "alone.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["id"] == "kept"
    assert (lines[1:], names(tmp_path)) == (alone[1:], ["alone.jsonl", "in.parquet", "out.jsonl"])


@pytest.mark.parametrize("options", [["--resume", "--abstain", "0.9"], []], ids=["other options", "no --resume"])
def test_parts_of_another_call_are_not_taken_up(corpus, small_parts, tmp_path, options):
    output = tmp_path / "out.csv"
    killed_after_a_part(corpus, output).write_text("not to be used")
    assert run("classify", corpus, "-o", output, *options) == 0
    assert run("classify", corpus, "-o", tmp_path / "alone.csv", *options) == 0
    assert (output.read_bytes() == (tmp_path / "alone.csv").read_bytes(), len(names(tmp_path))) == (True, 3)


def test_parts_of_another_input_are_not_taken_up(corpus, small_parts, tmp_path):
    output = tmp_path / "out.jsonl"
    killed_after_a_part(corpus, output).write_text("not to be used")
    load_statements().head(3).to_parquet(corpus)
    assert run("classify", corpus, "-o", output, "--resume") == 0
    assert {json.loads(line)["row"] for line in output.read_text().splitlines()} == {0, 1, 2}


def test_kills_at_random_moments_lose_and_repeat_nothing(corpus, small_parts, tmp_path):
    output, alone = tmp_path / "out.parquet", tmp_path / "alone.parquet"
    assert run("classify", corpus, "-o", alone) == 0
    rng = random.Random(0)
    for _ in range(3):
        with start("classify", corpus, "-o", output, "--resume") as running:
            wait_for(lambda: list(tmp_path.glob(".*.parts")), running)
            time.sleep(rng.uniform(0, 0.5))
            running.kill()
    assert run("classify", corpus, "-o", output, "--resume") == 0
    assert (output.read_bytes() == alone.read_bytes(), len(names(tmp_path))) == (True, 3)


def test_an_archive_survives_kills_while_it_grows(tmp_path):
    documents = load_statements()
    archive = Archive.build(documents.head(200), tmp_path / "a")
    documents.tail(500).to_parquet(tmp_path / "more.parquet")
    for seconds in (0, 0.03, 0.1):
        with start("archive", "add", tmp_path / "a", tmp_path / "more.parquet") as running:
            wait_for(lambda: list((tmp_path / "a").glob("unfinished-*")), running)
            time.sleep(seconds)
            running.kill()
        Archive.open(tmp_path / "a").verify()
    if Archive.open(tmp_path / "a").n_documents == archive.n_documents:
        assert run("archive", "add", tmp_path / "a", tmp_path / "more.parquet") == 0
    assert Archive.open(tmp_path / "a").n_documents == 700


def test_several_processes_build_the_archive_of_one(tmp_path, monkeypatch):
    monkeypatch.setattr("rhetoric._archive_write.BATCH_CHARS", 1 << 17)
    documents = load_statements()
    one, two = Archive.build(documents, tmp_path / "1"), Archive.build(documents, tmp_path / "2", n_jobs=2)
    assert names(tmp_path / "1") == names(tmp_path / "2")
    assert (one.path / "manifest.json").read_bytes() == (two.path / "manifest.json").read_bytes()
    two.verify()


def test_more_sentences_than_an_archive_can_number_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("rhetoric._archive_build.MAX_SENTENCES", 100)
    documents = load_statements()
    parts = [Archive.build(documents.iloc[start : start + 8], tmp_path / str(start)) for start in (0, 8)]
    with pytest.raises(InputError, match=r"archive must have at most 100 sentences, got [0-9]+; build one for each"):
        Archive.merge(parts, tmp_path / "both")


def test_no_process_for_an_archive_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"n_jobs must be 1 or more.*got 0"):
        Archive.build(load_statements().head(3), tmp_path / "a", n_jobs=0)


def test_a_second_writer_of_an_output_is_refused_in_one_line(corpus, tmp_path, capsys):
    with atomic_path(tmp_path / "out.csv"):
        for extra in ([], ["--resume"]):
            assert run("classify", corpus, "-o", tmp_path / "out.csv", *extra) == 2
            assert (
                "out.csv: another process is writing to this file; wait until it has ended." in capsys.readouterr().err
            )


def test_workers_end_with_a_killed_parent(corpus, tmp_path):
    with start("classify", corpus, "-o", tmp_path / "out.csv", "--jobs", "2") as running:
        children = pool_of(running)
        running.kill()
    wait_for(lambda: not any(map(is_worker, children)))


def pool_of(running):
    """Return the workers that a command has started, once there are some."""
    listed = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    if not listed.exists():
        running.kill()
        pytest.skip("needs /proc with the children of a process")
    return wait_for(lambda: [child for child in listed.read_text().split()[1:] if is_worker(child)], running)


def is_worker(pid):
    """Return whether a process runs and is one of the pool."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_killed_worker_is_one_line_with_status_2(corpus, tmp_path):
    with start("classify", corpus, "-o", tmp_path / "out.csv", "--jobs", "2") as running:
        os.kill(int(pool_of(running)[0]), signal.SIGKILL)
        error = running.stderr.read().decode()
    assert (running.returncode, error.count("\n"), names(tmp_path)) == (2, 1, ["in.parquet"])
    assert error.startswith("rhetoric: --jobs: worker processes must live, got one that was killed")


@pytest.mark.parametrize("extra", [[], ["--resume"]])
def test_a_full_disk_is_one_line_with_status_2(corpus, tmp_path, extra):
    code = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, 1 << 17)); " + SMALL_PARTS
    command = [sys.executable, "-c", code, "classify", str(corpus), "-o", str(tmp_path / "out.csv"), *extra]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n"), names(tmp_path)) == (2, 1, ["in.parquet"])
    assert b"cannot be written (File too large); free disk space" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="needs a user whom permissions bind")
@pytest.mark.parametrize("extra", [[], ["--resume"]])
def test_a_folder_that_cannot_be_written_is_one_line_with_status_2(corpus, tmp_path, capsys, extra):
    (tmp_path / "closed").mkdir(mode=0o500)
    assert run("classify", corpus, "-o", tmp_path / "closed" / "out.csv", *extra) == 2
    assert "out.csv: cannot be written (Permission denied)" in capsys.readouterr().err


def test_a_file_that_vanishes_while_others_are_read_is_named(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"text": "Glory!"}\n')
    frames = chunks(find_inputs([str(tmp_path)]))
    next(frames)
    (tmp_path / "b.jsonl").unlink()
    with pytest.raises(InputError, match=r"b\.jsonl: cannot be read \(No such file or directory\); check the path"):
        next(frames)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume"], "--resume needs files to read and --output to write"),
        (["--resume", "-o", "out.csv", "-"], "--resume needs files to read and --output to write"),
        (["--scheduler", "tcp://a:1", "--jobs", "2"], "--jobs is for this machine, got 2 beside --scheduler"),
    ],
)
def test_options_that_exclude_each_other_are_refused(corpus, capsys, arguments, message):
    assert run("classify", corpus, *arguments) == 2
    assert message in capsys.readouterr().err


def test_a_file_with_a_long_statement_is_cut_into_chunks_by_characters(tmp_path, small_parts):
    texts = ["Glory!" * 20_000, "Glory!", "Glory!" * 20_000]
    pd.DataFrame({"text": texts}).to_parquet(tmp_path / "a.parquet")
    found = [frame["text"].tolist() for frame in chunks(find_inputs([str(tmp_path)]))]
    assert ([text for part in found for text in part], len(found)) == (texts, 2)
