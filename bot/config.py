"""Settings: read once at start, frozen. The only reader of the environment and of where `flows/` and `locales/` lie.

One TOML file named by WEGWEISER_CONFIG; every value can be overridden by WEGWEISER_SECTION__NAME.
Secrets of messengers can also be given as WEGWEISER_…_FILE (in the file `token_file = …`), naming a file that holds the
value (S56).
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "WEGWEISER_"
SECRETS_OF = {
    "TELEGRAM__TOKEN": ("public", "worker"),
    "TELEGRAM__WEBHOOK_SECRET": ("public",),
    "STAFFBOT__TOKEN": ("bell",),
    "WHATSAPP__TOKEN": ("public", "worker"),
    "WHATSAPP__APP_SECRET": ("public",),
    "WHATSAPP__VERIFY_TOKEN": ("public",),
}
"""Which roles are given which messenger's secret."""
WITH_SECRETS: Final = frozenset(PREFIX + name.partition("__")[0] for name in SECRETS_OF)

TOKEN: Final = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,200}")
WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32,256}")
"""What Telegram takes as `secret_token`, and not too short to be guessed (S19)."""
GRAPH_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,1000}")
APP_SECRET: Final = re.compile(r"[A-Za-z0-9]{32,128}")
"""Meta's have 32 hexadecimal digits; whoever guessed it could write as anybody (S20)."""
VERIFY_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")
NUMBER_ID: Final = r"^([0-9]{5,32})?$"

