"""Settings: one file, overridable, and errors that name settings but never their values."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from pydantic import ValidationError

from bot import clock as clocks
from bot import config
from bot.app.doctor import examine
from bot.app.public import public
from bot.cli.run import run


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("WEGWEISER_") and not name.startswith("WEGWEISER_TEST"):
            monkeypatch.delenv(name)


def test_no_configuration_is_a_trial_on_loopback() -> None:
    settings = config.load()
    assert settings.environment == "trial"
    assert settings.public.address == ("127.0.0.1", 8080)
    assert settings.desk.address[0] == "127.0.0.1"
    assert settings.public.url.split("//")[1].split(":")[0] != settings.desk.url.split("//")[1].split(":")[0]


def test_file_then_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "wegweiser.toml"
    file.write_text(
        'data_dir = "/srv/x"\n[public]\nurl = "https://chat.example.com"\n[hours]\nzone = "Europe/Vienna"\n'
    )
    monkeypatch.setenv("WEGWEISER_CONFIG", str(file))
    monkeypatch.setenv("WEGWEISER_PUBLIC__URL", "https://other.example.com")
    settings = config.load()
    assert settings.public.url == "https://other.example.com"
    assert settings.hours.zone == "Europe/Vienna"
    assert settings.main_url == "sqlite:////srv/x/main.sqlite"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEGWEISER_ENVIRONMENT", "canary"),
        ("WEGWEISER_EVIDENCE__MEDIA", "canary"),
        ("WEGWEISER_PUBLIC__NEW_CHATS_PER_HOUR", "canary"),
        ("WEGWEISER_CLOCK", "2026-11-25T11:00:00Z"),
        ("WEGWEISER_TELEGRAM__TOKEN", "canary"),
        ("WEGWEISER_TELEGRAM__TOKEN", "1:canary/../x"),
        ("WEGWEISER_TELEGRAM__TOKEN_FILE", "/canary/does/not/exist"),
        ("WEGWEISER_TELEGRAM__MODE", "canary"),
        ("WEGWEISER_TELEGRAM__WEBHOOK_SECRET", "canary-" + "x" * 24),
        ("WEGWEISER_TELEGRAM__WEBHOOK_SECRET", "canary " + "x" * 40),
        ("WEGWEISER_TELEGRAM__API_URL", "http://canary.example.com"),
        ("WEGWEISER_WHATSAPP__TOKEN", "canary"),
        ("WEGWEISER_WHATSAPP__TOKEN_FILE", "/canary/does/not/exist"),
        ("WEGWEISER_WHATSAPP__APP_SECRET", "canary"),
        ("WEGWEISER_WHATSAPP__APP_SECRET", ""),
        ("WEGWEISER_WHATSAPP__VERIFY_TOKEN", "canary <script>"),
        ("WEGWEISER_WHATSAPP__PHONE_NUMBER_ID", "canary"),
        ("WEGWEISER_WHATSAPP__PHONE_NUMBER_ID", "1234567/canary"),
        ("WEGWEISER_WHATSAPP__VERSION", "v26.0/canary"),
        ("WEGWEISER_WHATSAPP__API_URL", "http://canary.example.com"),
        ("WEGWEISER_STAFFBOT__GROUP", "canary"),
        ("WEGWEISER_STAFFBOT__TOKEN", "canary"),
    ],
)
def test_s52_a_wrong_value_is_named_not_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        config.load()
    assert "canary" not in str(caught.value)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValidationError):
        config.load().environment = "production"


def test_t1_a_moved_clock_moves_for_every_process(tmp_path: Path) -> None:
    start = datetime(2026, 11, 25, 19, 10, tzinfo=UTC)
    one = clocks.choose(start, tmp_path)
    two = clocks.choose(start, tmp_path)
    assert isinstance(one, clocks.MovableClock)
    assert abs(one() - start) < timedelta(seconds=5)
    one.advance(timedelta(minutes=20))
    assert abs(two() - start - timedelta(minutes=20)) < timedelta(seconds=5)
    with pytest.raises(ValueError, match="forward"):
        one.advance(timedelta(seconds=-1))


def test_the_system_clock_is_aware() -> None:
    assert clocks.choose(None, Path("unused"))().tzinfo is UTC


TOKEN = "1:test-token-of-nobody"
SECRET = "test-secret-" + "x" * 20


def test_without_a_token_there_is_no_telegram_and_no_staff_bot() -> None:
    settings = config.load()
    assert settings.telegram.token is None
    assert settings.telegram.api_url == "https://api.telegram.org"
    assert (settings.staffbot.token, settings.staffbot.mode) == (None, "off")


def test_s56_a_secret_can_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("token", TOKEN), ("secret", SECRET), ("staff", "2:another")):
        (tmp_path / name).write_text(f"{value}\n")
    monkeypatch.setenv("WEGWEISER_TELEGRAM__TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("WEGWEISER_TELEGRAM__WEBHOOK_SECRET_FILE", str(tmp_path / "secret"))
    named = tmp_path / "wegweiser.toml"
    named.write_text(f'[staffbot]\nmode = "bell"\ntoken_file = "{tmp_path / "staff"}"\ngroup = -100123\n')
    monkeypatch.setenv("WEGWEISER_CONFIG", str(named))
    settings = config.load()
    telegram, staffbot = settings.telegram, settings.staffbot
    assert telegram.token is not None and telegram.token.get_secret_value() == TOKEN
    assert telegram.webhook_secret is not None and telegram.webhook_secret.get_secret_value() == SECRET
    assert staffbot.token is not None and staffbot.token.get_secret_value() == "2:another"
    assert staffbot.group == -100123


def test_s56_a_secret_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(TOKEN)
    monkeypatch.setenv("WEGWEISER_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("WEGWEISER_TELEGRAM__TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(ValidationError, match="token and token_file exclude each other") as caught:
        config.load()
    assert TOKEN not in str(caught.value)


def test_s56_only_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mode").write_text("webhook")
    monkeypatch.setenv("WEGWEISER_TELEGRAM__MODE_FILE", str(tmp_path / "mode"))
    with pytest.raises(ValidationError, match="mode_file"):
        config.load()


def test_s52_settings_can_be_shown_without_showing_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWEISER_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("WEGWEISER_TELEGRAM__WEBHOOK_SECRET", SECRET)
    settings = config.load()
    shown = repr(settings) + str(settings) + settings.model_dump_json()
    assert TOKEN not in shown and SECRET not in shown


NEEDED = "needed when telegram.mode is webhook"


@pytest.fixture
def webhook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mode and token in the file, the secret nowhere yet."""
    (tmp_path / "token").write_text(TOKEN)
    named = tmp_path / "wegweiser.toml"
    named.write_text(
        f'data_dir = "{tmp_path / "data"}"\n[telegram]\nmode = "webhook"\ntoken_file = "{tmp_path / "token"}"\n'
    )
    monkeypatch.setenv("WEGWEISER_CONFIG", str(named))


