"""All scripts of a page as one file: some sixty requests for small modules would take most of the time to the first picture.

Nothing is compiled or shortened: each module stands in a function of its own, which runs when the module is first needed, and
what it exports and imports goes by its path. The modules keep to few forms of ``import`` and ``export``; any other is refused
when the server starts.
"""

import re
from functools import cache
from posixpath import join, normpath

from optim_viz.ui import assets
from optim_viz.ui.pages import PAGES

#: the forms that there are; each begins a line
_IMPORT = re.compile(r'^import \{ (.+) \} from "(.+)";$', re.MULTILINE)
_FROM = re.compile(r'^export \{ (\w+) as (\w+) \} from "(.+)";$', re.MULTILINE)
_AS = re.compile(r"^export \{ (\w+) as (\w+) \};$", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const|let) (\w+)", re.MULTILINE)
#: by a name that is known when it runs
_LATER = re.compile(r"\bimport\(`(.+)`\)")
_LEFT = re.compile(r"^(import|export)\b.*|\bimport\((?!\").*", re.MULTILINE)
_START = """const written = {}, loaded = {};
const load = (path) => (loaded[path] ??= written[path]());
const later = async (from, path) => load(new URL(path, `https://x/${from}`).pathname.slice(1));
"""


def joined(first: list[str]) -> str:
    """These modules, by their paths in ``components/``, and all that they need; the first one runs.

    Raises:
        ValueError: a module imports or exports in a form that is not known here.
    """
    texts: dict[str, str] = {}
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in texts:
            texts[path], needed = _wrapped(path)
            waiting += needed
    return _START + "".join(texts.values()) + f'load("{first[0]}");\n'


def _wrapped(path: str) -> tuple[str, list[str]]:
    """A module as a function that gives what it exports, and the paths of those it needs."""
    text = (assets.COMPONENTS / path).read_text(encoding="utf-8")
    needed: list[str] = []
    exports: dict[str, str] = {}

    def there(address: str) -> str:
        needed.append(normpath(join(path, "..", address)))
        return f'load("{needed[-1]}")'

    def taken(found: re.Match[str]) -> str:
        return f"const {{ {found[1].replace(' as ', ': ')} }} = {there(found[2])};"

    def passed_on(found: re.Match[str]) -> str:
        exports[found[2]] = f"{there(found[3])}.{found[1]}"
        return ""

    def given(found: re.Match[str]) -> str:
        exports[found[2]] = found[2]
        return f"{found[1]} {found[2]}"

    def renamed(found: re.Match[str]) -> str:
        exports[found[2]] = found[1]
        return ""

    for form, rewritten in ((_IMPORT, taken), (_FROM, passed_on), (_AS, renamed), (_EXPORT, given)):
        text = form.sub(rewritten, text)
    text = _LATER.sub(rf'later("{path}", `\1`)', text)
    text = text.replace("import.meta.url", f'new URL("../../../{assets.url(path)}", import.meta.url).href')
    code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    if strange := _LEFT.search(code):
        raise ValueError(f"{path}: this form of import or export is not known: {strange[0]}")
    names = ", ".join(f"get {name}() {{ return {value}; }}" for name, value in exports.items())
    return f'written["{path}"] = () => {{\n{text}\nreturn {{ {names} }};\n}};\n', needed


@cache
def script(page: str) -> str:
    """The address of a page's script, relative to the page."""
    return assets.made(f"{page}.js", joined(modules(page)).encode())


def modules(page: str) -> list[str]:
    """The module that starts a page, and those that are loaded by a name that is known when it runs: the players."""
    players = [f"{key}/main.js" for key in PAGES[page].folders]
    return ["page/page.js", *(player for player in players if (assets.COMPONENTS / player).is_file())]
