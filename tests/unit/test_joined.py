"""All scripts of a page as one file: whole, each once, in a form that is known."""

import re

import pytest

from optim_viz.ui import assets, joined
from optim_viz.ui.pages import PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_script_holds_each_module_that_it_needs_once(page):
    players = {f"{key}/main.js" for key in PAGES if key in PAGES[page].folders and not PAGES[key].text}
    text = joined.joined(joined.modules(page))
    held = re.findall(r'^written\["(.+)"\]', text, re.MULTILINE)
    assert len(set(held)) == len(held) and players <= set(held)
    assert set(re.findall(r'\bload\("(.+?)"\)', text)) <= set(held)
    assert all((assets.COMPONENTS / path).is_file() for path in held)
    bundled = {path for path in held if path.startswith("engine/")}
    assert bool(bundled) == ("engine" in PAGES[page].folders)


def test_what_a_module_takes_another_gives():
    paths = sorted(path.relative_to(assets.COMPONENTS).as_posix() for path in assets.COMPONENTS.glob("*/*.js"))
    text = joined.joined([path for path in paths if path not in ("page/theme.js", "engine/worker.js")])
    modules = [part.partition('"') for part in text.split('\nwritten["')[1:]]
    given = {path: set(re.findall(r"\bget (\w+)\(\) \{ return", rest.rpartition("\nreturn {")[2])) for path, _, rest in modules}
    taken = re.findall(r'^const \{ (.+) \} = load\("(.+)"\);$', text, re.MULTILINE)
    assert len(taken) > 150
    for names, path in taken:
        assert {name.split(":")[0].strip() for name in names.split(",")} <= given[path], path


@pytest.mark.parametrize(
    "line",
    [
        'import one from "./two.js";',
        'import "./two.js";',
        "export default 1;",
        "export const [a, b] = [1, 2];",
        "await import(name);",
    ],
)
def test_another_form_is_refused(monkeypatch, tmp_path, line):
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "one.js").write_text(f"{line}\n", encoding="utf-8")
    (tmp_path / "page" / "two.js").write_text("", encoding="utf-8")
    monkeypatch.setattr(assets, "COMPONENTS", tmp_path)
    with pytest.raises(ValueError, match="page/one.js"):
        joined.joined(["page/one.js"])
