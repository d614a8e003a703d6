"""The catalogue as the server writes it: what it says in both languages, for every optimizer and every link."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz import OPTIMIZERS
from optim_viz.schedules import SCHEDULES
from optim_viz.stages import STAGES
from optim_viz.ui import index, mathml
from optim_viz.ui.catalogue import content as catalogue
from optim_viz.ui.catalogue.choose import QUESTIONS
from optim_viz.ui.i18n import LANGUAGES, messages
from optim_viz.ui.race import settings
from optim_viz.ui.scenes import scene
from surfaces import SURFACES

CLIENT = TestClient(Starlette(routes=index.ROUTES))
EACH = [record for entry in OPTIMIZERS.values() for record in entry.conventions]


def opened(query=""):
    """The page as someone sees it who opened ``/catalogue?query``."""
    answer = CLIENT.get(f"/catalogue?{query}")
    assert answer.status_code == 200 and "<h2" in answer.text
    return answer.text.partition("<main")[2].partition("</main>")[0]


def text(page):
    """What is read: without tags, and without attributes."""
    return unescape(re.sub(r"<[^>]*>", " ", page))


def warning(page):
    """What is said of a link that cannot be used; nothing where all of it can."""
    return text("".join(re.findall(r'<div class="cat-notes".*?</div>', page)))


def headings(page, level):
    found = re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", page)
    return [unescape(re.sub(r"<span.*?</span>|<[^>]*>", "", heading)).strip() for heading in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_shows_everything_in_the_language(language):
    page, _ = opened(f"lang={language}"), messages(language)
    assert headings(page, 2) == [_("Optimizers"), _("Around the rule"), _("How to choose"), _("Surfaces")]
    said = text(page)
    for o in OPTIMIZERS.values():
        assert all(part in said for part in (o.name, str(o.year), _(o.summary)))
    for s in SURFACES.values():
        assert _(s.teaches) in said
    assert all(_(stage.title) in said and _(stage.about) in said for stage in STAGES.values())
    names, title = [_(s.name) for s in SURFACES.values()], _("Not in the race, and why")
    assert headings(page, 3) == [title, *(_(q.question) for q in QUESTIONS), *names]
    for name, paper, _url, why in catalogue.ABSENT:
        assert all(part in said for part in (name, paper, _(why)))
    for q in QUESTIONS:
        assert all(part in said for part in (_(q.advice), *(_(c.text) for c in q.claims), *(_(c.why) for c in q.claims)))
    assert not warning(page)


@pytest.mark.parametrize("record", EACH, ids=lambda record: record.full_key)
def test_every_optimizer_has_its_page_in_each_of_its_conventions(record):
    page = opened(f"o={record.full_key}&lang=en")
    assert headings(page, 2) == [record.name]
    (source,) = re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    assert unescape(re.sub(r"</?[bi]>", "", source)) == catalogue.glassbox.source(record).rstrip()
    assert mathml.block(catalogue.glassbox.latex(record)) in page
    said = text(page)
    for part in (record.summary, record.good, record.bad, record.use, record.paper, record.origin):
        assert part in said
    for variant in OPTIMIZERS[record.key].variants:
        assert variant.name in said and variant.note in said
    for hyper in record.hypers.values():
        assert f"<code>{hyper.name}</code>" in page
    assert not warning(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.key)
def test_what_may_stand_around_a_rule_has_its_page(stage, language):
    page, _ = opened(f"around={stage.key}&lang={language}"), messages(language)
    assert headings(page, 2) == [_(stage.title)]
    said = text(page)
    assert _(stage.about) in said and not warning(page)
    formulas = stage.formulas or SCHEDULES
    assert page.count("<math display=") == page.count("<pre><code>") == len(headings(page, 3)) == len(formulas)
    for name in stage.details:
        assert f"<code>{name}</code>" in page
    for kind in SCHEDULES.values() if stage.key == "schedule" else ():
        assert _(kind.name) in headings(page, 3) and _(kind.about) in said
        assert all(f"<code>{name}</code>" in page for name in kind.hypers)


def test_lookaheads_formula_is_that_of_its_paper():
    rows = [r"\phi &\leftarrow \phi + \alpha\,\left(\theta - \phi\right)", r"\theta &\leftarrow \phi"]
    assert mathml.block(" \\\\[8pt]\n".join(rows)) in opened("around=lookahead&lang=en")


def test_memory_stands_beside_every_optimizer():
    rows = dict(re.findall(r">([^<]+)</a></th><td>[^<]*</td><td[^>]*>(\w+)</td>", opened("lang=en")))
    assert {k: rows[k] for k in ("GD", "Momentum", "Adam", "Adadelta", "Newton", "L-BFGS")} == {
        "GD": "0", "Momentum": "1", "Adam": "2", "Adadelta": "2", "Newton": "n", "L-BFGS": "202",
    }  # fmt: skip
    assert "2 numbers for each weight" in text(opened("o=adam&lang=en"))
    assert "1 number for each weight; one more with each of: centered, momentum" in text(opened("o=rmsprop&lang=en"))


def test_it_speaks_chinese_too():
    said = text(opened("o=adam@keras&lang=zh"))
    _ = messages("zh")
    adam = OPTIMIZERS["adam"]
    assert _(adam.summary) in said and _(adam.variants[0].note) in said and "长处" in said
    english = re.findall(r"\b(?:the|and|of|with)\b", said.replace(adam.paper, ""))
    assert not english, said
    (formulas,) = re.findall(r"<math display=.*?</math>", opened("o=radam&lang=zh"), re.DOTALL)
    assert "若" in formulas and "otherwise" not in formulas


def test_the_overview_has_no_english_left_in_chinese():
    said = text(opened("lang=zh"))
    titles = [part for surface in SURFACES.values() for part in re.split(r", |; ", surface.source)]  # of books and papers
    for title in sorted(titles, key=len, reverse=True):
        said = said.replace(title, "") if title[0].isupper() else said
    assert not re.findall(r"\b(?:the|and|of|with|is|its)\b", said)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("everest", None),
        ("adam@everest", "Adam"),
        ("<b>x</b>", None),
        ("adam@<script>alert(1)</script>", "Adam"),
        ("@keras", None),
        ("&around=everest", None),
    ],
)
def test_a_wrong_link_is_named_and_shows_what_it_can(name, shown):
    page = opened(f"o={name}&lang=en")
    assert "Not all of this can be used" in warning(page)
    assert headings(page, 2)[0] == (shown or "Optimizers")
    assert "<script" not in page and "<b>x" not in page


def test_a_name_that_the_catalogue_does_not_know_is_told_and_foreign_ones_are_not():
    told = warning(opened("optimizer=adam&utm_source=mail&lang=en"))
    assert "optimizer" in told and "utm" not in told
    assert not warning(opened("utm_source=mail&fbclid=1&embed=true&lang=en"))


@pytest.mark.parametrize("query", ["lang=en", "lang=zh", "o=gd&lang=en", "o=adam@keras&lang=zh", "o=lbfgs&lang=en"])
def test_every_link_to_a_race_is_complete_and_keeps_the_language(query):
    links = [unescape(link) for link in re.findall(r'href="(race\?[^"]*)"', opened(query))]
    assert links
    for link in links:
        wanted = parse_qs(link.partition("?")[2])
        assert wanted.pop("lang") == parse_qs(query)["lang"]
        chosen, notes = settings.read(wanted)
        assert not notes and parse_qs(settings.write(chosen)) == wanted


def test_race_it_runs_the_convention_beside_gd():
    def runners(query):
        (link,) = re.findall(r'href="race\?([^"]*)"', opened(query))
        return [r.optimizer.full_key for r in settings.read(parse_qs(unescape(link)))[0].runners]

    assert runners("o=adam@keras&lang=en") == ["gd", "adam@keras"]
    assert runners("o=gd&lang=en") == ["momentum", "gd"]


def test_every_link_to_the_page_itself_opens_what_it_names():
    links = {unescape(link) for link in re.findall(r'href="(catalogue\?[^"]*)"', opened("o=adam&lang=en"))}
    assert {"catalogue?lang=en", "catalogue?o=adam@keras&lang=en"} <= links
    for link in sorted(links)[:4]:
        assert not warning(opened(link.partition("?")[2]))


def test_the_defaults_stand_in_their_columns():
    body = opened("o=adam&lang=en")
    table = re.search(r'<table class="cat-defaults">.*?</table>', body, re.DOTALL)[0]  # type: ignore[index]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table)]
    by_name = {re.sub(r"<[^>]*>", "", head): dict(zip(rows[0][1:], cells, strict=True)) for head, *cells in rows[1:]}
    assert by_name["epsilon eps"]["PyTorch"] == "1e-8" and by_name["epsilon eps"]["Keras"] == "1e-7"
    assert by_name["epsilon in the root eps_root"]["Optax"] == "0" and by_name["epsilon in the root eps_root"]["Keras"] == "–"


def test_it_says_how_closely_it_agrees_with_its_library():
    said = text(opened("o=adam&lang=en"))
    assert re.search(r"PyTorch 2\.13\.0: equal to 1e-1\d over 500 steps \(\d+ runs\)", said)
    assert "Not compared with a library" in text(opened("o=newton&lang=en"))
    assert "to the last digit" in text(opened("o=rprop&lang=en"))


def test_every_picture_has_a_text_or_is_decoration_beside_one():
    for query in ("lang=en", "o=adam&lang=en"):
        body = opened(query)
        for tag in re.findall(r"<img[^>]*>", body):
            assert 'alt="' in tag and ('alt=""' not in tag or 'class="cat-mark"' in tag)


def test_a_claim_links_every_picture_that_it_speaks_of_on_its_own_page():
    body = opened("lang=en")
    links = re.findall(r'href="([a-z]+)\?([^"]*)" aria-label="(See [^"]*)"', body)
    pictures = [p for q in QUESTIONS for c in q.claims for p in (c.picture, *c.besides) if p]
    assert [page for page, _query, _label in links] == [p.page for p in pictures]
    assert {p.page for p in pictures} == {"race", "regression"}
    for (page, query, _label), picture in zip(links, pictures, strict=True):
        wanted = unescape(query).removesuffix("&lang=en")
        assert wanted == scene(picture.page, picture.query).query() == scene(page, wanted).query()
    labels = [unescape(label) for _page, _query, label in links]
    assert len(set(labels)) == len(labels), "who hears the links can tell them apart"


def test_what_happens_is_told_in_the_words_of_its_own_page():
    (rare,) = (c for q in QUESTIONS for c in q.claims if c.key == "rare")
    for language, words in (("en", "median of 50 seeds"), ("zh", "50 个种子的中位数")):
        assert rare.picture
        told = scene("regression", rare.picture.query).told(messages(language))
        assert words in told and told in text(opened(f"lang={language}"))
