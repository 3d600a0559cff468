"""What people do in a whole installation, in their own words: a person in the web chat, a counsellor in the desk."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect

from bot.config import ROOT
from bot.i18n.catalog import Catalogs
from tests.installation import Installation
from tests.journeys.browser import DESKTOP, PHONE, Screen, new_context

CATALOGS = Catalogs.load(ROOT / "locales")
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(700)
"""Starts like a screenshot; the public zone looks at no more than that."""


def open_screen(browser: Browser, language: str, size: dict[str, int]) -> Screen:
    """A tab of somebody nobody has seen before. Close it with `screen.page.context.close()`."""
    locale = {"de": "de-DE", "nl": "nl-NL"}[language]
    viewport = {"width": size["width"], "height": size["height"]}
    return Screen(new_context(browser, viewport=viewport, locale=locale, service_workers="block").new_page())


@dataclass
class Young:
    """A young person with a phone. Buttons are pressed by their meaning, so the same story runs in each language."""

    screen: Screen
    language: str

    @classmethod
    def arrives(cls, browser: Browser, installation: Installation, language: str) -> Young:
        screen = open_screen(browser, language, PHONE)
        screen.page.goto(installation.chat_url)
        someone = cls(screen, language)
        someone.is_asked("start.hello")
        return someone

    @property
    def page(self) -> Page:
        return self.screen.page

    def is_asked(self, state: str) -> None:
        """Wait for the buttons of this question."""
        expect(self.page.locator(f'#choices [data-choice^="{state}."]').first).to_be_visible()

    def taps(self, choice: str) -> None:
        """Press a button by the end of its id, `flow.state.choice`."""
        button = self.page.locator(f'#choices [data-choice$="{choice}"]')
        expect(button).to_be_visible()
        button.click()

    def taps_through(self, *choices: str) -> None:
        for choice in choices:
            self.taps(choice)

    def writes(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.locator("#send").click()

    def uploads(self, name: str) -> None:
        self.page.set_input_files("#picker", [{"name": name, "mimeType": "image/png", "buffer": PICTURE}])

    def heard(self, text: str) -> Locator:
        return self.page.locator("#log .bubble").filter(has_text=text)

    def reads(self, text: str) -> None:
        """Wait until these words are on the screen."""
        expect(self.heard(text).first).to_be_visible()

    def reads_key(self, key: str) -> None:
        """Wait for a sentence of the catalogue; the part before a value is enough."""
        self.reads(CATALOGS.text(key, self.language).split("{")[0].split("\n")[0].strip())

    def leaves(self) -> None:
        self.screen.check()
        self.page.context.close()


@dataclass
class Counsellor:
    """Somebody at the desk; works by keyboard."""

    screen: Screen
    installation: Installation
    language: str

    @classmethod
    def signs_in(cls, browser: Browser, installation: Installation, link: str, language: str) -> Counsellor:
        screen = open_screen(browser, language, DESKTOP)
        screen.page.goto(link)
        screen.page.locator("button.primary").click()
        someone = cls(screen, installation, language)
        someone.is_connected()
        return someone

    def is_connected(self) -> None:
        expect(self.page.locator("#connection")).to_have_attribute("data-state", "on")

    @property
    def page(self) -> Page:
        return self.screen.page

    @property
    def waiting(self) -> Locator:
        return self.page.locator("#queue .group.waiting .line")

    def opens_first_waiting(self) -> None:
        expect(self.waiting.first).to_be_visible()
        self.waiting.first.press("Enter")
        expect(self.page.locator("#thread")).to_be_visible()
        self.is_connected()

    def takes_over(self) -> None:
        self.page.keyboard.press("c")
        expect(self.page.locator("#text")).to_be_focused()

    def says(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")
        expect(self.page.locator(".from-counsellor .text").filter(has_text=text)).to_be_visible()

    def reads(self, text: str) -> None:
        expect(self.page.locator(".from-person .text").filter(has_text=text).first).to_be_visible()

    def sees(self, text: str) -> None:
        expect(self.page.locator("#case-side").get_by_text(text).first).to_be_visible()

    def sees_key(self, key: str) -> None:
        """A word of the desk's catalogue beside the thread."""
        self.sees(CATALOGS.text(key, self.language, domain="desk"))

    def hands_back(self) -> None:
        self.page.locator("#text").press("Escape")
        self.page.locator("#thread").press("b")
        expect(self.page.locator('.case-head[data-holder="bot"]')).to_be_visible()

    def saves_item(self, number: int) -> bytes:
        with self.page.expect_download() as waiting:
            self.page.locator(".items li").nth(number - 1).get_by_role("button").click()
        return waiting.value.path().read_bytes()

    def leaves(self) -> None:
        self.screen.check()
        self.page.context.close()
