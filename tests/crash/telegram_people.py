"""People in Telegram who count for themselves: every tap has an answer that only this tap has, so what is lost, comes
twice or in another order is seen in the chat."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Final

from bot.config import ROOT
from bot.i18n import Catalogs
from tests.crash.killing import AHEAD, ANSWER_SECONDS
from tests.simulators.telegram import Telegram
from tests.simulators.web_person import Tally

ANSWERS: Final = {
    "root.intent.abuse_or_spam": "root.calm",
    "root.intent.thanks_bye": "root.thanks",
    "root.intent.is_this_a_bot": "root.is_bot",
}
"""Old buttons that work in every state, and the one sentence each is answered with (flows/root.yaml)."""
LOOK_SECONDS: Final = 0.05


class TelegramWriter:
    """Taps on before every answer is there, never the same twice in a row. `sent`: `<n> <choice>`."""

    def __init__(self, platform: Telegram, chance: random.Random, language: str, ahead: int = AHEAD) -> None:
        words = Catalogs.load(ROOT / "locales")
        self.person = platform.person(language=language)
        self.sent: list[str] = []
        self._chance = chance
        self._ahead = ahead
        self._answers = {words.text(key, language): choice for choice, key in ANSWERS.items()}

    async def start(self) -> None:
        self.person.starts()
        async with asyncio.timeout(ANSWER_SECONDS):
            while not any(shown.buttons for shown in self.person.chat):
                await asyncio.sleep(LOOK_SECONDS)

    async def listen(self) -> None:
        """The phone shows what comes without anybody asking."""

    async def write(self, count: int) -> None:
        for n in range(count):
            last = self.sent[-1].split()[1] if self.sent else ""
            choice = self._chance.choice([each for each in ANSWERS if each != last])
            self.person.taps(data=choice)
            self.sent.append(f"{n} {choice}")
            if n >= self._ahead:
                await self.answered(self.sent[n - self._ahead], ANSWER_SECONDS)

    async def answered(self, message_id: str, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        wanted = int(message_id.split()[0]) + 1
        while len(self.once()) < wanted:
            if time.monotonic() > ends:
                return False
            await asyncio.sleep(LOOK_SECONDS)
        return True

    def seen(self) -> list[str]:
        """The choices that were answered, in the order of the answers."""
        bot = (shown.text for shown in self.person.chat if shown.by == "bot")
        return [self._answers[text] for text in bot if text in self._answers]

    def repeats(self) -> list[tuple[datetime, datetime]]:
        """When an answer came and when it came again."""
        mine = [one for one in self.person.chat if one.by == "bot" and one.text in self._answers]
        return [(one.at, two.at) for one, two in pairwise(mine) if one.text == two.text]

    def once(self) -> list[str]:
        """The same without repeats, which follow each other directly."""
        return [choice for choice, _ in groupby(self.seen())]

    def asked(self) -> list[str]:
        return [each.split()[1] for each in self.sent]


def tally(people: Sequence[TelegramWriter]) -> Tally:
    """`twice` counts repeats; an answer at the wrong place counts as out of order."""
    return Tally(
        sent=sum(len(person.sent) for person in people),
        lost=sum(max(0, len(person.sent) - len(person.once())) for person in people),
        twice=sum(len(person.seen()) - len(person.once()) for person in people),
        disordered=sum(person.once() != person.asked()[: len(person.once())] for person in people),
    )
