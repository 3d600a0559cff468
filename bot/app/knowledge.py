"""What the roles of the public zone read at start: flows, words, contacts, hours."""

from __future__ import annotations

from bot import config
from bot.app.basics import catalogs, opening_hours
from bot.channels.contract import Message
from bot.channels.telegram.capabilities import CAPABILITIES as TELEGRAM
from bot.channels.web.capabilities import CAPABILITIES as WEB
from bot.channels.whatsapp.capabilities import CAPABILITIES as WHATSAPP
from bot.clock import Clock
from bot.dialogue.events import Moment
from bot.dialogue.load import load_charts
from bot.directory import Directory
from bot.i18n.dates import Dates
from bot.retention.rules import RULES
from bot.turns.emergency import EmergencyVoice, VoiceLanguage
from bot.turns.knowledge import Knowledge
from bot.turns.render import FAILED, FROM_MEMORY, card_lines

VOICES: tuple[VoiceLanguage, ...] = ("de", "nl", "en")
COUNTRIES = (None, "DE", "NL", "BE", "AT", "CH")


def knowledge(settings: config.Settings) -> Knowledge:
    """Everything a turn knows besides its conversation. Raises what the rooms raise for broken files."""
    evidence = RULES["evidence"]
    assert evidence is not None
    words = catalogs(settings)
    return Knowledge(
        charts=load_charts(settings.flows_dir),
        catalogs=words,
        directory=Directory.load(settings.flows_dir / "directory.yaml"),
        hours=opening_hours(settings),
        dates=Dates(words, settings.hours.zone),
        capabilities={"web": WEB, "telegram": TELEGRAM, "whatsapp": WHATSAPP},
        operator=settings.operator.name,
        retention_days=evidence.days,
        backup_days=settings.retention.backup_days,
        public_url=settings.public.url,
        media=settings.evidence.media,
    )


def emergency_voice(known: Knowledge, clock: Clock) -> EmergencyVoice:
    """The emergency answer of every language and country, put into words now, for when nothing else works (R11)."""
    return EmergencyVoice(
        {
            (language, country): memory_message(known, clock, FROM_MEMORY, language, country)
            for language in VOICES
            for country in COUNTRIES
        }
    )


def help_message(known: Knowledge, clock: Clock, language: str) -> Message:
    """What a person gets whose message could not be worked: plain words and numbers."""
    return memory_message(known, clock, FAILED, language, None)


def memory_message(known: Knowledge, clock: Clock, key: str, language: str, country: str | None) -> Message:
    """One text with the card that is always true for this country."""
    lines = known.directory.card_from_memory(language, country)
    card = card_lines(known, lines, language, adult=False, moment=Moment(at=clock()))
    return Message("bot", known.catalogs.text(key, language), card=card)
