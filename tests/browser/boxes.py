"""Where things stand: what is wrong with the boxes of a page, whatever page it is and whatever its size."""

from collections.abc import Sequence
from typing import cast

from playwright.sync_api import Page

#: what a hand uses or an eye reads in one piece; the ring and the mark lie on the picture wherever they are put
CONTROLS = """button:not(.ov-handle, .ls-mark), select, summary, a, input:not([type=checkbox], [type=radio]), .ov-counter,
  .ov-speed span, #page h1"""
#: what a page is made of
BLOCKS = """.ov-top > *, .ov-bar, .ov-stage, .ov-figure > :last-child, .ov-results > *, .ov-below > *, .ov-setup,
  .ls-head, .ls-dots, .ls-text, .ls-foot"""
#: what must not have more in it than it is wide; a table of the lab may, it has a box of its own to scroll in
FRAMES = "#page, .ov, .ls, .ov-columns, .ov-setup, .ov-results, .ls-text"

LOOK = """([CONTROLS, BLOCKS, FRAMES]) => {
  const unseen = ".ov-spoken, .unseen, #root [data-testid=stMain]";
  const isThere = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(unseen);
  const name = (e) => `${e.className || e.localName} ${(e.ariaLabel || e.textContent).trim().slice(0, 20)}`.trim();
  // what can be seen of an element: its box, less what the boxes around it cut off
  const seen = (e) => {
    let { left, top, right, bottom } = e.getBoundingClientRect();
    for (let around = e; around && getComputedStyle(around).position !== "fixed"; ) {
      around = around.parentElement?.closest(":not(body, html)");
      if (!around) break;
      const { overflowX, overflowY } = getComputedStyle(around), box = around.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { e, name: name(e), left, top, right, bottom };
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isThere).map(seen)
    .filter((box) => box.right - box.left > 1 && box.bottom - box.top > 1);
  // the phone's time bar lies upon what scrolls beneath it, and is meant to
  const floats = ({ e }) => [e.closest(".ov-bar")].some((bar) => bar && getComputedStyle(bar).position === "sticky");
  const clash = (a, b) => !a.e.contains(b.e) && !b.e.contains(a.e) && floats(a) === floats(b) &&
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const clashes = (boxes) => boxes.flatMap((a, k) =>
    boxes.slice(k + 1).filter((b) => clash(a, b)).map((b) => `${a.name} lies on ${b.name}`));
  const controls = all(CONTROLS), blocks = all(BLOCKS);
  const frames = [document.documentElement, ...document.querySelectorAll(FRAMES)];
  const full = frames.filter((e) => e.scrollWidth > e.clientWidth + 1);
  const out = [...controls, ...blocks].filter((box) => box.left < -1 || box.right > innerWidth + 1);
  return [
    ...clashes(controls), ...clashes(blocks),
    ...full.filter(isThere).map((e) => `${e.className || e.localName} scrolls sideways`),
    ...out.map((box) => `${box.name} sticks out`),
  ];
}"""


def faults(page: Page) -> list[str]:
    """Controls or blocks that lie on each other, and whatever sticks out sideways."""
    return cast(list[str], page.evaluate(LOOK, [CONTROLS, BLOCKS, FRAMES]))


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window of an open page this size, and wait until it has it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("(width) => innerWidth === width", arg=size[0])


FIRST = """(selectors) => selectors.map((selector) => {
  const found = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility({ visibilityProperty: true }));
  const { x, y, width, height } = found?.getBoundingClientRect() ?? new DOMRect();
  return [x, y, width, height];
})"""


def boxes(page: Page, selectors: Sequence[str]) -> dict[str, list[float]]:
    """x, y, width and height in pixels of the first of each kind that can be seen; zeros where there is none."""
    return dict(zip(selectors, page.evaluate(FIRST, list(selectors)), strict=True))
