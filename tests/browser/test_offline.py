"""With the network cut, server and browser show every page: nothing is asked of anyone else, not even at the start."""

import shutil
import subprocess
import sys

import pytest

from tests.support import ROOT

CUT = ["unshare", "--net", "--map-root-user"]


@pytest.mark.verify
def test_every_page_is_shown_with_the_network_cut(tmp_path):
    if not shutil.which(CUT[0]) or subprocess.run([*CUT, "true"], capture_output=True).returncode:
        pytest.skip("a network cannot be cut off here: unshare --net is Linux', and containers may forbid it")
    done = subprocess.run(
        [*CUT, sys.executable, "-m", "tests.offline", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    first, *painted, traceback = done.stdout.splitlines()
    assert first.startswith("cut:") and "unreachable" in first
    assert painted == [f"painted: {path}" for path in ("race", "regression", "lessons?lesson=downhill", "catalogue")]
    assert traceback == "traceback: False"
