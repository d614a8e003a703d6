"""Adding a page is one record and two folders: in a copy with one more, all that lists pages knows it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.support import wait_for
from tests.support import copy_of_checkout
from tools.browser import Server

#: all that a contributor writes; the record goes into the list of pages, the last two are new files
RECORD = """    Page("doubling", N_("Doubling"), answers={"doubling": "answer:answer"}),
"""

FILES = {
    "optim_viz/ui/doubling/answer.py": '''"""Powers of two, as an answer."""

from optim_viz.claims import Picture
from optim_viz.spec import N_
from optim_viz.ui.forms import Field, Form, Whole
from optim_viz.ui.preset import Preset

FORM = Form(
    [Field("doublings", "n", Whole(0, 60), 3, N_("doublings"), always=True)],
    presets={"chess": Preset("chess", "", N_("Grains on a chessboard"), "", "", Picture("doubling", "n=3", ()))},
)


def answer(asked):
    got = FORM.read(asked.query)
    return {
        "notes": asked.notes(got.notes), "choices": asked.text_part(choices, asked.texts),
        "settings": {"doublings": got["doublings"]}, "view": {}, "power": 2 ** got["doublings"],
    }


def choices(_):
    return {"texts": _.for_browser(), "parts": [], "form": FORM.told(), "label": "Doublings"}
''',
    "optim_viz/ui/components/doubling/main.js": """import { h } from "../player/dom.js";
import { Instrument } from "../player/instrument.js";

class Doubling extends Instrument {
  build() {
    const asked = () => this.change(() => (this.model.doublings = Number(this.field.value)));
    this.field = h("input", { type: "number", "aria-label": this.choices.label, oninput: asked });
    this.power = h("output", {});
    this.root.replaceChildren(this.field, this.power);
  }

  paint(answer, ahead) {
    if (!ahead) this.field.value = answer.settings.doublings;
    this.power.textContent = answer.power;
  }

  drawn() {
    return [];
  }

  shortcuts() {
    return [];
  }
}

export { Doubling as Player };
""",
}


@pytest.fixture(scope="module")
def one_more(tmp_path_factory):
    """The server of a checkout with one page more."""
    folder = tmp_path_factory.mktemp("checkout")
    copy_of_checkout(folder)
    pages = folder / "optim_viz" / "ui" / "pages.py"
    text = pages.read_text(encoding="utf-8")
    pages.write_text(text.replace('    Page("catalogue"', RECORD + '    Page("catalogue"', 1), encoding="utf-8")
    for path, content in FILES.items():
        assert not (folder / path).exists()
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    with Server(folder / "output.txt", root=folder) as server:
        yield server
    assert "Traceback" not in server.output()


def test_it_stands_in_the_navigation_has_its_head_is_asked_and_answers(new_page, one_more):
    page = new_page()
    page.goto(f"{one_more.url}/?lang=en")
    wait_for(page, "revision >= 1")
    links = page.locator("#pages a").all_inner_texts()
    assert [text.strip() for text in links] == ["Race", "Regression", "Lessons", "Doubling", "Catalogue", "Symbols"]
    page.get_by_role("link", name="Doubling").click()
    expect(page.locator("output")).to_have_text("8")
    page.get_by_label("Doublings").fill("10")
    expect(page.locator("output")).to_have_text("1024")
    page.wait_for_url("**/doubling?v=1&n=10&lang=en")
    head = page.request.get(page.url).text()
    assert re.search(r'src="assets/made/\w+/doubling.js"', head)
    page.reload()
    expect(page.locator("output")).to_have_text("1024")
