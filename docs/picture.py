"""Takes the README's picture of the app: ``make docs``."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.browser import ARGUMENTS, PAINTED, server
from tests.browser.find_browser import find

ROOT = Path(__file__).parents[1]

LINK = "/race?p=zigzag&t=60&lang=en"


def main() -> None:
    with sync_playwright() as playwright, server() as url:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, device_scale_factor=1.5)
        page.goto(url + LINK, wait_until="domcontentloaded")
        page.wait_for_selector(PAINTED)
        page.wait_for_timeout(1000)
        page.screenshot(path=ROOT / "docs" / "race.png")
        browser.close()


if __name__ == "__main__":
    main()
