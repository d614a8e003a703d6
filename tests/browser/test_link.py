"""The link restores everything; languages; visitors; what goes over the wire."""

import re

import pytest
from playwright.sync_api import expect

from optim_viz.ui.race import settings
from tests.browser.support import (
    FOUR,
    agreed,
    button,
    choose_surface,
    number,
    open_race,
    painting,
    player,
    results,
    revision,
    scrub,
    slider,
    step,
    trail,
    view,
    wait_for,
    zoomed,
)

ALL = (
    "v=1&s=ravine&s.condition=33&s.rotation=20&x=-1.5&y=0.7&n=250&o=adam,lr:0.04,beta1:0.8,beta2:0.99,eps:1e-7&o=gd,lr:0.01"
    "&o=adam,lr:0.2,beta1:0.9,beta2:0.999,eps:1e-8&t=120&axis=linear&zoom=-1.6,0.4,-0.9,0.9"
)


def shown(page):
    """All that a visitor sees of a race."""
    link = settings.write(agreed(page))
    return link, step(page), results(page), page.locator(".ov-words").inner_text(), view(page), trail(page)


def reopened(page):
    wait_for(page, "revision >= 1")
    return shown(page)


# -- the link


def test_a_link_restores_all_that_it_names_and_the_address_keeps_it(page, server):
    open_race(page, server, ALL)
    chosen = agreed(page)
    assert dict(chosen.surface.values) == {"condition": 33, "rotation": 20}
    assert (chosen.start, chosen.steps, chosen.step, chosen.axis) == ((-1.5, 0.7), 250, 120, "linear")
    assert [(r.name, r.hypers["lr"]) for r in chosen.runners] == [("Adam", 0.04), ("GD", 0.01), ("Adam 2", 0.2)]
    assert chosen.zoom == (-1.6, 0.4, -0.9, 0.9)
    expect(page).to_have_url(f"{server.url}/race?{ALL}&lang=en")


def test_the_address_follows_every_change(new_page, server):
    page = new_page()
    open_race(page, server, FOUR)
    pages = page.evaluate("history.length")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    expect(page).to_have_url(re.compile("o=adam,lr:0.11,"))
    with painting(page):
        number(page, "Start y").fill("-0.25")
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("&y=-0.25&"))
    scrub(page, 42)
    expect(page).to_have_url(re.compile("&t=42&"))
    with painting(page):
        slider(page, "condition number").press("Home")
    expect(page).to_have_url(re.compile("&s.condition=1&"))
    assert page.evaluate("history.length") == pages  # the back button leaves the page: a slider makes no history
    agreed(page)


