"""The noise of batches made visible: gradients of samples and of batches about the true one, and their spread."""

from dataclasses import dataclass

import numpy as np

from optim_viz.regression.batching import draw
from optim_viz.regression.problem import Problem
from optim_viz.regression.spec import generator

_STREAM = 2  # of the random numbers that belong to a seed


@dataclass(frozen=True, eq=False)
class Noise:
    """Gradients at one theta.

    Attributes:
        gradient: (D,), on all the data.
        samples: (N, D), of each sample.
        batches: (M, D), of M batches.
        covariance: (D, D), of batches by the law: that of samples over the batch size, and without replacement times
            (N - B) / (N - 1), Cochran 1977, Sampling Techniques, theorem 2.2.
    """

    gradient: np.ndarray
    samples: np.ndarray
    batches: np.ndarray
    covariance: np.ndarray

    def isotropic(self, seed: int = 0) -> np.ndarray:
        """(M, D): normal noise about the true gradient, alike in all directions, of the same mean squared length."""
        each = np.sqrt(np.trace(self.covariance) / len(self.gradient))
        return self.gradient + each * generator(seed, _STREAM).standard_normal(self.batches.shape)


def noise(
    problem: Problem, theta: np.ndarray, batch_size: int, *, sampling: str = "shuffle", batches: int = 200, seed: int = 0
) -> Noise:
    """What batches of this size say at theta (D,). ``batches``: how many are drawn.

    Raises:
        SettingError: theta is of a wrong shape.
    """
    samples = problem.samples(theta)[1]
    drawn = draw(sampling, len(samples), batch_size, batches, (seed,), drop_last=True).of(0)
    with np.errstate(all="ignore"):  # squares of huge gradients are beyond the finite numbers
        means = np.stack([samples[one].mean(axis=0) for one in drawn])
        centred = samples - samples.mean(axis=0)
        covariance = centred.T @ centred / len(samples) * law(len(samples), batch_size, sampling == "replacement")
        return Noise(samples.mean(axis=0), samples, means, covariance)


def law(samples: int, size: int, replacement: bool) -> float:
    """The variance of a batch's mean over that of single samples."""
    if replacement or samples == 1:
        return 1.0 / size
    return (samples - size) / (samples - 1) / size


def variances(problem: Problem, theta: np.ndarray, sizes: list[int], *, batches: int = 1000, seed: int = 0) -> np.ndarray:
    """(4, len(sizes)): the variance of batch gradients, summed over weights: measured on drawn batches without and with
    replacement, then both by the law.
    """
    samples = problem.samples(theta)[1]
    rows, n = np.empty((4, len(sizes))), len(samples)
    with np.errstate(all="ignore"):  # as above
        centre = samples.mean(axis=0)
        total = float(((samples - centre) ** 2).sum(axis=1).mean())
        for k, size in enumerate(sizes):
            for r, sampling in enumerate(("independent", "replacement")):
                drawn = draw(sampling, n, size, batches, (seed,), drop_last=False)
                means = samples[drawn.indices[0]].mean(axis=1)
                rows[r, k] = ((means - centre) ** 2).sum(axis=1).mean()
                rows[2 + r, k] = total * law(n, size, sampling == "replacement")
    return rows
