"""The computed parts of the documentation say what the package says."""

import importlib.util
import re
from itertools import combinations
from pathlib import Path

import pytest

import rhetoric
from rhetoric.cli import cli
from rhetoric.datasets import load_seed
from rhetoric.features import BLOCKS, RhetoricFeatures

ROOT = Path(rhetoric.__file__).resolve().parent.parent
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def hooks():
    spec = importlib.util.spec_from_file_location("docs_hooks", DOCS / "hooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(hooks):
    return lambda name: hooks.generate((DOCS / name).read_text(encoding="utf-8"))


PACKAGE = ROOT / "rhetoric"
PUBLIC = sorted(
    [path.stem for path in PACKAGE.glob("[!_]*.py")] + [p.parent.name for p in PACKAGE.glob("*/__init__.py")]
)


@pytest.mark.parametrize("module", PUBLIC)
def test_reference_names_exactly_the_public_names_of_a_module(module, page):
    found = re.findall(rf"^::: rhetoric\.{module}\n.*\n +members: \[(.*)\]$", page("reference.md"), re.MULTILINE)
    expected = importlib.import_module(f"rhetoric.{module}").__all__
    assert [names.split(", ") for names in found] == [expected]


@pytest.mark.parametrize("block", ["substance", "formula"])
def test_features_page_has_a_row_for_each_column_of_a_dense_block(block, page):
    columns = RhetoricFeatures(blocks=[block]).fit(["A sentence."]).get_feature_names_out().tolist()
    assert re.findall(rf"^\| `({block}__\w+)` \|", page("features.md"), re.MULTILINE) == columns


def test_features_page_names_first_and_last_vector(page):
    columns = RhetoricFeatures(blocks=["vectors"]).fit(["A sentence."]).get_feature_names_out()
    assert f"{len(columns)} columns, `{columns[0]}` to `{columns[-1]}`." in page("features.md")


def test_features_page_compares_every_choice_of_blocks(page):
    table = page("features.md").partition("## What each block brings")[2].partition("## From")[0]
    rows = re.findall(r"^\| ([a-z, ]+?)(?: \(shipped\))? \| 0\.\d{3} \| 0\.\d{3} \|$", table, re.MULTILINE)
    assert rows == [", ".join(some) for n in range(1, len(BLOCKS) + 1) for some in combinations(BLOCKS, n)]


def test_expected_directions_name_only_columns_that_exist(hooks):
    columns = RhetoricFeatures().fit(["A sentence."]).get_feature_names_out()
    assert sorted(hooks.EXPECTED) == sorted(name.partition("__")[2] for name in columns)


def test_cli_page_has_the_help_of_every_command(page):
    found = re.findall(r"^## `rhetoric ?(\w*)`$", page("cli.md"), re.MULTILINE)
    assert set(cli.commands) <= set(found)


def test_data_card_counts_every_sentence_in_each_of_its_tables(page):
    n_sentences = len(load_seed())
    totals = re.findall(r"^\| all \| .* \| ([\d,]+) \|$", page("data-card.md"), re.MULTILINE)
    assert totals == [f"{n_sentences:,}"] * 4


def test_data_card_lists_the_disagreements_as_the_seed_has_decided_them(page):
    seed = load_seed().set_index("text")["label"].to_dict()
    row = r"^\| (.+) \| (formulaic|substantive) \| (formulaic|substantive) \| (formulaic|substantive) \| .+ \|$"
    rows = re.findall(row, page("data-card.md"), re.MULTILINE)
    assert [decision for *_, decision in rows] == [seed[text] for text, *_ in rows]
    assert all(first != second for _, first, second, _ in rows)
    assert (len(rows), sum(second == decision for _, _, second, decision in rows)) == (15, 8)


def test_model_card_page_is_the_card_of_the_shipped_model(page):
    assert page("model-card.md").strip() == (ROOT / "models" / "rhetoric.md").read_text(encoding="utf-8").strip()


def test_a_marker_without_a_part_is_refused(hooks):
    with pytest.raises(KeyError, match="nothing"):
        hooks.generate("<!-- generate: nothing -->")


def test_roles_of_docstrings_are_removed_from_html(hooks):
    assert hooks.on_page_content("see :func:<code>load</code>") == "see <code>load</code>"


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_every_page_stands_in_the_navigation(path):
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f": {path.name}\n" in navigation


def test_labels_page_counts_each_of_its_examples(page):
    examples, _, _ = page("labels.md").partition("## The grade")
    n_examples = len(re.findall(r"^\| .* \| (?:formulaic|substantive) \|$", examples, re.MULTILINE))
    assert f"of these {n_examples} sentences" in examples


def test_gallery_links_each_of_its_pages_and_pictures(hooks):
    text = (DOCS / "gallery.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(gallery/(\w+)\.html\)", text)
    assert sorted(linked) == sorted(hooks.gallery())
    pictures = re.findall(r"\((images/\S+\.png)\)", text)
    assert pictures
    assert all((DOCS / picture).exists() for picture in pictures)
