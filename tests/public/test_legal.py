"""The operator's own pages: filled from the settings, in both languages, honest where nothing was told yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.app.knowledge import knowledge
from bot.app.legal import NOT_YET, legal_text
from bot.config import Operator, Settings
from bot.public.words import LEGAL, LegalName
from bot.retention.rules import RULES
from tests.journeys.browser import chromium, screen
from tests.public.accessible import check_accessible
from tests.public.small_house import OPERATOR, SmallHouse, running

WHOLE = Operator(
    name="Beispielhilfe",
    address="Beispielweg 1",
    represented_by="Erika Beispiel",
    contact="post@example.com",
    register_entry="Vereinsregister 0000",
    privacy_contact="daten@example.com",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running(SmallHouse()) as url:
        yield url


@pytest.mark.parametrize("name", LEGAL)
@pytest.mark.parametrize("language", ["de", "nl"])
def test_every_value_the_operator_told_is_on_its_page(name: LegalName, language: str) -> None:
    settings = Settings(operator=WHOLE)
    text = legal_text(settings, knowledge(settings), name, language)  # type: ignore[arg-type]  # the two above
    said = " ".join(paragraph for section in text.sections for paragraph in section.paragraphs)
    assert NOT_YET not in said and "{" not in said
    told = {
        "privacy": ("Beispielhilfe", "Beispielweg 1", "daten@example.com", "180", "7"),
        "imprint": ("Beispielhilfe", "Beispielweg 1", "Erika Beispiel", "post@example.com", "Vereinsregister 0000"),
        "accessibility": ("post@example.com",),
    }[name]
    assert all(value in said for value in told)


def test_what_nobody_told_is_left_out_or_said_to_be_missing() -> None:
    known = knowledge(OPERATOR)
    assert [section.title for section in legal_text(OPERATOR, known, "imprint", "de").sections] == [""]
    [responsible] = [s for s in legal_text(OPERATOR, known, "privacy", "nl").sections if s.title.startswith("Wie er")]
    assert responsible.paragraphs[-1].endswith(NOT_YET)


def test_the_periods_on_the_page_are_the_ones_that_are_kept() -> None:
    """Days in words, three of them: whoever changes a rule changes the page."""
    words = {"drei": "bot_transcript", "dreißig": "session", "neunzig": "case_transcript"}
    days = {"drei": 3, "dreißig": 30, "neunzig": 90}
    text = legal_text(OPERATOR, knowledge(OPERATOR), "privacy", "de")
    [kept] = [s for s in text.sections if s.title == "Wie lange wir es behalten"]
    for word, rule in words.items():
        assert re.search(rf"\b{word} Tage", kept.paragraphs[0])
        period = RULES[rule]
        assert period is not None and period.days == days[word]


@pytest.mark.browser
@pytest.mark.parametrize("name", LEGAL)
def test_a_page_anybody_can_read(browser: Browser, site: str, name: LegalName) -> None:
    with screen(browser, language="de") as opened:
        page = opened.page
        page.goto(f"{site}/{name}?lang=nl")
        assert page.evaluate("document.documentElement.lang") == "nl"
        check_accessible(page)
        page.get_by_role("link", name="Deutsch").click()
        page.wait_for_url(f"{site}/{name}?lang=de")
        assert page.evaluate("document.documentElement.lang") == "de"
        if name == "imprint":
            assert "Beispielhilfe <e.V.>" in page.inner_text("main"), "a name is text, never markup"
        opened.check()


@pytest.mark.browser
def test_the_chat_leads_there_in_the_language_of_the_page(browser: Browser, site: str) -> None:
    with screen(browser, language="de") as opened:
        page = opened.page
        page.goto(site)
        page.click("#menu-open")
        page.click('.switch [data-language="nl"]')
        page.click("#menu-open")
        with page.expect_popup() as popup:
            page.get_by_role("link", name="Privacy").click()
        assert popup.value.url == f"{site}/privacy?lang=nl"
        opened.check()
