"""`doctor` puts in order what Telegram keeps about the bot, and says what it cannot mend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.telegram_office import put_in_order
from bot.channels.telegram.commands import COMMANDS, LANGUAGES
from bot.channels.telegram.peek import ALLOWED_UPDATES
from bot.channels.telegram.registration import Webhook, _judge, entries
from bot.config import ROOT, Settings
from bot.i18n import Catalogs
from tests.simulators.telegram import Telegram

SECRET = "s" * 40
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
HOOK = Webhook("https://help.example.com/telegram/webhook", SECRET)


def settings(platform: Telegram, folder: Path, **section: str) -> Settings:
    telegram = {"token": platform.token, "api_url": platform.url, **section}
    return Settings(data_dir=folder, telegram=telegram, public={"url": "http://127.0.0.1:8080"})


def set_calls(platform: Telegram) -> list[str]:
    return [call.method for call in platform.calls if call.method.startswith(("set", "delete"))]


def test_commands_and_descriptions_stand_there_per_language_and_for_everybody_else(
    platform: Telegram, tmp_path: Path
) -> None:
    assert put_in_order(settings(platform, tmp_path)) == []
    bot = platform.accounts["public"]
    assert [each["command"] for each in bot.commands["default", "nl"]] == [each.names["nl"] for each in COMMANDS]
    assert {language for _, language in bot.commands} == {"", *LANGUAGES}
    words = Catalogs(ROOT / "locales").text
    both = bot.texts["description", ""]
    for language in LANGUAGES:
        own = bot.texts["description", language]
        assert own == words("telegram.description", language) and own in both


def test_what_is_right_already_is_left_alone(platform: Telegram, tmp_path: Path) -> None:
    put_in_order(settings(platform, tmp_path))
    platform.calls.clear()
    assert put_in_order(settings(platform, tmp_path)) == []
    assert set_calls(platform) == ["deleteWebhook"]


def test_what_somebody_changed_is_put_right(platform: Telegram, tmp_path: Path) -> None:
    put_in_order(settings(platform, tmp_path))
    bot = platform.accounts["public"]
    bot.commands["default", "de"] = []
    bot.texts["short", "nl"] = "something else"
    platform.calls.clear()
    assert put_in_order(settings(platform, tmp_path)) == []
    assert set_calls(platform) == ["setMyCommands", "setMyShortDescription", "deleteWebhook"]


def test_the_webhook_is_set_with_its_secret_and_throws_nothing_away(platform: Telegram, tmp_path: Path) -> None:
    mila = platform.person()
    mila.says("hallo")
    found = put_in_order(settings(platform, tmp_path, mode="webhook", webhook_secret=SECRET))
    assert all("could not bring" in finding for finding in found), "nobody listens there in this test"
    [call] = platform.called("setWebhook")
    assert call.params == {
        "url": "http://127.0.0.1:8080/telegram/webhook",
        "secret_token": SECRET,
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": 40,
        "drop_pending_updates": False,
    }
    assert platform.pending() == 1


def test_an_old_webhook_goes_when_updates_are_fetched(platform: Telegram, tmp_path: Path) -> None:
    put_in_order(settings(platform, tmp_path, mode="webhook", webhook_secret=SECRET))
    assert put_in_order(settings(platform, tmp_path)) == []
    assert platform.accounts["public"].webhook.url == ""


@pytest.mark.parametrize("status", [401, 404])
def test_a_token_nobody_knows_is_a_finding_without_it(platform: Telegram, tmp_path: Path, status: int) -> None:
    platform.faults.errors(60, status, methods={"getMe"})
    [finding] = put_in_order(settings(platform, tmp_path))
    assert finding.startswith("telegram.token:") and platform.token not in finding


@pytest.mark.parametrize("status", [500, 429])
def test_no_usable_answer_is_a_finding(platform: Telegram, tmp_path: Path, status: int) -> None:
    platform.faults.errors(60, status, methods={"getMyCommands"})
    assert put_in_order(settings(platform, tmp_path)) == [f"telegram.api_url: no usable answer ({status})"]
    away = settings(platform, tmp_path, api_url="http://127.0.0.1:9")
    assert put_in_order(away) == ["telegram.api_url: no usable answer (no connection)"]


def test_what_telegram_refuses_is_named_and_the_rest_is_registered(platform: Telegram, tmp_path: Path) -> None:
    platform.faults.errors(60, 400, methods={"setMyDescription"})
    assert put_in_order(settings(platform, tmp_path)) == [
        f"telegram: description ({language}) could not be registered" for language in ("all languages", "de", "nl")
    ]
    assert platform.accounts["public"].texts["short", "de"]


def test_a_refused_webhook_says_what_is_wrong_with_the_address(platform: Telegram, tmp_path: Path) -> None:
    platform.faults.errors(60, 400, methods={"setWebhook"})
    found = put_in_order(settings(platform, tmp_path, mode="webhook", webhook_secret=SECRET))
    assert found == ["telegram: the webhook was refused; public.url must be https"]


@pytest.mark.parametrize(
    ("info", "finding"),
    [
        ({}, None),
        ({"url": "https://elsewhere.example.com/"}, "another program"),
        ({"allowed_updates": ["message"]}, "does not bring"),
        ({"last_error_date": int((NOW - timedelta(minutes=5)).timestamp())}, "could not bring"),
        ({"last_error_date": int((NOW - timedelta(hours=5)).timestamp())}, None),
        ({"pending_update_count": 501}, "501 updates wait"),
    ],
)
def test_what_telegram_says_about_the_webhook(info: dict[str, object], finding: str | None) -> None:
    good = {"url": HOOK.url, "allowed_updates": list(ALLOWED_UPDATES), "pending_update_count": 0}
    found = _judge({**good, **info}, HOOK, NOW)
    assert [finding in each for each in found] == [True] if finding else found == []


def test_every_text_fits_what_telegram_takes(platform: Telegram) -> None:
    """Against the described limits, for each language and for both in one."""
    words = Catalogs(ROOT / "locales").text
    for entry in entries(words):
        method = platform.description.method(entry.set)
        assert method is not None
        given = {**entry.wanted, "language_code": entry.language}
        _, problems = platform.description.read(method, given, texts=False)
        assert problems == []


def test_without_a_token_nothing_is_asked(tmp_path: Path) -> None:
    assert put_in_order(Settings(data_dir=tmp_path)) == []
