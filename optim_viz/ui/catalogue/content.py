"""The catalogue's contents: every optimizer and surface from its record, as HTML in the reader's language.

Plain HTML, because it is text to read: real headings, tables, lists and links, which work by keyboard, with the back button
and in a new tab. Whatever comes from a record or a visitor is escaped here.
"""

import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from optim_viz import OPTIMIZERS, Optimizer, glassbox, parity
from optim_viz.claims import Picture
from optim_viz.figures import pictures
from optim_viz.spec import FAMILIES, Hyper, N_, Surface
from optim_viz.stages import DECAYS
from optim_viz.ui import mathml
from optim_viz.ui.asked import Query
from optim_viz.ui.catalogue.choose import ABSENT, QUESTIONS, VERDICTS, Claim
from optim_viz.ui.faults import NOT_USED, Notes, strangers, told_all
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.pages import PICTURES
from optim_viz.ui.race.scene import RaceScene
from optim_viz.ui.runners import read_optimizer
from optim_viz.ui.scenes import Scene, scene
from surfaces import SURFACES

PLAYED = 4.5  # seconds that the picture of a path plays: under five, so that nobody needs to stop it
SHOWN_ON, STEPS = "ravine", 300


def page(query: Query, _: Messages) -> str:
    """What stands on the page that this link opens: what of the link could not be used, then an optimizer or all of them."""
    record, notes = asked(query)
    items = "".join(f"<li>{escape(note)}</li>" for note in told_all(_, notes))
    warned = f'<div class="cat-notes" role="note"><p>{escape(_(NOT_USED))}</p><ul>{items}</ul></div>' if notes else ""
    return _page(warned + _body(record, _))


@lru_cache(maxsize=128)
def _body(record: Optimizer | None, _: Messages) -> str:
    return overview(_) if record is None else portrait(record, _) + rule(record, _) + defaults(record, _)


def asked(query: Query) -> tuple[Optimizer | None, Notes]:
    """The optimizer that a link names (``o=adam@keras``), None for the overview; and what was wrong with the link."""
    notes = Notes({"o": N_("optimizer"), "variant": N_("convention")})
    strangers(query, ["o"], (), notes)
    name = (query.get("o") or [""])[-1]
    return read_optimizer(name, notes) if name else None, notes


# ------------------------------------------------------------------------------------------------------------------ overview


def overview(_: Messages) -> str:
    """All optimizers by year; who is not there; the surfaces; how to choose."""
    sections = [("optimizers", _("Optimizers")), ("choose", _("How to choose")), ("surfaces", _("Surfaces"))]
    gallery = f'<ul class="cat-gallery">{"".join(_tile(_, surface) for surface in SURFACES.values())}</ul>'
    bodies = [_optimizers(_) + _absent(_), _choose(_), gallery]
    lead = _("Choose one: its formulas are typeset from the code that runs, and a race shows what it does.")
    links = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title in sections)
    parts = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>{body}</section>'
        for (key, title), body in zip(sections, bodies, strict=True)
    )
    contents = _nav(_("On this page"), links)
    return f'<p class="cat-lead">{escape(lead)}</p>{contents}{parts}'


def _optimizers(_: Messages) -> str:
    rows = "".join(
        f'<tr><td class="cat-year">{o.year}</td><th scope="row">{_mark(o)}<a href="{_self(_, o)}">{escape(o.name)}</a></th>'
        f"<td>{escape(_(o.summary))}</td><td>{escape(_(FAMILIES[o.family]))}</td></tr>"
        for o in OPTIMIZERS.values()
    )
    names = [_("Year"), _("Optimizer"), _("In short"), _("Family")]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return f'<table class="cat-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _absent(_: Messages) -> str:
    items = "".join(
        f'<div><dt>{name} <span class="cat-small">{_link(url, paper)}</span></dt><dd>{escape(_(why))}</dd></div>'
        for name, paper, url, why in ABSENT
    )
    title = _("Not in the race, and why")
    return f'<h3>{escape(title)}</h3><dl class="cat-absent">{items}</dl>'


