"""What arrives late or at the wrong moment in the web chat: nothing a person wrote is lost, nothing else is hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.channels.contract import Button, Inbound, Message
from bot.channels.web.inbound import address
from tests.journeys.browser import Screen, screen, until
from tests.journeys.slow_line import SlowLine
from tests.public.small_house import CODE, GREETING, MENU, SmallHouse, running

pytestmark = pytest.mark.browser

SAFE = (Button("a.safe.yes", "Ja"), Button("a.safe.no", "Nein"))
LEAVE = "https://www.wikipedia.org/"


def reply(inbound: Inbound) -> Sequence[Message]:
    if inbound.start:
        return GREETING
    return (Message("bot", "Bist du sicher?", buttons=SAFE),) if inbound.tap == MENU[0].id else ()


@pytest.fixture
def house() -> Iterator[SmallHouse]:
    house = SmallHouse(reply=reply)
    with running(house):
        yield house


@pytest.fixture
def tab(browser: Browser) -> Iterator[Screen]:
    with screen(browser) as opened:
        yield opened
        opened.check()


@pytest.fixture
def page(tab: Screen) -> Page:
    return tab.page


@pytest.fixture
def line(page: Page) -> SlowLine:
    return SlowLine(page)


def opens(page: Page, house: SmallHouse, link: str = "/") -> None:
    page.goto(house.settings.url + link)
    expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()


def writes(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.locator("#text").press("Enter")


def token(page: Page) -> str:
    return str(page.evaluate("sessionStorage.getItem('t')"))


def held(page: Page, pattern: str) -> list[Route]:
    """Calls to this address that wait for the test."""
    routes: list[Route] = []
    page.route(pattern, lambda route: routes.append(route))
    return routes


def enters_code(page: Page, code: str) -> None:
    page.click("#menu-open")
    page.click("#menu-code")
    page.fill("#code-input", code)
    page.locator("#code-input").press("Enter")


def presses_escape_three_times(page: Page) -> None:
    """Within the two seconds they count for, however slow the machine is."""
    page.clock.set_fixed_time(datetime.now(UTC))
    for _ in range(3):
        page.keyboard.press("Escape")


def somebody_elsewhere(browser: Browser, house: SmallHouse) -> None:
    """The conversation a code leads to."""
    with screen(browser) as opened:
        opens(opened.page, house)


def test_what_is_written_while_the_chat_begins_is_sent(page: Page, house: SmallHouse) -> None:
    beginning = held(page, "**/chat")
    page.goto(house.settings.url)
    until(lambda: beginning, page)
    writes(page, "hallo?")
    page.click("#emergency-open")
    page.keyboard.press("Escape")
    assert not house.accepted
    beginning[0].continue_()
    expect(page.locator(".row.you .state", has_text="✓")).to_have_count(2)
    assert [each.text or each.tap for each in house.accepted[1:]] == ["hallo?", "root.emergency"]


def test_a_language_chosen_while_the_chat_begins_begins_no_second_one(page: Page, house: SmallHouse) -> None:
    beginning = held(page, "**/chat")
    page.goto(house.settings.url)
    until(lambda: beginning, page)
    page.click("#menu-open")
    page.locator(".switch [data-language=nl]").click()
    beginning[0].continue_()
    expect(page.locator(".row.you .state", has_text="✓")).to_have_count(1)
    assert [each.start or each.tap for each in house.accepted] == [True, "root.dutch"]


def test_a_late_beginning_does_not_take_the_place_of_a_chat_carried_on(
    browser: Browser, page: Page, house: SmallHouse
) -> None:
    somebody_elsewhere(browser, house)
    beginning = held(page, "**/chat")
    page.goto(house.settings.url)
    until(lambda: beginning, page)
    enters_code(page, CODE)
    expect(page.locator("#log")).to_contain_text("Willkommen zurück")
    carried_on = token(page)
    with page.expect_response("**/chat"):
        beginning[0].continue_()
    writes(page, "ich bin wieder da")
    expect(page.locator(".row.you .state")).to_contain_text("✓")
    assert token(page) == carried_on
    assert house.accepted[-1].address == address(carried_on)


@pytest.mark.parametrize("point", ["ask", "answer"])
def test_an_answer_for_an_earlier_chat_takes_nothing_from_the_new_one(
    browser: Browser, page: Page, house: SmallHouse, line: SlowLine, point: str
) -> None:
    somebody_elsewhere(browser, house)
    opens(page, house)
    line.hold(point, "/chat/messages")
    writes(page, "eins")
    line.holds()
    house.refs = dict(list(house.refs.items())[:1])  # `ask`: the old chat answers 401 from now on
    enters_code(page, CODE)
    expect(page.locator("#log")).to_contain_text("Willkommen zurück")
    writes(page, "zwei")
    line.go()
    expect(page.locator(".row.you .state")).to_contain_text("✓")
    expect(page.locator(".row.you")).to_have_count(1)
    assert house.accepted[-1].text == "zwei"
    expect(page.locator("#banner")).to_be_hidden()


def test_s49_after_a_quick_exit_a_late_answer_brings_nothing_back(
    browser: Browser, tab: Screen, house: SmallHouse, line: SlowLine
) -> None:
    page = tab.page
    somebody_elsewhere(browser, house)
    opens(page, house)
    leaving = held(page, LEAVE)
    line.hold("answer", "/chat/resume")
    enters_code(page, CODE)
    line.holds()
    page.evaluate("new MutationObserver(() => line.go()).observe(document.documentElement, { attributes: true })")
    presses_escape_three_times(page)
    until(lambda: leaving, page)
    page.wait_for_timeout(300)  # the page that is being left has time to go on
    leaving[0].fulfill(status=200, content_type="text/html", body="<!doctype html><title>Elsewhere</title>")
    page.wait_for_url(LEAVE)
    opens(page, house)
    assert "Frühere Nachrichten" not in page.locator("#log").inner_text()


def test_the_second_half_of_a_double_press_answers_nothing(page: Page, house: SmallHouse) -> None:
    opens(page, house)
    box = page.get_by_role("button", name=MENU[0].label).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    answer = page.get_by_role("button", name=SAFE[0].label, exact=True)
    expect(answer).to_be_visible()
    box = answer.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_timeout(200)  # time enough to take it for an answer
    expect(answer).to_be_visible()
    answer.click()
    expect(page.locator(".row.you .state", has_text="✓")).to_have_count(2)
    assert [each.tap for each in house.accepted[1:]] == [MENU[0].id, SAFE[0].id]


def test_the_way_to_a_new_chat_stays_when_the_connection_comes_and_goes(page: Page, house: SmallHouse) -> None:
    opens(page, house)
    ref = house.refs.pop(next(reversed(house.refs)))
    house.call(house.wake, ref)
    again = page.get_by_role("button", name="Neuen Chat beginnen")
    expect(again).to_be_visible()
    for offline in (True, False):
        page.context.set_offline(offline)
        until(lambda wanted=offline: page.evaluate("navigator.onLine") != wanted, page)
        expect(again).to_be_visible()
    again.click()
    expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()


def test_a_code_that_is_not_valid_leaves_the_chat_of_this_tab_alone(page: Page, house: SmallHouse) -> None:
    opens(page, house)
    known = token(page)
    page.goto("about:blank")
    page.goto(f"{house.settings.url}/#code=FALSCH")
    expect(page.locator("#code-problem")).to_contain_text("Dieser Code gilt nicht")
    page.locator("#code form[method=dialog] button").click()
    expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()
    assert token(page) == known
