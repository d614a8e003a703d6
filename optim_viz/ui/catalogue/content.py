"""The catalogue's contents: every optimizer and surface from its record, as HTML in the reader's language.

Plain HTML, because it is text to read: real headings, tables, lists and links, which work by keyboard, with the back button
and in a new tab. Whatever comes from a record or a visitor is escaped here.
"""

from functools import lru_cache
from html import escape
from threading import Lock

from optim_viz import OPTIMIZERS, Optimizer, glassbox, parity
from optim_viz.claims import Picture
from optim_viz.figures import pictures
from optim_viz.spec import FAMILIES, Hyper, N_, Surface
from optim_viz.stages import DECAYS, STAGES, Stage
from optim_viz.ui import mathml
from optim_viz.ui.asked import Query
from optim_viz.ui.catalogue import around, html
from optim_viz.ui.catalogue.choose import ABSENT, QUESTIONS, VERDICTS, Claim
from optim_viz.ui.faults import Notes, listed, one_of, strangers
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
    """What stands on the page that this link opens: what of the link could not be used, then what it names, or all there is."""
    found, notes = asked(query)
    with _one_at_a_time:  # what is asked for twice is computed once
        return html.page(listed(_, notes) + _body(found, _))


_one_at_a_time = Lock()


@lru_cache(maxsize=128)
def _body(found: Optimizer | Stage | None, _: Messages) -> str:
    if found is None:
        return overview(_)
    if isinstance(found, Stage):
        return around.portrait(found, _) + "".join(around.blocks(found, _))
    return portrait(found, _) + rule(found, _) + defaults(found, _)


def asked(query: Query) -> tuple[Optimizer | Stage | None, Notes]:
    """What a link names, an optimizer (``o=adam@keras``) or what may stand around one (``around=lookahead``), None for the
    overview; and what was wrong with the link.
    """
    notes = Notes({"o": N_("optimizer"), "variant": N_("convention"), "around": N_("around the rule")})
    strangers(query, ["o", "around"], (), notes)
    name, stage = ((query.get(key) or [""])[-1] for key in ("o", "around"))
    found: Optimizer | Stage | None = read_optimizer(name, notes) if name else None
    if stage and not found:
        found = notes.unless(None, lambda: one_of("around", STAGES, stage))
    return found, notes


# ------------------------------------------------------------------------------------------------------------------ overview


def overview(_: Messages) -> str:
    """All optimizers by year; who is not there; what may stand around them; how to choose; the surfaces."""
    sections = [
        ("optimizers", _("Optimizers")), ("around", _("Around the rule")), ("choose", _("How to choose")),
        ("surfaces", _("Surfaces")),
    ]  # fmt: skip
    gallery = f'<ul class="cat-gallery">{"".join(_tile(_, surface) for surface in SURFACES.values())}</ul>'
    bodies = [_optimizers(_) + _absent(_), around.listed(_), _choose(_), gallery]
    lead = _("Choose one: its formulas are typeset from the code that runs, and a race shows what it does.")
    links = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title in sections)
    parts = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>{body}</section>'
        for (key, title), body in zip(sections, bodies, strict=True)
    )
    contents = html.nav(_("On this page"), links)
    return f'<p class="cat-lead">{escape(lead)}</p>{contents}{parts}'


def _optimizers(_: Messages) -> str:
    rows = "".join(
        f'<tr><td class="cat-year">{o.year}</td><th scope="row">{_mark(o)}{_entry(_, o, escape(o.name))}</th>'
        f'<td>{escape(_(o.summary))}</td><td class="cat-number" data-label="{escape(_("Memory"))}">{_memory(o)}</td>'
        f"<td>{escape(_(FAMILIES[o.family]))}</td></tr>"
        for o in OPTIMIZERS.values()
    )
    names = [_("Year"), _("Optimizer"), _("In short"), _("Memory"), _("Family")]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    note = _("Memory: the numbers that an optimizer keeps for each weight, besides the weight and its gradient.")
    table = f'<table class="cat-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'{table}<p class="cat-small">{escape(note)}</p>'


def _memory(o: Optimizer) -> str:
    """Numbers for each weight; n of a whole Hessian."""
    return "n" if o.takes_hessian else str(o.memory(o.check({})))


def _remembers(o: Optimizer, _: Messages) -> str:
    if o.takes_hessian:
        return _(
            "Nothing between steps, but each step needs the Hessian: as many numbers for each weight as there are weights."
        )
    kept = _.plural("{n} number for each weight", "{n} numbers for each weight", o.memory(o.check({})))
    more = [s for s in o.states if s.needs and not o.check({})[s.needs]]
    if not more:
        return kept
    return _("{kept}; one more with each of: {names}", kept=kept, names=", ".join(_(o.hypers[s.needs].label) for s in more))


