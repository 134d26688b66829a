"""Other languages: words, archive and spans in any script, a note where English was expected, retraining."""

from __future__ import annotations

import json
import warnings

import pandas as pd
import pytest
from click.testing import CliRunner

from rhetoric._tokens import tokenize
from rhetoric.archive import Archive
from rhetoric.classify import LanguageWarning, RhetoricClassifier, load, statement, statements
from rhetoric.cli import cli
from rhetoric.train import train

# written for this test; each says that talks were offered again, and one thing more
TEXTS = {
    "Korean": ("우리는 결코 회담을 구걸하지 않을 것이다. 군대는 동해로 미사일 두 발을 쏘았다.", "군대는", 12),
    "Chinese": ("我们决不会乞求对话。军队向东海发射了两枚导弹。", "军", 21),
    "Arabic": ("لَن نتوسل أبدا من أجل المحادثات. أطلق الجيش صاروخين على البحر؟", "أطلق", 11),
    "Russian": ("Мы никогда не будем просить о переговорах. Армия выпустила две ракеты.", "Армия", 11),
}
FORMULAIC = """
위대한 당의 령도따라 우리 인민은 언제나 승리할것이다.
원쑤들은 력사의 준엄한 심판을 면치 못할것이다.
우리의 자위적권리는 그 누구도 빼앗을수 없다.
미국은 대조선적대시정책을 당장 걷어치워야 한다.
침략자들은 불속에 뛰여드는 부나비의 신세를 면치 못할것이다.
우리 군대와 인민의 의지는 확고부동하다.
적들의 무모한 망동은 비참한 종말로 이어질것이다.
사회주의위업은 영원히 승승장구할것이다.
우리는 빈말을 하지 않는다.
대결광신자들은 분별있게 처신해야 한다.
온 나라가 충성의 한마음으로 굳게 뭉쳐있다.
우리의 존엄을 건드리는자들은 무자비한 징벌을 받을것이다.
인민의 분노는 하늘에 닿고있다.
그 어떤 제재도 우리의 전진을 가로막을수 없다.
괴뢰패당은 민족앞에 지은 죄를 씻을수 없다.
우리는 강위력한 힘으로 평화를 지켜나갈것이다.
도발자들은 뼈저리게 후회하게 될것이다.
자주의 길은 우리 인민이 선택한 길이다.
정의는 반드시 승리하며 불의는 반드시 망한다.
우리 혁명의 앞길은 끝없이 밝고 창창하다.
"""
SUBSTANTIVE = """
대표단은 5월 4일 평양에서 비행기로 출발하였다.
군대는 3월 12일 원산에서 미사일 2발을 발사하였다.
양측은 제네바에서 6월 3일 회담을 열기로 합의하였다.
공장은 지난해 강철 4500톤을 생산하였다.
외무성은 대사 2명을 소환하였다고 통보하였다.
남포항에 쌀 3000톤을 실은 배가 도착하였다.
회의에는 각 도에서 온 대표 820명이 참가하였다.
미국이 제재를 풀면 4월 15일까지 시험을 중지하겠다.
국경은 8월 1일부터 다시 열린다.
위성은 고도 500킬로메터의 궤도에 진입하였다.
홍수로 집 1200채가 무너지고 주민 36명이 사망하였다.
법령 제7호는 9월 9일부터 효력을 가진다.
내각은 전력망 보수에 예산 12퍼센트를 더 배정하였다.
조사단은 령변의 원자로 1호기를 이틀동안 돌아보았다.
중국 특사는 화요일 외무상을 만나 친서를 전달하였다.
협정은 량측이 10일안에 포로 24명을 돌려보낸다고 정하였다.
철길 45킬로메터가 개통되여 렬차가 하루 6번 다닌다.
은행은 기준금리를 3.5퍼센트로 올렸다.
중앙위원회는 2월 8일 전원회의를 소집한다.
병원 5개가 평성에 새로 문을 열었다.
"""


@pytest.fixture(scope="module")
def korean():
    """Return forty labelled sentences, written for this test."""
    rows = [(text, "formulaic") for text in FORMULAIC.split("\n") if text]
    rows += [(text, "substantive") for text in SUBSTANTIVE.split("\n") if text]
    return pd.DataFrame(rows, columns=["text", "label"])


@pytest.fixture(scope="module")
def korean_training(korean):
    return train(korean, with_seed=False, n_folds=4)


