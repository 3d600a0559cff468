"""The page in a real browser, with a memory behind the doors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bot.channels.contract import Button, Inbound, Message
from tests.journeys.browser import DESKTOP, Screen, chromium, screen, until
from tests.public.accessible import check_accessible
from tests.public.small_house import CARD, CODE, GREETING, MENU, SmallHouse, running

pytestmark = pytest.mark.browser

SAFE = (Button("a.safe.yes", "Ja"), Button("a.safe.no", "Nein"))


def reply(inbound: Inbound) -> Sequence[Message]:
    if inbound.start:
        return GREETING
    match inbound.tap or inbound.text or "file":
        case "start.menu.picture":
            return (Message("bot", "Das ist nicht deine Schuld."), Message("bot", "Bist du sicher?", buttons=SAFE))
        case "a.safe.no":
            return (Message("bot", "Diese Stellen sind da:", card=CARD),)
        case "start.menu.blackmail":
            return (Message("bot", "Schick jetzt deine Screenshots.", buttons=SAFE, upload=True),)
        case "root.emergency":
            return (Message("bot", "Hier ist Hilfe.", card=CARD),)
        case "root.dutch":
            return (Message("bot", "We schrijven nu Nederlands."),)
        case "code":
            return (Message("notice", "Bewahre ihn auf.", code=CODE),)
        case "file":
            return (Message("bot", "Angekommen."),)
        case _:
            return ()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def house() -> SmallHouse:
    house = SmallHouse(reply=reply)
    house.settings = house.settings.model_copy(update={"new_chats_per_hour": 1000})
    return house


@pytest.fixture
def site(house: SmallHouse) -> Iterator[str]:
    with running(house) as url:
        yield url


@pytest.fixture
def tab(browser: Browser, site: str) -> Iterator[Screen]:
    with screen(browser) as opened:
        opened.page.goto(site)
        expect(opened.page.get_by_role("button", name=MENU[0].label)).to_be_visible()
        yield opened
        opened.check()


def last_address(house: SmallHouse) -> str:
    return list(house.refs)[-1]


def test_the_greeting_appears_and_a_tap_is_answered(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    expect(page.get_by_role("log")).to_contain_text("kein Mensch")
    page.get_by_role("button", name="Es gibt ein Bild von mir").click()
    expect(page.get_by_role("button", name="Nein")).to_be_visible()
    expect(page.get_by_role("button", name="Ich werde erpresst")).to_have_count(0)
    expect(page.locator(".row.you")).to_contain_text("Es gibt ein Bild von mir")
    expect(page.locator(".row.you .state")).to_contain_text("✓")
    assert [inbound.tap for inbound in house.accepted[1:]] == ["start.menu.picture"]


def test_everything_works_by_keyboard(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.keyboard.press("Tab")
    expect(page.get_by_text("Zum Eingabefeld springen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("hallo")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("zweite Zeile")
    page.keyboard.press("Enter")
    expect(page.locator(".row.you")).to_contain_text("hallo")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator(".row.you .state")).to_contain_text("✓")
    assert house.accepted[-1].text == "hallo\nzweite Zeile"
    page.get_by_role("button", name="Es gibt ein Bild von mir").press("Enter")
    expect(page.get_by_role("button", name="Ja")).to_be_visible()
    page.locator("#emergency-open").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#emergency-open")).to_be_focused()


def test_words_stay_words(tab: Screen, house: SmallHouse) -> None:
    """S51: nothing that anybody writes becomes markup; only the bot's https addresses become links."""
    page = tab.page
    hostile = '<img src=x onerror="document.title=1"> <b>fett</b> https://evil.example/ javascript:alert(1)'
    page.fill("#text", hostile)
    page.locator("#text").press("Enter")
    address = last_address(house)
    house.call(house.say, address, Message("counsellor", hostile))
    house.call(house.say, address, Message("bot", f"{hostile} (https://example.com/a?b=1), fertig."))
    expect(page.locator(".row.counsellor .bubble")).to_have_text(hostile)
    expect(page.locator(".row.you .bubble")).to_have_text(hostile)
    assert page.locator(".bubble img, .bubble b").count() == 0
    assert page.locator(".row.counsellor a, .row.you a").count() == 0
    links = page.locator(".row.bot").last.locator("a")
    expect(links).to_have_count(2)
    expect(links.last).to_have_attribute("href", "https://example.com/a?b=1")
    expect(links.last).to_have_attribute("rel", "noopener noreferrer")
    assert page.title() == "Chat"
    assert not tab.foreign


