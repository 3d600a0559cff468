"""A person in the web chat, against the whole installation: real processes, real HTTP, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.installation import Installation
from tests.journeys.browser import Screen, screen

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_000)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("person"))
    installation.start()
    yield installation
    assert installation.stop() == 0


def opens_the_chat(opened: Screen, place: Installation, language: str) -> Page:
    opened.page.goto(f"{place.chat_url}/?lang={language}")
    sees_answers(opened.page)
    return opened.page


def sees_answers(page: Page) -> None:
    expect(page.locator("#choices button").first).to_be_visible()


def taps(page: Page, choice: str) -> None:
    """A choice by the end of its id, which is the same in every language."""
    button = page.locator(f'#choices [data-choice$=".{choice}"]')
    expect(button).to_be_visible()
    button.click()


def opens_the_menu(page: Page, entry: str) -> None:
    page.click("#menu-open")
    page.click(entry)


@pytest.mark.parametrize(
    ("language", "bot", "sealed", "question"),
    [("de", "kein Mensch", "versiegelt: Nummer 2", "Fertig"), ("nl", "geen mens", "nummer 2", "Klaar")],
)
def test_hands_in_screenshots_and_takes_everything_back(
    browser: Browser, place: Installation, language: str, bot: str, sealed: str, question: str
) -> None:
    with screen(browser, language=language) as opened:
        page = opens_the_chat(opened, place, language)
        log = page.get_by_role("log")
        expect(log).to_contain_text(bot)
        for choice in ("more", "steps", "hand_in", "yes", "file"):
            expect(page.locator("#attach")).to_be_hidden()
            taps(page, choice)
        taps(page, "clean")
        expect(page.locator("#attach")).to_be_visible()
        page.set_input_files(
            "#picker",
            [
                {"name": "chat.png", "mimeType": "image/png", "buffer": PNG},
                {"name": "demand.png", "mimeType": "image/png", "buffer": PNG + b"2"},
                {"name": "archive.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04 no picture"},
            ],
        )
        expect(log).to_contain_text(re.compile(sealed, re.IGNORECASE))
        expect(page.locator("#files li.refused")).to_have_count(1)
        expect(page.locator("#choices")).to_contain_text(re.compile(question, re.IGNORECASE))
        opens_the_menu(page, "#menu-delete")
        taps(page, "now")
        expect(page.locator(".row.bot").last).to_be_visible()
        expect(page.locator('#choices [data-choice$=".now"]')).to_have_count(0)
        opened.check()
        assert not opened.foreign


def test_comes_back_after_a_reload_and_on_another_device(browser: Browser, place: Installation) -> None:
    with screen(browser) as opened:
        page = opens_the_chat(opened, place, "de")
        taps(page, "more")
        expect(page.locator('#choices [data-choice$=".my_data"]')).to_be_visible()
        page.reload()
        expect(page.locator('#choices [data-choice$=".my_data"]')).to_be_visible()
        expect(page.get_by_role("log")).to_contain_text("Frühere Nachrichten")
        opens_the_menu(page, "#menu-code")
        page.click("#code-make")
        expect(page.locator("#code output")).to_have_text(re.compile(r"^(\w{4}-){3}\w{4}$"))
        code = page.locator("#code output").inner_text()
        expect(page.locator("#code").get_by_role("link")).to_have_count(0)  # no Telegram here
        page.locator("#code form[method=dialog] button").click()
        with screen(browser) as elsewhere:
            there = elsewhere.page
            there.goto(f"{place.chat_url}/?lang=de#code={code.lower()}")
            expect(there.locator('#choices [data-choice$=".my_data"]')).to_be_visible()
            expect(page.locator("#banner")).to_contain_text("geht hier nicht weiter")
            taps(there, "my_data")
            expect(there.locator('#choices [data-choice$=".delete"]')).to_be_visible()
            elsewhere.check()


def test_the_way_to_telegram_carries_the_code(browser: Browser, place: Installation) -> None:
    with screen(browser) as opened:
        page = opens_the_chat(opened, place, "de")
        given = {"code": "ABCD-EFGH-JKMN-PQRS", "telegram": "https://t.me/example_bot?start=c_ABCDEFGHJKMNPQRS"}
        page.route("**/chat/code", lambda route: route.fulfill(json=given))
        opens_the_menu(page, "#menu-code")
        page.click("#code-make")
        link = page.locator("#code").get_by_role("link", name=re.compile("^In Telegram"))
        expect(link).to_have_attribute("href", given["telegram"])
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        opened.check()


def test_changes_the_language_and_keeps_the_place(browser: Browser, place: Installation) -> None:
    with screen(browser) as opened:
        page = opens_the_chat(opened, place, "de")
        taps(page, "picture")
        expect(page.locator('#choices [data-choice$=".fake"]')).to_be_visible()
        german = page.locator('#choices [data-choice$=".fake"]').inner_text()
        page.click("#menu-open")
        page.locator(".switch [data-language=nl]").click()
        expect(page.locator('#choices [data-choice$=".fake"]')).not_to_have_text(german)
        expect(page.get_by_role("log")).to_contain_text("Nederlands")
        opened.check()


def test_a_crisis_in_words_is_answered_with_numbers_at_once(browser: Browser, place: Installation) -> None:
    with screen(browser) as opened:
        page = opens_the_chat(opened, place, "de")
        page.fill("#text", "ich will nicht mehr leben")
        page.locator("#text").press("Enter")
        expect(page.locator("#log .card").get_by_role("link", name="112").first).to_be_visible()
        page.click("#leave")
        page.wait_for_url("https://www.wikipedia.org/")


def test_no_word_and_no_name_of_a_file_is_in_the_output(place: Installation) -> None:
    """S52, in the smallest form: what the journeys above wrote and handed in."""
    said = Path(place.output).read_text()
    for words in ("nicht mehr leben", "chat.png", "demand.png", "Authorization", "Bearer"):
        assert words not in said