def _choose(_: Messages) -> str:
    return "".join(
        f'<section class="cat-question"><div><h3>{escape(_(q.question))}</h3><p>{escape(_(q.advice))}</p></div>'
        f"<ul>{''.join(_claim(_, claim) for claim in q.claims)}</ul></section>"
        for q in QUESTIONS
    )


def _claim(_: Messages, claim: Claim) -> str:
    verdict = f"<strong>{escape(_(VERDICTS[claim.verdict]))}</strong>{_.language.space}{escape(_(claim.why))}"
    quoted = _("“{claim}”", claim=_(claim.text))
    shown = _seen(_, claim.picture, claim) if claim.picture else ""
    shown += "".join(_seen(_, picture, claim) for picture in claim.besides)
    return f'<li class="cat-{claim.verdict}"><p>{escape(quoted)}</p><p>{verdict}</p>{shown}</li>'


def _seen(_: Messages, picture: Picture, claim: Claim) -> str:
    """A picture of a claim: what happens in it, and the way there."""
    page = PICTURES[picture.page]
    text = _(page.see if picture is claim.picture else page.see_more)
    link = _go(_, scene(picture.page, picture.query), text, _(claim.text))
    return f'<p class="cat-small">{escape(_told(_, picture.page, picture.query, ends=True))}</p><p>{link}</p>'


def _tile(_: Messages, surface: Surface) -> str:
    name = _(surface.name)
    minima = _.plural("{n} minimum marked", "{n} minima marked", len(surface.minima))
    alt = _("{name}, {minima}", name=name, minima=minima) if surface.minima else name
    dimension = _.plural("{n} dimension", "{n} dimensions", surface.dim)
    link = _go(_, scene("race", "s=" + surface.key), _("Race on it"), name)
    return (
        f'<li><img src="{_gallery_picture(surface.key)}" alt="{escape(alt)}" width="240" height="180" loading="lazy">'
        f'<h3>{escape(name)} <span class="cat-small">{escape(dimension)}</span></h3><p>{escape(_(surface.teaches))}</p>'
        f'<p class="cat-small">{_with_links(_(surface.source))}</p>'
        f"<p>{link}</p></li>"
    )


@lru_cache
def _gallery_picture(key: str) -> str:
    return pictures.data(pictures.surface_picture(SURFACES[key]))


# ------------------------------------------------------------------------------------------------------------- one optimizer


def portrait(record: Optimizer, _: Messages) -> str:
    """What it is, what it is good for, and a picture of it at work, computed now."""
    entry = OPTIMIZERS[record.key]
    shown = scene("race", _beside(record))
    chosen, told = shown.settings, _told(_, "race", _beside(record))
    names = _.listed([runner.name for runner in chosen.runners])
    alt = _("The paths of {names} over the contours of {surface}", names=names, surface=_(chosen.surface.name))
    # those who asked for less motion see the other one: the style sheet chooses
    picture = "".join(
        f'<img class="{kind}" src="{pictures.data(_at_work(shown, seconds))}" alt="{escape(alt)}" width="240" height="180">'
        for kind, seconds in (("cat-playing", PLAYED), ("cat-still", 0))
    )
    facts = [(_("Good at"), record.good), (_("Bad at"), record.bad), (_("Typical use"), record.use)]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(_(text))}</dd></div>" for name, text in facts)
    paper, back, link = _("Paper"), _("All optimizers"), _go(_, shown, _("Race it"), record.name)
    listed += f"<div><dt>{escape(paper)}</dt><dd>{_link(record.url, record.paper)}</dd></div>"
    about = f"{record.year} · {_(FAMILIES[record.family])}"
    caption = _("On the surface {surface}, the first {n} steps:", surface=_(chosen.surface.name), n=chosen.steps)
    return (
        f'<p><a href="{_self(_)}">← {escape(back)}</a></p>'
        f'<div class="cat-portrait"><div><h2>{_mark(entry, 20)}{escape(record.name)} '
        f'<span class="cat-small">{escape(about)}</span></h2><p class="cat-lead">{escape(_(record.summary))}</p>'
        f'<dl class="cat-facts">{listed}</dl></div><figure>{picture}<figcaption class="cat-small">'
        f"{escape(caption)}{_.language.space}{escape(told)}</figcaption><p>{link}</p></figure></div>"
    )