Environment = Literal["trial", "test", "production"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Door(Section):
    """Where a web server listens and what people type to reach it."""

    listen: str
    url: str

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class Public(Door):
    listen: str = "127.0.0.1:8080"
    url: str = "http://127.0.0.1:8080"
    frame_ancestors: list[str] = []
    """Sites that may embed the web chat (CSP frame-ancestors)."""
    trusted_proxies: list[str] = []
    """Addresses whose X-Forwarded-For is believed (S46)."""
    new_chats_per_hour: int = 10
    """Per network prefix (S46)."""
    chat_burst: int = 20
    chat_per_hour: int = 300
    """Messages of one chat (S46); beyond it one notice, then silence, but for the emergency answer."""
    leave_url: str = "https://www.wikipedia.org/"
    """Where the quick exit of the web chat leads: an everyday page that tells nothing."""


class Desk(Door):
    listen: str = "127.0.0.1:8090"
    url: str = "http://localhost:8090"


class Team(Section):
    calendars: list[str]


class Closed(Section):
    """Days on which a team (None: all) is not here, both ends included; `text` is told to people as it is."""

    first_day: date
    last_day: date
    team: Literal["de", "nl"] | None = None
    text: str | None = None


class Hours(Section):
    zone: str = "Europe/Berlin"
    weekly: dict[Weekday, list[str]] = Field(
        default_factory=lambda: {day: ["09:00-21:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    )
    de: Team = Team(calendars=["DE-NW"])
    nl: Team = Team(calendars=["NL"])
    closures: list[Closed] = []


class Operator(Section):
    name: str = "Wegweiser (Probe)"
    address: str = ""
    represented_by: str = ""
    contact: str = ""
    """E-mail or phone, for the imprint."""
    register_entry: str = ""
    """Register of associations, KvK …"""
    privacy_contact: str = ""


class Evidence(Section):
    media: Literal["no_intimate", "none", "authority"] = "no_intimate"
    file_max_bytes: int = 25_000_000
    items_max: int = 50
    total_max_bytes: int = 250_000_000
    files_per_hour: int = 30
    free_space_floor: float = 0.10


class Retention(Section):
    """Days told to the person; the rules themselves live in `retention/rules.py`."""

    backup_days: int = 7


class Messenger(Section):
    """A section with secrets: each can be given by value or as `<name>_file`."""

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = dict(given)
        secrets = (name for name, field in cls.model_fields.items() if SecretStr in get_args(field.annotation))
        for secret in secrets:
            name = f"{secret}_file"
            if name not in known:
                continue
            if secret in known:
                raise ValueError(f"{secret} and {name} exclude each other")
            try:
                known[secret] = Path(known.pop(name)).read_text().strip()
            except (OSError, ValueError, TypeError):
                raise ValueError(f"{name}: no file that can be read") from None
        return known


class Telegram(Messenger):
    """The public bot. Without a token there is no such channel."""

    token: SecretStr | None = None
    api_url: str = "https://api.telegram.org"
    """Plain http only for a Bot API server of our own, inside our own network: every call carries the token."""
    mode: Literal["polling", "webhook"] = "polling"
    """`webhook`: Telegram calls `<public.url>/telegram/webhook`."""
    webhook_secret: SecretStr | None = None

    @field_validator("token")
    @classmethod
    def _a_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _shaped(token, TOKEN, "a bot's token is its number, a colon, letters and digits")

    @field_validator("webhook_secret")
    @classmethod
    def _a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        return _shaped(secret, WEBHOOK_SECRET, "32 to 256 letters, digits, _ and -")

    @field_validator("api_url")
    @classmethod
    def _an_origin(cls, url: str) -> str:
        return _origin(url)

    @property
    def lacks_secret(self) -> bool:
        """Nobody could tell Telegram's calls from others'. For roles that are given the secret to ask (S19)."""
        return self.token is not None and self.mode == "webhook" and self.webhook_secret is None


class Staffbot(Messenger):
    """The counsellors' bot: notices without content, to one group or to people who linked themselves."""

    token: SecretStr | None = None
    group: int | None = None
    """Chat id of the one staff group; groups have negative ones."""
    mode: Literal["off", "bell"] = "off"

    @field_validator("token")
    @classmethod
    def _a_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _shaped(token, TOKEN, "a bot's token is its number, a colon, letters and digits")


class WhatsApp(Messenger):
    """The helpline's number at Meta's Cloud API. Without a token there is no such channel."""

    token: SecretStr | None = None
    """Of a system user, with whatsapp_business_messaging and, for `doctor`, whatsapp_business_management."""
    phone_number_id: str = Field(default="", pattern=NUMBER_ID)
    account_id: str = Field(default="", pattern=NUMBER_ID)
    """The WhatsApp Business Account: `doctor` subscribes it and looks after its templates."""
    app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None
    api_url: str = "https://graph.facebook.com"
    """Plain http only for a server inside our own network: every call carries the token."""
    version: str = Field(default="v26.0", pattern=r"^v[0-9]{1,3}\.[0-9]$")
    knock: bool = False
    """Whether a neutral template may say that an answer waits, once the 24-hour window is closed (R15)."""

    @field_validator("token")
    @classmethod
    def _a_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _shaped(token, GRAPH_TOKEN, "20 or more letters, digits, _ and -")

    @field_validator("app_secret")
    @classmethod
    def _an_app_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        return _shaped(secret, APP_SECRET, "32 or more letters and digits")

    @field_validator("verify_token")
    @classmethod
    def _a_verify_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _shaped(token, VERIFY_TOKEN, "16 to 256 letters, digits, _ and -")

    @field_validator("api_url")
    @classmethod
    def _an_origin(cls, url: str) -> str:
        return _origin(url)

    def lacking(self) -> list[str]:
        """Names of what is missing for a channel that has a token. For roles that are given the secrets to ask."""
        if self.token is None:
            return []
        needed = {
            "phone_number_id": self.phone_number_id,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
        }
        return [name for name, value in needed.items() if not value]


def _origin(url: str) -> str:
    """Raises ValueError, which holds the rule and nothing of the value."""
    try:
        parts = urlsplit(url)
        named = parts.hostname is not None and parts.port != 0
    except ValueError:
        raise ValueError("no address") from None
    if not named or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("scheme, host and port, nothing else")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_near(parts.hostname or "")):
        raise ValueError("must be https, or http to a server in the same network")
    return url.rstrip("/")


def _shaped(secret: SecretStr | None, shape: re.Pattern[str], rule: str) -> SecretStr | None:
    """Raises ValueError, which holds the rule and nothing of the value."""
    if secret is not None and not shape.fullmatch(secret.get_secret_value()):
        raise ValueError(rule)
    return secret


def _is_near(host: str) -> bool:
    """This machine, a private address, or a name that only our own network knows."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local"))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Environment = "trial"
    data_dir: Path = Path("var")
    database_url: str = ""
    keyring_url: str = ""
    blobs_url: str = ""
    secrets_dir: Path | None = None
    recovery_recipient: str | None = None
    clock: datetime | None = None
    flows_dir: Path = ROOT / "flows"
    locales_dir: Path = ROOT / "locales"
    public: Public = Public()
    desk: Desk = Desk()
    hours: Hours = Hours()
    operator: Operator = Operator()
    evidence: Evidence = Evidence()
    retention: Retention = Retention()
    telegram: Telegram = Telegram()
    staffbot: Staffbot = Staffbot()
    whatsapp: WhatsApp = WhatsApp()

    @model_validator(mode="before")
    @classmethod
    def _no_secrets_in_sections(cls, given: Any) -> Any:
        """A whole section as JSON cannot be kept from one role and given to another (`environment_of`)."""
        for name in sorted(WITH_SECRETS.intersection(map(str.upper, os.environ))):
            raise ValueError(f"{name}: set each value by its own name, {name}__…")
        return given

    @model_validator(mode="after")
    def _clock_only_in_test(self) -> Settings:
        if self.clock is not None and self.environment != "test":
            raise ValueError("WEGWEISER_CLOCK is for the environment test only")
        return self

    @model_validator(mode="after")
    def _two_bots(self) -> Settings:
        """With one token for both, each would take the other's messages."""
        given = [bot.token.get_secret_value() for bot in (self.telegram, self.staffbot) if bot.token is not None]
        if len(set(given)) < len(given):
            raise ValueError("staffbot.token: must be another bot than telegram.token")
        return self

    @cached_property
    def data(self) -> Path:
        return self.data_dir.resolve()

    @property
    def secrets(self) -> Path:
        return self.secrets_dir.resolve() if self.secrets_dir else self.data / "secrets"

    @property
    def main_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'main.sqlite'}"

    @property
    def keys_url(self) -> str:
        return self.keyring_url or f"sqlite:///{self.data / 'keyring.sqlite'}"

    @property
    def blobs(self) -> str:
        return self.blobs_url or (self.data / "blobs").as_uri()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if named := os.environ.get(PREFIX + "CONFIG"):
            sources += (TomlConfigSettingsSource(settings_cls, Path(named)),)
        return sources


def environment_of(role: str) -> dict[str, str]:
    """The environment for one role's process, without secrets that are other roles' (A5 in the threat model).

    Names are compared as they are read, whatever their case. A secret written into the TOML file itself is
    everybody's: name a file of its own with `…_file` instead.
    """
    others = [name for name, roles in SECRETS_OF.items() if role not in roles]
    hidden = {PREFIX + name + end for name in others for end in ("", "_FILE")}
    return {name: value for name, value in os.environ.items() if name.upper() not in hidden}


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises pydantic's ValidationError; its text names settings, never their values."""
    return Settings(**overrides)


__all__ = [
    "ROOT",
    "Desk",
    "Door",
    "Environment",
    "Evidence",
    "Hours",
    "Operator",
    "Public",
    "SecretStr",
    "Settings",
    "Staffbot",
    "Team",
    "Telegram",
    "WhatsApp",
    "environment_of",
    "load",
]
