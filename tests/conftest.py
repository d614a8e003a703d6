"""What tests share says the values of an assertion that fails, as the tests themselves do."""

import tomllib

import pytest

pytest.register_assert_rewrite("tests.support", "tests.browser.support")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole suite: what the table of OWASP ASVS names as shown has run, and passed."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    whole = config.args == config.getini("testpaths") and config.option.markexpr == "not verify" and not config.option.keyword
    if not whole or reporter is None or hasattr(config, "workerinput") or config.option.collectonly:
        return
    passed = {report.nodeid.partition("[")[0] for report in reporter.stats.get("passed", ())}
    rows = tomllib.loads((config.rootpath / "docs" / "asvs.toml").read_text(encoding="utf-8"))["row"]
    missing = [f"{row['id']}: {test}" for row in rows for test in row["tests"] if test not in passed]
    if missing:
        reporter.write_line("docs/asvs.toml names tests that have not run and passed:\n  " + "\n  ".join(missing), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
