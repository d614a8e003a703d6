"""The catalogues: every text of the sources stands in each of them, translated, with the same fields."""

import re

import numpy as np
import pytest
from babel.messages.catalog import Catalog

from optim_viz import OPTIMIZERS, SettingError
from optim_viz.ui.faults import told
from optim_viz.ui.i18n import ENGLISH, LANGUAGES, choose, extracted, messages, read_catalog
from optim_viz.ui.race.settings import read_hyper

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
    assert english == "Learning rate of Adam must be a number, 0 ≤ learning rate; received “-1.0”"
    assert chinese == "Adam 的学习率应为满足 0 ≤ 学习率 的数；收到的是“-1.0”"


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