def _absent(_: Messages) -> str:
    items = "".join(
        f'<div><dt>{name} <span class="cat-small">{html.link(url, paper)}</span></dt><dd>{escape(_(why))}</dd></div>'
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
    link = html.go(_, scene(picture.page, picture.query), text, _(claim.text))
    return f'<p class="cat-small">{escape(_told(_, picture.page, picture.query, ends=True))}</p><p>{link}</p>'


def _tile(_: Messages, surface: Surface) -> str:
    name = _(surface.name)
    minima = _.plural("{n} minimum marked", "{n} minima marked", len(surface.minima))
    alt = _("{name}, {minima}", name=name, minima=minima) if surface.minima else name
    dimension = _.plural("{n} dimension", "{n} dimensions", surface.dim)
    link = html.go(_, scene("race", "s=" + surface.key), _("Race on it"), name)
    return (
        f'<li><img src="{_gallery_picture(surface.key)}" alt="{escape(alt)}" width="240" height="180" loading="lazy">'
        f'<h3>{escape(name)} <span class="cat-small">{escape(dimension)}</span></h3><p>{escape(_(surface.teaches))}</p>'
        f'<p class="cat-small">{html.with_links(_(surface.source))}</p>'
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
    told_facts = [*((name, _(text)) for name, text in facts), (_("Memory"), _remembers(record, _))]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in told_facts)
    paper, back, link = _("Paper"), _("All optimizers"), html.go(_, shown, _("Race it"), record.name)
    listed += f"<div><dt>{escape(paper)}</dt><dd>{html.link(record.url, record.paper)}</dd></div>"
    about = f"{record.year} · {_(FAMILIES[record.family])}"
    caption = _("On the surface {surface}, the first {n} steps:", surface=_(chosen.surface.name), n=chosen.steps)
    return (
        f'<p><a href="{html.here(_)}">← {escape(back)}</a></p>'
        f'<div class="cat-portrait"><div><h2>{_mark(entry, 20)}{escape(record.name)} '
        f'<span class="cat-small">{escape(about)}</span></h2><p class="cat-lead">{escape(_(record.summary))}</p>'
        f'<dl class="cat-facts">{listed}</dl></div><figure>{picture}<figcaption class="cat-small">'
        f"{escape(caption)}{_.language.space}{escape(told)}</figcaption><p>{link}</p></figure></div>"
    )


def rule(record: Optimizer, _: Messages) -> str:
    """Which convention it is and how closely it agrees with its library; its formulas beside the source they are read from."""
    entry = OPTIMIZERS[record.key]
    links = "".join(_entry(_, o, escape(_(o.origin)), html.current(o is record)) for o in entry.conventions)
    chips = html.nav(_("Conventions"), links) if entry.variants else ""
    note = next((_(v.note) for v in entry.variants if v.key == record.variant), "")
    note = f"<p>{escape(note)}</p>" if note else ""
    heading = _("The rule as in {origin}: formulas and the source they are read from", origin=_(record.origin))
    formulas = glassbox.latex(record, {key: _(word) for key, word in glassbox.WORDS.items()})
    return f'<h3>{escape(heading)}</h3>{chips}{note}<p class="cat-parity">{escape(agreement(record, _))}</p>' + html.rule(
        formulas, glassbox.source(record), _kept(record)
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


def _kept(record: Optimizer) -> str:
    """What the names stand for that the source keeps up to date and the formulas have as a symbol."""
    kept = [s for s in record.states if s.bookkeeping and s.name != s.symbol]
    said = ", ".join(f"<code>{s.name}</code> = {mathml.inline(s.symbol)}" for s in kept)
    return f"<p>{said}</p>" if said else ""


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
    links = _entry(_, before, f"← {escape(before.name)}") if before else "<span></span>"
    links += _entry(_, after, f"{escape(after.name)} →") if after else ""
    return html.nav(_("By year"), links, "cat-neighbours")


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


def _mark(o: Optimizer, size: int = 16) -> str:
    return f'<img class="cat-mark" src="{pictures.data(pictures.mark(o.look, size))}" alt="" width="{size}" height="{size}">'


def _entry(_: Messages, o: Optimizer, words: str, more: str = "") -> str:
    """A link to one optimizer."""
    return f'<a href="{html.here(_, o=o.full_key)}"{more}>{words}</a>'
