"""Takes the README's picture of the app: ``make docs``."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tools.browser import Server, chromium

ROOT = Path(__file__).parents[1]

LINK = "/race?p=zigzag&t=60&lang=en"


def main() -> None:
    with TemporaryDirectory() as folder, Server(Path(folder) / "output.txt") as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768}, device_scale_factor=1.5)
        page.goto(server.url + LINK, wait_until="domcontentloaded")
        page.wait_for_selector("[data-testid=player][data-revision]")
        page.wait_for_timeout(1000)
        page.screenshot(path=ROOT / "docs" / "race.png")


if __name__ == "__main__":
    main()