def rule(record: Optimizer, _: Messages) -> str:
    """Which convention it is and how closely it agrees with its library; its formulas beside the source they are read from."""
    entry = OPTIMIZERS[record.key]
    links = "".join(
        f'<a href="{_self(_, o)}"{_current(o is record)}>{escape(_(o.origin))}</a>' for o in entry.conventions
    )  # fmt: skip
    chips = _nav(_("Conventions"), links) if entry.variants else ""
    note = next((_(v.note) for v in entry.variants if v.key == record.variant), "")
    note = f"<p>{escape(note)}</p>" if note else ""
    heading = _("The rule as in {origin}: formulas and the source they are read from", origin=_(record.origin))
    return (
        f'<h3>{escape(heading)}</h3>{chips}{note}<p class="cat-parity">{escape(agreement(record, _))}</p>'
        f'<div class="cat-rule"><div><div class="cat-formulas">{formulas(record, _)}</div>{_kept(record)}</div>'
        f"<pre><code>{highlighted(glassbox.source(record))}</code></pre></div>"
    )


def agreement(record: Optimizer, _: Messages) -> str:
    """How closely it agrees with each library that it was compared with."""
    said = []
    for p in parity.of(record):
        values = dict(library=p.library, version=p.version, steps=p.steps)
        if p.bound:
            text = _("{library} {version}: equal to {bound} over {steps} steps", bound=number(p.bound), **values)
        else:
            text = _("{library} {version}: equal to the last digit over {steps} steps", **values)
        runs = _.plural("{n} run", "{n} runs", p.runs)
        if p.chaotic:
            runs = _("{runs}, {n} of them only until rounding errors grow in the library itself", runs=runs, n=p.chaotic)
        said.append(_("{how} ({runs}).", how=text, runs=runs))
    none = _("Not compared with a library: the tests hold it against a slow twin of its formulas.")
    return _.prose(said) or none


def formulas(record: Optimizer, _: Messages) -> str:
    """MathML, read from the source."""
    return mathml.block(glassbox.latex(record, {key: _(word) for key, word in glassbox.WORDS.items()}))


def _kept(record: Optimizer) -> str:
    """What the names stand for that the source keeps up to date and the formulas have as a symbol."""
    kept = [s for s in record.states if s.bookkeeping and s.name != s.symbol]
    said = ", ".join(f"<code>{s.name}</code> = {mathml.inline(s.symbol)}" for s in kept)
    return f"<p>{said}</p>" if said else ""


def highlighted(source: str) -> str:
    """Python's source as HTML; weight and slant tell what is a keyword and what a comment or a text."""
    end, parts = (1, 0), []
    for kind, text, start, stop, line in tokenize.generate_tokens(io.StringIO(source).readline):
        parts.append(line[end[1] : start[1]] if start[0] == end[0] else " " * start[1])  # the blanks before it
        tag = "b" if keyword.iskeyword(text) else "i" if kind in (tokenize.COMMENT, tokenize.STRING) else ""
        parts.append(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text, quote=False))
        end = stop
    return "".join(parts).rstrip()


def defaults(record: Optimizer, _: Messages) -> str:
    """Defaults by library, what each convention does otherwise, and the neighbours by year."""
    entry = OPTIMIZERS[record.key]
    columns = tuple(entry.conventions)
    names: dict[str, Hyper] = {h.name: h for o in columns for h in o.hypers.values()}
    head = "".join(f'<th scope="col">{escape(_(o.origin))}</th>' for o in columns)
    rows = "".join(
        f'<tr><th scope="row">{_named(_(hyper.label), name)}</th>'
        + "".join(f"<td>{escape(_default(o.hypers.get(name), _))}</td>" for o in columns)
        + "</tr>"
        for name, hyper in names.items()
    )
    if any("weight_decay" in (o.stages or ()) for o in columns):
        cells = "".join(f"<td>{escape(_(DECAYS[o.decay]))}</td>" for o in columns)
        meant = _("how weight decay is meant")
        rows += f'<tr class="cat-words"><th scope="row">{escape(meant)}</th>{cells}</tr>'
    notes = "".join(f"<div><dt>{escape(_(v.name))}</dt><dd>{escape(_(v.note))}</dd></div>" for v in entry.variants)
    title, others, corner = _("Defaults by library"), _("How the others differ"), _("Hyperparameter")
    notes = f'<h3>{escape(others)}</h3><dl class="cat-facts">{notes}</dl>' if notes else ""
    table = f'<thead><tr><th scope="col">{escape(corner)}</th>{head}</tr></thead><tbody>{rows}</tbody>'
    return (
        f'<h3 id="defaults">{escape(title)}</h3><div class="cat-wide" role="region" tabindex="0" aria-labelledby="defaults">'
        f'<table class="cat-defaults">{table}</table></div>{notes}{_neighbours(entry, _)}'
    )