def test_card_numbers_dial(tab: Screen) -> None:
    page = tab.page
    page.get_by_role("button", name="Es gibt ein Bild").click()
    page.get_by_role("button", name="Nein").click()
    card = page.locator("#log .card")
    expect(card.get_by_role("link", name="Beispieltelefon anrufen: 0800 000000")).to_have_attribute(
        "href", "tel:0800000000"
    )
    expect(card.get_by_role("link", name="Beispielchat öffnen")).to_have_attribute("href", "https://chat.example.com/")


def test_the_emergency_button_works_without_any_connection(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.context.set_offline(True)
    page.click("#emergency-open")
    expect(page.locator("#emergency").get_by_role("link", name="112")).to_be_visible()
    page.locator("#emergency").get_by_role("button", name="Schließen").click()
    expect(page.locator("#banner")).to_contain_text("Keine Verbindung")
    page.context.set_offline(False)
    expect(page.locator("#log .card").first).to_be_visible()
    assert house.accepted[-1].tap == "root.emergency"


def test_messages_written_offline_are_sent_once_later(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.context.set_offline(True)
    for words in ("eins", "zwei"):
        page.fill("#text", words)
        page.locator("#text").press("Enter")
    expect(page.locator(".row.you").first).to_contain_text("wartet auf Verbindung")
    page.context.set_offline(False)
    expect(page.locator(".row.you .state", has_text="✓")).to_have_count(2)
    assert [inbound.text for inbound in house.accepted if inbound.text] == ["eins", "zwei"]


def test_r11_while_the_store_is_away_the_card_appears_and_the_message_arrives_later(
    tab: Screen, house: SmallHouse
) -> None:
    page = tab.page
    house.down = True
    page.fill("#text", "ich kann nicht mehr")
    page.locator("#text").press("Enter")
    expect(page.locator("#log .card")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("Hilfe, die jetzt antwortet")
    house.down = False
    expect(page.locator(".row.you .state", has_text="✓")).to_be_visible()
    assert house.accepted[-1].text == "ich kann nicht mehr"


def test_s49_after_a_reload_only_the_last_question_is_back(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.get_by_role("button", name="Es gibt ein Bild").click()
    expect(page.get_by_role("button", name="Nein")).to_be_visible()
    page.fill("#text", "ein Entwurf, der niemanden angeht")
    until(lambda: len(house.rows[last_address(house)]) == 1, page)  # all else is acknowledged
    page.reload()
    expect(page.get_by_role("button", name="Nein")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("Frühere Nachrichten stehen hier nicht mehr")
    expect(page.locator("#log")).not_to_contain_text("Das ist nicht deine Schuld")
    expect(page.locator("#text")).to_have_value("")


def test_s49_nothing_is_kept_but_the_token_in_this_tab(tab: Screen, site: str, house: SmallHouse) -> None:
    page = tab.page
    page.fill("#text", "geheim")
    page.locator("#text").press("Enter")
    expect(page.locator(".row.you .state")).to_contain_text("✓")
    kept = page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]")
    assert kept[0] == ["t"]
    assert kept[1:] == [[], ""]
    assert page.context.cookies() == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    other = page.context.new_page()
    other.goto(site)
    expect(other.get_by_role("button", name=MENU[0].label)).to_be_visible()
    assert len(house.refs) == 2, "another tab is another chat"


@pytest.mark.parametrize("how", ["button", "escape", "escape in a sheet"])
def test_s49_quick_exit_leaves_nothing(tab: Screen, house: SmallHouse, site: str, how: str) -> None:
    page = tab.page
    history = page.evaluate("history.length")
    if how == "button":
        page.click("#leave")
    else:
        if how == "escape in a sheet":
            page.click("#menu-open")
        page.clock.set_fixed_time(datetime.now(UTC))  # the presses count for two seconds, however slow the machine is
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    assert page.evaluate("history.length") == history, "the page was replaced, not left behind"
    assert tab.foreign == ["https://www.wikipedia.org/"]
    page.goto(site)
    expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()
    assert "Frühere Nachrichten" not in page.locator("#log").inner_text()
    assert len(house.refs) == 2
    until(lambda: "root.stop" in [inbound.tap for inbound in house.accepted], page)


def test_the_server_can_make_the_page_leave(tab: Screen, house: SmallHouse) -> None:
    house.call(house.say, last_address(house), Message("bot", "", leave=True))
    tab.page.wait_for_url("https://www.wikipedia.org/")


def test_resume_code_from_the_menu_by_entry_and_by_link(tab: Screen, house: SmallHouse, site: str) -> None:
    page = tab.page
    page.click("#menu-open")
    page.click("#menu-code")
    page.click("#code-make")
    expect(page.locator("#code output")).to_have_text(CODE)
    page.click("#code .code-box button")
    expect(page.get_by_role("button", name="Kopiert")).to_be_visible()
    page.fill("#code-input", "falsch")
    page.locator("#code-input").press("Enter")
    expect(page.locator("#code-problem")).to_contain_text("Dieser Code gilt nicht")
    page.fill("#code-input", CODE)
    page.locator("#code-input").press("Enter")
    expect(page.locator("#log")).to_contain_text("Willkommen zurück")
    page.goto("about:blank")
    page.goto(f"{site}/#code={CODE}")
    expect(page.locator("#log")).to_contain_text("Willkommen zurück")
    assert page.url == f"{site}/", "the code does not stay in the address"


def test_a_code_given_by_the_bot_is_shown(tab: Screen) -> None:
    tab.page.fill("#text", "code")
    tab.page.locator("#text").press("Enter")
    expect(tab.page.locator("#code output")).to_have_text(CODE)


def test_a_chat_that_went_elsewhere_says_so(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    ref = house.refs.pop(last_address(house))
    house.call(house.wake, ref)
    expect(page.locator("#banner")).to_contain_text("geht hier nicht weiter")
    page.get_by_role("button", name="Neuen Chat beginnen").click()
    expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()


def test_files_only_when_asked_one_by_one_with_progress(tab: Screen, house: SmallHouse, tmp_path: Path) -> None:
    page = tab.page
    expect(page.locator("#attach")).to_be_hidden()
    page.get_by_role("button", name="Ich werde erpresst").click()
    expect(page.locator("#attach")).to_be_visible()
    for name, size in (("chat 1.png", 3_000_000), ("demand.png", 1_000), ("empty.png", 0)):
        (tmp_path / name).write_bytes(b"\x89PNG" * (size // 4))
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            for (const bar of document.querySelectorAll("#files progress")) window.seen.push(bar.value);
          }).observe(document.getElementById("files"), { subtree: true, attributes: true, childList: true });
        }"""
    )
    page.set_input_files("#picker", [tmp_path / name for name in ("chat 1.png", "demand.png", "empty.png")])
    rows = page.locator("#files li")
    expect(rows.nth(0)).to_contain_text("angekommen")
    expect(rows.nth(1)).to_contain_text("angekommen")
    expect(rows.nth(2)).to_contain_text("die Datei ist leer")
    expect(page.locator("#log")).to_contain_text("Angekommen.")
    assert [(size, kind, name) for size, kind, name in house.taken] == [
        (3_000_000, "image/png", "chat 1.png"),
        (1_000, "image/png", "demand.png"),
    ]
    assert 1 in page.evaluate("window.seen")
    rows.nth(0).get_by_role("button", name="Aus der Liste nehmen").click()
    expect(rows).to_have_count(2)


def test_a_refused_file_says_why_and_a_running_one_can_be_stopped(
    tab: Screen, house: SmallHouse, tmp_path: Path
) -> None:
    page = tab.page
    page.get_by_role("button", name="Ich werde erpresst").click()
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    house.refuse_files = "wrong_type"
    page.set_input_files("#picker", picture)
    expect(page.locator("#files li")).to_contain_text("Mach bitte einen Screenshot")
    page.route("**/chat/files/*", lambda _route: None)
    page.set_input_files("#picker", picture)
    page.locator("#files li").nth(1).get_by_role("button", name="Abbrechen").click()
    expect(page.locator("#files li").nth(1)).to_contain_text("abgebrochen, nichts gespeichert")
    page.unroute_all(behavior="ignoreErrors")


def test_the_language_changes_page_and_bot(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.click("#menu-open")
    page.locator(".switch").get_by_role("button", name="Nederlands").click()
    expect(page.locator("#emergency-open")).to_have_text("Nood")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("#log")).to_contain_text("We schrijven nu Nederlands")
    assert house.accepted[-1].tap == "root.dutch"
    page.reload()
    expect(page.locator("#emergency-open")).to_have_text("Nood")


def test_another_language_is_asked_and_a_link_decides(browser: Browser, site: str, house: SmallHouse) -> None:
    with screen(browser, language="fr-FR") as opened:
        page = opened.page
        page.goto(f"{site}/?topic=insta")
        expect(page.locator("#languages")).to_contain_text("We answer in German and Dutch")
        assert not house.accepted
        page.locator("#languages").get_by_role("button", name="Nederlands").click()
        expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()
        page.evaluate("sessionStorage.clear()")
        page.goto(f"{site}/?topic=insta&lang=de")
        expect(page.get_by_role("button", name=MENU[0].label)).to_be_visible()
        opened.check()
    assert [(inbound.language, inbound.topic) for inbound in house.accepted] == [("nl", "insta"), ("de", "insta")]


def test_a_counsellor_is_marked_and_stops_the_typing_sign(tab: Screen, house: SmallHouse) -> None:
    page = tab.page
    page.fill("#text", "hallo")
    page.locator("#text").press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    house.call(house.say, last_address(house), Message("counsellor", "Hallo, hier ist Jana."))
    expect(page.locator(".row.counsellor")).to_contain_text("Mensch aus dem Team")
    expect(page.locator("#typing")).to_be_hidden()
    page.fill("#text", "gut")
    page.locator("#text").press("Enter")
    expect(page.locator(".row.you .state", has_text="✓")).to_have_count(2)
    expect(page.locator("#typing")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, site: str, house: SmallHouse, width: int) -> None:
    """WCAG 1.4.10: no sideways scrolling at 320 px."""
    with screen(browser, size={"width": width, "height": 640}) as opened:
        page = opened.page
        page.goto(site)
        page.get_by_role("button", name="Es gibt ein Bild").click()
        page.get_by_role("button", name="Nein").click()
        expect(page.locator("#log .card")).to_be_visible()
        house.call(house.say, last_address(house), Message("bot", "Wort" * 60 + " https://example.com/" + "x" * 200))
        expect(page.locator(".row.bot").last).to_contain_text("WortWort")
        for sheet in (None, "#emergency-open", "#menu-open"):
            if sheet:
                page.click(sheet)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("document.getElementById('scroll').scrollWidth") <= width
            too_wide = page.evaluate(
                "w => [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length && "
                "!e.closest('.hidden, .skip, .names, .brand, .log') && e.getBoundingClientRect().right > w + 1)"
                ".map(e => e.className || e.tagName)",
                width,
            )
            assert too_wide == []
            if sheet:
                page.keyboard.press("Escape")


def test_targets_are_large_enough_to_tap(tab: Screen) -> None:
    small = tab.page.evaluate(
        "() => [...document.querySelectorAll('button, .card a, textarea')].filter(e => e.getClientRects().length)"
        ".map(e => [e.id || e.textContent, e.getBoundingClientRect()]).filter(([, r]) => r.height < 44 || r.width < 44)"
        ".map(([name]) => name)"
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "nl"])
def test_accessible_in_every_state(browser: Browser, site: str, house: SmallHouse, scheme: Any, language: str) -> None:
    """WCAG 2.2 AA as far as a machine can tell: no serious or critical finding."""
    with screen(browser, language=language, scheme=scheme, size=None if language == "de" else DESKTOP) as opened:
        page = opened.page
        page.goto(site)
        check_accessible(page)
        page.get_by_role("button", name="Es gibt ein Bild").click()
        page.get_by_role("button", name="Nein").click()
        page.fill("#text", "hallo")
        page.locator("#send").click()
        expect(page.locator(".row.you .state", has_text="✓")).to_have_count(3)
        address = last_address(house)
        house.call(house.say, address, Message("notice", "Jana ist jetzt hier."))
        house.call(house.say, address, Message("counsellor", "Hallo, ich bin Jana.", upload=True))
        expect(page.locator("#attach")).to_be_visible()
        page.set_input_files("#picker", {"name": "a.png", "mimeType": "image/png", "buffer": b""})
        check_accessible(page)
        for opener in ("#emergency-open", "#menu-open"):
            page.click(opener)
            check_accessible(page)
            page.keyboard.press("Escape")
        page.click("#menu-open")
        page.click("#menu-code")
        page.click("#code-make")
        expect(page.locator("#code output")).to_be_visible()
        check_accessible(page)
        opened.check()


def test_without_script_the_numbers_are_there(browser: Browser, site: str) -> None:
    with screen(browser, java_script_enabled=False) as opened:
        opened.page.goto(site)
        expect(opened.page.locator("noscript .card, .no-script .card").get_by_role("link", name="112")).to_be_visible()


@contextmanager
def school_site() -> Iterator[tuple[str, dict[str, str]]]:
    """Another site, on another origin, with one page. The page may be filled in later."""
    page = {"html": ""}

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page["html"].encode())

        def log_message(self, *_args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), OnePage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}", page
        server.shutdown()


def test_the_widget_embeds_the_chat(browser: Browser) -> None:
    """S49: framing from configured sites only; the frame talks to its own origin only."""
    house = SmallHouse(reply=reply)
    with school_site() as (school, page_there), school_site() as (stranger, page_elsewhere):
        house.settings = house.settings.model_copy(update={"frame_ancestors": [school]})
        with running(house) as site, screen(browser, size=DESKTOP) as opened:
            script = f'<script src="{site}/widget.js?lang=de" data-language="de"></script>'
            page_there["html"] = f'<!doctype html><html lang="de"><title>Schule</title><body>{script}</body></html>'
            page_elsewhere["html"] = page_there["html"]
            page = opened.page
            page.goto(school)
            page.get_by_role("button", name="Chat öffnen").click()
            expect(page.frame_locator("iframe").get_by_role("button", name=MENU[0].label)).to_be_visible()
            page.get_by_role("button", name="Chat schließen").click()
            expect(page.locator("iframe")).to_be_hidden()
            page.get_by_role("button", name="Chat öffnen").click()
            page.frame_locator("iframe").locator("#leave").click()
            page.wait_for_url("https://www.wikipedia.org/")
            opened.check()
            page.goto(stranger)
            page.get_by_role("button", name="Chat öffnen").click()
            until(lambda: any("frame-ancestors" in problem for problem in opened.problems), page)
            expect(page.frame_locator("iframe").get_by_role("button", name=MENU[0].label)).to_have_count(0)
