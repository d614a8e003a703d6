"""A lesson as the browser gets it: texts with their numbers computed, pictures as settings, answers decided by the engine."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qs

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline

from optim_viz.lessons import LESSONS
from optim_viz.lessons.claims import Expression, number
from optim_viz.lessons.record import Choose, Lesson, Picture, Place, Quiz, Rank, Step, Task
from optim_viz.lessons.texts import LIVE, NOW, Part, Section
from optim_viz.ui import settings
from optim_viz.ui.i18n import Messages
from optim_viz.ui.measure import QUANTITIES, Shown, said
from optim_viz.ui.settings import Settings


@lru_cache(maxsize=512)
def shown(query: str) -> Shown:
    """The race of a link, whose runs are kept.

    Raises:
        ValueError: not all of the link can be used.
    """
    chosen, notes = settings.read(parse_qs(query))
    if notes:
        raise ValueError(f"{query}: {notes}")
    return Shown(chosen)


# ----------------------------------------------------------------------------------------------------------------------- texts


class _Renderer(RendererHTML):
    """Markdown to HTML, in which a link to a picture is one to its page that the lesson's script can take over."""

    def link_open(self, tokens: Any, at: int, options: Any, env: Any) -> str:
        href = str(tokens[at].attrGet("href"))
        if not href.startswith("set:"):
            return self.renderToken(tokens, at, options, env)
        key = href.removeprefix("set:")
        return f'<a class="ls-set" data-picture="{key}" href="{escape(env["href"](key))}">'

    def live(self, tokens: Any, at: int, options: Any, env: Any) -> str:
        name, text = tokens[at].meta["of"], tokens[at].meta["text"]
        if name == NOW:
            return f'<span class="ls-now" data-now="{escape(text)}">–</span>'
        return f'<span class="ls-live">{escape(env["worth"](name, number(text)))}</span>'


def _live(state: StateInline, silent: bool) -> bool:
    """The rule for ``{picture: number}``."""
    match = LIVE.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("live", "", 0).meta = {"of": match[1] or "", "text": match[2].strip()}
    state.pos = match.end()
    return True


_markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
_markdown.inline.ruler.before("link", "live", _live)


class _Words:
    """Renders the texts of one lesson for one reader."""

    def __init__(self, lesson: Lesson, _: Messages):
        self.lesson, self._ = lesson, _

    def __call__(self, markdown: str, step: Step, block: bool = True) -> str:
        """HTML of a text that stands in this step; without ``block`` of one line, such as a heading."""

        def worth(name: str, asked: Expression) -> str:
            return said(shown(self.lesson.pictures[name or step.picture].query).evaluate(asked), self._)

        env = {"worth": worth, "href": lambda key: address(self.lesson.pictures[key], self._)}
        return _markdown.render(markdown, env) if block else _markdown.renderInline(markdown, env)

    def part(self, part: Part, step: Step) -> dict[str, str]:
        return {"title": self(part.title, step, block=False), "html": self(part.body, step)}

    def section(self, section: Section, step: Step) -> dict[str, Any]:
        return self.part(section.text, step) | {
            "parts": [{"key": key} | self.part(part, step) for key, part in section.parts.items()]
        }


def address(picture: Picture, _: Messages) -> str:
    """A picture on the page that it belongs to, where everything can be changed."""
    return f"{picture.page}?{_complete(picture.query)}&lang={_.language.code}"


def _complete(query: str) -> str:
    """The link with every value written."""
    return settings.write(shown(query).settings)


def plain(lesson: Lesson, markdown: str, _: Messages) -> str:
    """Markdown with its numbers in their places, each of the picture that it names."""
    return LIVE.sub(lambda m: said(shown(lesson.pictures[m[1]].query).evaluate(number(m[2])), _), markdown)


# --------------------------------------------------------------------------------------------------------------------- lessons


