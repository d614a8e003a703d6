"""A lesson as the browser gets it: texts with their numbers computed, pictures as settings, claims to judge answers by."""

from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qs

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline

from optim_viz.claims import Arguments, Expression, number
from optim_viz.lessons import LESSONS
from optim_viz.lessons.record import Choose, Lesson, Place, Quiz, Rank, Step, Task
from optim_viz.lessons.texts import LIVE, NOW, Part, Section
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import LANGUAGES, Messages, messages
from optim_viz.ui.pages import PICTURES
from optim_viz.ui.scenes import SCENES, Scene, said, scene


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


def texts(_: Messages, key: str = "") -> dict[str, Any]:
    """What the page is told once: its texts and cards; or one lesson. Raises KeyError where there is none of this key."""
    return told(LESSONS[key], _) if key else {"texts": _.for_browser(), "cards": overview(_)}


def overview(_: Messages) -> list[dict[str, Any]]:
    """The lessons in their order, for the cards."""
    cards = []
    for lesson in LESSONS.values():
        text = lesson.texts[_.language.code]
        steps = [{"key": step.key, "kind": step.kind} for step in lesson.steps]
        words = {"title": text.title, "summary": text.summary, "time": _("{n} minutes", n=lesson.minutes)}
        cards.append({"key": lesson.key, "steps": steps} | words)
    return cards


def warm() -> None:
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
            {"key": step.key, "kind": step.kind, "picture": step.picture, "allow": step.allow}
            | {"asks": _asks(lesson, step, _), "now": _now(lesson, step)}
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


def _now(lesson: Lesson, step: Step) -> list[dict[str, Any]]:
    """The numbers in a step's texts that follow the hand."""
    asked = {e for part in lesson.texts["en"].sections[step.key].all for name, e in part.live if name == NOW}
    return [{"text": one.text, "worth": one.told()} for one in sorted(asked, key=lambda one: one.text)]


def _asks(lesson: Lesson, step: Step, _: Messages) -> dict[str, Any] | None:
    """What a step wants to know, with the claims by which the browser judges it."""
    shown = picture(lesson, step.picture)
    told: dict[str, Any]
    match step.asks:
        case Choose(choices=choices):
            told = {"choices": {key: [claim.told() for claim in claims] for key, claims in choices.items()}}
        case Rank(runners=runners, by=by):
            told = {"given": list(runners), "by": by}
        case Place(at=at, near=near):
            told = {"at": [coordinate.told() for coordinate in at], "near": near}
        case Quiz(right=right):
            told = {"right": right}
        case Task(change=change, goal=goals):
            labels = {name: shown.label(name, _) for name in shown.flat()}
            told = {"change": list(change), "goals": [_goal(goal, shown, _) for goal in goals], "labels": labels}
        case _:
            return None
    return {"way": type(step.asks).__name__.lower(), **told}


def _goal(goal: Expression, shown: Scene, _: Messages) -> dict[str, Any]:
    """A claim to be made true, with what it is about: ``owner``, the runner's name in claims, and the ``label`` of the number.

    What a browser cannot ask for does not depend on what the reader may change: it is a number.
    """
    name, args, _settings = goal.calls[0]
    label, owner = _(shown.quantities[name].label), str(args[0]) if args and args[0] in shown.runners else ""
    return {"claim": _settled(goal.told(), shown), "label": label, "owner": owner, "several": len(goal.calls) > 1}


def _settled(told: Any, shown: Scene) -> Any:
    if not isinstance(told, dict):
        return told
    if name := told.get("ask"):
        quantity = shown.quantities.get(name)
        return shown.measure(name, tuple(told["of"])) if quantity and not quantity.live else told
    return told | {"of": [_settled(part, shown) for part in told["of"]]}


# ------------------------------------------------------------------------------------------------- what only the server can run


def answer(asked: Asked) -> dict[str, Any]:
    """What ``lesson`` asks at its ``step`` of a picture that the browser cannot run: each call with its worth, None where there
    is none, as the reader has taken a runner away.
    """
    lesson, key = LESSONS.get(str(asked.more.get("lesson"))), asked.more.get("step")
    step = next((step for step in lesson.steps if step.key == key), None) if lesson else None
    if not lesson or not step:
        return {"worth": []}
    chosen = SCENES[lesson.pictures[step.picture].page](asked.query)
    claims = () if isinstance(step.asks, Quiz) else step.claims
    live = [e for part in lesson.texts["en"].sections[step.key].all for name, e in part.live if name == NOW]
    calls = dict.fromkeys((name, args) for one in (*claims, *live) for name, args, _settings in one.calls)
    return {"worth": [{"ask": name, "of": args, "worth": _worth(chosen, name, args)} for name, args in calls]}


def _worth(chosen: Scene, name: str, args: Arguments) -> float | None:
    try:
        return chosen.measure(name, args)
    except (KeyError, IndexError):
        return None
