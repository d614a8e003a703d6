"""The catalogues: every text of the sources stands in each of them, translated, with the same fields."""

import re

import numpy as np
import pytest
from babel.messages.catalog import Catalog

from optim_viz import DATASETS, MODELS, OPTIMIZERS, SettingError
from optim_viz.regression.losses import LOSSES
from optim_viz.spec import Hyper, Interval
from optim_viz.stages import STAGES
from optim_viz.ui import i18n
from optim_viz.ui.faults import allowed, told
from optim_viz.ui.i18n import ENGLISH, LANGUAGES, choose, extracted, messages, read_catalog
from optim_viz.ui.inputs import read_hyper
from surfaces import SURFACES

OTHERS = [language for language in LANGUAGES.values() if language != ENGLISH]


def ids(catalog: Catalog) -> set[str]:
    return {str(message.id) for message in catalog if message.id}


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_a_catalogue_holds_the_texts_of_the_sources_and_no_others(language):
    found = ids(extracted())
    assert len(found) > 100
    assert ids(read_catalog(language)) == found, "run: make messages"


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_every_text_is_translated_with_the_same_fields(language):
    def fields(text: object) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", str(text)))

    for message in read_catalog(language):
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        english = message.id if isinstance(message.id, str) else message.id[0]
        assert not message.fuzzy, english
        for form in forms:
            assert form and fields(form) == fields(english), english


def test_chinese_has_brackets_of_its_own_but_in_formulas():
    catalogue = read_catalog(LANGUAGES["zh"])
    forms = [form for m in catalogue if m.id for form in (m.string if isinstance(m.string, tuple) else (m.string,))]
    aside = re.compile(r"(?<![A-Za-z])\(\{?\w+\}?\)|\([^()]*[\u4e00-\u9fff][^()]*\)")  # a word, a field, a Chinese sentence
    assert [form for form in forms if aside.search(str(form))] == []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_the_browser_gets_the_texts_of_its_own_scripts(language):
    table = messages(language.code).for_browser()
    assert "Step forward" in table and table["Step forward"] != "Step forward"
    assert "Ravine" not in table  # that one Python translates


def test_a_name_given_to_a_script_as_a_text_is_in_the_catalogue():
    scripts = {str(m.id) for m in extracted() if any(path.endswith(".js") for path, _ in m.locations)}
    assert {"Play", "Pause", "Step", "Start x", "{owner}: {label}"} <= scripts


@pytest.mark.parametrize(
    ("asked", "browser", "code"),
    [
        (None, None, "en"),
        (None, "zh-CN", "zh"),
        (None, "de-DE", "en"),
        ("zh", "en-US", "zh"),
        ("en", "zh-CN", "en"),
        ("xx", "zh-Hans", "zh"),
        ("ZH", None, "zh"),
        ("", "en-GB", "en"),
    ],
)
def test_the_link_chooses_the_language_before_the_browser(asked, browser, code):
    assert choose(asked, browser) == code


def test_an_error_is_told_in_the_readers_language():
    with pytest.raises(SettingError) as caught:
        read_hyper(OPTIMIZERS["adam"].hypers["lr"], "adam, lr", "-1.0")
    english, chinese = (told(messages(code), caught.value, {}) for code in LANGUAGES)
    assert english == "Learning rate of Adam must be a number, 0 or more; received “-1.0”"
    assert chinese == "Adam 的学习率应为不小于 0 的数；收到的是“-1.0”"


@pytest.mark.parametrize(
    ("interval", "kind", "english", "chinese"),
    [
        ("[1, inf)", "number", "a number, 1 or more", "不小于 1 的数"),
        ("(0, inf)", "number", "a number above 0", "大于 0 的数"),
        ("(-inf, 1]", "number", "a number, at most 1", "不大于 1 的数"),
        ("(-inf, 1)", "number", "a number below 1", "小于 1 的数"),
        ("(-inf, inf)", "number", "a number", "数"),
        ("[0, 1]", "number", "a number from 0 to 1", "0 到 1 的数"),
        ("[0, 1)", "number", "a number from 0 to 1, 1 not included", "0 到 1 的数（不含 1）"),
        ("(0, 1]", "number", "a number from 0 to 1, 0 not included", "0 到 1 的数（不含 0）"),
        ("(0, 1)", "number", "a number between 0 and 1, neither of them included", "0 与 1 之间的数（两端都不含）"),
        ("[1, 100000]", "integer", "a whole number from 1 to 100,000", "1 到 100,000 的整数"),
        ("[1, inf)", "integer", "a whole number, 1 or more", "不小于 1 的整数"),
        ("[0, 1]", "switch", "1 (on) or 0 (off)", "1（开）或 0（关）"),
    ],
)
def test_a_range_is_said_in_words(interval, kind, english, chinese):
    slider = None if kind == "switch" else (0.4, 0.6) if kind == "number" else (1, 9)
    if kind == "number" and interval[:2] == "[1":
        slider = (2, 3)
    hyper = Hyper("a", 1 if kind == "integer" or interval == "[1, inf)" else 0 if kind == "switch" else 0.5, "a", "a",
                  Interval(interval), slider=slider, kind=kind)  # fmt: skip
    assert allowed(messages("en"), hyper) == english and allowed(messages("zh"), hyper) == chinese


def test_every_number_of_a_page_has_its_range_in_words():
    """Also those of surfaces, which have a limit besides; nothing in them reads like code."""
    hypers = [h for o in OPTIMIZERS.values() for record in o.conventions for h in record.hypers.values()]
    hypers += [h for stage in STAGES.values() for h in stage.details.values()]
    for table in (SURFACES, DATASETS, MODELS, LOSSES):
        hypers += [h for record in table.values() for h in record.params.values()]
    for code in LANGUAGES:
        for hyper in hypers:
            for limit in (np.inf, 1e6):
                said = allowed(messages(code), hyper, limit)
                assert said and not re.search(r"[<>≤{}]|inf", said)


@pytest.mark.parametrize(
    ("received", "shown"),
    [(np.float64(1.0), "1"), (np.int64(3), "3"), (100, "100"), (0.25, "0.25"), (1e300, "1e+300"), ("", "nothing"),
     ("it's \"x\"", "“it's \"x\"”"), (b"\xff1", "“\ufffd1”"), ("a\nb", "“a b”"), ([1], "something else")],
)  # fmt: skip
def test_what_was_received_is_shown_as_its_writer_wrote_it(received, shown):
    assert told(messages("en"), SettingError("n", "a number", received), {}).endswith(f"; received {shown}")


def test_numbers_agree_with_their_nouns():
    text = "{who} does not stay there.", "{who} do not stay there."
    assert messages("en").plural(*text, 1, who="GD") == "GD does not stay there."
    assert messages("en").plural(*text, 2, who="GD and Adam") == "GD and Adam do not stay there."


@pytest.mark.parametrize("content", [None, b"\xff\xfe garbage"])
def test_where_a_languages_file_is_missing_or_spoilt_texts_are_english(tmp_path, monkeypatch, caplog, content):
    folder = tmp_path / "zh_CN"
    folder.mkdir()
    if content is not None:
        (folder / "messages.po").write_bytes(content)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    _ = i18n.Messages(LANGUAGES["zh"])
    assert _("Race") == "Race" and _.plural("{n} step", "{n} steps", 2) == "2 steps" and _.for_browser() == {}
    assert "texts in 中文 cannot be read, and are English" in caplog.text
