"""What the lessons' page asks: the cards, a lesson's texts, and how its numbers and its task stand with these settings."""

import json
from functools import lru_cache
from typing import Any

from optim_viz.lessons import LESSONS
from optim_viz.lessons.record import Lesson
from optim_viz.ui import course
from optim_viz.ui.asked import Asked
from optim_viz.ui.i18n import Messages
from optim_viz.ui.scenes import SCENES


def answer(asked: Asked) -> dict[str, Any]:
    """The page's texts and cards, the lesson that ``lesson`` names, how ``step`` stands with these settings, and whether what
    was ``given`` to its question is right.

    A lesson that there is not is answered with null; ``components/lessons/main.js`` goes to the cards then.
    """
    _ = asked.texts
    lesson = LESSONS.get(_last(asked, "lesson"))
    step = next((step for step in lesson.steps if step.key == _last(asked, "step")), None) if lesson else None
    stands = None
    kind = SCENES[lesson.pictures[step.picture].page] if lesson and step else None
    if lesson and step and kind and kind.subject in asked.query:
        chosen = kind(asked.query)
        stands = {
            "now": course.now(lesson, step, chosen, _),
            "task": course.verdict(lesson, step, chosen, _),
        }
    return {
        "course": asked.part(lambda: _course(_), _named_course(_)),
        "lesson": asked.part(lambda: course.told(lesson, _), _named_lesson(lesson, _)) if lesson else None,
        "at": {"lesson": _last(asked, "lesson"), "step": _last(asked, "step")},
        "stands": stands,
        "judged": course.judged(lesson, step, asked.more.get("given")) if lesson and step else None,
    }


def _last(asked: Asked, name: str) -> str:
    return (asked.query.get(name) or [""])[-1]


def _course(_: Messages) -> dict[str, Any]:
    return {"texts": _.for_browser(), "cards": course.overview(_)}


@lru_cache
def _named_course(_: Messages) -> str:
    return json.dumps(_course(_))


@lru_cache
def _named_lesson(lesson: Lesson, _: Messages) -> str:
    return json.dumps(course.told(lesson, _))