def overview(_: Messages) -> list[dict[str, Any]]:
    """The lessons in their order, for the cards."""
    cards = []
    for lesson in LESSONS.values():
        text = lesson.texts[_.language.code]
        steps = [{"key": step.key, "kind": step.kind} for step in lesson.steps]
        words = {"title": text.title, "summary": text.summary, "time": _("{n} minutes", n=lesson.minutes)}
        cards.append({"key": lesson.key, "steps": steps} | words)
    return cards


@lru_cache(maxsize=64)
def told(lesson: Lesson, _: Messages) -> dict[str, Any]:
    """All of a lesson that does not depend on what the reader sets."""
    text, in_words = lesson.texts[_.language.code], _Words(lesson, _)
    return {
        "key": lesson.key,
        "title": text.title,
        "pictures": {key: _told_picture(picture) for key, picture in lesson.pictures.items()},
        "steps": [
            {"key": step.key, "kind": step.kind, "picture": step.picture, "allow": step.allow, "asks": _asks(lesson, step)}
            | in_words.section(text.sections[step.key], step)
            for step in lesson.steps
        ],
        "sources": [{"title": source.title, "url": source.url} for source in lesson.sources],
    }


def _told_picture(picture: Picture) -> dict[str, Any]:
    query = parse_qs(_complete(picture.query), keep_blank_values=True)
    return {"page": picture.page, "query": {name: values if name == "o" else values[-1] for name, values in query.items()}}


def _asks(lesson: Lesson, step: Step) -> dict[str, Any] | None:
    """What the script must know of a question: its form, and the answer as the engine finds it."""
    scene = shown(lesson.pictures[step.picture].query)
    match step.asks:
        case Choose():
            return {"way": "choose", "right": right_choice(step.asks, scene)}
        case Quiz(right=right):
            return {"way": "quiz", "right": right}
        case Rank(runners=runners):
            return {"way": "rank", "right": right_order(step.asks, scene), "given": list(runners)}
        case Place(near=near):
            return {"way": "place", "right": [scene.evaluate(at) for at in step.asks.at], "near": near}
        case Task():
            return {"way": "task"}
    return None


def right_choice(asked: Choose, scene: Shown) -> str:
    """The one choice whose claims hold.

    Raises:
        ValueError: none, or several.
    """
    right = [key for key, claims in asked.choices.items() if all(scene.evaluate(claim) for claim in claims)]
    if len(right) != 1:
        raise ValueError(f"of {list(asked.choices)} one must be right; right are {right}")
    return right[0]


def right_order(asked: Rank, scene: Shown) -> list[str]:
    """The runners, the least first.

    Raises:
        ValueError: two are equal.
    """
    worth = {name: scene.measure(asked.by, (name,)) for name in asked.runners}
    if len(set(worth.values())) != len(worth):
        raise ValueError(f"two of them tie: {worth}")
    return sorted(worth, key=worth.__getitem__)


# ------------------------------------------------------------------------------------------------------ what the reader has set


def now(lesson: Lesson, step: Step, chosen: Settings, _: Messages) -> dict[str, str]:
    """The step's numbers that follow the hand: what each is worth with these settings."""
    scene = Shown(chosen)
    asked = {e for part in lesson.texts["en"].sections[step.key].all for name, e in part.live if name == NOW}
    return {expression.text: _worth(scene, expression, _) for expression in asked}


def _worth(scene: Shown, expression: Expression, _: Messages) -> str:
    try:
        return said(scene.evaluate(expression), _)
    except (KeyError, IndexError):  # the reader has taken that runner away, or chosen another surface
        return "–"


def flat(chosen: Settings) -> dict[str, float | str]:
    """Every setting of a race by one name: ``s``, ``s.condition``, ``x``, ``n``, ``gd.lr``; how it is looked at left out."""
    names: dict[str, float | str] = {"s": chosen.surface.key, "n": chosen.steps}
    names |= {settings.PREFIX + name: value for name, value in chosen.surface.values.items()}
    names |= dict(zip("xy", chosen.start, strict=False))
    for name, runner in Shown(chosen).runners.items():
        names[name] = runner.optimizer.full_key
        names |= {f"{name}.{key}": value for key, value in {**runner.hypers, **runner.around}.items()}
    return names


