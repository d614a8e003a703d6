"""What is said of every race that a text links to, recorded: ``python -m tests.golden.record_words``.

Sentences and table of each link in each language, by the native engine. Every link says the same for ever: a line that changes
needs a reason.
"""

import json
from pathlib import Path

from optim_viz.ui.i18n import LANGUAGES
from optim_viz.ui.race.presets import PRESETS
from optim_viz.ui.scenes import pictures
from tests import race

FILE = Path(__file__).with_name("words.json")
LINKS = dict.fromkeys([*(f"p={key}" for key in PRESETS), *(one.query for _name, one in pictures() if one.page == "race")])


def said(link: str, language: str) -> list[str]:
    """The sentences, and of each runner a line with what the table has."""
    got = race.answer(link, language)
    return [got["words"], *(" | ".join(row.values()) for row in got["rows"])]


if __name__ == "__main__":
    found = {link: {code: said(link, code) for code in LANGUAGES} for link in LINKS}
    lines = (f"{json.dumps(link)}: {json.dumps(what, ensure_ascii=False)}" for link, what in found.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
