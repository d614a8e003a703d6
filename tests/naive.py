"""The slow, obvious twin of what no library has: written from the papers in plain numpy, one formula a line.

Nothing of optim_viz is used here, so that a slip there cannot hide in a slip here.

A *method* is a function ``step(theta, gradient, hessian, t, lr) -> theta`` that keeps its state itself: ``gradient`` and
``hessian`` are functions of theta, theta is an array (D,), t counts from 1. ``run`` applies it again and again.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]
Method = Callable[[np.ndarray, Function, Function | None, int, float], np.ndarray]


def run(
    method: Method, start: Any, steps: int, lr: float, gradient: Any, hessian: Any = None, factors: Iterable[float] = ()
) -> np.ndarray:
    """theta before and after each step, (steps + 1, D). ``factors``: what a schedule multiplies lr with at each step."""
    theta = np.array(start, dtype=float)
    path, factors = [theta], list(factors) or [1.0] * steps
    for t in range(1, steps + 1):
        theta = method(theta.copy(), gradient, hessian, t, lr * factors[t - 1])
        path.append(theta)
    return np.array(path)


# ---------------------------------------------------------------------------------------------------------------- methods


def gd() -> Method:
    """Cauchy 1847."""

    def step(theta, gradient, hessian, t, lr):
        return theta - lr * gradient(theta)

    return step


def heavy_ball(momentum: float) -> Method:
    """Polyak 1964, as Sutskever et al. 2013 write it, eq. 1-2."""
    v = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal v
        v = momentum * v - lr * gradient(theta)  # eq. 1
        return theta + v  # eq. 2

    return step


def nesterov_classical(momentum: float) -> Method:
    """Sutskever, Martens, Dahl & Hinton 2013, eq. 3-4."""
    v = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal v
        v = momentum * v - lr * gradient(theta + momentum * v)  # eq. 3
        return theta + v  # eq. 4

    return step


def nesterov_burn(momentum: float, dampening: float) -> Method:
    """Burn, crates/burn-optim/src/optim/momentum.rs, ``transform`` with ``nesterov``."""
    velocity = None

    def step(theta, gradient, hessian, t, lr):
        nonlocal velocity
        grad = gradient(theta)
        velocity = grad if velocity is None else (1 - dampening) * grad + momentum * velocity
        return theta - lr * (velocity * momentum + grad)

    return step


def newton(damping: float) -> Method:
    """Nocedal & Wright 2006, eq. 2.15; with a multiple of the identity added to the Hessian, Section 3.4."""

    def step(theta, gradient, hessian, t, lr):
        return theta - lr * np.linalg.solve(hessian(theta) + damping * np.identity(len(theta)), gradient(theta))

    return step


def sam(rho: float) -> Method:
    """Foret et al. 2020, eq. 2 with p = 2 and eq. 3, in Algorithm 1."""

    def step(theta, gradient, hessian, t, lr):
        at_theta = gradient(theta)
        p = q = 2.0
        size = (np.abs(at_theta) ** q).sum() ** (1 / p)
        epsilon_hat = rho * np.sign(at_theta) * np.abs(at_theta) ** (q - 1) / size  # eq. 2
        return theta - lr * gradient(theta + epsilon_hat)  # eq. 3

    return step


def adam(beta1: float, beta2: float, eps: float) -> Method:
    """Kingma & Ba 2014, Algorithm 1."""
    return adamw(beta1, beta2, eps, 0.0)


def rmsprop_begun(alpha: float, eps: float) -> Method:
    """RMSprop whose average begins with the first squared gradient."""
    v = None

    def step(theta, gradient, hessian, t, lr):
        nonlocal v
        g = gradient(theta)
        v = g**2 if v is None else alpha * v + (1 - alpha) * g**2
        return theta - lr * g / (np.sqrt(v) + eps)

    return step


def adam_begun(beta1: float, beta2: float, eps: float) -> Method:
    """Adam whose v begins with the first squared gradient, and is corrected as if it had begun with 0; eps inside the root."""
    m, v = np.zeros(()), None

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v
        g = gradient(theta)
        m = beta1 * m + (1 - beta1) * g
        v = g**2 if v is None else beta2 * v + (1 - beta2) * g**2
        return theta - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)

    return step


def adamw(beta1: float, beta2: float, eps: float, weight_decay: float) -> Method:
    """Loshchilov & Hutter 2017, Algorithm 2, with eta_t = 1 in line 11."""
    m = v = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v
        g = gradient(theta)
        m = beta1 * m + (1 - beta1) * g  # line 7
        v = beta2 * v + (1 - beta2) * g**2  # line 8
        m_hat = m / (1 - beta1**t)  # line 9
        v_hat = v / (1 - beta2**t)  # line 10
        return theta - (lr * m_hat / (np.sqrt(v_hat) + eps) + weight_decay * theta)  # line 12

    return step


def amsgrad(beta1: float, beta2: float, eps: float) -> Method:
    """Reddi, Kale & Kumar 2018, Algorithm 2 with beta_1t and alpha_t constant; the paper has no epsilon, which is eps = 0."""
    m = v = v_hat = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v, v_hat
        g = gradient(theta)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_hat = np.maximum(v_hat, v)
        return theta - lr * m / (np.sqrt(v_hat) + eps)

    return step


def yogi(beta1: float, beta2: float, eps: float, v0: float) -> Method:
    """Zaheer et al. 2018, Algorithm 2."""
    m, v = np.zeros(()), np.array(v0)

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v
        g = gradient(theta)
        m = beta1 * m + (1 - beta1) * g
        v = v - (1 - beta2) * np.sign(v - g**2) * g**2
        return theta - lr * m / (np.sqrt(v) + eps)

    return step


def radam(beta1: float, beta2: float) -> Method:
    """Liu et al. 2019, Algorithm 2."""
    rho_inf = 2 / (1 - beta2) - 1
    m = v = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v
        g = gradient(theta)
        v = beta2 * v + (1 - beta2) * g**2
        m = beta1 * m + (1 - beta1) * g
        m_hat = m / (1 - beta1**t)
        rho_t = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if rho_t > 4:
            l_t = np.sqrt((1 - beta2**t) / v)
            r_t = math.sqrt(((rho_t - 4) * (rho_t - 2) * rho_inf) / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
            return theta - lr * r_t * m_hat * l_t
        return theta - lr * m_hat

    return step


def radam_tinynn(beta1: float, beta2: float, eps: float) -> Method:
    """tinynn, tinynn/core/optimizer.py, ``RAdam``: averages moved by differences, and no t in rho's numerator."""
    rho = 2 / (1 - beta2) - 1
    m = v = np.zeros(())

    def step(theta, gradient, hessian, t, lr):
        nonlocal m, v
        grad = gradient(theta)
        m = m + (1 - beta1) * (grad - m)
        v = v + (1 - beta2) * (grad**2 - v)
        m_hat = m / (1 - beta1**t)
        rho_t = rho - 2 * beta2**t / (1 - beta2**t)
        if rho_t <= 4:
            return theta - lr * m_hat
        r = ((rho_t - 4) * (rho_t - 2) * rho) / ((rho - 4) * (rho - 2) * rho_t)
        return theta - lr * m_hat * r**0.5 / ((v / (1 - beta2**t)) ** 0.5 + eps)

    return step


