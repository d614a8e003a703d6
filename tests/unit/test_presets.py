"""The race's presets as a menu. That each shows what it says is proved in test_claims."""

import pytest

from optim_viz.ui.preset import read
from optim_viz.ui.race.presets import GROUPS, PRESETS

#: links carry them
KEYS = {
    "zigzag", "parabola", "sensitive", "forgiving", "valley", "basins", "saddle", "cancel", "shelf", "escape", "limits",
    "dampening", "worked", "stalls", "first", "radam", "adadelta", "turned", "noise", "cosine", "clip", "lookahead", "adamw",
    "averages", "trails", "nadams",
}  # fmt: skip


def test_a_key_that_links_carry_is_there_for_ever():
    assert set(PRESETS) >= KEYS and next(iter(PRESETS)) == "zigzag"


def test_every_group_has_presets_that_stand_together():
    groups = list(dict.fromkeys(p.group for p in PRESETS.values()))
    assert groups == list(GROUPS)
    assert [p.group for p in PRESETS.values()] == sorted((p.group for p in PRESETS.values()), key=groups.index)


def test_texts_are_short_enough_for_a_line_or_two_and_different():
    for p in PRESETS.values():
        assert 0 < len(p.title) <= 34 and 0 < len(p.watch) <= 125 and 0 < len(p.then) <= 125, p.key
    for field in ("title", "watch", "then", "query"):
        assert len({getattr(p, field) for p in PRESETS.values()}) == len(PRESETS)


def test_every_picture_of_a_preset_is_a_race():
    assert {picture.page for p in PRESETS.values() for picture in (p.picture, *p.besides)} == {"race"}


FILE = """
[groups]
rate = "Learning rate"

[[preset]]
key = "one"
group = "rate"
title = "One"
watch = "Look."
race = "s=ravine&o=gd"
shows = ["steps(gd) < never"]
"""


def test_a_preset_is_a_table_of_words(tmp_path):
    file = tmp_path / "presets.toml"
    file.write_text(FILE, "utf-8")
    groups, found = read(file)
    assert groups == {"rate": "Learning rate"} and found["one"].then == "" and found["one"].query == "s=ravine&o=gd"
    assert [claim.text for claim in found["one"].picture.shows] == ["steps(gd) < never"]


@pytest.mark.parametrize(
    "right, wrong, said",
    [
        ('group = "rate"', 'group = "nowhere"', "nowhere"),
        ('key = "one"', 'key = ""', "''"),
        ('[[preset]]', '[[preset]]\nkey = "one"\ngroup = "rate"\nrace = "s=ravine"\n[[preset]]', "one"),
        ('watch =', 'wach =', "wach"),
        ('race = "s=ravine&o=gd"', "race = 5", "a picture is a page with the query of a link"),
        ('"steps(gd) < never"', '"steps(gd"', "steps"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_preset_is_said_when_it_is_read(tmp_path, right, wrong, said):
    file = tmp_path / "presets.toml"
    file.write_text(FILE.replace(right, wrong), "utf-8")
    with pytest.raises(ValueError, match=said):
        read(file)


def test_the_presets_name_the_systems_of_the_source_texts():
    """Every optimizer and device that the texts on SGD and on PyTorch's optimizers speak of is in one of them."""
    text = " ".join(p.query for p in PRESETS.values())
    for name in ("gd,", "momentum,", "momentum@burn,", "nesterov,", "adagrad,", "rmsprop,", "adam,", "adamw,", "radam,",
                 "lookahead_k:", "adadelta,", "clip_norm:", "weight_decay:", "schedule:"):  # fmt: skip
        assert name in text, name
