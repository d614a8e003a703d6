"""The routes that answer players, without a server."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from optim_viz.ui import answers


@pytest.fixture(scope="session")
def client():
    return TestClient(Starlette(routes=answers.ROUTES), headers={"Content-Type": "application/json"})
