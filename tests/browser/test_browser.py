"""The browser that the tests drive."""

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import ended_after

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_browser_that_does_not_answer_is_ended_and_another_one_started(start_browser):
    page = start_browser().new_page()
    with ended_after(0.5), pytest.raises(Error, match="closed"):
        page.evaluate("() => new Promise(() => {})")
    with start_browser().new_page() as page:
        assert page.evaluate("() => 1 + 1") == 2
