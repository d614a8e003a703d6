"""What the lessons' page asks: the cards, a lesson's texts, and how its numbers and its task stand with these settings."""

from typing import Any

from optim_viz.lessons import LESSONS
from optim_viz.spec import N_
from optim_viz.ui.asked import Asked
from optim_viz.ui.faults import Notes, RemarkError
from optim_viz.ui.i18n import Messages
from optim_viz.ui.lessons import course
from optim_viz.ui.scenes import SCENES


def answer(asked: Asked) -> dict[str, Any]:
    """The page's texts and cards, the lesson that ``lesson`` names, how ``step`` stands with these settings, and whether what
    was ``given`` to its question is right.

    A lesson that there is not is answered with null; ``components/lessons/main.js`` goes to the cards then.
    """
    _ = asked.texts
    named = _last(asked, "lesson"), _last(asked, "step")
    lesson = LESSONS.get(named[0])
    step = next((step for step in lesson.steps if step.key == named[1]), None) if lesson else None
    notes = Notes()
    if named[0] and not lesson:
        what = N_("There is no lesson called {asked}. These are the lessons.")
        notes.append(RemarkError("lesson", what, named[0], asked=named[0]))
    elif lesson and named[1] and not step:
        what = N_("This lesson has no step called {asked}. It begins with its first.")
        notes.append(RemarkError("step", what, named[1], asked=named[1]))
    stands = None
    kind = SCENES[lesson.pictures[step.picture].page] if lesson and step else None
    if lesson and step and kind and kind.subject in asked.query:
        chosen = kind(asked.query)
        stands = {
            "now": course.now(lesson, step, chosen, _),
            "task": course.verdict(lesson, step, chosen, _),
        }
    return {
        "course": asked.text_part(_course, _),
        "lesson": asked.text_part(course.told, lesson, _) if lesson else None,
        "at": {"lesson": named[0], "step": named[1]},
        "notes": asked.notes(notes),
        "stands": stands,
        "judged": course.judged(lesson, step, asked.more.get("given")) if lesson and step else None,
    }


def _last(asked: Asked, name: str) -> str:
    return (asked.query.get(name) or [""])[-1]


def _course(_: Messages) -> dict[str, Any]:
    return {"texts": _.for_browser(), "cards": course.overview(_)}