def adadelta(rho: float, eps: float) -> Method:
    """Zeiler 2012, Algorithm 1; lr multiplies the update, and is 1 in the paper."""
    squares = updates = np.zeros(())

    def rms(average):
        return np.sqrt(average + eps)  # eq. 9

    def step(theta, gradient, hessian, t, lr):
        nonlocal squares, updates
        g = gradient(theta)
        squares = rho * squares + (1 - rho) * g**2  # line 4
        delta = -rms(updates) / rms(squares) * g  # line 5
        updates = rho * updates + (1 - rho) * delta**2  # line 6
        return theta + lr * delta  # line 7

    return step


# ----------------------------------------------------------------------------------------------------------- around a rule


def lookahead(
    inner: Method, start: Any, rounds: int, k: int, alpha: float, lr: float, gradient: Any, factors: Iterable[float] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Zhang, Lucas, Hinton & Ba 2019, Algorithm 1: theta and the slow weights phi after each inner step.

    An outer update closes the row of its last inner step, where theta and phi are then the same.
    """
    phi = np.array(start, dtype=float)
    fast, slow = [phi.copy()], [phi.copy()]
    rates = iter(list(factors) or [1.0] * (rounds * k))
    t = 0
    for _ in range(rounds):
        theta = phi.copy()  # synchronize parameters
        for _ in range(k):
            t += 1
            theta = inner(theta, gradient, None, t, lr * next(rates))
            fast.append(theta)
            slow.append(phi)
        phi = phi + alpha * (theta - phi)  # outer update
        fast[-1] = slow[-1] = phi
    return np.array(fast), np.array(slow)


def decayed(method: Method, weight_decay: float, how: str) -> Method:
    """Weight decay as ``l2`` of the loss, ``decoupled`` (times the learning rate) or ``direct`` (not times it)."""

    def step(theta, gradient, hessian, t, lr):
        if how == "l2":  # the gradient of f(theta) + weight_decay / 2 * |theta|^2
            return method(theta, lambda x: gradient(x) + weight_decay * x, hessian, t, lr)
        pull = weight_decay * theta if how == "direct" else lr * weight_decay * theta
        moved = method(theta, gradient, hessian, t, lr)
        return moved - pull

    return step


def clipped_by_value(gradient: Function, most: float) -> Function:
    """torch.nn.utils.clip_grad_value_"""
    return lambda theta: np.clip(gradient(theta), -most, most)


def clipped_by_norm(gradient: Function, most: float) -> Function:
    """torch.nn.utils.clip_grad_norm_; Pascanu, Mikolov & Bengio 2013, Algorithm 1, with 1e-6 added to the norm."""

    def clipped(theta):
        g = gradient(theta)
        return g * min(1.0, most / (np.linalg.norm(g) + 1e-6))

    return clipped


def reversed_sign(gradient: Function) -> Function:
    """To climb on f is to descend on -f."""
    return lambda theta: -gradient(theta)


def noisy(gradient: Function, spread: float, seed: int) -> Function:
    """Each call is one step, and adds ``spread`` times a standard normal number to each component."""
    calls: list[int] = []

    def with_noise(theta):
        calls.append(1)
        return gradient(theta) + spread * np.array([standard_normal(seed, len(calls), d) for d in range(len(theta))])

    return with_noise


def split_mix(x: int) -> int:
    """The finaliser of SplitMix64: Steele, Lea & Flood 2014, with the constants of variant 13, on integers modulo 2**64."""
    whole = 2**64
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % whole
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % whole
    return x ^ (x >> 31)


def standard_normal(seed: int, t: int, d: int) -> float:
    """Box & Muller 1958, from two uniform numbers in [0, 1) that seed, step and coordinate are mixed into."""
    golden, whole = 0x9E3779B97F4A7C15, 2**64
    word = split_mix((seed + golden) % whole)
    word = split_mix((word + t * golden) % whole)
    word = split_mix((word + d * golden) % whole)
    first, second = (split_mix((word + i) % whole) // 2**11 / 2**53 for i in (1, 2))
    return math.sqrt(-2 * math.log(1 - first)) * math.cos(2 * math.pi * second)


# --------------------------------------------------------------------------------------------------------------- schedules
# Each yields the factor on the learning rate at the first step, the second ... for ever. torch and tinynn change the learning
# rate after a step, from what it was: so do these.


def constant() -> Iterator[float]:
    while True:
        yield 1.0


def stepped(step_size: int, gamma: float) -> Iterator[float]:
    """torch's and tinynn's ``StepLR``."""
    return _recursive(lambda lr, t: lr * gamma if t % step_size == 0 else lr)


def multi_step(milestones: Iterable[int], gamma: float) -> Iterator[float]:
    """torch's and tinynn's ``MultiStepLR``."""
    marks = list(milestones)
    return _recursive(lambda lr, t: lr * gamma if t in marks else lr)


def exponential(gamma: float) -> Iterator[float]:
    """torch's ``ExponentialLR``."""
    return _recursive(lambda lr, t: lr * gamma)


def linear(start_factor: float, end_factor: float, total_iters: int) -> Iterator[float]:
    """torch's ``LinearLR``."""
    change = (end_factor - start_factor) / total_iters
    return _recursive(lambda lr, t: lr + change if t <= total_iters else lr, start_factor)


def cosine(t_max: int, eta_min: float) -> Iterator[float]:
    """Loshchilov & Hutter 2017, eq. 5, with eta_max = 1 and without restarts; as torch's ``CosineAnnealingLR``."""
    t_cur = 0
    while True:
        yield eta_min + 0.5 * (1 - eta_min) * (1 + math.cos(t_cur / t_max * math.pi))
        t_cur += 1


def polynomial(total_iters: int, power: float) -> Iterator[float]:
    """torch's ``PolynomialLR``, which multiplies the rate of the step before."""
    shrunk = lambda t: ((1 - t / total_iters) / (1 - (t - 1) / total_iters)) ** power  # noqa: E731
    return _recursive(lambda lr, t: lr * shrunk(t) if t <= total_iters else lr)


def inverse_time(decay_steps: int) -> Iterator[float]:
    """Keras' ``InverseTimeDecay`` with a decay rate of 1."""
    return (1 / (1 + step / decay_steps) for step in itertools.count())


def warm_restarts(t_0: int, t_mult: int, eta_min: float) -> Iterator[float]:
    """torch's ``CosineAnnealingWarmRestarts``: one cosine after the other, each from its beginning."""
    t_i = t_0
    while True:
        yield from itertools.islice(cosine(t_i, eta_min), int(t_i))
        t_i *= t_mult


def one_cycle(total_steps: int, pct_start: float, div_factor: float, final_div_factor: float) -> Iterator[float]:
    """torch's ``OneCycleLR`` for a largest rate of 1; it stays where it ends."""
    up, down = pct_start * total_steps - 1, total_steps - 1
    for step in itertools.count():
        if step <= up:
            start, end, part = 1 / div_factor, 1.0, step / up
        else:
            start, end, part = 1.0, 1 / div_factor / final_div_factor, min((step - up) / (down - up), 1.0)
        yield end + (start - end) / 2 * (math.cos(math.pi * part) + 1)


def stable_decay(total_steps: int, decay_share: float, end_factor: float) -> Iterator[float]:
    """torch's ``ConstantLR`` and then its ``LinearLR`` from 1."""
    decay = round(decay_share * total_steps)
    yield from itertools.repeat(1.0, int(total_steps) - decay)
    yield from linear(1.0, end_factor, decay)


def tinynn_exponential(decay_steps: int, decay_rate: float) -> Iterator[float]:
    """tinynn's ``ExponentialLR``."""
    return _recursive(lambda lr, t: decay_rate ** (t / decay_steps) if t <= decay_steps else lr)


def tinynn_linear(decay_steps: int, final_lr: float, start_step: int) -> Iterator[float]:
    """tinynn's ``LinearLR``."""
    delta = (final_lr - 1) / decay_steps
    return _recursive(lambda lr, t: lr + delta if start_step < t <= start_step + decay_steps else lr)


def tinynn_cyclical(cyclical_steps: int, max_lr: float, min_lr: float) -> Iterator[float]:
    """tinynn's ``CyclicalLR``."""
    delta = 2 * (max_lr - min_lr) / cyclical_steps
    return _recursive(lambda lr, t: lr + delta if t % cyclical_steps < cyclical_steps // 2 else lr - delta)


def warmed_up(after: Iterator[float], steps: int) -> Iterator[float]:
    """Evenly up to the whole rate, which the last of ``steps`` has; then the schedule from its beginning."""
    first = next(after)
    for i in range(1, steps + 1):
        yield i / steps * first
    yield first
    yield from after


def _recursive(compute_lr: Callable[[float, int], float], lr: float = 1.0) -> Iterator[float]:
    """An optimizer's step with lr, then the scheduler's, which counts from 1 and computes the next lr from the present one."""
    t = 0
    while True:
        yield lr
        t += 1
        lr = compute_lr(lr, t)


# ------------------------------------------------------------------------------------------------------- batches of a data set


def batch_gradient_descent(
    method: Method, start: Any, lr: float, batches: Iterable[Any], gradient: Callable[..., np.ndarray]
) -> np.ndarray:
    """theta before and after each update, (U + 1, D): each update takes ``gradient(theta, batch)``."""
    theta = np.array(start, dtype=float)
    path = [theta]
    for t, batch in enumerate(batches, 1):
        theta = method(theta.copy(), partial(gradient, batch=batch), None, t, lr)
        path.append(theta)
    return np.array(path)


def squared_error_gradient(theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of the mean of (w x + b - y)^2 for theta = (w, b), or of (w x - y)^2 for theta = (w,): 2/B times a sum over the batch."""
    total = np.zeros(len(theta))
    for x_i, y_i in zip(x, y, strict=True):
        error = theta[0] * x_i + (theta[1] if len(theta) == 2 else 0.0) - y_i
        total += [error * x_i, error][: len(theta)]
    return 2 / len(x) * total


# ----------------------------------------------------------------------------------------------------------- how a run ended


def verdict(
    theta: np.ndarray, loss: np.ndarray, gradient: np.ndarray, minima: Any, kind: str, width: float, climbs: bool = False
) -> dict[str, float]:
    """What a judge says of a run: theta and gradient (R, D), loss (R,), minima a list of (theta, value); steps that do not come
    are at infinity, a minimum at which it does not arrive, or of a valley, is nan.

    It arrives within 0.001 and stays; it oscillates where in the last half a coordinate turns at every other step, by more than
    1e-9 of the width, and the best loss stays within a tenth;
    it is there but briefly where it was there as long before, or in the last row only, and the loss rose in the last 20 steps;
    it stalls where in the last quarter it keeps within 0.005 of the width and a tenth of its way.
    """
    rows, lowest = len(loss), min((value for _theta, value in minima), default=math.nan)
    broken = [r for r in range(rows) if not np.isfinite([*theta[r], loss[r], *gradient[r]]).all()]
    end = max(broken[0] - 1, 0) if broken else rows - 1
    near = [bool(x - lowest <= 1e-3 and (kind != "domain" or x - lowest >= -1e-3)) for x in loss]
    arrived = next((r for r in range(rows) if all(near[r:])), math.inf)
    touched = next((r for r in range(rows) if near[r]), math.inf)
    fell = kind == "domain" and loss[end] < lowest - 1e-3
    worse = not broken and arrived == math.inf and loss[-1] > loss[0]
    visits = [len(list(some)) for there, some in itertools.groupby(near) if there]
    earlier = max(visits[:-1] if near[-1] else visits, default=0)
    brief = arrived < math.inf and rows - arrived <= max(earlier, 1) and bool((np.diff(loss[-21:]) > 0).any())
    seeking = bool(minima) and arrived == math.inf and not (broken or worse or fell or climbs)
    half, moves = rows // 2, np.diff(theta, axis=0)
    oscillates = stalls = False
    if seeking and rows > 20:
        signs = np.sign(moves) * (np.abs(moves) > 1e-9 * width)
        turns = (signs[half + 1 :] * signs[half:-1] < 0).mean(axis=0)
        oscillates = turns.max() >= 0.5 and loss[half:].min() - lowest >= 0.9 * (loss[:half].min() - lowest)
    if seeking and not oscillates:
        whole, late = (np.ptp(part, axis=0).max() for part in (theta, theta[3 * rows // 4 :]))
        stalls = rows > 1 if whole == 0 else rows > 20 and late < 0.005 * width and late <= whole / 10
    distances = [np.linalg.norm(theta[end] - there) for there, _value in minima]
    overshoot = 0.0
    if minima and not (broken or worse or fell or oscillates or touched == 0):
        way = np.array(minima[int(np.argmin(distances))][0]) - theta[0]
        if way.any():
            passed = ((theta - theta[0]) @ way / (way @ way)).max() - 1
            overshoot = passed if passed > 0.05 else 0.0
    return {
        "arrived": arrived, "touched": touched, "brief": brief, "diverged": broken[0] if broken else math.inf, "end": end,
        "left_again": touched < math.inf and arrived == math.inf, "fell": fell, "worse": worse, "oscillates": oscillates,
        "stalls": stalls, "running": seeking and touched == math.inf and not (oscillates or stalls), "overshoot": overshoot,
        "minimum": math.nan if arrived == math.inf or kind == "valley" else int(np.argmin(distances)), "last_loss": loss[end],
    }  # fmt: skip


def thrown(theta: np.ndarray, width: float) -> int:
    """The row that the first step leads to which is longer than the width and than ten times any before; 0 where none is."""
    lengths = [np.linalg.norm(step) for step in np.diff(theta, axis=0)]
    far = (r + 1 for r, x in enumerate(lengths) if x > width and x > 10 * max(lengths[:r], default=0.0))
    return next(far, 0)
