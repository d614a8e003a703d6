"""A lesson as the browser gets it: texts with their numbers computed, pictures as settings, answers decided by the engine."""

import math
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qs

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline

from optim_viz.claims import Expression, number
from optim_viz.lessons import LESSONS
from optim_viz.lessons.record import Choose, Lesson, Place, Quiz, Rank, Step, Task
from optim_viz.lessons.texts import LIVE, NOW, Part, Section
from optim_viz.spec import floats
from optim_viz.ui.i18n import LANGUAGES, Messages, messages
from optim_viz.ui.pages import PICTURES
from optim_viz.ui.scenes import Scene, said, scene


def picture(lesson: Lesson, key: str) -> Scene:
    """One of a lesson's pictures. Raises ValueError where not all of its link can be used."""
    return scene(lesson.pictures[key].page, lesson.pictures[key].query)


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
            return said(picture(self.lesson, name or step.picture).evaluate(asked), self._)

        env = {"worth": worth, "href": lambda key: address(picture(self.lesson, key), self._)}
        return _markdown.render(markdown, env) if block else _markdown.renderInline(markdown, env)

    def part(self, part: Part, step: Step) -> dict[str, str]:
        return {"title": self(part.title, step, block=False), "html": self(part.body, step)}

    def section(self, section: Section, step: Step) -> dict[str, Any]:
        return self.part(section.text, step) | {
            "parts": [{"key": key} | self.part(part, step) for key, part in section.parts.items()]
        }


def address(shown: Scene, _: Messages) -> str:
    """A picture on the page that it belongs to, where everything can be changed."""
    return f"{shown.page}?{shown.query()}&lang={_.language.code}"


def plain(lesson: Lesson, markdown: str, _: Messages) -> str:
    """Markdown with its numbers in their places, each of the picture that it names."""
    return LIVE.sub(lambda m: said(picture(lesson, m[1]).evaluate(number(m[2])), _), markdown)


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


def warm_up() -> None:
    """All numbers of all lessons, which take a while the first time."""
    for code in LANGUAGES:
        for lesson in LESSONS.values():
            told(lesson, messages(code))


@lru_cache(maxsize=64)
def told(lesson: Lesson, _: Messages) -> dict[str, Any]:
    """All of a lesson that does not depend on what the reader sets."""
    text, in_words = lesson.texts[_.language.code], _Words(lesson, _)
    return {
        "key": lesson.key,
        "title": text.title,
        "pictures": {key: _told_picture(picture(lesson, key), _) for key in lesson.pictures},
        "steps": [
            {"key": step.key, "kind": step.kind, "picture": step.picture, "allow": step.allow, "asks": _asks(step)}
            | in_words.section(text.sections[step.key], step)
            for step in lesson.steps
        ],
        "sources": [{"title": source.title, "url": source.url} for source in lesson.sources],
    }


def _told_picture(shown: Scene, _: Messages) -> dict[str, Any]:
    """A picture as settings; ``subject`` is the name without which a query asks for nothing on its page."""
    query = parse_qs(shown.query(), keep_blank_values=True)
    values = {name: values if name == "o" else values[-1] for name, values in query.items()}
    return {"page": shown.page, "subject": shown.subject, "open": _(PICTURES[shown.page].open), "query": values}


def _asks(step: Step) -> dict[str, Any] | None:
    """What the script must know of a question: its form. The answer is the judge's."""
    if step.asks is None:
        return None
    given = {"given": list(step.asks.runners)} if isinstance(step.asks, Rank) else {}
    return {"way": type(step.asks).__name__.lower()} | given