def strayed(task: Task, given: Settings, chosen: Settings) -> list[str]:
    """The settings that the task keeps fixed and that are not what they were, by name."""
    before, after = flat(given), flat(chosen)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    return sorted(changed - set(task.change))


def solved(task: Task, given: Settings, chosen: Settings) -> bool:
    """Whether these settings solve a task that began with ``given``."""
    scene = Shown(chosen)
    return not strayed(task, given, chosen) and all(scene.evaluate(goal) for goal in task.goal)


def verdict(lesson: Lesson, step: Step, chosen: Settings, _: Messages) -> dict[str, Any] | None:
    """How a task stands: solved or not, and in words what is missing; None where there is no task."""
    if not isinstance(step.asks, Task):
        return None
    given = shown(lesson.pictures[step.picture].query).settings
    if names := strayed(step.asks, given, chosen):
        listed = ", ".join(_label(name, given, chosen, _) for name in names)
        return {"solved": False, "told": [_("This task keeps these as they were: {names}.", names=listed)], "strayed": True}
    done = solved(step.asks, given, chosen)
    return {"solved": done, "told": [_goal(goal, Shown(chosen), _) for goal in step.asks.goal], "strayed": False}


def _goal(goal: Expression, scene: Shown, _: Messages) -> str:
    """One goal, with what is reached: the bound only where it stands there as a number."""
    name, args = goal.calls[0]
    left, sign, bound = goal.sides(scene.measure)
    who = scene.runners[str(args[0])].name if args and args[0] in scene.runners else ""
    label = _(QUANTITIES[name].label)
    what = _("{owner}: {label}", owner=who, label=label) if who else label
    if len(goal.calls) > 1:
        mark = _("reached") if scene.evaluate(goal) else _("not yet")
        return _("{what}: {value}, {mark}", what=what, value=said(left, _), mark=mark)
    return _("{what}: {value} (wanted: {sign} {bound})", what=what, value=said(left, _), sign=sign, bound=said(bound, _))


def _label(name: str, given: Settings, chosen: Settings, _: Messages) -> str:
    """A setting in the reader's language."""
    for of in (given, chosen):
        if name in ("s", "n"):
            return {"s": _("surface"), "n": _("number of steps")}[name]
        if name in ("x", "y"):
            return _("start {name}", name=name)
        if (short := name.removeprefix(settings.PREFIX)) != name and short in of.surface.params:
            return _(of.surface.params[short].label)
        owner, _dot, hyper = name.partition(".")
        if runner := Shown(of).runners.get(owner):
            label = _(runner.optimizer.hypers[hyper].label) if hyper in runner.optimizer.hypers else hyper
            return _("{owner}: {label}", owner=runner.name, label=label) if hyper else runner.name
    return name


def with_values(query: str, values: Mapping[str, float]) -> Settings:
    """A link's settings with some of them set otherwise, named as ``flat`` names them.

    Raises:
        ValueError: a name or a value that does not go into a link.
    """
    pairs = parse_qs(_complete(query), keep_blank_values=True)
    names = list(shown(query).runners)
    for name, value in values.items():
        owner, _dot, hyper = name.partition(".")
        if owner in names:
            runner = pairs["o"][names.index(owner)].split(",")
            kept = [word for word in runner if not word.startswith(f"{hyper}:")]
            pairs["o"][names.index(owner)] = ",".join([*kept, f"{hyper}:{value}"])
        elif name in pairs:
            pairs[name] = [str(value)]
        else:
            raise ValueError(f"{name!r} is not set in {query}")
    chosen, notes = settings.read(pairs)
    if notes:
        raise ValueError(f"{values}: {notes}")
    return chosen
