"""Record what Optax computes: one trajectory for each optimizer, sample of settings and surface.

    pip install jax optax==0.2.8 && python -m tests.golden.record_optax

As ``record_torch``, with jax's own gradients. Weight decay is L2, added to the gradient before the rule.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from optim_viz import Optimizer
from tests.golden import cases

jax.config.update("jax_enable_x64", True)


def arounds(record: Optimizer) -> list[dict[str, Any]]:
    stages, line = record.stages or (), record.calls["optax"]
    some: list[dict[str, Any]] = []
    if "schedule" in stages and "contrib" not in line and "scale(-" not in line:  # these take a plain number only
        some.append(cases.EXPONENTIAL)
    if "weight_decay" in stages:
        some.append({"weight_decay": 0.05, "decay": "l2"})
    if record.full_key in ("gd", "momentum@optax", "adam"):
        some += [{"lookahead_k": 5, "lookahead_alpha": 0.5}, {"lookahead_k": 10, "lookahead_alpha": 0.8}]
    return some


def trajectory(case: dict[str, Any], start: np.ndarray) -> np.ndarray:
    record, around, surface = cases.record_of(case["optimizer"]), case["around"], cases.surface_of(case)
    hypers, names, replaced = case["hypers"], dict[str, Any](optax=optax), {}
    if "schedule" in around:
        lr, gamma = record.check(hypers)["lr"], around["gamma"]
        # optax.exponential_decay reckons in float32 here
        names["rate"] = lambda count: jnp.float64(lr) * jnp.float64(gamma) ** count.astype("float64")
        replaced["lr"] = "rate"
    optimizer = eval(cases.call("optax", record, hypers, **replaced), names)  # our own record's line
    if "weight_decay" in around:
        optimizer = optax.chain(optax.add_decayed_weights(around["weight_decay"]), optimizer)
    slopes = jax.grad(cases.on(jnp, surface))
    theta: Any = jnp.array(start)
    extra = {"grad_fn": lambda at, _: slopes(at)} if record.key == "sam" else {}
    ahead = "lookahead_k" in around
    if ahead:
        optimizer = optax.lookahead(optimizer, around["lookahead_k"], around["lookahead_alpha"])
        theta = optax.LookaheadParams.init_synced(theta)
    state = optimizer.init(theta)

    @jax.jit
    def all_steps(theta: Any, state: Any) -> Any:
        def step(both: Any, _: None) -> Any:
            theta, state = both
            fast = theta.fast if ahead else theta
            updates, state = optimizer.update(slopes(fast), state, theta, **extra)
            theta = optax.apply_updates(theta, updates)
            return (theta, state), theta.fast if ahead else theta

        return jax.lax.scan(step, (theta, state), None, length=cases.STEPS)[1]

    return np.concatenate([start[None], np.array(all_steps(theta, state))])


if __name__ == "__main__":
    versions = {"optax": optax.__version__, "jax": jax.__version__}
    cases.record("optax", versions, cases.cases("optax", arounds), trajectory)
