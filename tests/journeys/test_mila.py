"""The main job from end to end, as `design.md` section 2 tells it: real processes, real HTTP, two browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.installation import Installation
from tests.journeys.people import PICTURE, Counsellor, Young

pytestmark = pytest.mark.browser

WEDNESDAY_EVENING = "2026-11-25T20:10:00+01:00"
SATURDAY_NIGHT = "2026-11-28T23:40:00+01:00"
MONDAY = {"de": "Montag um 9 Uhr", "nl": "maandag om 9 uur"}
WORD = {
    "de": "Bitte meldet euch, es geht um meine Klasse.",
    "nl": "Willen jullie terugschrijven? Het gaat over mijn klas.",
}
LINK = "https://example.com/profil-erfunden"


def evidence_and_first_steps(mila: Young) -> None:
    """Deepnude by button, safe, nothing demanded; then one screenshot and one link."""
    mila.taps_through(
        "start.hello.picture",
        "start.picture_kind.fake",
        "deepnude.safe_now.yes",
        ".nothing",
        "deepnude.plan.secure",
        ".14_17",
        ".my_age",
        "steps.secure_say.hand_in",
        "evidence.what_for.yes",
        "evidence.collect.file",
        "evidence.gate.clean",
    )
    mila.is_asked("evidence.files")
    mila.uploads("bildschirmfoto.png")
    mila.reads_key("evidence.receipt")
    mila.taps_through("evidence.files.done", "evidence.collect.link")
    mila.is_asked("evidence.link")
    mila.writes(LINK)
    mila.taps_through("evidence.collect.done", "safety.wellbeing_ask.no")


@pytest.mark.parametrize("language", ["de", "nl"])
def test_mila_on_a_wednesday_evening(browser: Browser, tmp_path: Path, language: str) -> None:
    installation = Installation(tmp_path, {"WEGWEISER_CLOCK": WEDNESDAY_EVENING})
    try:
        link = installation.start()
        jana = Counsellor.signs_in(browser, installation, link, language)
        mila = Young.arrives(browser, installation, language)
        evidence_and_first_steps(mila)
        mila.taps("evidence.next.human")
        mila.taps_through("human.here.yes", ".only_me")
        mila.is_asked("human.meanwhile")

        jana.opens_first_waiting()
        jana.sees_key("topic.deepnude")
        jana.sees("14–17")
        assert jana.saves_item(1) == PICTURE
        assert jana.saves_item(2) == LINK.encode()
        jana.takes_over()
        mila.reads_key("root.joined")
        jana.says("Hallo Mila, hier ist Jana.")
        mila.reads("Hallo Mila, hier ist Jana.")
        mila.writes("hallo jana 👋 <b>danke</b>")
        jana.reads("hallo jana 👋 <b>danke</b>")
        jana.says("Bis bald!")
        jana.hands_back()
        mila.reads("Bis bald!")
        mila.reads_key("root.handed_back")

        mila.writes({"de": "alles löschen", "nl": "alles wissen"}[language])
        mila.taps("my_data.delete.now")
        mila.reads_key("my_data.gone_now.body")
        jana.page.wait_for_url(f"{installation.desk_url}/")
        expect(jana.page.locator("#queue .line")).to_have_count(0)
        mila.leaves()
        jana.leaves()
    finally:
        installation.stop()


@pytest.mark.parametrize("language", ["de", "nl"])
def test_mila_on_a_saturday_night(browser: Browser, tmp_path: Path, language: str) -> None:
    installation = Installation(tmp_path, {"WEGWEISER_CLOCK": SATURDAY_NIGHT})
    try:
        link = installation.start()
        mila = Young.arrives(browser, installation, language)
        evidence_and_first_steps(mila)
        mila.taps("evidence.next.human")
        mila.is_asked("human.closed")
        mila.reads(MONDAY[language])
        expect(mila.page.locator("#log .card, #log .with-card").first).to_be_visible()
        mila.taps_through("human.closed.message", ".only_me")
        mila.is_asked("human.message")
        mila.writes(WORD[language])
        mila.reads_key("human.message_taken.body")
        mila.is_asked("human.message_done")

        installation.advance("2000m")  # Monday, nine o’clock
        jana = Counsellor.signs_in(browser, installation, link_now(installation, link), language)
        expect(jana.waiting.locator(".chip.note")).to_be_visible()
        jana.opens_first_waiting()
        jana.reads(WORD[language])
        jana.takes_over()
        jana.says("Guten Morgen, ich bin Jana.")
        mila.reads("Guten Morgen, ich bin Jana.")
        mila.leaves()
        jana.leaves()
    finally:
        installation.stop()


def link_now(installation: Installation, link: str) -> str:
    """Monday's sign-in link: a link ends after a day, each start prints a fresh one."""
    del link
    installation.stop()
    return installation.start()
