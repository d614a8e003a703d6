"""Properties that hold whatever comes: always the same examples in ``make test``, others for seconds in ``make fuzz``."""

import os
import time
from collections.abc import Callable
from functools import wraps

import hypothesis
import pytest
from hypothesis import HealthCheck

SECONDS = float(os.environ.get("FUZZ_SECONDS", 0))  # of each property; 0: the same few examples as ever


def whatever(*strategies: hypothesis.strategies.SearchStrategy, examples: int) -> Callable[[Callable], Callable]:
    """A test that is called with what the strategies draw; ``examples`` of them in ``make test``."""
    settings = hypothesis.settings(
        derandomize=not SECONDS, database=None, deadline=None, max_examples=examples, suppress_health_check=list(HealthCheck),
        print_blob=True,
    )  # fmt: skip

    def around(test: Callable) -> Callable:
        tried = settings(hypothesis.given(*strategies)(test))

        @pytest.mark.fuzz
        @wraps(test)
        def rounds() -> None:
            end = time.monotonic() + SECONDS
            tried()
            while time.monotonic() < end:
                tried()

        del rounds.__wrapped__  # pytest would take the drawn arguments for fixtures
        return rounds

    return around
