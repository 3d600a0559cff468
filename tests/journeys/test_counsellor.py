"""A counsellor at the desk: keyboard, live, phone, dark, and what stays in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.db import cases
from bot.desk import accounts
from tests.journeys.browser import new_context
from tests.journeys.desk_site import Site, is_live, signed_in, somebody

pytestmark = pytest.mark.browser
GRAVE = {"serious", "critical"}


def no_grave_finding(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    grave = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found if each["impact"] in GRAVE]
    assert grave == []


def test_a_counsellor_works_by_keyboard_alone(site: Site, browser: Browser) -> None:
    context = new_context(browser, locale="de-DE")
    page = signed_in(site, context.new_page())
    ref = somebody(site)
    expect(page.locator("#queue .line")).to_have_count(1)
    expect(page).to_have_title("(1) Warteschlange – Wegweiser – Beratung")
    page.keyboard.press("j")
    expect(page.locator("#queue .line")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(ref[:8].upper())
    expect(page.get_by_text("hallo <script>alert(1)</script>")).to_be_visible()
    is_live(page)
    page.keyboard.press("c")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("Erste Zeile")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("zweite Zeile")
    page.reload()
    expect(page.locator("#text")).to_have_value("Erste Zeile\nzweite Zeile")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator(".from-counsellor .text")).to_have_text("Erste Zeile\nzweite Zeile")
    expect(page.locator("#text")).to_have_value("")
    site.do(site.house.says(ref, "danke dir"))
    expect(page.get_by_text("danke dir")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.get_by_text("der Bot spricht")).to_be_visible()
    expect(page.locator("#text")).to_be_disabled()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.wait_for_url(f"{site.url}/")
    context.close()


def test_the_second_counsellor_sees_who_was_faster(site: Site, browser: Browser) -> None:
    context = new_context(browser, locale="de-DE")
    page = signed_in(site, context.new_page())
    ref = somebody(site)
    ole = site.do(site.house.member("ole"))
    page.route("**/live", lambda route: route.abort())
    page.goto(f"{site.url}/cases/{ref}")
    site.do(site.house.stores.main.write(lambda tx: cases.claim(tx, ref, ole[0].id, site.house.clock())))
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("alert").filter(has_text="ole hat dieses Gespräch gerade übernommen")).to_be_visible()
    expect(page.locator(".case-head").get_by_text("bei ole")).to_be_visible()
    context.close()


def test_evidence_comes_as_a_download(site: Site, browser: Browser) -> None:
    context = new_context(browser, locale="de-DE", accept_downloads=True)
    page = signed_in(site, context.new_page())
    ref = somebody(site)
    page.goto(f"{site.url}/cases/{ref}")
    with page.expect_download() as waiting:
        page.locator(".items").get_by_role("button", name="Öffnen").click()
    assert waiting.value.suggested_filename == f"evidence-{ref[:8].upper()}-1.txt"
    assert Path(waiting.value.path()).read_text() == "https://example.com/x"
    context.close()


def test_s13_nothing_is_left_after_sign_out(site: Site, browser: Browser) -> None:
    context = new_context(browser, locale="de-DE")
    page = signed_in(site, context.new_page())
    ref = somebody(site)
    page.goto(f"{site.url}/cases/{ref}")
    page.keyboard.press("c")
    page.locator("#text").fill("ein geheimer Entwurf")
    page.locator(".me summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/sign-in")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Entwurf" not in kept and ref not in kept
    page.go_back()
    expect(page.get_by_label("Passwort")).to_be_visible()
    assert "script" not in page.locator("body").inner_text()
    context.close()


def test_s12_the_page_closes_when_the_sign_in_ends_elsewhere(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.live.CHECK_EVERY", 3600.0)  # it is told, it does not happen to look
    context = new_context(browser, locale="de-DE")
    page = signed_in(site, context.new_page())
    ref = somebody(site)
    page.goto(f"{site.url}/cases/{ref}")
    site.do(accounts.revoke(site.house.stores, handle="probe", now=site.house.clock()))
    site.tell()
    page.wait_for_url("**/sign-in")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 900, 390])
def test_every_screen_is_accessible(site: Site, browser: Browser, scheme: str, width: int) -> None:
    context = new_context(
        browser,
        locale="de-DE",
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    page.goto(f"{site.url}/sign-in")
    no_grave_finding(page)
    page.close()
    page = signed_in(site, context.new_page())
    ref = somebody(site, urgent=True)
    for path in ("/", f"/cases/{ref}", "/hours", "/dead-letters", "/nowhere"):
        page.goto(site.url + path)
        no_grave_finding(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways"
    page.goto(f"{site.url}/cases/{ref}")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator("#text")).to_be_focused()
    no_grave_finding(page)
    context.close()


@pytest.mark.parametrize(("locale", "word"), [("de-DE", "Warteschlange"), ("nl-NL", "Wachtrij"), ("en-GB", "Queue")])
def test_the_desk_speaks_the_language_of_its_counsellor(site: Site, browser: Browser, locale: str, word: str) -> None:
    context = new_context(browser, locale=locale)
    page = context.new_page()
    page.goto(site.sign_in_link())
    page.locator("button.primary").click()
    expect(page.locator(".top nav").get_by_role("link", name=word)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == locale[:2]
    page.locator(".me summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".top nav").get_by_role("link", name="Queue")).to_be_visible()
    context.close()