def _named(label: str, name: str) -> str:
    return (f"{escape(label)} " if label != name else "") + f"<code>{name}</code>"


def _default(hyper: Hyper | None, _: Messages) -> str:
    if hyper is None:
        return "–"
    if hyper.kind == "switch":
        return _("on") if hyper.default else _("off")
    return number(hyper.default)


def _neighbours(entry: Optimizer, _: Messages) -> str:
    keys = list(OPTIMIZERS)
    at = keys.index(entry.key)
    before = OPTIMIZERS[keys[at - 1]] if at else None
    after = OPTIMIZERS[keys[at + 1]] if at + 1 < len(keys) else None
    links = f'<a href="{_self(_, before)}">← {escape(before.name)}</a>' if before else "<span></span>"
    links += f'<a href="{_self(_, after)}">{escape(after.name)} →</a>' if after else ""
    return _nav(_("By year"), links, "cat-neighbours")


# ------------------------------------------------------------------------------------------------------------------ pictures


def _beside(record: Optimizer) -> str:
    """The link of a race of this optimizer beside GD; of GD beside Momentum."""
    other = "momentum" if record.key == "gd" else "gd"
    return f"s={SHOWN_ON}&n={STEPS}&o={other}&o={record.full_key}"


@lru_cache(maxsize=256)
def _told(_: Messages, page: str, query: str, ends: bool = False) -> str:
    """What happens in this picture, in words."""
    return scene(page, query).told(_, ends)


def _at_work(shown: Scene, seconds: float) -> str:
    assert isinstance(shown, RaceScene)
    runs = {name: shown.run(name) for name in shown.runners}
    paths = [(run.theta[: run.diverged_at], shown.runners[name].optimizer.look) for name, run in runs.items()]
    return pictures.surface_picture(shown.settings.surface, paths, seconds)


# ---------------------------------------------------------------------------------------------------------------- small parts


def _page(body: str) -> str:
    return f'<div class="cat">{body}</div>'


def _nav(label: str, links: str, kind: str = "cat-contents") -> str:
    return f'<nav class="{kind}" aria-label="{escape(label)}">{links}</nav>'


def _mark(o: Optimizer, size: int = 16) -> str:
    return f'<img class="cat-mark" src="{pictures.data(pictures.mark(o.look, size))}" alt="" width="{size}" height="{size}">'


def _self(_: Messages, o: Optimizer | None = None) -> str:
    """The address of this page, of one optimizer where it is given, in the reader's language."""
    pairs: Mapping[str, str] = {"o": o.full_key, "lang": _.language.code} if o else {"lang": _.language.code}
    return escape(f"catalogue?{urlencode(pairs, safe='@')}")


def _go(_: Messages, shown: Scene, text: str, about: str) -> str:
    """A link to a picture. Several links of a page bear the same text; ``about`` tells them apart for those who hear them."""
    address = escape(f"{shown.page}?{shown.query()}&lang={_.language.code}")
    label = _("{link}: {about}", link=text, about=about)
    return f'<a href="{address}" aria-label="{escape(label)}">{escape(text)} →</a>'


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def _with_links(text: str) -> str:
    """A source with its addresses as links, which bear the name of their site."""
    parts: Iterable[str] = re.split(r"(https?://[^\s;,]*[^\s;,.])", text)
    return "".join(_link(p, p.split("/")[2]) if p.startswith("http") else escape(p) for p in parts)


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""
