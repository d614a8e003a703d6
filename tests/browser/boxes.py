"""Where things stand: what is wrong with the boxes on a page, whatever page and size it is."""

from typing import Any, cast

from playwright.sync_api import Page

#: what a hand uses or an eye reads in one piece; the ring and the mark lie on the picture wherever they are put
CONTROLS = """button:not(.ov-handle, .ls-mark), select, summary, a, input:not([type=checkbox], [type=radio]), .ov-counter,
  .ov-speed span, [data-testid=stMain] h1"""
#: what the page is made of
BLOCKS = """.ov-top > *, .ov-bar, .ov-stage, .ov-figure > :last-child, .ov-results > *, .ov-below > *, .ov-setup,
  .ls-head, .ls-dots, .ls-text, .ls-foot"""

LOOK = """([CONTROLS, BLOCKS]) => {
  // what can be seen of an element: its box, less what the boxes around it cut off
  const seen = (e) => {
    let { left, top, right, bottom } = e.getBoundingClientRect();
    for (let around = e; getComputedStyle(around).position !== "fixed" && (around = around.parentElement) && around !== document.body; ) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (around.matches("[data-testid=stMain]") || (overflowX === "visible" && overflowY === "visible")) continue;
      const box = around.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, top, right, bottom };
  };
  const isThere = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".ov-spoken, .ls-unseen, [data-testid=stSidebar]");
  const name = (e) => `${e.className || e.localName} ${(e.ariaLabel || e.textContent).trim().slice(0, 20)}`.trim();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isThere)
    .map((e) => ({ e, name: name(e), ...seen(e) })).filter((box) => box.right - box.left > 1 && box.bottom - box.top > 1);
  // the phone's time bar lies upon what scrolls beneath it, and is meant to
  const floating = ({ e }) => { const bar = e.closest(".ov-bar"); return bar !== null && getComputedStyle(bar).position === "sticky"; };
  const clashes = (boxes) => boxes.flatMap((a, k) => boxes.slice(k + 1).filter((b) =>
    !a.e.contains(b.e) && !b.e.contains(a.e) && floating(a) === floating(b) &&
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map((b) => `${a.name} lies on ${b.name}`));
  const controls = all(CONTROLS), blocks = all(BLOCKS);
  const wide = [document.documentElement, ...document.querySelectorAll("[data-testid=stMain], .ov, .ls, .ov-columns, .ov-setup, .ov-results, .ls-text")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 && isThere(e)).map((e) => `${name(e).split(" ")[0]} scrolls sideways`);
  const out = [...controls, ...blocks].filter((box) => box.left < -1 || box.right > innerWidth + 1).map((box) => `${box.name} sticks out`);
  return [...clashes(controls), ...clashes(blocks), ...wide, ...out];
}"""


def faults(page: Page) -> list[str]:
    """Controls or blocks that lie on each other, and whatever sticks out sideways, once the page has come to rest."""
    wrong = cast(list[str], page.evaluate(LOOK, [CONTROLS, BLOCKS]))
    for _ in range(40):
        if not wrong:
            break
        page.wait_for_timeout(50)  # streamlit's own header follows a new size late
        wrong = cast(list[str], page.evaluate(LOOK, [CONTROLS, BLOCKS]))
    return wrong


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h", arg=list(size))


def box(page: Page, selector: str) -> dict[str, Any]:
    """Of the first that is visible; all zero when there is none."""
    found = page.locator(f"{selector} >> visible=true")
    return dict(found.first.bounding_box() or {}) if found.count() else {"x": 0, "y": 0, "width": 0, "height": 0}