def judged(lesson: Lesson, step: Step, given: object) -> dict[str, Any] | None:
    """Whether a prediction or an answer is right, and of a prediction what happens; None where nothing is asked, or no answer
    is given.
    """
    shown = picture(lesson, step.picture)
    happens: Any = None
    match step.asks:
        case Quiz(right=right):
            is_right = given == right
        case Choose():
            happens = right_choice(step.asks, shown)
            is_right = given == happens
        case Rank():
            happens = right_order(step.asks, shown)
            is_right = given == happens
        case Place(at=at, near=near):
            happens = [shown.evaluate(coordinate) for coordinate in at]
            mark = floats(given)
            is_right = mark is not None and mark.shape == (len(at),) and math.dist(mark, happens) <= near
        case _:
            return None
    return None if given is None else {"given": given, "right": bool(is_right), "happens": happens}


def right_choice(asked: Choose, shown: Scene) -> str:
    """The one choice whose claims hold.

    Raises:
        ValueError: none, or several.
    """
    right = [key for key, claims in asked.choices.items() if all(shown.evaluate(claim) for claim in claims)]
    if len(right) != 1:
        raise ValueError(f"of {list(asked.choices)} one must be right; right are {right}")
    return right[0]


def right_order(asked: Rank, shown: Scene) -> list[str]:
    """The runners, the least first.

    Raises:
        ValueError: two are equal.
    """
    worth = {name: shown.measure(asked.by, (name,)) for name in asked.runners}
    if len(set(worth.values())) != len(worth):
        raise ValueError(f"two of them tie: {worth}")
    return sorted(worth, key=worth.__getitem__)


# ------------------------------------------------------------------------------------------------------ what the reader has set


def now(lesson: Lesson, step: Step, chosen: Scene, _: Messages) -> dict[str, str]:
    """The step's numbers that follow the hand: what each is worth with these settings."""
    asked = {e for part in lesson.texts["en"].sections[step.key].all for name, e in part.live if name == NOW}
    return {expression.text: _worth(chosen, expression, _) for expression in asked}


def _worth(chosen: Scene, expression: Expression, _: Messages) -> str:
    try:
        return said(chosen.evaluate(expression), _)
    except (KeyError, IndexError):  # the reader has taken that runner away, or chosen another surface
        return "–"


def strayed(task: Task, given: Scene, chosen: Scene) -> list[str]:
    """The settings that the task keeps fixed and that are not what they were, by name."""
    before, after = given.flat(), chosen.flat()
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    return sorted(changed - set(task.change))


def solved(task: Task, given: Scene, chosen: Scene) -> bool:
    """Whether these settings solve a task that began with ``given``."""
    return not strayed(task, given, chosen) and all(chosen.evaluate(goal) for goal in task.goal)


def verdict(lesson: Lesson, step: Step, chosen: Scene, _: Messages) -> dict[str, Any] | None:
    """How a task stands: solved or not, and in words what is missing; None where there is no task."""
    if not isinstance(step.asks, Task):
        return None
    given = picture(lesson, step.picture)
    if names := strayed(step.asks, given, chosen):
        labels = {(given if name in given.flat() else chosen).label(name, _): None for name in names}
        text = _("This task keeps these as they were: {names}.", names=", ".join(labels))
        return {"solved": False, "told": [text], "strayed": True}
    done = solved(step.asks, given, chosen)
    return {"solved": done, "told": [_goal(goal, chosen, _) for goal in step.asks.goal], "strayed": False}


def _goal(goal: Expression, chosen: Scene, _: Messages) -> str:
    """One goal, with what is reached: the bound only where it stands there as a number."""
    name, args, _settings = goal.calls[0]
    left, sign, bound = goal.sides(chosen.measure)
    label = _(chosen.quantities[name].label)
    runner = str(args[0]) if args else ""
    what = _("{owner}: {label}", owner=chosen.called(runner, _), label=label) if runner in chosen.runners else label
    if len(goal.calls) > 1:
        mark = _("reached") if chosen.evaluate(goal) else _("not yet")
        return _("{what}: {value}, {mark}", what=what, value=said(left, _), mark=mark)
    return _("{what}: {value} (wanted: {sign} {bound})", what=what, value=said(left, _), sign=sign, bound=said(bound, _))