@pytest.mark.usefixtures("webhook")
def test_s19_a_webhook_needs_its_secret(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(typer.Exit) as ended:
        run()
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == f"setting WEGWEISER_TELEGRAM__WEBHOOK_SECRET: {NEEDED}\n"
    assert f"telegram.webhook_secret: {NEEDED}" in examine(config.load())
    monkeypatch.setenv("WEGWEISER_TELEGRAM__WEBHOOK_SECRET", SECRET)
    assert not config.load().telegram.lacks_secret


@pytest.mark.usefixtures("webhook")
def test_s19_the_doors_do_not_open_to_calls_nobody_could_tell_apart() -> None:
    house = SimpleNamespace(settings=config.load())
    with pytest.raises(SystemExit, match=rf"telegram\.webhook_secret: {NEEDED}"):
        asyncio.run(public(house))  # type: ignore[arg-type]  # nothing else of the house is touched before


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize("role", ["public", "worker", "desk", "bell"])
def test_every_role_can_read_its_settings_with_what_it_is_given(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWEISER_TELEGRAM__WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(os, "environ", config.environment_of(role))
    settings = config.load()
    assert (settings.telegram.webhook_secret is not None) == (role == "public")


def test_a_bell_needs_a_bot_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEGWEISER_STAFFBOT__MODE", "bell")
    assert any(finding.startswith("staffbot.token") for finding in examine(config.load(data_dir=tmp_path)))
    monkeypatch.setenv("WEGWEISER_STAFFBOT__TOKEN", TOKEN)
    monkeypatch.setenv("WEGWEISER_TELEGRAM__TOKEN", TOKEN)
    with pytest.raises(ValidationError, match=r"staffbot\.token") as caught:
        config.load()
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.telegram.org/", "https://api.telegram.org"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://[::1]:8081", "http://[::1]:8081"),
        ("http://10.0.0.7:8081", "http://10.0.0.7:8081"),
        ("http://bot-api:8081", "http://bot-api:8081"),
        ("https://bots.example.com:8443", "https://bots.example.com:8443"),
    ],
)
def test_a_bot_api_server_of_ones_own(given: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWEISER_TELEGRAM__API_URL", given)
    assert config.load().telegram.api_url == kept


@pytest.mark.parametrize(
    "given",
    ["http://api.telegram.org", "http://8.8.8.8", "ftp://127.0.0.1", "https://", "", "https://a@example.com",
     "https://example.com/path", "https://example.com?x", "https://example.com#x", "https://example.com:x"],
)  # fmt: skip
def test_s45_the_token_never_travels_in_clear_or_to_an_unclear_place(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEGWEISER_TELEGRAM__API_URL", given)
    with pytest.raises(ValidationError, match="api_url"):
        config.load()


def test_a_role_is_not_given_the_secrets_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    token, hook, staff = "TELEGRAM__TOKEN", "TELEGRAM__WEBHOOK_SECRET_FILE", "STAFFBOT__TOKEN_FILE"
    for name in (token, hook, staff, "TELEGRAM__MODE"):
        monkeypatch.setenv(f"WEGWEISER_{name}", "x")
    held = {role: config.environment_of(role).keys() for role in ("public", "worker", "desk", "bell")}
    secrets = {
        role: {name for name in (token, hook, staff) if f"WEGWEISER_{name}" in names} for role, names in held.items()
    }
    assert secrets == {"public": {token, hook}, "worker": {token}, "desk": set(), "bell": {staff}}
    assert all("WEGWEISER_TELEGRAM__MODE" in names for names in held.values())


def test_whatsapp_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config.load().whatsapp.lacking() == []
    monkeypatch.setenv("WEGWEISER_WHATSAPP__TOKEN", "test-token-of-nobody-at-all")
    assert config.load().whatsapp.lacking() == ["phone_number_id", "app_secret", "verify_token"]
    (tmp_path / "secret").write_text("0123456789abcdef" * 2)
    monkeypatch.setenv("WEGWEISER_WHATSAPP__APP_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("WEGWEISER_WHATSAPP__VERIFY_TOKEN", "test-word-of-nobody")
    monkeypatch.setenv("WEGWEISER_WHATSAPP__PHONE_NUMBER_ID", "100000000000001")
    assert config.load().whatsapp.lacking() == []
    held = {role: config.environment_of(role).keys() for role in ("public", "worker", "desk", "bell")}
    names = ("TOKEN", "APP_SECRET_FILE", "VERIFY_TOKEN")
    given = {role: [name for name in names if f"WEGWEISER_WHATSAPP__{name}" in known] for role, known in held.items()}
    assert given == {"public": [*names], "worker": ["TOKEN"], "desk": [], "bell": []}


def test_s56_names_are_kept_from_a_role_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("wegweiser_Telegram__token", TOKEN)
    assert config.load().telegram.token is not None, "names are read in any case"
    assert "wegweiser_Telegram__token" in config.environment_of("worker")
    assert "wegweiser_Telegram__token" not in config.environment_of("desk")


@pytest.mark.parametrize("name", ["WEGWEISER_TELEGRAM", "wegweiser_staffbot"])
def test_s56_a_section_with_secrets_is_not_given_as_a_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f'{{"token": "{TOKEN}"}}')
    with pytest.raises(ValidationError, match=f"{name.upper()}: set each value by its own name") as caught:
        config.load()
    assert TOKEN not in str(caught.value)
