"""Symbols and terms as a sheet: what books write, what the app and torch write, what it is called in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from optim_viz.spec import N_
from optim_viz.tables import Table
from optim_viz.ui.asked import Query
from optim_viz.ui.faults import Notes, listed, strangers
from optim_viz.ui.i18n import LANGUAGES, Messages, messages
from optim_viz.ui.pages import PAGES

BOOKS = N_("Goodfellow, Bengio & Courville, Deep Learning; Zhang et al., Dive into Deep Learning (d2l.ai)")


@dataclass(frozen=True)
class Term:
    """``symbol``: as books write it; ``code``: as the app, its links and torch do; ``see``: an address of the app."""

    symbol: str
    code: str
    name: str
    meaning: str
    see: str
    books: str


def read(path: Path) -> Mapping[str, tuple[Term, ...]]:
    """The terms under their headings. Raises ValueError where the file is not of that form, or a page is none of ours."""
    table, found = Table.of(path), dict[str, tuple[Term, ...]]()
    for group in table.tables("group"):
        terms = []
        for one in group.tables("term"):
            terms.append(Term(*(one.take(name, str) for name in ("symbol", "code", "title", "text", "see", "books"))))
            one.end()
            if terms[-1].see.partition("?")[0] not in PAGES:
                raise ValueError(f"{path.name}: {terms[-1].name!r} leads to no page of ours: {terms[-1].see}")
        found[group.take("title", str)] = tuple(terms)
        group.end()
    table.end()
    return found


TERMS = read(Path(__file__).with_name("symbols.toml"))


def page(query: Query, _: Messages) -> str:
    """All of them, as tables; above them what of the link could not be used."""
    notes = Notes()
    strangers(query, (), (), notes)
    languages = [(language.name, messages(code)) for code, language in LANGUAGES.items()]
    names = [_("Symbol"), _("In code"), *(name for name, _texts in languages), _("What it is"), _("In textbooks")]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    parts = "".join(
        f'<section aria-labelledby="group{k}"><h2 id="group{k}">{escape(_(title))}</h2><div class="cat-wide" role="region" '
        f'tabindex="0" aria-labelledby="group{k}"><table class="cat-terms"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_row(_, term, [texts for _name, texts in languages]) for term in terms)}"
        "</tbody></table></div></section>"
        for k, (title, terms) in enumerate(TERMS.items())
    )
    title, books = _("Symbols and terms"), _("Textbooks: {books}.", books=_(BOOKS))
    lead = _(
        "Texts on optimizers use different letters for the same thing. This is what the app, its code and the books write."
    )
    return (
        f'<div class="cat">{listed(_, notes)}<h2>{escape(title)}</h2><p class="cat-lead">{escape(lead)}</p>{parts}'
        f'<p class="cat-small">{escape(books)}</p></div>'
    )


def _row(_: Messages, term: Term, languages: list[Messages]) -> str:
    page, _mark, query = term.see.partition("?")
    address = f"{page}?{query}{'&' if query else ''}lang={_.language.code}"
    code = ", ".join(f"<code>{escape(name)}</code>" for name in term.code.split(", ") if name) or "–"
    names = "".join(f'<td lang="{each.language.tag}">{escape(each(term.name))}</td>' for each in languages)
    link, label = _("Show me"), _("{link}: {about}", link=_("Show me"), about=_(term.name))
    return (
        f'<tr><td class="cat-symbol">{escape(term.symbol) or "–"}</td><td>{code}</td>{names}<td>{escape(_(term.meaning))} '
        f'<a href="{escape(address)}" aria-label="{escape(label)}">{escape(link)} →</a></td>'
        f'<td class="cat-small">{escape(term.books) or "–"}</td></tr>'
    )
