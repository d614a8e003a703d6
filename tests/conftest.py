"""What tests share says the values of an assertion that fails, as the tests themselves do."""

import pytest

pytest.register_assert_rewrite("tests.support", "tests.browser.support")
