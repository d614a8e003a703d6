"""What is said is data: a row more is a sentence more, and one that asks for what is not known is refused."""

from dataclasses import dataclass

import pytest

from optim_viz.claims import Expression
from optim_viz.outcome import QUANTITIES
from optim_viz.ui.i18n import messages
from optim_viz.ui.race import words
from optim_viz.ui.race.scene import QUANTITIES as OF_A_RACE
from optim_viz.ui.speech import Each, Phrase, Phrases, check, forms, say


@dataclass(frozen=True)
class Cat:
    words: dict[str, str]
    lives: float
    size: float = 1.0

    def measure(self, name, args, changes):
        assert args == ("r",) and not changes
        return {"lives": self.lives, "size": self.size}[name]


TOM, KIM, ADA, BOB = (
    Cat({"who": name}, lives, size) for name, lives, size in (("Tom", 7, 1.25), ("Kim", 0, 3), ("Ada", 7, 0.5), ("Bob", 9, 3))
)
_ = messages("en")


def test_a_phrase_is_said_of_those_for_whom_its_claims_hold():
    lives = Phrase(forms("{who} lives.", "{who} live."), "lives(r) > 0")
    assert say(_, lives, [TOM, KIM]) == "Tom lives." and say(_, lives, [TOM, KIM, BOB]) == "Tom and Bob live."
    assert say(_, lives, [KIM]) == "" == say(_, lives, [])
    assert say(_, Phrase("{who}!", "lives(r) > 0", "size(r) > 1"), [TOM, KIM, ADA]) == "Tom!"


def test_a_field_is_a_number_or_what_another_node_says():
    size = Phrase("{who} of {size}", "size(r) > 1", size="1000 * size(r)")
    assert say(_, Phrase("Here is {one}.", one=size), [TOM]) == "Here is Tom of 1,250."
    assert say(_, Phrase("Here is {one}.", one=size), [ADA]) == ""  # there is nothing to fill it
    assert say(_, Phrase("{who} at step {step}", step="1000 * size(r)"), [TOM]) == "Tom at step 1250"  # is counted
    assert say(_, Phrase("by {share}%", share="size(r) + 0.25"), [TOM]) == "by 2%"


def test_the_first_phrase_that_says_anything_or_all_joined():
    dead, cat = Phrase("{who} is dead", "lives(r) == 0"), Phrase("{who} is a cat")
    assert say(_, Phrases(dead, cat), [KIM]) == "Kim is dead" and say(_, Phrases(dead, cat), [TOM]) == "Tom is a cat"
    assert say(_, Phrases(dead, cat, join="clauses"), [KIM]) == "Kim is dead; Kim is a cat"
    assert say(_, Phrases(dead, cat, join="list"), [KIM]) == "Kim is dead and Kim is a cat"
    assert say(_, Phrases(dead, cat, join="prose"), [KIM]) == "Kim is dead Kim is a cat"
    assert say(_, Phrases(dead), [TOM]) == say(_, Phrases(dead, join="list"), [TOM]) == ""


def test_each_by_itself_or_with_its_equals_in_order():
    cats = [BOB, TOM, KIM, ADA]
    assert say(_, Each(Phrase("{who}")), cats) == "Bob, Tom, Kim, and Ada"
    lives = Phrase("{who} ({n})", n="lives(r)")
    assert say(_, Each(lives, by="lives(r)"), [BOB, KIM]) == "Kim (0) and Bob (9)"
    assert say(_, Each(lives, by="lives(r)"), cats) == "Kim (0); Tom and Ada (7); Bob (9)"
    assert say(_, Each(Phrase("{who}.", "lives(r) > 0"), join="prose"), cats) == "Bob. Tom. Ada."
    large = Phrases(Phrase("large", "size(r) > 1"), Phrase("small"))
    assert (
        say(_, Each(Phrase("{who}: {how}.", how=large), by=large, join="prose"), cats)
        == "Bob, Tom, and Kim: large. Ada: small."
    )


RULES = [
    (Phrase("", "oscilates(r) == 1"), "oscilates"),
    (Phrase("{x}", x="1 + lives(s)"), r"lives of \('s',\)"),
    (Phrase("{who} at {point}"), "nothing fills {'point'}"),
    (Phrase(forms("{who} at {one}", "{who}")), "nothing fills {'one'}"),
    (Phrases(Phrase("{x}", x=Each(Phrase("", "live(r) == 1")))), "live"),
    (Each(Phrase("{who}"), by="live(r)"), "live"),
    (Each(Phrase("{who}"), by=Phrase("", "live(r) == 1")), "live"),
]


@pytest.mark.parametrize("node, said", RULES)
def test_what_asks_for_something_unknown_is_refused(node, said):
    with pytest.raises(ValueError, match=said):
        check(node, ["lives", "size"], ["r"], ["who"])


def test_what_is_no_claim_or_no_number_is_refused():
    for wrong in (lambda: Phrase("", "lives(r)"), lambda: Phrase("{x}", x="lives(r) > 1"), lambda: Each(Phrase(""), by="r")):
        with pytest.raises(ValueError):
            wrong()


# ---------------------------------------------------------------------------------------------------------- the race's own


def _everything(node):
    """Each node of a table, and each thing in it that is none."""
    yield node
    for value in vars(node).values():
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]:
            if isinstance(one, Phrase | Phrases | Each):
                yield from _everything(one)
            else:
                yield one


def test_a_table_is_plain_data():
    kinds = {type(one) for table in (words.SENTENCES, words.ENDS, *words.COLUMNS.values()) for one in _everything(table)}
    assert kinds <= {Phrase, Phrases, Each, Expression, str, type(None)} and len(kinds) == 6


def test_an_outcome_is_asked_by_the_names_of_lessons():
    assert set(QUANTITIES) - {"overshoot", "evaluations", "settles"} <= set(OF_A_RACE)


def test_a_misspelt_quantity_or_reason_is_refused_by_the_race():
    known = (*QUANTITIES, *words.CALLS), words.ARGUMENTS, words.WORDS
    check(Phrase("", "because(r, rate) == 1"), *known)
    for wrong in ("stepps(r) == 1", "because(r, rte) == 1", "cause(r, curvatur) > 0", "on(r, noises) == 1"):
        with pytest.raises(ValueError, match="not known"):
            check(Phrase("", wrong), *known)
