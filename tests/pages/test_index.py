"""The page's head: what a player needs is named where it stands, and every page of the navigation is served so."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from optim_viz.ui import assets, index
from tests.unit.test_house import ROOT


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=[*index.ROUTES, *assets.ROUTES]))


@pytest.mark.parametrize("path", index.PAGES)
def test_a_page_names_its_scripts_and_styles_and_each_of_them_is_there(client, path):
    html = client.get(f"/{path}").text
    assert '<div id="root">' in html  # streamlit's own page
    ours = re.findall(r'"(assets/[^"]+)"', html)
    assert all(client.get(f"/{address}").status_code == 200 for address in ours)
    assert any(address.endswith("page/page.css") for address in ours)
    players = index.PAGES[path]
    assert all(any(address.endswith(f"/{player}/main.js") for address in ours) for player in players)
    assert any(address.endswith("/main.js") for address in ours) == bool(players)
    assert (assets.PLOTLY_URL in ours) == bool(players)


def test_every_page_of_the_navigation_is_in_the_table():
    source = (ROOT / "optim_viz" / "ui" / "shell.py").read_text(encoding="utf-8")
    addresses = set(re.findall(r'url_path="(\w+)"', source)) - {"home"}  # which is the race under "/"
    assert {*addresses, ""} == set(index.PAGES)
    app = AppTest.from_file(str(ROOT / "optim_viz" / "ui" / "shell.py"), default_timeout=60).run()
    assert not app.exception
