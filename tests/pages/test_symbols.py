"""The sheet of symbols and terms: every term in every language, and each with a place in the app that can be opened."""

from urllib.parse import parse_qs

import pytest

from optim_viz import OPTIMIZERS
from optim_viz.lessons import LESSONS
from optim_viz.stages import STAGES
from optim_viz.ui import index
from optim_viz.ui.catalogue import content as catalogue
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.pages import PAGES
from optim_viz.ui.scenes import scene
from optim_viz.ui.symbols.content import TERMS

EACH = [term for terms in TERMS.values() for term in terms]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_stands_there_in_every_language(language):
    html = index.document(PAGES["symbols"], {}, language)
    for term in EACH:
        for code, each in LANGUAGES.items():
            assert f'<td lang="{each.tag}">{messages(code)(term.name)}</td>' in html
        assert messages(language)(term.meaning).split("&")[0] in html
    assert html.count(f"lang={language}") >= len(EACH)


def test_no_term_stands_there_twice_and_the_words_differ_by_language():
    assert len({term.name for term in EACH}) == len(EACH) > 30
    chinese = messages("zh")
    own = {term.name for term in EACH if chinese(term.name) == term.name}
    assert not own, own


@pytest.mark.parametrize("term", EACH, ids=lambda term: term.name)
def test_a_term_leads_to_a_place_that_can_be_opened(term):
    page, _mark, query = term.see.partition("?")
    asked = parse_qs(query, keep_blank_values=True)
    assert page in PAGES
    if page in ("race", "regression") and query:
        scene(page, query)  # raises where not all of it can be used
    if page == "catalogue":
        assert catalogue.asked(asked)[0] in [*STAGES.values(), *(r for o in OPTIMIZERS.values() for r in o.conventions)]
    if page == "lessons":
        lesson = LESSONS[asked["lesson"][0]]
        assert {step.key for step in lesson.steps} >= set(asked.get("step", []))


def test_what_a_link_says_that_the_sheet_does_not_know_is_told():
    plain, told = (index.document(PAGES["symbols"], query, "en") for query in ({}, {"term": ["<b>"], "lang": ["en"]}))
    assert 'role="note"' not in plain
    assert 'role="note"' in told and "“term”" in told and "&lt;b&gt;" in told and "<b>" not in told
