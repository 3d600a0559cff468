"""What arrives at the desk while a counsellor types or presses: nothing of theirs is lost, nothing else is hit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.cases.facts import Case, CaseRef
from bot.db import cases
from tests.journeys.browser import DESKTOP, Screen, new_context, until
from tests.journeys.desk_site import Site, is_live, signed_in, somebody
from tests.journeys.slow_line import SlowLine

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """The queue in the browser of a counsellor; a script that fails, fails the test."""
    screen = Screen(new_context(browser, locale="de-DE", viewport=DESKTOP).new_page())
    yield screen.page
    screen.check()
    screen.page.context.close()


@pytest.fixture
def line(page: Page) -> SlowLine:
    return SlowLine(page)


def lines(page: Page) -> int:
    return page.locator("#queue .line").count()


def case(site: Site, ref: CaseRef) -> Case:
    found: Case | None = site.do(site.house.stores.main.read(lambda tx: cases.find(tx, ref)))
    assert found is not None
    return found


def opens(page: Page, site: Site, ref: CaseRef) -> None:
    page.goto(f"{site.url}/cases/{ref}")
    is_live(page)


def takes_over(page: Page, site: Site, ref: CaseRef) -> None:
    opens(page, site, ref)
    page.keyboard.press("c")
    expect(page.locator("#text")).to_be_focused()


def clock_stands(page: Page) -> None:
    """No timer of the page runs out by itself from now on."""
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))


def becomes_urgent(site: Site, ref: CaseRef) -> None:
    """Something that changes line and head of a case."""

    conversation = case(site, ref).conversation_id
    site.do(site.house.stores.main.write(lambda tx: cases.set_urgent(tx, conversation, urgent=True)))
    site.tell()


def test_a_late_answer_never_covers_a_newer_one(site: Site, page: Page, line: SlowLine) -> None:
    signed_in(site, page)
    line.hold("words", "/queue")
    somebody(site)
    line.holds()
    somebody(site)
    page.wait_for_timeout(500)  # time enough for a second question to overtake the first
    line.go()
    expect(page.locator("#queue .line")).to_have_count(2)
    expect(page).to_have_title("(2) Warteschlange – Wegweiser – Beratung")


def test_the_cursor_stays_where_it_went_while_the_queue_was_on_its_way(site: Site, page: Page, line: SlowLine) -> None:
    signed_in(site, page)
    first = somebody(site)
    expect(page.locator("#queue .line")).to_have_count(1)
    line.hold("words", "/queue")
    somebody(site)
    line.holds()
    page.keyboard.press("j")
    line.go()
    expect(page.locator("#queue .line")).to_have_count(2)
    expect(page.locator(f'#queue [data-ref="{first}"]')).to_be_focused()


def test_a_press_on_a_line_survives_what_arrives_before_it_ends(site: Site, page: Page) -> None:
    signed_in(site, page)
    ref = somebody(site)
    page.locator(f'#queue [data-ref="{ref}"]').hover()
    page.mouse.down()
    somebody(site)
    expect(page.locator("#queue .line")).to_have_count(2)
    page.mouse.up()
    page.wait_for_url(f"**/cases/{ref}")


def test_a_press_on_take_over_survives_what_arrives_before_it_ends(site: Site, page: Page) -> None:
    signed_in(site, page)
    ref = somebody(site)
    opens(page, site, ref)
    page.get_by_role("button", name="Übernehmen").hover()
    page.mouse.down()
    becomes_urgent(site, ref)
    expect(page.locator(".case-head.urgent")).to_be_visible()
    page.mouse.up()
    expect(page.locator("#text")).to_be_focused()


def test_a_line_that_moves_takes_the_cursor_along(site: Site, page: Page) -> None:
    signed_in(site, page)
    somebody(site)
    second = somebody(site)
    moved = page.locator(f'#queue [data-ref="{second}"]')
    moved.focus()
    becomes_urgent(site, second)
    expect(page.locator("#queue .line").first).to_have_attribute("data-ref", second)
    expect(moved).to_be_focused()


def test_a_box_that_was_shut_stays_shut(site: Site, page: Page) -> None:
    signed_in(site, page)
    ref = somebody(site)
    opens(page, site, ref)
    page.locator('[data-same="plan"] summary').click()
    site.do(site.house.says(ref, "noch etwas"))
    becomes_urgent(site, ref)
    expect(page.get_by_text("noch etwas")).to_be_visible()
    expect(page.locator(".case-head.urgent")).to_be_visible()
    assert page.locator(".side details").evaluate_all("boxes => boxes.map((box) => box.open)") == [True, False, True]


def test_what_is_typed_while_a_message_is_on_its_way_stays(site: Site, page: Page, line: SlowLine) -> None:
    signed_in(site, page)
    ref = somebody(site)
    takes_over(page, site, ref)
    page.keyboard.type("Hallo.")
    line.hold("answer", f"/cases/{ref}/messages")
    page.keyboard.press("Enter")
    line.holds()
    page.keyboard.type("Zweite Nachricht")
    page.keyboard.press("Enter")
    page.keyboard.type(" und mehr")
    line.go()
    expect(page.locator(".from-counsellor .text")).to_have_text(["Hallo.", "Zweite Nachricht"])
    expect(page.locator("#text")).to_have_value("und mehr")
    page.reload()
    expect(page.locator("#text")).to_have_value("und mehr")


def test_words_leave_before_the_chat_is_handed_back(site: Site, page: Page, line: SlowLine) -> None:
    signed_in(site, page)
    ref = somebody(site)
    takes_over(page, site, ref)
    line.hold("ask", f"/cases/{ref}/messages")
    page.keyboard.type("Bis bald!")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    line.holds()
    page.wait_for_timeout(300)  # time enough for the hand-back to overtake
    line.go()
    expect(page.locator('.case-head[data-holder="bot"]')).to_be_visible()
    expect(page.locator(".from-counsellor .text")).to_have_text("Bis bald!")
    expect(page.locator("#composer-said")).to_be_hidden()


def test_a_key_meant_for_the_next_page_does_nothing_on_this_one(site: Site, page: Page) -> None:
    page.clock.install()
    signed_in(site, page)
    here, there = somebody(site), somebody(site)
    opens(page, site, here)
    on_its_way: list[Route] = []
    page.route(f"**/cases/{there}", lambda route: on_its_way.append(route))
    clock_stands(page)  # so keys rest until the page has gone, however long that takes
    page.locator(f'#queue [data-ref="{there}"]').focus()
    page.keyboard.press("Enter")
    until(lambda: on_its_way, page)
    page.keyboard.press("c")
    on_its_way[0].continue_()
    page.wait_for_url(f"**/cases/{there}")
    assert case(site, here).holder == "waiting"


def test_a_key_typed_when_the_field_is_taken_away_does_nothing(site: Site, page: Page) -> None:
    page.clock.install()
    signed_in(site, page)
    ref = somebody(site)
    takes_over(page, site, ref)
    clock_stands(page)
    mine = case(site, ref)
    assert mine.counsellor_id is not None
    holder, fence = mine.counsellor_id, mine.fence
    site.do(site.house.stores.main.write(lambda tx: cases.hand_back(tx, ref, holder, fence, to="bot")))
    site.tell()
    expect(page.locator("#text")).to_be_disabled()
    page.keyboard.press("c")
    page.wait_for_timeout(500)  # time enough for a claim
    assert case(site, ref).holder == "bot"


def test_who_was_faster_is_still_told_when_the_page_is_live(site: Site, page: Page) -> None:
    signed_in(site, page)
    ref = somebody(site)
    ole = site.do(site.house.member("ole"))
    site.do(site.house.stores.main.write(lambda tx: cases.claim(tx, ref, ole[0].id, site.house.clock())))
    with page.expect_response(f"**/cases/{ref}/seen"):  # follows the first look at what is new
        page.goto(f"{site.url}/cases/{ref}?note=lost")
        is_live(page)
    site.do(site.house.says(ref, "noch etwas"))
    expect(page.get_by_text("noch etwas")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="ole hat dieses Gespräch gerade übernommen")).to_be_visible()


def test_a_question_that_failed_is_asked_again(site: Site, page: Page) -> None:
    signed_in(site, page)
    page.route("**/queue?*", lambda route: route.fulfill(status=503), times=1)
    with page.expect_response("**/queue?*"):
        somebody(site)
    expect(page.locator("#queue .line")).to_have_count(1)


def test_the_minutes_go_on_when_nothing_happens(site: Site, page: Page) -> None:
    page.clock.install()
    signed_in(site, page)
    with page.expect_request("**/queue?*"):
        page.clock.run_for(61_000)


BELL = """window.strokes = [];
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  createOscillator() {
    return { frequency: {}, connect: (next) => next, start: () => window.strokes.push(Date.now()), stop() {} };
  }
  createGain() {
    const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect: (next) => next };
  }
  resume() {}
};"""


def strokes(page: Page) -> list[float]:
    """When the bell rang; a stroke has two tones."""
    tones: list[float] = page.evaluate("strokes")
    return tones[::2]


def test_the_bell_rings_on_through_a_busy_night(site: Site, page: Page) -> None:
    page.add_init_script(BELL)
    page.clock.install()
    signed_in(site, page)
    ref = somebody(site)
    until(lambda: strokes(page), page)
    clock_stands(page)
    page.clock.run_for(12_000)
    becomes_urgent(site, ref)
    expect(page.locator("#queue .line.urgent")).to_be_visible()
    page.clock.run_for(12_000)
    assert len(strokes(page)) == 2, "24 seconds, and one stroke every twenty"


def test_the_bell_rings_for_a_new_person_also_when_another_is_taken(site: Site, page: Page) -> None:
    page.add_init_script(BELL)
    signed_in(site, page)
    first = somebody(site)
    until(lambda: strokes(page), page)
    ole = site.do(site.house.member("ole"))
    site.do(site.house.stores.main.write(lambda tx: cases.claim(tx, first, ole[0].id, site.house.clock())))
    second = somebody(site)
    expect(page.locator(f'#queue .waiting [data-ref="{second}"]')).to_be_visible()
    expect(page.locator("#queue .waiting .line")).to_have_count(1)
    assert len(strokes(page)) == 2
