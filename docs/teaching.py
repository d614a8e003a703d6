"""Writes docs/teaching.md and its translations from the lessons' notes for teachers: ``make docs``. A test compares."""

from pathlib import Path

from optim_viz.lessons import LESSONS
from optim_viz.ui.i18n import ENGLISH, LANGUAGES, Messages, messages
from optim_viz.ui.lessons import course

FOLDER = Path(__file__).parent
INTRODUCTION = FOLDER / "teaching"


def path(code: str) -> Path:
    return FOLDER / ("teaching.md" if code == ENGLISH.code else f"teaching.{code}.md")


def text(_: Messages) -> str:
    """The whole guide in one language: how to use a lesson in class, then the notes of each."""
    code = _.language.code
    said = [(INTRODUCTION / f"{code}.md").read_text(encoding="utf-8").strip()]
    for n, lesson in enumerate(LESSONS.values(), 1):
        words = lesson.texts[code]
        said.append(f"## {n}. {words.title}")
        said.append(f"*{words.summary}*")
        said.append(f"{_('{n} minutes', n=lesson.minutes)} · `/lessons?lesson={lesson.key}&lang={code}`")
        for part in lesson.notes[code].values():
            said += [f"### {part.title}", course.plain(lesson, part.body, _)]
    return "\n\n".join(said) + "\n"


if __name__ == "__main__":
    for language in LANGUAGES:
        path(language).write_text(text(messages(language)), encoding="utf-8")
