"""`doctor` puts in order what Meta keeps for the number, and says what it cannot mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.app.whatsapp_office import put_in_order
from bot.channels.whatsapp.templates import BODY_MAX, LANGUAGES, QUICK_REPLY_MAX, TEMPLATES
from bot.config import ROOT, Settings
from bot.i18n import Catalogs
from tests.simulators.whatsapp import WhatsApp
from tests.simulators.whatsapp.platform import Fault

URL = "https://help.example.com"


def settings(platform: WhatsApp, folder: Path, **own: Any) -> Settings:
    section = {
        "token": platform.token,
        "phone_number_id": platform.phone_number_id,
        "account_id": platform.account_id,
        "app_secret": platform.app_secret,
        "verify_token": platform.verify_token,
        "api_url": platform.url,
        "knock": True,
    }
    return Settings(data_dir=folder, whatsapp=section | own, public={"url": URL})  # type: ignore[arg-type]


def changes(platform: WhatsApp) -> list[str]:
    return [call.path for call in platform.calls if call.method == "POST"]


def test_webhook_subscription_and_templates(platform: WhatsApp, tmp_path: Path) -> None:
    told = put_in_order(settings(platform, tmp_path))
    assert told == [
        f"whatsapp: the template answer_waits ({language}) was submitted; Meta takes up to 24 hours"
        for language in LANGUAGES
    ]
    assert platform.configured == {"phone_number": f"{URL}/whatsapp/webhook"}
    assert platform.subscribed
    words = Catalogs(ROOT / "locales").text
    for language in LANGUAGES:
        body, buttons = platform.templates["answer_waits", language]["components"]
        assert body["text"] == words("whatsapp.template.answer_waits.body", language)
        assert buttons["buttons"][0]["type"] == "QUICK_REPLY"
    assert platform.broken == []


def test_what_is_right_is_left_alone_and_what_waits_is_told(platform: WhatsApp, tmp_path: Path) -> None:
    put_in_order(settings(platform, tmp_path))
    platform.calls.clear()
    assert [each.split(") ")[1] for each in put_in_order(settings(platform, tmp_path))] == [
        "waits for Meta's review"
    ] * 2
    for template in platform.templates.values():
        template["status"] = "APPROVED"
    assert put_in_order(settings(platform, tmp_path)) == []
    assert set(changes(platform)) == {f"/v26.0/{platform.account_id}/subscribed_apps"}


def test_what_meta_did_to_a_template_is_told(platform: WhatsApp, tmp_path: Path) -> None:
    put_in_order(settings(platform, tmp_path))
    platform.templates["answer_waits", "de"] |= {"status": "PAUSED"}
    platform.templates["answer_waits", "nl"] |= {"status": "APPROVED", "category": "MARKETING"}
    platform.quality = "RED"
    quality, paused, category = put_in_order(settings(platform, tmp_path))
    assert "red" in quality and "paused" in paused and "category" in category


def test_without_knocking_no_template_is_wanted(platform: WhatsApp, tmp_path: Path) -> None:
    assert put_in_order(settings(platform, tmp_path, knock=False)) == []
    assert platform.templates == {}


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"token": "another-token-of-nobody-at-all"}, "whatsapp.token: Meta does not accept it"),
        ({"account_id": ""}, "whatsapp.account_id: without it"),
        ({"account_id": "999999"}, "whatsapp.account_id: this account could not be subscribed"),
        ({"app_secret": None}, "whatsapp.app_secret: needed with whatsapp.token"),
        ({"api_url": "http://127.0.0.1:1"}, "whatsapp.api_url: no usable answer (no connection)"),
    ],
)
def test_what_stands_in_the_way_is_named(platform: WhatsApp, tmp_path: Path, own: Any, says: str) -> None:
    own = {"knock": False, **own}
    told = put_in_order(settings(platform, tmp_path, **own))
    assert any(each.startswith(says) for each in told)
    assert platform.token not in " ".join(told) and "another-token" not in " ".join(told)


def test_an_address_meta_cannot_reach_is_told(platform: WhatsApp, tmp_path: Path) -> None:
    given = settings(platform, tmp_path, knock=False)
    near = given.model_copy(update={"public": given.public.model_copy(update={"url": "http://127.0.0.1:8080"})})
    assert put_in_order(near) == ["public.url: must be https, or WhatsApp cannot bring messages"]
    platform.faults.append(Fault("error", 1, 200, 0))
    assert put_in_order(given) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_says_nothing_to_whoever_looks_over_a_shoulder(template: Any, language: Any) -> None:
    words = Catalogs(ROOT / "locales").text
    body, buttons = template.described(words, language)["components"]
    assert 0 < len(body["text"]) <= BODY_MAX and "{" not in body["text"]
    assert 0 < len(buttons["buttons"][0]["text"]) <= QUICK_REPLY_MAX
    for word in ("bild", "nackt", "foto", "erpress", "hilfe", "beratung", "wegweiser", "naakt", "hulp", "afpers"):
        assert word not in (body["text"] + buttons["buttons"][0]["text"]).lower()