@pytest.mark.parametrize("language", TEXTS)
def test_words_and_sentences_of_other_scripts_have_the_right_spans(language):
    text, word, n_words = TEXTS[language]
    tokens = tokenize([text])
    found = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert len(found) == n_words
    assert word in found
    assert len(statement(text).sentences) == 2


@pytest.mark.parametrize("language", TEXTS)
def test_an_archive_finds_the_line_that_returns_in_any_script(language, tmp_path):
    text = TEXTS[language][0]
    standing = statement(text).sentences[0]
    documents = pd.DataFrame({"text": [standing.text, text], "date": ["2020-03-01", "2024-06-02"], "id": ["a", "b"]})
    trace = Archive.build(documents, tmp_path / "archive").trace(text, before="2024-06-02")
    first, second = trace.sentences
    assert (first.verdict, first.precedent.document.id, second.verdict) == ("verbatim", "a", "new")
    assert text[first.start : first.end] == standing.text
    assert 0 < trace.reused_share < 1


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_that_is_not_english_gets_a_note(language):
    reading = statement(TEXTS[language][0])
    assert "trained on English and this text does not look English" in reading.language_note
    assert reading.summary().startswith("Note: the model was trained on English")
    assert reading.to_dict()["language_note"] == reading.language_note


@pytest.mark.parametrize(
    "text",
    [
        "De regering heeft gisteren in een verklaring gezegd dat het overleg in mei wordt hervat.",
        "Die Regierung hat gestern erklärt, dass die Gespräche im Mai in Genf fortgesetzt werden.",
        "Il governo ha annunciato ieri che in futuro non tornerà al tavolo dei negoziati.",
        "El ejército y el pueblo aplastarán sin piedad a los enemigos de nuestro país.",
        "Rząd ogłosił wczoraj, że to jest ostatnie ostrzeżenie i że nie wróci do rozmów.",
    ],
)
def test_latin_script_alone_is_not_taken_for_english(text):
    assert statement(text).language_note is not None


@pytest.mark.parametrize(
    "text", ["Glory!", "Down with imperialism!", "Pyongyang, May 2 (KCNA) --", "***", "Kim Jong Un"]
)
def test_short_english_gets_no_note(text):
    assert statement(text).language_note is None


def test_a_table_warns_once_and_names_the_rows():
    texts = ["They will pay a dear price.", *(text for text, *_ in TEXTS.values())]
    with pytest.warns(LanguageWarning, match=r"4 of 5 statements do not look English \(rows 1, 2, 3, 4\)"):
        table = statements(pd.DataFrame({"text": texts}))
    assert table["row"].unique().tolist() == [0, 1, 2, 3, 4]


def test_the_command_line_says_so_on_standard_error(tmp_path):
    path = tmp_path / "a.jsonl"
    texts = ["They will pay a dear price.", TEXTS["Russian"][0]]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    result = CliRunner().invoke(cli, ["classify", str(path), "--format", "jsonl"])
    assert result.stderr.startswith("1 of 2 statements do not look English (rows 1)")
    assert len(result.stdout.splitlines()) == 3
    assert (
        "Note: the model was trained on English"
        in CliRunner().invoke(cli, ["classify", str(path), "--format", "table"]).stdout
    )


def test_retraining_on_korean_sentences_works(korean_training):
    assert korean_training.evaluation.accuracy > 0.7
    new = ["원쑤들은 우리의 의지를 꺾을수 없다.", "대표단은 7월 9일 원산에서 회담을 열었다."]
    assert korean_training.model.predict(new).tolist() == ["formulaic", "substantive"]


def test_a_model_of_another_language_has_nothing_to_say_about_languages(korean_training, tmp_path):
    korean_training.save(tmp_path / "korean.npz")
    model = load(tmp_path / "korean.npz")
    assert model.foreign_share_ == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        statements(pd.DataFrame({"text": [TEXTS["Korean"][0]]}), model=model)
    assert statement(TEXTS["Korean"][0], model=model).language_note is None


def test_a_share_of_foreign_sentences_silences_the_note(korean):
    english = ["The talks open in Geneva on 4 May.", "They will pay a dear price."] * 40
    model = RhetoricClassifier(blocks=["substance"])
    model.fit([*english, *korean["text"]], [*["substantive", "formulaic"] * 40, *korean["label"]])
    assert model.foreign_share_ == pytest.approx(1 / 3)
    assert statement(TEXTS["Korean"][0], model=model).language_note is None


def test_files_of_models_without_the_share_are_of_english():
    assert load().foreign_share_ == 0.0
