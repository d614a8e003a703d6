"""How to choose: what its claims are made of. That each verdict holds is proved in test_claims."""

import pytest

from optim_viz import OPTIMIZERS, Schedule, SettingError, run
from optim_viz.ui.catalogue.choose import QUESTIONS, VERDICTS
from optim_viz.ui.scenes import scene

CLAIMS = {claim.key: claim for question in QUESTIONS for claim in question.claims}
PICTURES = {
    f"{key} {k}": picture
    for key, claim in CLAIMS.items()
    for k, picture in enumerate(filter(None, (claim.picture, *claim.besides)))
}


def test_each_claim_has_a_verdict_and_a_picture_unless_none_can_show_it():
    assert len(CLAIMS) == sum(len(question.claims) for question in QUESTIONS), "a key is there twice"
    for claim in CLAIMS.values():
        assert claim.verdict in VERDICTS
        assert claim.why or claim.verdict == "holds", "what does not hold is explained"
        assert bool(claim.picture) == (claim.verdict != "unseen")
    assert {claim.verdict for claim in CLAIMS.values()} == set(VERDICTS)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_each_link_leads_to_the_same_picture(picture):
    shown = scene(picture.page, picture.query)
    again = scene(picture.page, shown.query())
    assert again.query() == shown.query() and again.flat() == shown.flat()


def test_where_the_exact_loss_or_sign_is_needed_there_is_no_noise_or_schedule():
    """That L-BFGS cannot be run with noise, and Rprop has no learning rate to shrink, is a rule of the engine."""
    with pytest.raises(SettingError, match="noise"):
        run("lbfgs", "ravine", steps=5, noise=1.0, seed=0)
    with pytest.raises(SettingError, match="schedule"):
        run("rprop", "ravine", steps=5, schedule=Schedule("cosine"))
    assert OPTIMIZERS["rprop"].stages is not None and "noise" in OPTIMIZERS["rprop"].stages
