"""Languages: which there are, which one the visitor reads, and the message catalogues.

A language is one file, ``optim_viz/locale/<locale>/messages.po``. The catalogues are read as they are: there is nothing to
compile. ``python -m optim_viz.ui.i18n`` (``make messages``) brings them up to date with the texts in the sources.
"""

import gettext
import io
import logging
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).parents[2]
#: names of texts in data files
TOLD = frozenset({"title", "watch", "then", "question", "advice", "text", "why"})
LOCALES = ROOT / "optim_viz" / "locale"


@dataclass(frozen=True)
class Language:
    """``code`` stands in links, ``locale`` names the catalogue, ``tag`` is what HTML wants, ``name`` is its own name,
    ``space`` stands between two sentences.
    """

    code: str
    locale: str
    tag: str
    name: str
    space: str = " "


ENGLISH = Language("en", "en", "en", "English")
LANGUAGES = {"en": ENGLISH, "zh": Language("zh", "zh_CN", "zh-CN", "中文", space="")}

#: where texts are looked for, and how
METHODS = [("**/ui/components/**.js", "javascript"), ("**.py", "python")]
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2), "forms": (1, 2)}
SOURCES = ["optim_viz", "surfaces"]


class Messages:
    """The texts of one language. Called with an English text it answers in the language."""

    def __init__(self, language: Language):
        self.language = language
        self._catalog = _catalog_of(language)
        compiled = io.BytesIO()
        write_mo(compiled, self._catalog)
        compiled.seek(0)
        self._texts = gettext.GNUTranslations(compiled)

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, its ``{fields}`` filled in."""
        translated = self._texts.gettext(text) if text else ""
        return translated.format(**values) if values else translated

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        return self._texts.ngettext(one, many, n).format(n=n, **values)

    def both(self, one: str, many: str) -> list[str]:
        """A text's form for one and its form for many, their ``{fields}`` still to be filled in."""
        return [self._texts.ngettext(one, many, n) for n in (1, 2)]

    def listed(self, names: Sequence[str]) -> str:
        """Names as a list within a sentence."""
        return self.spaced(format_list(list(names), locale=self.language.locale))

    def spaced(self, text: str) -> str:
        """The text with a space wherever Chinese meets Latin letters or digits."""
        return re.sub(r"(?<=[\u4e00-\u9fff])(?=[!-~])|(?<=[!-~])(?=[\u4e00-\u9fff])", " ", text)

    def prose(self, sentences: Sequence[str]) -> str:
        """Sentences one after the other; what follows a full-width bracket needs no space."""
        return self.language.space.join(sentences).replace("） ", "）")

    def for_browser(self) -> dict[str, str]:
        """The texts that the browser's scripts use, by their English form; nothing to send for English itself."""
        return {
            str(m.id): str(m.string) for m in self._catalog if m.id and any(f.endswith(".js") for f, _ in m.locations)
        }  # fmt: skip


@cache
def messages(code: str) -> Messages:
    """The texts of the language with this code."""
    return Messages(LANGUAGES[code])


def choose(asked: str | None, browser: str | None) -> str:
    """The code of the language: the one asked for in the link if we have it, else the browser's, else English."""
    for wish in (asked, browser):
        code = (wish or "").split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return ENGLISH.code


def _catalog_of(language: Language) -> Catalog:
    """Its texts; none where they cannot be read: then they are English, which is better than no page."""
    if language == ENGLISH:
        return Catalog()
    try:
        return read_catalog(language)
    except (OSError, ValueError, PoFileError):
        logging.getLogger("optim_viz").exception("the texts in %s cannot be read, and are English", language.name)
        return Catalog()


def read_catalog(language: Language) -> Catalog:
    with (LOCALES / language.locale / "messages.po").open("rb") as file:
        return read_po(file, locale=language.locale, abort_invalid=True)


def extracted() -> Catalog:
    """Every text that the sources mark, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for path, text, comments, context in _marked():
        catalog.add(text, None, [(path, 0)], auto_comments=comments, context=context)
    return catalog


def _marked() -> Iterable[tuple[str, str | tuple[str, ...], list[str], str | None]]:
    """Path from the root, text, comments and context of every marked text."""
    for path in sorted(ROOT.glob("*.py")):
        for _line, text, comments, context in extract_from_file("python", path, KEYWORDS):
            yield path.name, text, comments, context
    for path in sorted((ROOT / "optim_viz" / "ui").glob("*/*.toml")):
        with path.open("rb") as file:
            yield from ((path.relative_to(ROOT).as_posix(), text, [], None) for text in _texts(tomllib.load(file)))
    for folder in SOURCES:
        for name, _line, text, comments, context in extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS):
            yield f"{folder}/{Path(name).as_posix()}", text, comments, context


def _texts(value: Any, name: str = "") -> Iterator[str]:
    """What is to be translated in a data file: headings, and what stands under the names of ``TOLD``."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, "title" if name == "groups" else key)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and name in TOLD:
        yield value


def update() -> None:
    """Bring every catalogue up to date with the sources; texts that are new stand there untranslated."""
    template = extracted()
    for language in LANGUAGES.values():
        if language == ENGLISH:
            continue
        path = LOCALES / language.locale / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read_catalog(language) if path.exists() else Catalog(locale=language.locale, charset="utf-8")
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.project, catalog.version, catalog.fuzzy = "optim-viz", "1", False
        catalog.msgid_bugs_address, catalog.language_team = "the project's issues", language.name
        catalog.last_translator = catalog.copyright_holder = "The optim-viz authors"
        catalog.header_comment = (
            f"# The app's texts in {language.name}. The English text is the key; `make messages` adds new ones."
        )
        with path.open("wb") as file:
            write_po(file, catalog, width=120, include_lineno=False)
        missing = [m.id for m in catalog if m.id and not all(m.string if isinstance(m.string, tuple) else [m.string])]
        print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {len(missing)} to translate")


if __name__ == "__main__":
    update()
