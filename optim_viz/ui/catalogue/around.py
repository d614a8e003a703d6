"""What may stand around a rule, in the catalogue: each stage with its formulas, the schedules with their curves."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html import escape

from optim_viz import OPTIMIZERS, Schedule, glassbox
from optim_viz.claims import Picture
from optim_viz.figures import pictures
from optim_viz.rules import parsed
from optim_viz.schedules import LASTING, SCHEDULES, WARMUP, Kind
from optim_viz.spec import Hyper
from optim_viz.stages import STAGES, Stage
from optim_viz.ui.catalogue import html
from optim_viz.ui.i18n import Messages
from optim_viz.ui.numbers import number
from optim_viz.ui.scenes import scene

#: what the arguments of a stage's or a schedule's formula are called in the rest of the app's formulas
SYMBOLS = {"g": "g_t", "theta": r"\theta", "norm": r"\left\|g_t\right\|", "lr": r"\eta", "z": "z", "slow": r"\phi", "i": "i"}
DRAWN = 300  # steps of a schedule's curve


def listed(_: Messages) -> str:
    """All of them, each with its page; of the schedule all kinds."""
    rows = "".join(
        f'<tr><th scope="row"><a href="{html.here(_, around=stage.key)}">{escape(_(stage.title))}</a></th>'
        f"<td>{escape(_(stage.about))}</td></tr>"
        for stage in STAGES.values()
    )
    lead = _(
        "Each can be switched on for each runner of a race. They act in this order: "
        "Lookahead after the rule, the others before it."
    )
    return f'<p>{escape(lead)}</p><table class="cat-list cat-around"><tbody>{rows}</tbody></table>'


def portrait(stage: Stage, _: Messages) -> str:
    """What it is, its numbers, who does not take it, and a race that shows it."""
    without = [o.name for o in OPTIMIZERS.values() if stage.key not in o.stages]
    facts = [(_("Source"), html.with_links(_(stage.source)))]
    if stage.key != "schedule":
        facts.append((_("Settings"), _settings(stage.details, _)))
    if without:
        facts.append((_("Not around"), escape(_.listed(without))))
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{body}</dd></div>" for name, body in facts)
    back = _("All optimizers")
    return (
        f'<p><a href="{html.here(_)}">← {escape(back)}</a></p><h2>{escape(_(stage.title))}</h2>'
        f'<p class="cat-lead">{escape(_(stage.about))}</p><dl class="cat-facts">{told}</dl>{_race(stage.shows, _, stage.title)}'
    )


def blocks(stage: Stage, _: Messages) -> Iterator[str]:
    """Its formulas, one after another; of the schedule those of each kind."""
    words = {key: _(word) for key, word in glassbox.WORDS.items()}
    if stage.key == "schedule":
        for kind in SCHEDULES.values():
            yield _schedule(kind, _) + _typeset(kind.factor, kind.hypers, words, r"c_i")
        return
    for word, formula in stage.formulas.items():
        title = _(stage.choice.options[word]) if stage.choice else _("The formula, and the source it is read from")
        yield f"<h3>{escape(title)}</h3>{_typeset(formula, stage.hypers, words)}"


def _typeset(formula: Callable, hypers: Mapping[str, Hyper], words: Mapping[str, str], result: str = "") -> str:
    symbols = SYMBOLS | {hyper.name: hyper.symbol for hyper in hypers.values()}
    return html.rule(glassbox.aligned(glassbox.formulas(formula, symbols, words, result), words), parsed(formula)[0])


def _schedule(kind: Kind, _: Messages) -> str:
    """A kind's name, sentence, curve, numbers and source."""
    name = _(kind.name)
    alt = _("The factor on the learning rate over {n} steps: {name}", n=DRAWN, name=name)
    numbers = _settings({**kind.hypers, WARMUP.name: WARMUP}, _)
    return (
        f'<div class="cat-schedule"><img src="{_drawn(kind.key)}" alt="{escape(alt)}" width="240" height="120" loading="lazy">'
        f'<div><h3 id="{kind.key}">{escape(name)}</h3><p>{escape(_(kind.about))}</p><p>{numbers}</p>'
        f'<p class="cat-small">{html.with_links(_(kind.source))}</p>{_race(kind.picture, _, name)}</div></div>'
    )


@lru_cache
def _drawn(kind: str) -> str:
    lasting = {name: DRAWN for name in LASTING if name in SCHEDULES[kind].hypers}
    return pictures.data(pictures.curve_picture(Schedule(kind, **lasting).factors(DRAWN, patient=False)))


def _settings(hypers: Mapping[str, Hyper], _: Messages) -> str:
    """Each by its label and name, with what it is unless set."""
    return ", ".join(f"{escape(_(h.label))} <code>{name}</code> = {number(h.default)}" for name, h in hypers.items()) or "–"


def _race(picture: Picture, _: Messages, about: str) -> str:
    return f"<p>{html.go(_, scene(picture.page, picture.query), _('See this race'), _(about))}</p>"