def test_the_address_is_not_written_while_it_plays(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=5000"))
    agreed(page)
    address = page.url
    button(page, "Play").click()
    wait_for(page, "step > 60")
    assert page.url == address
    button(page, "Pause").click()
    agreed(page)


def test_a_reload_restores_settings_step_axis_and_zoom(page, server):
    open_race(page, server, FOUR)
    zoomed(page)
    scrub(page, 33)
    page.get_by_label("Value axis").select_option("linear")
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    before = shown(page)
    page.reload()
    after = reopened(page)
    assert after[:4] == before[:4]
    assert after[4] == pytest.approx(before[4], abs=1e-5)
    page.reload()
    assert reopened(page) == after


def test_the_copied_link_restores_the_exact_picture_elsewhere(page, new_page, server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_race(page, server, ALL.replace("lr:0.04", "lr:0.05") + "&lang=zh")
    with painting(page):
        page.get_by_text("English").click()
    scrub(page, 60)
    button(page, "Copy link").click()
    expect(button(page, "Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{server.url}/race?v=1&s=ravine&")
    other = new_page()
    other.goto(link)
    assert reopened(other) == shown(page)
    expect(button(page, "Copy link")).to_be_visible()


def test_a_link_copied_under_the_root_leads_to_the_race(page, server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(server.url)
    wait_for(page, "revision >= 1")
    button(page, "Copy link").click()
    expect(button(page, "Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{server.url}/race?v=1&")


def test_without_a_clipboard_the_address_bar_is_offered(page, server):
    open_race(page, server, FOUR)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    scrub(page, 12)
    button(page, "Copy link").click()
    expect(button(page, "Copy it from the address bar")).to_be_visible()
    assert "t=12" in page.url


def test_a_visitor_who_leaves_and_returns_finds_everything(page, server):
    open_race(page, server, FOUR)
    scrub(page, 21)
    with painting(page):
        slider(page, "Adam: learning rate").press("ArrowRight")
    page.goto("about:blank")  # at once, before the address is written at rest
    page.go_back()
    reopened(page)
    chosen = agreed(page)
    assert (chosen.runners[3].hypers["lr"], chosen.step) == (0.11, 21)


def test_a_link_with_errors_shows_what_and_the_race_with_the_rest(page, server):
    open_race(page, server, "s=ravine&s.condition=0&x=left&n=99999&o=gd,lr:0.01&o=sgdx&zoom=1,0,0,1")
    warning = page.locator(".ov-notes")
    for text in (
        "Condition number must be",
        "received “0”",
        "Start x must be",
        "received “left”",
        "Number of steps must be",
        "“99999”",
        "“sgdx”",
        "Zoom must",
    ):
        expect(warning).to_contain_text(text)
    chosen = agreed(page)
    assert [(r.name, r.hypers["lr"]) for r in chosen.runners] == [("GD", 0.01)]
    assert (chosen.start[0], chosen.steps) == (-1.8, 300)
    with painting(page):
        slider(page, "GD: learning rate").press("ArrowRight")
    expect(warning).to_be_hidden()  # it has been set right


def test_a_link_cannot_put_links_or_pictures_into_the_warning(page, server):
    hostile = (
        "s=[win](//evil.example)&s.%0A%0A![p](//evil.example/p.png)=1&x=%60%60`http://evil.example&y=**b**:red[r]$x$&o=<b>b</b>"
    )
    open_race(page, server, hostile)
    warning = page.locator(".ov-notes")
    for text in (
        "[win](//evil.example)",
        "![p](//evil.example/p.png)",
        "```http://evil.example",
        "**b**:red[r]$x$",
        "<b>b</b>",
    ):
        expect(warning).to_contain_text(text)
    expect(warning.locator("a, img, strong, em, b, .katex")).to_have_count(0)
    agreed(page)


# -- the server restarts


@pytest.mark.allow_console_errors
def test_after_a_restart_of_the_server_the_open_page_goes_on(page, server):
    open_race(page, server, ALL + "&lang=en")
    with painting(page):
        page.get_by_text("中文").click()
    with painting(page):
        slider(page, "GD：学习率").press("ArrowRight")
    before = agreed(page)
    server.restart()
    with painting(page):
        slider(page, "GD：学习率").press("ArrowRight")
    after = agreed(page)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert after.runners[1].hypers["lr"] > before.runners[1].hypers["lr"]
    assert link_but(after, before.runners) == link_but(before, before.runners)
    after = shown(page)
    page.reload()
    assert reopened(page) == after
    server.restart()
    page.reload()
    assert reopened(page) == after


def link_but(chosen, runners):
    return settings.write(chosen.replace(runners=runners))


@pytest.mark.allow_console_errors
def test_what_is_moved_while_the_server_is_away_is_shown_when_it_is_back(page, server):
    open_race(page, server, FOUR)
    before = revision(page)
    server.stop()
    try:
        slider(page, "Adam: learning rate").press("ArrowRight")
        slider(page, "Adam: learning rate").press("ArrowRight")
        scrub(page, 7)  # all that needs no server works
        button(page, "Play").click()
        wait_for(page, "step > 10")
        button(page, "Pause").click()
    finally:
        server.start()
    wait_for(page, "revision > arg", before)
    assert agreed(page).runners[3].hypers["lr"] == 0.12


# -- languages


def test_the_browser_chooses_the_first_language_and_the_link_goes_before_it(new_page, server):
    page = new_page(locale="zh-CN")
    for query, tag, title in [("", "zh-CN", "优化器是怎么走的"), ("lang=en", "en", "How optimizers move")]:
        open_race(page, server, query)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page).to_have_title(f"{'赛跑' if tag == 'zh-CN' else 'Race'} · {title}")
        agreed(page)


def test_switching_the_language_keeps_settings_step_and_view(page, server):
    open_race(page, server, ALL)
    scrub(page, 44)
    button(page, "More about Adam").click()
    before = shown(page)
    with painting(page):
        page.get_by_text("中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".ov-more:visible")).to_have_count(1)
    now = shown(page)
    assert (now[:2], now[4]) == (before[:2], before[4])  # the table tells in words, too, what happened
    with painting(page):
        slider(page, "GD：学习率").press("ArrowRight")
    with painting(page):
        slider(page, "GD：学习率").press("ArrowLeft")
    with painting(page):
        page.get_by_text("English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert shown(page) == before
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()


def test_switching_the_language_while_it_plays_does_not_run_two_clocks(page, server):
    open_race(page, server, FOUR.replace("n=300", "n=5000") + "&t=0")
    button(page, "Play").click()
    wait_for(page, "step > 10")
    with painting(page):
        page.get_by_text("中文").click()
    expect(page.get_by_role("button", name="暂停", exact=True)).to_have_count(1)
    now = step(page)
    wait_for(page, "step > arg", now)
    page.get_by_role("button", name="暂停", exact=True).click()
    agreed(page)


def test_in_chinese_no_english_is_left_in_the_player(page, server):
    open_race(page, server, "s=x_squared&x=10&n=2000&lang=zh&o=gd,lr:10&o=gd,lr:0.1&o=momentum&o=rmsprop&o=adam")
    read = """() => {
      const player = document.querySelector("[data-testid=player]");
      const texts = [...player.querySelectorAll("*")].flatMap((e) => [
        ...["aria-label", "title", "aria-valuetext"].map((name) => e.getAttribute(name) ?? ""),
        ...[...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && !e.closest("svg")).map((n) => n.textContent),
      ]);
      return [...new Set(texts)];
    }"""
    texts = set(page.evaluate(read))
    for key in ("ravine", "rosenbrock", "saddle", "himmelblau"):
        with painting(page):
            choose_surface(page, key)
        texts |= set(page.evaluate(read))
    number(page, "起点 x").fill("1e9")
    page.keyboard.press("Enter")
    texts |= set(page.evaluate(read))
    names = r"（p）|Lookahead|PyTorch|Keras|Optax|Burn|tinynn|theta"
    names += r"|Ackley|Beale|Booth|Goldstein|Price|Levy|Matyas|McCormick|Rastrigin"
    names += (
        r"|Styblinski|Tang|GD|Momentum|RMSprop|Adam|Rosenbrock|Himmelblau|alpha|beta[12]|[xyb]|epsilon|momentum|\d+e[+-]\d+"
    )
    left = {text for text in texts if re.search("[A-Za-z]", re.sub(names, "", text))}
    assert left == set()


# -- visitors and requests


def test_two_visitors_do_not_see_each_other(page, new_page, server):
    one, two = page, new_page(locale="zh-CN")
    open_race(one, server, "s=saddle&n=50&o=gd,lr:0.05")
    open_race(two, server, "s=ravine&n=70&o=adam,lr:0.1")
    with painting(one):
        slider(one, "GD: learning rate").press("ArrowRight")
    with painting(two):
        slider(two, "Adam：学习率").press("ArrowRight")
    assert [agreed(page).surface.key for page in (one, two)] == ["saddle", "ravine"]
    for page in (one, two):
        page.reload()
        wait_for(page, "revision >= 1")
    assert [agreed(page).steps for page in (one, two)] == [50, 70]
    expect(one.locator("html")).to_have_attribute("lang", "en")


def test_nothing_is_asked_of_anyone_but_the_server(page, server):
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    open_race(page, server)
    button(page, "Play").click()
    page.get_by_test_id("stMainMenu").click()
    for theme in ("Dark", "Light"):
        page.get_by_role("menuitemradio", name=theme).click()
    page.get_by_role("menuitem", name="About").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    with painting(page):
        page.get_by_text("中文").click()
    with painting(page):
        choose_surface(page, "himmelblau")
    with painting(page):
        page.mouse.click(*place_of_picture(page))
    agreed(page)
    own = (server.url + "/", f"blob:{server.url}/", "data:")
    assert [url for url in page.requests if not url.startswith(own)] == []
    assert sockets and all(url.startswith(server.url.replace("http", "ws") + "/") for url in sockets)


def place_of_picture(page):
    box = page.locator(".ov-flat .ov-picture").bounding_box()
    return box["x"] + box["width"] / 3, box["y"] + box["height"] / 3


def test_answers_carry_a_policy_and_our_assets_are_kept_for_good(page, server):
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url.removeprefix(server.url): answer.headers}))
    open_race(page, server, "s=saddle")
    policy = answers["/race?s=saddle"]["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy and "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    ours = [path for path in answers if path.startswith("/assets/")]
    assert len(ours) > 15
    for path in ours:
        assert re.match(r"/assets/(?:(?:told/|made/)?[0-9a-f]{12}|streamlit)/", path), path
        assert answers[path]["cache-control"] == "public, max-age=31536000, immutable"
    assert all(
        headers["x-content-type-options"] == "nosniff" for headers in answers.values() if "content-security-policy" in headers
    )
    missing = page.request.get(f"{server.url}{ours[0]}.missing")
    assert missing.status == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


def test_what_the_browser_holds_or_draws_itself_is_not_sent(page, server):
    open_race(page, server, FOUR)
    expect(player(page)).to_have_attribute("data-live", "true")
    for key in ("End", "Home", "End"):
        with painting(page):
            slider(page, "condition number").press(key)
    agreed(page)
    asked = [url for url in page.requests if "/answers/" in url]
    assert not asked and not [url for url in page.requests if "plotly" in url]
    assert player(page).count() == 1
